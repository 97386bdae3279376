"""What is the workspace made with, and what of it do the settings ask for?"""

from __future__ import annotations

from typing import Any

from holdfast.decide.bodies.identity import SYSTEM, identity_body
from holdfast.decide.bodies.network import endpoints_of, shut
from holdfast.model.bodies import Body
from holdfast.model.kinds import Kind
from holdfast.model.names import made_of
from holdfast.model.wanted import Wanted

#: Settings that are written as they are, and what the reference calls them.
_PLAIN = {
    "description": "description",
    "friendlyName": "friendlyName",
    "highBusinessImpact": "hbiWorkspace",
    "v1LegacyMode": "v1LegacyMode",
}
#: The word of the settings for image builds on no compute of the workspace; Azure's is the empty name.
NO_COMPUTE = "none"
_NETWORKS = {"internetOutbound": "AllowInternetOutbound", "approvedOutbound": "AllowOnlyApprovedOutbound"}
_LOGINS = {"identity": "Identity", "accessKey": "AccessKey"}


def workspace_body(wanted: Wanted) -> Body:
    """On its four resources, with an identity of its own.

    Source of the names: azure-rest-api-specs, machinelearningservices 2025-12-01, WorkspaceProperties.
    """
    settings = wanted.settings.get(Kind.WORKSPACE, {})
    properties: dict[str, Any] = {}
    if "publicAccess" in settings:
        properties["publicNetworkAccess"] = "Enabled" if settings["publicAccess"] else "Disabled"
    properties |= {name: settings[key] for key, name in _PLAIN.items() if key in settings}
    if "systemDatastoresAuthMode" in settings:
        properties["systemDatastoresAuthMode"] = _LOGINS[settings["systemDatastoresAuthMode"]]
    properties |= shut(wanted, Kind.WORKSPACE)
    secure: dict[str, Any] = {"friendlyName": wanted.resources[Kind.WORKSPACE].name}
    network = settings.get("managedNetwork")
    if network == "disabled":
        # Asked of a new one alone: a live one either has none, or keeps it (`decide.workspace`).
        secure["managedNetwork"] = {"isolationMode": "Disabled"}
    elif network is not None:
        properties["managedNetwork"] = {"isolationMode": _NETWORKS[network]}
    later: dict[str, Any] = {}
    if "imageBuildCompute" in settings:
        # The compute needs the workspace, so a new workspace can't name it yet.
        compute = settings["imageBuildCompute"]
        later["imageBuildCompute"] = "" if compute == NO_COMPUTE else compute
    stands_on = made_of(wanted)
    identity = identity_body(wanted, settings)
    if identity.needs:
        (properties["primaryUserAssignedIdentity"],) = identity.explicit["identity"]["userAssignedIdentities"]
    return Body(
        explicit={**identity.explicit, **({"properties": properties} if properties else {})},
        secure={
            **SYSTEM,
            "properties": {**secure, **{name: id for name, (_, id) in stands_on.items()}},
        },
        # It is made after the ways to what it stands on, as in Microsoft's own template of a private workspace
        # (github.com/Azure/terraform, quickstart/201-machine-learning-moderately-secure).
        needs=(
            *identity.needs,
            *(kind.value for kind, _ in stands_on.values()),
            *endpoints_of(wanted, *(kind for kind, _ in stands_on.values())),
        ),
        later={"properties": later} if later else {},
    )
