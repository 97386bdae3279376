"""Microsoft.MachineLearningServices: workspaces, and what they hold (API 2025-12-01, as SDK 3.29)."""

from holdfast_sandbox.provider.schema import ResourceType, getter
from holdfast_sandbox.provider.types import machinelearning_assets as assets
from holdfast_sandbox.provider.types import machinelearning_endpoints as endpoints
from holdfast_sandbox.provider.types.machinelearning_computes import COMPUTE
from holdfast_sandbox.provider.types.machinelearning_datastores import DATASTORE
from holdfast_sandbox.provider.types.shared import GROUP_NAME, IDENTITY, SYSTEM_DATA, USER_ASSIGNED_IDENTITY

_RULE = {"category": "str", "errorInformation": "str readonly", "parentRuleNames": "[str] readonly", "status": "str"}

WORKSPACE = ResourceType(
    "azure-native:machinelearningservices:Workspace",
    path=(
        "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers"
        "/Microsoft.MachineLearningServices/workspaces/{workspaceName}"
    ),
    api_version="2025-12-01",
    parameters={"resourceGroupName": GROUP_NAME, "workspaceName": "str pattern=^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$"},
    root={
        "identity": "ManagedServiceIdentity",
        "kind": "str",
        "location": "str",
        "name": "str readonly",
        "sku": "Sku",
        "systemData": "SystemData readonly",
        "tags": "{str}",
        "type": "str readonly",
    },
    flattened={
        "allowPublicAccessWhenBehindVnet": "bool",
        "applicationInsights": "str",
        "associatedWorkspaces": "[str]",
        "containerRegistry": "str",
        "description": "str",
        "discoveryUrl": "str",
        "enableDataIsolation": "bool",
        "enableServiceSideCMKEncryption": "bool",
        "encryption": "EncryptionProperty",
        "featureStoreSettings": "FeatureStoreSettings",
        "friendlyName": "str",
        "hbiWorkspace": "bool",
        "hubResourceId": "str",
        "imageBuildCompute": "str",
        "keyVault": "str",
        "managedNetwork": "ManagedNetworkSettings",
        "mlFlowTrackingUri": "str readonly",
        "notebookInfo": "NotebookResourceInfo readonly",
        "primaryUserAssignedIdentity": "str",
        "privateEndpointConnections": "[PrivateEndpointConnection] readonly",
        "privateLinkCount": "int readonly",
        "provisionNetworkNow": "bool",
        "provisioningState": "str readonly",
        "publicNetworkAccess": "str",
        "serverlessComputeSettings": "ServerlessComputeSettings",
        "serviceManagedResourcesSettings": "ServiceManagedResourcesSettings",
        "serviceProvisionedResourceGroup": "str readonly",
        "sharedPrivateLinkResources": "[SharedPrivateLinkResource]",
        "storageAccount": "str",
        "storageHnsEnabled": "bool readonly",
        "systemDatastoresAuthMode": "str",
        "tenantId": "str readonly",
        "v1LegacyMode": "bool",
        "workspaceHubConfig": "WorkspaceHubConfig",
        "workspaceId": "str readonly",
    },
    objects={
        "ManagedServiceIdentity": IDENTITY,
        "UserAssignedIdentity": USER_ASSIGNED_IDENTITY,
        "SystemData": SYSTEM_DATA,
        "Sku": {"capacity": "int", "family": "str", "name": "str required", "size": "str", "tier": "str"},
        "EncryptionProperty": {
            "cosmosDbResourceId": "str",
            "identity": "IdentityForCmk",
            "keyVaultProperties": "KeyVaultProperties required",
            "searchAccountResourceId": "str",
            "status": "str required",
            "storageAccountResourceId": "str",
        },
        "IdentityForCmk": {"userAssignedIdentity": "str"},
        "KeyVaultProperties": {
            "identityClientId": "str",
            "keyIdentifier": "str required",
            "keyVaultArmId": "str required",
        },
        "FeatureStoreSettings": {
            "computeRuntime": "ComputeRuntimeDto",
            "offlineStoreConnectionName": "str",
            "onlineStoreConnectionName": "str",
        },
        "ComputeRuntimeDto": {"sparkRuntimeVersion": "str"},
        "ManagedNetworkSettings": {
            "enableNetworkMonitor": "bool default=false",
            "firewallPublicIpAddress": "str readonly",
            "firewallSku": "str",
            "isolationMode": "str",
            "managedNetworkKind": "str",
            "networkId": "str readonly",
            "outboundRules": "{FqdnOutboundRule|PrivateEndpointOutboundRule|ServiceTagOutboundRule}",
            "status": "ManagedNetworkProvisionStatus",
        },
        "ManagedNetworkProvisionStatus": {"sparkReady": "bool", "status": "str"},
        "FqdnOutboundRule": {**_RULE, "destination": "str", "type": "str required const=FQDN"},
        "PrivateEndpointOutboundRule": {
            **_RULE,
            "destination": "PrivateEndpointDestination",
            "fqdns": "[str]",
            "type": "str required const=PrivateEndpoint",
        },
        "PrivateEndpointDestination": {
            "serviceResourceId": "str",
            "sparkEnabled": "bool",
            "sparkStatus": "str",
            "subresourceTarget": "str",
        },
        "ServiceTagOutboundRule": {
            **_RULE,
            "destination": "ServiceTagDestination",
            "type": "str required const=ServiceTag",
        },
        "ServiceTagDestination": {
            "action": "str",
            "addressPrefixes": "[str]",
            "portRanges": "str",
            "protocol": "str",
            "serviceTag": "str",
        },
        "NotebookResourceInfo": {
            "fqdn": "str readonly",
            "isPrivateLinkEnabled": "bool readonly",
            "notebookPreparationError": "NotebookPreparationError readonly",
            "resourceId": "str readonly",
        },
        "NotebookPreparationError": {"errorMessage": "str readonly", "statusCode": "int readonly"},
        "PrivateEndpointConnection": {
            "id": "str readonly",
            "identity": "ManagedServiceIdentity readonly",
            "location": "str readonly",
            "name": "str readonly",
            "privateEndpoint": "WorkspacePrivateEndpointResource readonly under=properties",
            "privateLinkServiceConnectionState": "PrivateLinkServiceConnectionState readonly under=properties",
            "provisioningState": "str readonly under=properties",
            "sku": "Sku readonly",
            "systemData": "SystemData readonly",
            "tags": "{str} readonly",
            "type": "str readonly",
        },
        "WorkspacePrivateEndpointResource": {"id": "str readonly", "subnetArmId": "str readonly"},
        "PrivateLinkServiceConnectionState": {
            "actionsRequired": "str readonly",
            "description": "str readonly",
            "status": "str readonly",
        },
        "ServerlessComputeSettings": {"serverlessComputeCustomSubnet": "str", "serverlessComputeNoPublicIP": "bool"},
        "ServiceManagedResourcesSettings": {"cosmosDb": "CosmosDbSettings"},
        "CosmosDbSettings": {"collectionsThroughput": "int"},
        "SharedPrivateLinkResource": {
            "groupId": "str under=properties",
            "name": "str",
            "privateLinkResourceId": "str under=properties",
            "requestMessage": "str under=properties",
            "status": "str under=properties",
        },
        "WorkspaceHubConfig": {
            "additionalWorkspaceStorageAccounts": "[str]",
            "defaultWorkspaceResourceGroup": "str",
        },
    },
    put_lro=True,
    delete_lro=True,
)

RESOURCES = {
    table.token: table
    for table in (
        *(WORKSPACE, COMPUTE, DATASTORE),
        *(*assets.CONTAINERS, *assets.VERSIONS),
        *(endpoints.ENDPOINT, endpoints.DEPLOYMENT),
    )
}


def _getter(token: str) -> str:
    service, _, name = token.rpartition(":")
    return f"{service}:get{name}"


INVOKES = {_getter(token): getter(table, _getter(token)) for token, table in RESOURCES.items()}
INVOKES |= {one.token: one for one in endpoints.LISTERS}
