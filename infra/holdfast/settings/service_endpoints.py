"""Where does a service of target `aks` run? On an online endpoint of its own, on the compute that it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from holdfast.model.kinds import Kind
from holdfast.model.services import Target, WantedService
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedPart, WhenExists
from holdfast.settings.sections import Environment


def want_service_endpoints(environment: Environment, services: Iterable[WantedService]) -> Iterator[WantedPart]:
    """One for each whose compute is known; of any other it has been told."""
    computes = [one for one in environment.computes if one.kind == "kubernetes" or one.id]
    for service in services:
        if service.target is not Target.AKS:
            continue
        named = str(service.settings.get("compute") or "").lower()
        chosen = [one for one in computes if one.name.lower() == named] if named else computes
        if len(chosen) != 1:
            continue
        settings = {"compute": f"{Sort.COMPUTE}-{chosen[0].name}"}
        if "auth" in service.settings:
            settings["auth"] = str(service.settings["auth"])
        yield WantedPart(
            Sort.SERVING,
            service.name,
            Kind.WORKSPACE.value,
            settings,
            when_exists=WhenExists.REFUSE,
            key=service.key,
        )
