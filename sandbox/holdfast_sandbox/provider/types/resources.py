"""Microsoft.Resources: resource groups (API 2024-03-01, as SDK 3.29)."""

from holdfast_sandbox.provider.schema import ResourceType, getter

RESOURCE_GROUP = ResourceType(
    "azure-native:resources:ResourceGroup",
    path="/subscriptions/{subscriptionId}/resourcegroups/{resourceGroupName}",
    api_version="2024-03-01",
    parameters={"resourceGroupName": r"str minlen=1 maxlen=90 pattern=^[-\w\._\(\)]+$"},
    root={
        "location": "str required replace",
        "managedBy": "str",
        "name": "str readonly",
        "properties": "ResourceGroupProperties readonly",
        "tags": "{str}",
        "type": "str readonly",
    },
    objects={"ResourceGroupProperties": {"provisioningState": "str readonly"}},
    delete_lro=True,
)

RESOURCES = {RESOURCE_GROUP.token: RESOURCE_GROUP}
INVOKES = {
    "azure-native:resources:getResourceGroup": getter(RESOURCE_GROUP, "azure-native:resources:getResourceGroup"),
}
