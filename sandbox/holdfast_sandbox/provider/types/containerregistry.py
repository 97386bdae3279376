"""Microsoft.ContainerRegistry: registries (API 2023-01-01-preview, as SDK 3.29; the credentials' is a newer one)."""

from dataclasses import replace

from holdfast_sandbox.provider.schema import ResourceType, getter, lister
from holdfast_sandbox.provider.types import containerregistry_tasks as tasks
from holdfast_sandbox.provider.types.shared import GROUP_NAME, SYSTEM_DATA

_STATUS = {"status": 'str default="disabled"'}

REGISTRY = ResourceType(
    "azure-native:containerregistry:Registry",
    path=(
        "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ContainerRegistry"
        "/registries/{registryName}"
    ),
    api_version="2023-01-01-preview",
    parameters={
        "resourceGroupName": GROUP_NAME,
        "registryName": "str minlen=5 maxlen=50 pattern=^[a-zA-Z0-9]*$",
    },
    root={
        "identity": "IdentityProperties",
        "location": "str required replace",
        "name": "str readonly",
        "sku": "Sku required",
        "systemData": "SystemData readonly",
        "tags": "{str}",
        "type": "str readonly",
    },
    flattened={
        "adminUserEnabled": "bool default=false",
        "anonymousPullEnabled": "bool default=false",
        "creationDate": "str readonly",
        "dataEndpointEnabled": "bool",
        "dataEndpointHostNames": "[str] readonly",
        "encryption": "EncryptionProperty",
        "loginServer": "str readonly",
        "networkRuleBypassOptions": 'str default="AzureServices"',
        "networkRuleSet": "NetworkRuleSet",
        "policies": "Policies",
        "privateEndpointConnections": "[PrivateEndpointConnection] readonly",
        "provisioningState": "str readonly",
        "publicNetworkAccess": 'str default="Enabled"',
        "status": "Status readonly",
        "zoneRedundancy": 'str default="Disabled"',
    },
    objects={
        "IdentityProperties": {
            "principalId": "str",
            "tenantId": "str",
            "type": "str",
            "userAssignedIdentities": "{UserIdentityProperties}",
        },
        "UserIdentityProperties": {"clientId": "str", "principalId": "str"},
        "Sku": {"name": "str required", "tier": "str readonly"},
        "SystemData": SYSTEM_DATA,
        "EncryptionProperty": {"keyVaultProperties": "KeyVaultProperties", "status": "str"},
        "KeyVaultProperties": {
            "identity": "str",
            "keyIdentifier": "str",
            "keyRotationEnabled": "bool readonly",
            "lastKeyRotationTimestamp": "str readonly",
            "versionedKeyIdentifier": "str readonly",
        },
        "NetworkRuleSet": {"defaultAction": 'str required default="Allow"', "ipRules": "[IPRule]"},
        "IPRule": {"action": 'str default="Allow"', "iPAddressOrRange": "str required wire=value"},
        "Policies": {
            "azureADAuthenticationAsArmPolicy": "AzureADAuthenticationAsArmPolicy",
            "exportPolicy": "ExportPolicy",
            "quarantinePolicy": "QuarantinePolicy",
            "retentionPolicy": "RetentionPolicy",
            "softDeletePolicy": "SoftDeletePolicy",
            "trustPolicy": "TrustPolicy",
        },
        "AzureADAuthenticationAsArmPolicy": {"status": 'str default="enabled"'},
        "ExportPolicy": {"status": 'str default="enabled"'},
        "QuarantinePolicy": _STATUS,
        "RetentionPolicy": {**_STATUS, "days": "int default=7", "lastUpdatedTime": "str readonly"},
        "SoftDeletePolicy": {**_STATUS, "lastUpdatedTime": "str readonly", "retentionDays": "int default=7"},
        "TrustPolicy": {**_STATUS, "type": 'str default="Notary"'},
        "PrivateEndpointConnection": {
            "id": "str readonly",
            "name": "str readonly",
            "privateEndpoint": "PrivateEndpoint readonly under=properties",
            "privateLinkServiceConnectionState": "PrivateLinkServiceConnectionState readonly under=properties",
            "provisioningState": "str readonly under=properties",
            "systemData": "SystemData readonly",
            "type": "str readonly",
        },
        "PrivateEndpoint": {"id": "str readonly"},
        "PrivateLinkServiceConnectionState": {
            "actionsRequired": "str readonly",
            "description": "str readonly",
            "status": "str readonly",
        },
        "Status": {"displayStatus": "str readonly", "message": "str readonly", "timestamp": "str readonly"},
    },
    put_lro=True,
    delete_lro=True,
)

_CREDENTIALS = lister(
    REGISTRY,
    "azure-native:containerregistry:listRegistryCredentials",
    "listCredentials",
    {"passwords": "[RegistryPassword] readonly", "username": "str readonly"},
    {"RegistryPassword": {"name": "str readonly", "value": "str readonly"}},
)

RESOURCES = {REGISTRY.token: REGISTRY, **tasks.RESOURCES}
INVOKES = tasks.INVOKES | {
    table.token: table
    for table in (
        getter(REGISTRY, "azure-native:containerregistry:getRegistry"),
        replace(_CREDENTIALS, api_version="2024-11-01-preview"),
    )
}
