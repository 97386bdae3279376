"""Microsoft.Insights: Application Insights components (API 2020-02-02, as SDK 3.29).

The wire names with capitals and underscores are the specification's
(applicationinsights/.../2020-02-02/components_API.json).
"""

from holdfast_sandbox.provider.schema import ResourceType, getter

COMPONENT = ResourceType(
    "azure-native:applicationinsights:Component",
    path="/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Insights/components/{resourceName}",
    api_version="2020-02-02",
    parameters={"resourceGroupName": "str minlen=1"},
    root={
        "etag": "str readonly",
        "kind": "str required",
        "location": "str required",
        "name": "str readonly",
        "tags": "{str}",
        "type": "str readonly",
    },
    flattened={
        "appId": "str readonly wire=AppId",
        "applicationId": "str readonly wire=ApplicationId",
        "applicationType": 'str required wire=Application_Type default="web"',
        "connectionString": "str readonly wire=ConnectionString",
        "creationDate": "str readonly wire=CreationDate",
        "disableIpMasking": "bool wire=DisableIpMasking",
        "disableLocalAuth": "bool wire=DisableLocalAuth",
        "flowType": 'str wire=Flow_Type default="Bluefield"',
        "forceCustomerStorageForProfiler": "bool wire=ForceCustomerStorageForProfiler",
        "hockeyAppId": "str wire=HockeyAppId",
        "hockeyAppToken": "str readonly wire=HockeyAppToken",
        "immediatePurgeDataOn30Days": "bool wire=ImmediatePurgeDataOn30Days",
        "ingestionMode": 'str wire=IngestionMode default="LogAnalytics"',
        "instrumentationKey": "str readonly wire=InstrumentationKey",
        "laMigrationDate": "str readonly wire=LaMigrationDate",
        "privateLinkScopedResources": "[PrivateLinkScopedResource] readonly wire=PrivateLinkScopedResources",
        "provisioningState": "str readonly",
        "publicNetworkAccessForIngestion": 'str default="Enabled"',
        "publicNetworkAccessForQuery": 'str default="Enabled"',
        "requestSource": 'str wire=Request_Source default="rest"',
        "retentionInDays": "int wire=RetentionInDays",
        "samplingPercentage": "num wire=SamplingPercentage",
        "tenantId": "str readonly wire=TenantId",
        "workspaceResourceId": "str wire=WorkspaceResourceId",
    },
    objects={
        "PrivateLinkScopedResource": {
            "resourceId": "str readonly wire=ResourceId",
            "scopeId": "str readonly wire=ScopeId",
        }
    },
)

RESOURCES = {COMPONENT.token: COMPONENT}
INVOKES = {
    "azure-native:applicationinsights:getComponent": getter(COMPONENT, "azure-native:applicationinsights:getComponent"),
}
