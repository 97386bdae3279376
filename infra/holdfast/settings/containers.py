"""Does what the settings say about a container group go together?

Sources: "Resource availability and quota limits for ACI", "Troubleshoot common issues in ACI" (Microsoft Learn).
"""

from __future__ import annotations

import re

from holdfast.settings.faults import Faults
from holdfast.settings.sections.containers import ContainerGroup, Probe

SUBNET = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Network/virtualNetworks/[^/]+/subnets/[^/]+",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def find_container_faults(group: ContainerGroup, faults: Faults) -> None:
    """Note what contradicts itself in one item of `containerGroups`."""
    _find_network_faults(group, faults)
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
