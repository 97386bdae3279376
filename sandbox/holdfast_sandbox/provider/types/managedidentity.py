"""Microsoft.ManagedIdentity: user-assigned identities (API 2023-01-31, as SDK 3.29)."""

from holdfast_sandbox.provider.schema import ResourceType, getter
from holdfast_sandbox.provider.types.shared import SYSTEM_DATA

IDENTITY = ResourceType(
    "azure-native:managedidentity:UserAssignedIdentity",
    path=(
        "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ManagedIdentity"
        "/userAssignedIdentities/{resourceName}"
    ),
    api_version="2023-01-31",
    root={
        "location": "str required",
        "name": "str readonly",
        "systemData": "SystemData readonly",
        "tags": "{str}",
        "type": "str readonly",
    },
    flattened={
        "clientId": "str readonly",
        "principalId": "str readonly",
        "tenantId": "str readonly",
    },
    objects={"SystemData": SYSTEM_DATA},
)

RESOURCES = {IDENTITY.token: IDENTITY}
INVOKES = {table.token: table for table in (getter(IDENTITY, "azure-native:managedidentity:getUserAssignedIdentity"),)}
