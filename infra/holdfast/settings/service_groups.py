"""What does a service of target `aci` run in? A container group of its own, as if `containerGroups` listed it.

So everything that holds for a container group holds for it: its identity and the role to pull by, how a change is made,
and what is refused. Its image stands here by its tag; what it runs is decided later, by its digest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from holdfast.model.assets import image_of
from holdfast.model.services import LIVENESS_PATH, PORT, Target, WantedService
from holdfast.model.wanted import WantedResource
from holdfast.settings.sections import Environment
from holdfast.settings.sections.containers import ContainerGroup, Probe
from holdfast.settings.sections.identities import ChosenIdentity, Identity, UserIdentity
from holdfast.settings.sections.services import Service, ServiceProbe

#: Seconds that a scoring may take where nothing is said, as of the service that Azure had for this.
TIMEOUT = 60


def with_service_groups(
    environment: Environment, services: Iterable[WantedService], registry: WantedResource | None
) -> Environment:
    """The environment with the container groups and identities of its services; without a registry it is as it was,
    and that has been told."""
    read = {service.key: service for service in services}
    shown = {service.at: service for service in _first_of_each_name(environment.services)}
    mine = [(shown[key], service) for key, service in read.items() if key in shown and service.target is Target.ACI]
    if registry is None or not mine:
        return environment
    groups = [_group(section, service, registry) for section, service in mine]
    made = [Identity(name=own_identity(one), at=one.at) for one, _ in mine if one.identity is None]
    return replace(
        environment,
        container_groups=(*environment.container_groups, *groups),
        identities=(*environment.identities, *made),
    )


def own_identity(service: Service) -> str:
    """The name of the identity that is made for a service."""
    return f"id-{service.name}"


def _first_of_each_name(services: Iterable[Service]) -> list[Service]:
    """Of two of one name the second has been told."""
    first: dict[str, Service] = {}
    for service in services:
        first.setdefault(service.name, service)
    return list(first.values())


def _group(section: Service, service: WantedService, registry: WantedResource) -> ContainerGroup:
    image = image_of(service)
    workers = section.max_concurrent_requests
    own = {
        "SCORING_TIMEOUT_MS": str((section.timeout or TIMEOUT) * 1000),
        **({"WORKER_COUNT": str(workers)} if workers else {}),
    }
    probes = section.probes
    return ContainerGroup(
        name=section.name,
        when_exists=section.when_exists,
        image=f"{registry.name.lower()}.azurecr.io/{image.repository}:{image.version}",
        cpu=section.cpu,
        memory=section.memory,
        ports=(PORT,),
        env={**own, **section.env},
        secure_env=section.secure_env,
        dns_label=section.dns_label,
        subnet=section.subnet,
        identity=ChosenIdentity(user=section.identity or UserIdentity(name=own_identity(section), bare=True)),
        pull_by_identity=True,
        liveness=_probe(probes.liveness if probes else None, section.at),
        readiness=_probe(probes.readiness if probes else None, section.at),
        at=section.at,
    )


def _probe(probe: ServiceProbe | None, at: str) -> Probe:
    """A probe at the server's liveness route. A model may take minutes to load, so 30 looks have to fail, as of an
    online deployment."""
    given = probe or ServiceProbe(at=at)
    return Probe(
        path=LIVENESS_PATH,
        port=PORT,
        initial_delay=10 if given.initial_delay is None else given.initial_delay,
        period=given.period or 10,
        timeout=given.timeout or 2,
        failures=given.failures or 30,
        at=given.at or at,
    )
