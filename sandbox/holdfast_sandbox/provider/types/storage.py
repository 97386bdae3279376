"""Microsoft.Storage: storage accounts (API 2024-01-01, as SDK 3.29).

Some names of the program differ from the wire's (`x-ms-client-name` in the specification): `enableHttpsTrafficOnly`,
`networkRuleSet`, `enableNfsV3`, `iPAddressOrRange`, the parts of `encryption`.
"""

from holdfast_sandbox.provider.schema import ResourceType, getter, lister
from holdfast_sandbox.provider.types.shared import IDENTITY, USER_ASSIGNED_IDENTITY

_ENDPOINTS = dict.fromkeys(("blob", "dfs", "file", "web"), "str readonly")

STORAGE_ACCOUNT = ResourceType(
    "azure-native:storage:StorageAccount",
    path="/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Storage/storageAccounts/{accountName}",
    api_version="2024-01-01",
    parameters={
        "resourceGroupName": r"str minlen=1 maxlen=90 pattern=^[-\w\._\(\)]+$",
        "accountName": "str minlen=3 maxlen=24",
    },
    root={
        "extendedLocation": "ExtendedLocation",
        "identity": "Identity",
        "kind": "str required",
        "location": "str required replace",
        "name": "str readonly",
        "sku": "Sku required",
        "tags": "{str}",
        "type": "str readonly",
    },
    flattened={
        "accessTier": "str",
        "accountMigrationInProgress": "bool readonly",
        "allowBlobPublicAccess": "bool",
        "allowCrossTenantReplication": "bool",
        "allowSharedKeyAccess": "bool",
        "allowedCopyScope": "str",
        "azureFilesIdentityBasedAuthentication": "AzureFilesIdentityBasedAuthentication",
        "blobRestoreStatus": "BlobRestoreStatus readonly",
        "creationTime": "str readonly",
        "customDomain": "CustomDomain",
        "defaultToOAuthAuthentication": "bool",
        "dnsEndpointType": "str",
        "enableExtendedGroups": "bool",
        "enableHttpsTrafficOnly": "bool wire=supportsHttpsTrafficOnly",
        "enableNfsV3": "bool wire=isNfsV3Enabled",
        "encryption": "Encryption",
        "failoverInProgress": "bool readonly",
        "geoReplicationStats": "GeoReplicationStats readonly",
        "immutableStorageWithVersioning": "ImmutableStorageAccount",
        "isHnsEnabled": "bool replace",
        "isLocalUserEnabled": "bool",
        "isSftpEnabled": "bool",
        "isSkuConversionBlocked": "bool readonly",
        "keyCreationTime": "KeyCreationTime readonly",
        "keyPolicy": "KeyPolicy",
        "largeFileSharesState": "str",
        "lastGeoFailoverTime": "str readonly",
        "minimumTlsVersion": "str",
        "networkRuleSet": "NetworkRuleSet wire=networkAcls",
        "primaryEndpoints": "Endpoints readonly",
        "primaryLocation": "str readonly",
        "privateEndpointConnections": "[PrivateEndpointConnection] readonly",
        "provisioningState": "str readonly",
        "publicNetworkAccess": "str",
        "routingPreference": "RoutingPreference",
        "sasPolicy": "SasPolicy",
        "secondaryEndpoints": "Endpoints readonly",
        "secondaryLocation": "str readonly",
        "statusOfPrimary": "str readonly",
        "statusOfSecondary": "str readonly",
        "storageAccountSkuConversionStatus": "StorageAccountSkuConversionStatus readonly",
    },
    objects={
        "Identity": IDENTITY,
        "UserAssignedIdentity": USER_ASSIGNED_IDENTITY,
        "ExtendedLocation": {"name": "str", "type": "str"},
        "Sku": {"name": "str required", "tier": "str readonly"},
        "AzureFilesIdentityBasedAuthentication": {
            "activeDirectoryProperties": "ActiveDirectoryProperties",
            "defaultSharePermission": "str",
            "directoryServiceOptions": "str required",
        },
        "ActiveDirectoryProperties": {
            "accountType": "str",
            "azureStorageSid": "str",
            "domainGuid": "str required",
            "domainName": "str required",
            "domainSid": "str",
            "forestName": "str",
            "netBiosDomainName": "str",
            "samAccountName": "str",
        },
        "BlobRestoreStatus": {
            "failureReason": "str readonly",
            "parameters": "BlobRestoreParameters readonly",
            "restoreId": "str readonly",
            "status": "str readonly",
        },
        "BlobRestoreParameters": {"blobRanges": "[BlobRestoreRange] readonly", "timeToRestore": "str readonly"},
        "BlobRestoreRange": {"endRange": "str readonly", "startRange": "str readonly"},
        "CustomDomain": {"name": "str required", "useSubDomainName": "bool"},
        "Encryption": {
            "encryptionIdentity": "EncryptionIdentity wire=identity",
            "keySource": 'str default="Microsoft.Storage"',
            "keyVaultProperties": "KeyVaultProperties wire=keyvaultproperties",
            "requireInfrastructureEncryption": "bool",
            "services": "EncryptionServices",
        },
        "EncryptionIdentity": {
            "encryptionFederatedIdentityClientId": "str wire=federatedIdentityClientId",
            "encryptionUserAssignedIdentity": "str wire=userAssignedIdentity",
        },
        "EncryptionServices": dict.fromkeys(("blob", "file", "queue", "table"), "EncryptionService"),
        "EncryptionService": {"enabled": "bool", "keyType": "str", "lastEnabledTime": "str readonly"},
        "KeyVaultProperties": {
            "currentVersionedKeyExpirationTimestamp": "str readonly",
            "currentVersionedKeyIdentifier": "str readonly",
            "keyName": "str wire=keyname",
            "keyVaultUri": "str wire=keyvaulturi",
            "keyVersion": "str wire=keyversion",
            "lastKeyRotationTimestamp": "str readonly",
        },
        "GeoReplicationStats": {
            "canFailover": "bool readonly",
            "canPlannedFailover": "bool readonly",
            "lastSyncTime": "str readonly",
            "postFailoverRedundancy": "str readonly",
            "postPlannedFailoverRedundancy": "str readonly",
            "status": "str readonly",
        },
        "ImmutableStorageAccount": {
            "enabled": "bool",
            "immutabilityPolicy": "AccountImmutabilityPolicyProperties",
        },
        "AccountImmutabilityPolicyProperties": {
            "allowProtectedAppendWrites": "bool",
            "immutabilityPeriodSinceCreationInDays": "int min=1 max=146000",
            "state": "str",
        },
        "KeyCreationTime": {"key1": "str readonly", "key2": "str readonly"},
        "KeyPolicy": {"keyExpirationPeriodInDays": "int required"},
        "NetworkRuleSet": {
            "bypass": 'str default="AzureServices"',
            "defaultAction": 'str required default="Allow"',
            "ipRules": "[IPRule]",
            "resourceAccessRules": "[ResourceAccessRule]",
            "virtualNetworkRules": "[VirtualNetworkRule]",
        },
        "IPRule": {"action": 'str default="Allow"', "iPAddressOrRange": "str required wire=value"},
        "ResourceAccessRule": {"resourceId": "str", "tenantId": "str"},
        "VirtualNetworkRule": {
            "action": 'str default="Allow"',
            "state": "str",
            "virtualNetworkResourceId": "str required wire=id",
        },
        "Endpoints": {
            **_ENDPOINTS,
            "internetEndpoints": "StorageAccountInternetEndpoints readonly",
            "microsoftEndpoints": "StorageAccountMicrosoftEndpoints readonly",
            "queue": "str readonly",
            "table": "str readonly",
        },
        "StorageAccountInternetEndpoints": _ENDPOINTS,
        "StorageAccountMicrosoftEndpoints": {**_ENDPOINTS, "queue": "str readonly", "table": "str readonly"},
        "PrivateEndpointConnection": {
            "id": "str readonly",
            "name": "str readonly",
            "privateEndpoint": "PrivateEndpoint readonly under=properties",
            "privateLinkServiceConnectionState": "PrivateLinkServiceConnectionState readonly under=properties",
            "provisioningState": "str readonly under=properties",
            "type": "str readonly",
        },
        "PrivateEndpoint": {"id": "str readonly"},
        "PrivateLinkServiceConnectionState": {
            "actionRequired": "str readonly",
            "description": "str readonly",
            "status": "str readonly",
        },
        "RoutingPreference": {
            "publishInternetEndpoints": "bool",
            "publishMicrosoftEndpoints": "bool",
            "routingChoice": "str",
        },
        "SasPolicy": {"expirationAction": 'str required default="Log"', "sasExpirationPeriod": "str required"},
        "StorageAccountSkuConversionStatus": {
            "endTime": "str readonly",
            "skuConversionStatus": "str readonly",
            "startTime": "str readonly",
            "targetSkuName": "str",
        },
    },
    put_lro=True,
)

_KEY = dict.fromkeys(("creationTime", "keyName", "permissions", "value"), "str readonly")

RESOURCES = {STORAGE_ACCOUNT.token: STORAGE_ACCOUNT}
INVOKES = {
    table.token: table
    for table in (
        getter(STORAGE_ACCOUNT, "azure-native:storage:getStorageAccount", expand="str wire=$expand"),
        lister(
            STORAGE_ACCOUNT,
            "azure-native:storage:listStorageAccountKeys",
            "listKeys",
            {"keys": "[StorageAccountKey] readonly"},
            {"StorageAccountKey": _KEY},
            expand="str wire=$expand",
        ),
    )
}
