"""Microsoft.OperationalInsights: Log Analytics workspaces (API 2023-09-01, as SDK 3.29)."""

from holdfast_sandbox.provider.schema import ResourceType, getter, lister
from holdfast_sandbox.provider.types.shared import GROUP_NAME, IDENTITY, SYSTEM_DATA, USER_ASSIGNED_IDENTITY

WORKSPACE = ResourceType(
    "azure-native:operationalinsights:Workspace",
    path=(
        "/subscriptions/{subscriptionId}/resourcegroups/{resourceGroupName}/providers/Microsoft.OperationalInsights"
        "/workspaces/{workspaceName}"
    ),
    api_version="2023-09-01",
    parameters={
        "resourceGroupName": GROUP_NAME,
        "workspaceName": "str minlen=4 maxlen=63 pattern=^[A-Za-z0-9][A-Za-z0-9-]+[A-Za-z0-9]$",
    },
    root={
        "etag": "str readonly",
        "identity": "Identity",
        "location": "str required",
        "name": "str readonly",
        "systemData": "SystemData readonly",
        "tags": "{str}",
        "type": "str readonly",
    },
    flattened={
        "createdDate": "str readonly",
        "customerId": "str readonly",
        "defaultDataCollectionRuleResourceId": "str",
        "features": "WorkspaceFeatures",
        "forceCmkForQuery": "bool",
        "modifiedDate": "str readonly",
        "privateLinkScopedResources": "[PrivateLinkScopedResource] readonly",
        "provisioningState": "str readonly",
        "publicNetworkAccessForIngestion": "str",
        "publicNetworkAccessForQuery": "str",
        "retentionInDays": "int",
        "sku": "WorkspaceSku",
        "workspaceCapping": "WorkspaceCapping",
    },
    objects={
        "Identity": {**IDENTITY, "userAssignedIdentities": "ids:UserIdentityProperties"},
        "UserIdentityProperties": USER_ASSIGNED_IDENTITY,
        "SystemData": SYSTEM_DATA,
        "WorkspaceFeatures": {
            "clusterResourceId": "str",
            "disableLocalAuth": "bool",
            "enableDataExport": "bool",
            "enableLogAccessUsingOnlyResourcePermissions": "bool",
            "immediatePurgeDataOn30Days": "bool",
            "unifiedSentinelBillingOnly": "bool readonly",
        },
        "WorkspaceSku": {
            "capacityReservationLevel": "int",
            "lastSkuUpdate": "str readonly",
            "name": "str required",
        },
        "WorkspaceCapping": {
            "dailyQuotaGb": "num",
            "dataIngestionStatus": "str readonly",
            "quotaNextResetTime": "str readonly",
        },
        "PrivateLinkScopedResource": {"resourceId": "str readonly", "scopeId": "str readonly"},
    },
    put_lro=True,
    delete_lro=True,
)

RESOURCES = {WORKSPACE.token: WORKSPACE}
_KEYS = {"primarySharedKey": "str readonly", "secondarySharedKey": "str readonly"}
INVOKES = {
    table.token: table
    for table in (
        getter(WORKSPACE, "azure-native:operationalinsights:getWorkspace"),
        lister(WORKSPACE, "azure-native:operationalinsights:getSharedKeys", "sharedKeys", _KEYS, {}),
    )
}
