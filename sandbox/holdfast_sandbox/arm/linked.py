"""Which rights does a request need on what its body refers to? The linked access checks of Azure Resource Manager.

Who may write a private endpoint may not thereby put it into anyone's subnet: the subnet's `join/action` is asked for,
too. Azure publishes no one list of these; each line here names where it is shown. What a service does on its own behalf
after the request (a workspace that writes into its vault) is no linked check, and not here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast_sandbox.arm.call import Call
from holdfast_sandbox.arm.rights import Right, type_of

# learn.microsoft.com/azure/virtual-network/virtual-network-manage-subnet (permissions)
_JOIN = "Microsoft.Network/virtualNetworks/subnets/join/action"
_JOIN_BY_ENDPOINT = "Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action"
# The target's own, by its type: learn.microsoft.com/azure/private-link/rbac-permissions
_APPROVE = "{type}/PrivateEndpointConnectionsApproval/action"
_ACLS = "properties.networkAcls.virtualNetworkRules[].id"

# Type -> where in the body the other resource's id stands, and the right on it.
_LINKS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "microsoft.network/privateendpoints": (
        ("properties.subnet.id", _JOIN),
        ("properties.privateLinkServiceConnections[].properties.privateLinkServiceId", _APPROVE),
    ),
    "microsoft.network/privateendpoints/privatednszonegroups": (
        # learn.microsoft.com/azure/private-link/rbac-permissions
        (
            "properties.privateDnsZoneConfigs[].properties.privateDnsZoneId",
            "Microsoft.Network/privateDnsZones/join/action",
        ),
    ),
    "microsoft.network/privatednszones/virtualnetworklinks": (
        ("properties.virtualNetwork.id", "Microsoft.Network/virtualNetworks/join/action"),
    ),
    "microsoft.insights/diagnosticsettings": (
        # github.com/JimGBritt/AzurePolicy/issues/17, github.com/MicrosoftDocs/azure-docs/issues/80159
        ("properties.workspaceId", "Microsoft.OperationalInsights/workspaces/sharedKeys/action"),
        ("properties.storageAccountId", "Microsoft.Storage/storageAccounts/listKeys/action"),
    ),
    "microsoft.containerinstance/containergroups": (("properties.subnetIds[].id", _JOIN),),
    "microsoft.containerservice/managedclusters": (
        ("properties.agentPoolProfiles[].vnetSubnetID", _JOIN),
        ("properties.agentPoolProfiles[].podSubnetID", _JOIN),
    ),
    "microsoft.containerservice/managedclusters/agentpools": (
        ("properties.vnetSubnetID", _JOIN),
        ("properties.podSubnetID", _JOIN),
    ),
    "microsoft.machinelearningservices/workspaces/computes": (("properties.properties.subnet.id", _JOIN),),
    "microsoft.keyvault/vaults": ((_ACLS, _JOIN_BY_ENDPOINT),),
    "microsoft.storage/storageaccounts": ((_ACLS, _JOIN_BY_ENDPOINT),),
    # learn.microsoft.com/azure/role-based-access-control/custom-roles (who can create one)
    "microsoft.authorization/roledefinitions": (
        ("properties.assignableScopes[]", "Microsoft.Authorization/roleDefinitions/write"),
    ),
}

# github.com/Azure/aad-pod-identity/issues/613
_ASSIGN = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"


def linked_rights(call: Call) -> list[Right]:
    """What a PUT or PATCH needs besides the right on its own resource, in the order of the body."""
    if call.method not in {"PUT", "PATCH"}:
        return []
    body = call.json()
    identities = (body.get("identity") or {}).get("userAssignedIdentities") or {}
    rights = [Right(_ASSIGN, identity) for identity in identities]
    for where, action in _LINKS.get(call.route.type.name.lower(), ()):
        for linked in _at(body, where.split(".")):
            rights.append(Right(action.format(type=type_of(linked)), linked))
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
