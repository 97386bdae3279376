"""Which rights does a request need on what its body refers to? The linked access checks of Azure Resource Manager.

Who may write a private endpoint may not thereby put it into anyone's subnet: the subnet's `join/action` is asked for,
too. Azure publishes no one list of these; each line here names where it is shown. What a service does on its own behalf
after the request (a workspace that writes into its vault) is no linked check, and not here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from holdfast_sandbox.arm.call import Call
from holdfast_sandbox.arm.rights import Right, type_of

_SUBNETS = "learn.microsoft.com/azure/virtual-network/virtual-network-manage-subnet"
_PRIVATE_LINK = "learn.microsoft.com/azure/private-link/rbac-permissions"
# Of Private DNS Zone Contributor, whose rights are those that a link takes.
_NETWORK_ROLES = "learn.microsoft.com/azure/role-based-access-control/built-in-roles/networking"
_IDENTITY = "github.com/Azure/aad-pod-identity/issues/613"


@dataclass(frozen=True)
class Link:
    """Where in a body another resource's id stands, the right on that resource, and the document that shows it.

    `{type}` in the action is the other resource's own type.
    """

    where: str
    action: str
    source: str


def _join(where: str) -> Link:
    return Link(where, "Microsoft.Network/virtualNetworks/subnets/join/action", _SUBNETS)


_RULES = Link(
    "properties.networkAcls.virtualNetworkRules[].id",
    "Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action",
    _SUBNETS,
)
_CUSTOM_ROLES = "learn.microsoft.com/azure/role-based-access-control/custom-roles"

#: Of any resource with an `identity`: its keys are the ids.
ASSIGN = Link(
    "identity.userAssignedIdentities", "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action", _IDENTITY
)
#: By the type that is written.
LINKS: Mapping[str, tuple[Link, ...]] = {
    "Microsoft.Authorization/roleDefinitions": (
        Link("properties.assignableScopes[]", "Microsoft.Authorization/roleDefinitions/write", _CUSTOM_ROLES),
    ),
    "Microsoft.ContainerInstance/containerGroups": (_join("properties.subnetIds[].id"),),
    "Microsoft.ContainerService/managedClusters": (
        _join("properties.agentPoolProfiles[].vnetSubnetID"),
        _join("properties.agentPoolProfiles[].podSubnetID"),
    ),
    "Microsoft.ContainerService/managedClusters/agentPools": (
        _join("properties.vnetSubnetID"),
        _join("properties.podSubnetID"),
    ),
    "Microsoft.Insights/diagnosticSettings": (
        Link(
            "properties.workspaceId",
            "Microsoft.OperationalInsights/workspaces/sharedKeys/action",
            "github.com/JimGBritt/AzurePolicy/issues/17",
        ),
        Link(
            "properties.storageAccountId",
            "Microsoft.Storage/storageAccounts/listKeys/action",
            "github.com/MicrosoftDocs/azure-docs/issues/80159",
        ),
    ),
    "Microsoft.KeyVault/vaults": (_RULES,),
    "Microsoft.MachineLearningServices/workspaces/computes": (_join("properties.properties.subnet.id"),),
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks": (
        Link("properties.virtualNetwork.id", "Microsoft.Network/virtualNetworks/join/action", _NETWORK_ROLES),
    ),
    "Microsoft.Network/privateEndpoints": (
        _join("properties.subnet.id"),
        Link(
            "properties.privateLinkServiceConnections[].properties.privateLinkServiceId",
            "{type}/PrivateEndpointConnectionsApproval/action",
            "github.com/MicrosoftDocs/azure-docs/issues/96892",
        ),
    ),
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups": (
        Link(
            "properties.privateDnsZoneConfigs[].properties.privateDnsZoneId",
            "Microsoft.Network/privateDnsZones/join/action",
            _PRIVATE_LINK,
        ),
    ),
    "Microsoft.Storage/storageAccounts": (_RULES,),
}
_BY_TYPE = {name.lower(): links for name, links in LINKS.items()}


def linked_rights(call: Call) -> list[Right]:
    """What a PUT or PATCH needs besides the right on its own resource, in the order of the body."""
    if call.method not in {"PUT", "PATCH"}:
        return []
    body = call.json()
    identities = (body.get("identity") or {}).get("userAssignedIdentities") or {}
    rights = [Right(ASSIGN.action, identity) for identity in identities]
    for link in _BY_TYPE.get(call.route.type.name.lower(), ()):
        for linked in _at(body, link.where.split(".")):
            rights.append(Right(link.action.format(type=type_of(linked)), linked))
    return rights


def _at(value: Any, path: list[str]) -> Iterator[str]:
    """The texts at a path such as `properties.subnetIds[].id`; nothing where the body has none there."""
    if not path:
        if isinstance(value, str) and value:
            yield value
        return
    name, rest = path[0].removesuffix("[]"), path[1:]
    value = value.get(name) if isinstance(value, dict) else None
    if not path[0].endswith("[]"):
        yield from _at(value, rest)
        return
    for item in value if isinstance(value, list) else ():
        yield from _at(item, rest)
