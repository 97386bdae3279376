"""Does what the settings say about a container group go together?

Sources: "Resource availability and quota limits for ACI", "Troubleshoot common issues in ACI" (Microsoft Learn).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from holdfast.model.kinds import Kind
from holdfast.model.names import identity_logical
from holdfast.model.roles import ROLES, WantedRole
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedResource
from holdfast.settings.faults import Faults
from holdfast.settings.sections import Environment
from holdfast.settings.sections.containers import ContainerGroup, Probe

SUBNET = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Network/virtualNetworks/[^/]+/subnets/[^/]+",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def find_container_faults(group: ContainerGroup, faults: Faults) -> None:
    """Note what contradicts itself in one item of `containerGroups`."""
    _find_network_faults(group, faults)
    _find_pull_faults(group, faults)
    for name, probe in (("liveness", group.liveness), ("readiness", group.readiness)):
        if probe is not None:
            _find_probe_faults(f"{group.at}.{name}", probe, group, faults)
    for variable in {**group.env, **group.secure_env}:
        if not _VARIABLE.fullmatch(variable):
            allowed = "letters, digits, `_`, `.` and `-`, no digit first"
            where = "env" if variable in group.env else "secureEnv"
            faults.add(
                "settings-invalid-value", f"{group.at}.{where}.{variable}", "is no name of a variable", allowed=allowed
            )
    for variable in sorted(set(group.env) & set(group.secure_env)):
        faults.add(
            "setting-does-not-fit",
            f"{group.at}.secureEnv.{variable}",
            "is set twice",
            allowed="in `env` or in `secureEnv`",
            also=f"{group.at}.env.{variable}",
        )


def roles_of_containers(environment: Environment, resources: Mapping[Kind, WantedResource]) -> Iterator[WantedRole]:
    """AcrPull on the environment's registry for whoever pulls an image of it, before the group is made.

    Source: "Deploy to Azure Container Instances from Azure Container Registry using a managed identity" (Microsoft
    Learn).
    """
    for group in environment.container_groups:
        user = group.identity.user if group.pull_by_identity and group.identity else None
        registry = resources.get(Kind.REGISTRY)
        if user is None or registry is None or not image_server(group.image).startswith(f"{registry.name.lower()}."):
            continue
        said = {"id": user.id} if user.id is not None else {"name": user.name or ""}
        more = (ROLES["AcrPush"], ROLES["Contributor"], ROLES["Owner"])
        before = f"{Sort.CONTAINER}-{group.name.lower()}"
        key = f"{group.at}.pullByIdentity"
        yield WantedRole(identity_logical(said), Kind.REGISTRY.value, ROLES["AcrPull"], key, before, more)


def image_server(image: str) -> str:
    """The host that an image is pulled from, in lower case; empty where it names none (Docker's own rule)."""
    head, slash, _ = image.partition("/")
    return head.lower() if slash and ("." in head or ":" in head or head == "localhost") else ""


def _find_pull_faults(group: ContainerGroup, faults: Faults) -> None:
    if not group.pull_by_identity:
        return
    at = f"{group.at}.pullByIdentity"
    if group.identity is None or group.identity.user is None:
        allowed = "with `identity: {user: ...}`: a system-assigned one is there only when the image has been pulled"
        faults.add("setting-does-not-fit", at, "needs a user-assigned identity", allowed=allowed)
    if not image_server(group.image):
        says = "needs an image with its registry's host"
        faults.add("setting-does-not-fit", at, says, value=group.image, allowed="such as crml.azurecr.io/score:1")


def _find_network_faults(group: ContainerGroup, faults: Faults) -> None:
    if group.subnet is not None and not SUBNET.fullmatch(group.subnet):
        faults.add("invalid-id", f"{group.at}.subnet", "is no id of a subnet", value=group.subnet)
    if group.dns_label is not None and (group.subnet is not None or not group.ports):
        faults.add(
            "setting-does-not-fit",
            f"{group.at}.dnsLabel",
            "is for a group with a public address",
            value=group.dns_label,
            allowed="with `ports`, and without `subnet`",
        )
    if len(set(group.ports)) < len(group.ports):
        faults.add("settings-invalid-value", f"{group.at}.ports", "names a port twice", value=list(group.ports))


def _find_probe_faults(at: str, probe: Probe, group: ContainerGroup, faults: Faults) -> None:
    if (probe.path is None) == (probe.command is None):
        says = "has neither `path` nor `command`" if probe.path is None else "has both `path` and `command`"
        faults.add("setting-does-not-fit", at, says, allowed="one of the two")
    if probe.port is not None and probe.command is not None:
        faults.add("setting-does-not-fit", f"{at}.port", "is for a probe by `path`", value=probe.port)
    if probe.path is not None and probe.port is None and not group.ports:
        faults.add("setting-does-not-fit", f"{at}.path", "has no port to ask at", allowed="with `port`, or `ports`")
