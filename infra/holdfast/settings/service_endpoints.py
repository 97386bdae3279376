"""Where does a service of target `aks` run? On an online endpoint of its own, on the compute that it names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from holdfast.model.kinds import Kind
from holdfast.model.services import Target, WantedService
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedPart, WhenExists
from holdfast.settings.sections import Environment
from holdfast.settings.sections.services import LONGEST_NAME


def want_service_endpoints(
    environment: Environment, services: Iterable[WantedService], hash: str
) -> Iterator[WantedPart]:
    """One for each whose compute is known; of any other it has been told. `hash` is the stack's."""
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
            azure_name=str(service.settings.get("endpointName") or endpoint_name(service.name, hash)),
        )


def endpoint_name(service: str, hash: str) -> str:
    """The default name of a service's endpoint. It is one for a whole location of Azure (learn.microsoft.com, "What are
    online endpoints?"), so it holds the hash of the stack: `dev` and `prod` may have a service of the same name there.

    A name that is too long is cut, and the hash is then of all of it: two services with one beginning stay two.
    """
    room = LONGEST_NAME - len(hash) - 1
    if len(service) > room:
        hash = hashlib.sha256(f"{service} {hash}".encode()).hexdigest()[: len(hash)]
    return f"{service[:room].rstrip('-')}-{hash}"
