"""Microsoft.KeyVault: vaults, access policies, secrets, keys (API 2024-11-01, as SDK 3.29).

Shapes, required properties and identifiers: specification/keyvault/resource-manager/.../2024-11-01/keyvault.json.
"""

from holdfast_sandbox.provider.schema import ResourceType, getter
from holdfast_sandbox.provider.types.shared import SYSTEM_DATA

_VAULTS = (
    "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.KeyVault/vaults/{vaultName}"
)
_API = "2024-11-01"
_VAULT_NAME = "str pattern=^[a-zA-Z0-9-]{3,24}$"

_POLICY = {
    "AccessPolicyEntry": {
        "applicationId": "str",
        "objectId": "str required",
        "permissions": "Permissions required",
        "tenantId": "str required",
    },
    "Permissions": {"certificates": "[str]", "keys": "[str]", "secrets": "[str]", "storage": "[str]"},
}

VAULT = ResourceType(
    "azure-native:keyvault:Vault",
    path=_VAULTS,
    api_version=_API,
    parameters={"vaultName": _VAULT_NAME},
    root={
        "location": "str required",
        "name": "str readonly",
        "properties": "VaultProperties required",
        "systemData": "SystemData readonly",
        "tags": "{str}",
        "type": "str readonly",
    },
    objects={
        "VaultProperties": {
            "accessPolicies": "[AccessPolicyEntry] sub ids=tenantId,objectId,permissions",
            "createMode": "str writeonly",
            "enablePurgeProtection": "bool",
            "enableRbacAuthorization": "bool default=false",
            "enableSoftDelete": "bool default=true",
            "enabledForDeployment": "bool default=false",
            "enabledForDiskEncryption": "bool default=false",
            "enabledForTemplateDeployment": "bool default=false",
            "hsmPoolResourceId": "str readonly",
            "networkAcls": "NetworkRuleSet",
            "privateEndpointConnections": "[PrivateEndpointConnectionItem] readonly",
            "provisioningState": "str readonly",
            "publicNetworkAccess": 'str default="enabled"',
            "sku": "Sku required",
            "softDeleteRetentionInDays": "int default=90",
            "tenantId": "str required",
            "vaultUri": "str readonly",
        },
        **_POLICY,
        "SystemData": SYSTEM_DATA,
        "Sku": {"family": "str required", "name": "str required"},
        "NetworkRuleSet": {
            "bypass": "str",
            "defaultAction": "str",
            "ipRules": "[IPRule]",
            "virtualNetworkRules": "[VirtualNetworkRule]",
        },
        "IPRule": {"value": "str required"},
        "VirtualNetworkRule": {"id": "str required", "ignoreMissingVnetServiceEndpoint": "bool"},
        "PrivateEndpointConnectionItem": {
            "etag": "str readonly",
            "id": "str readonly",
            "privateEndpoint": "PrivateEndpoint readonly under=properties",
            "privateLinkServiceConnectionState": "PrivateLinkServiceConnectionState readonly under=properties",
            "provisioningState": "str readonly under=properties",
        },
        "PrivateEndpoint": {"id": "str readonly"},
        "PrivateLinkServiceConnectionState": {
            "actionsRequired": "str readonly",
            "description": "str readonly",
            "status": "str readonly",
        },
    },
    put_lro=True,
)

# A resource of the real provider's own (custom_keyvault_accesspolicy.go): no API version of Azure's to report, and the
# id ends in the principal's objectId.
ACCESS_POLICY = ResourceType(
    "azure-native:keyvault:AccessPolicy",
    path=_VAULTS + "/accessPolicy/{policy.objectId}",
    api_version=_API,
    root={"policy": "AccessPolicyEntry required"},
    objects=_POLICY,
    custom="access-policy",
    versioned=False,
)

SECRET = ResourceType(
    "azure-native:keyvault:Secret",
    path=_VAULTS + "/secrets/{secretName}",
    api_version=_API,
    parameters={"vaultName": _VAULT_NAME, "secretName": "str pattern=^[a-zA-Z0-9-]{1,127}$"},
    root={
        "location": "str readonly",
        "name": "str readonly",
        "properties": "SecretProperties required",
        "tags": "{str}",
        "type": "str readonly",
    },
    objects={
        "SecretProperties": {
            "attributes": "SecretAttributes",
            "contentType": "str",
            "secretUri": "str readonly",
            "secretUriWithVersion": "str readonly",
            "value": "str",
        },
        "SecretAttributes": {
            "created": "int readonly",
            "enabled": "bool",
            "expires": "int wire=exp",
            "notBefore": "int wire=nbf",
            "updated": "int readonly",
        },
    },
    custom="vault-secret",
)

_KEY_OBJECTS = {
    "KeyProperties": {
        "attributes": "KeyAttributes",
        "curveName": "str",
        "keyOps": "[str]",
        "keySize": "int",
        "kty": "str",
        "releasePolicy": "KeyReleasePolicy wire=release_policy",
        "rotationPolicy": "RotationPolicy",
    },
    "KeyAttributes": {
        "created": "num readonly",
        "enabled": "bool",
        "expires": "num wire=exp",
        "exportable": "bool default=false",
        "notBefore": "num wire=nbf",
        "recoveryLevel": "str readonly",
        "updated": "num readonly",
    },
    "KeyReleasePolicy": {
        "contentType": r'str default="application/json;\u0020charset=utf-8"',
        "data": "str",
    },
    "RotationPolicy": {"attributes": "KeyRotationPolicyAttributes", "lifetimeActions": "[LifetimeAction]"},
    "KeyRotationPolicyAttributes": {"created": "num readonly", "expiryTime": "str", "updated": "num readonly"},
    "LifetimeAction": {"action": "Action", "trigger": "Trigger"},
    "Action": {"type": "str"},
    "Trigger": {"timeAfterCreate": "str", "timeBeforeExpiry": "str"},
}

KEY = ResourceType(
    "azure-native:keyvault:Key",
    path=_VAULTS + "/keys/{keyName}",
    api_version=_API,
    parameters={"vaultName": _VAULT_NAME, "keyName": "str pattern=^[a-zA-Z0-9-]{1,127}$"},
    root={
        "location": "str readonly",
        "name": "str readonly",
        "properties": "KeyProperties required writeonly",
        "tags": "{str}",
        "type": "str readonly",
    },
    flattened={
        "attributes": "KeyAttributes readonly",
        "curveName": "str readonly",
        "keyOps": "[str] readonly",
        "keySize": "int readonly",
        "keyUri": "str readonly",
        "keyUriWithVersion": "str readonly",
        "kty": "str readonly",
        "releasePolicy": "KeyReleasePolicy readonly wire=release_policy",
        "rotationPolicy": "RotationPolicy readonly",
    },
    objects=_KEY_OBJECTS,
    custom="vault-key",
)

RESOURCES = {table.token: table for table in (VAULT, ACCESS_POLICY, SECRET, KEY)}
INVOKES = {
    table.token: table
    for table in (
        getter(VAULT, "azure-native:keyvault:getVault"),
        getter(SECRET, "azure-native:keyvault:getSecret"),
        getter(KEY, "azure-native:keyvault:getKey"),
    )
}
