"""Microsoft.KubernetesConfiguration: extensions on clusters (API 2023-05-01, as SDK 3.29)."""

from __future__ import annotations

from holdfast_sandbox.provider.schema import ResourceType, getter
from holdfast_sandbox.provider.types.shared import GROUP_NAME, SYSTEM_DATA

EXTENSION = ResourceType(
    "azure-native:kubernetesconfiguration:Extension",
    path=(
        "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers"
        "/{clusterRp}/{clusterResourceName}/{clusterName}"
        "/providers/Microsoft.KubernetesConfiguration/extensions/{extensionName}"
    ),
    api_version="2023-05-01",
    parameters={"resourceGroupName": GROUP_NAME},
    root={
        "identity": "Identity",
        "name": "str readonly",
        "plan": "Plan",
        "systemData": "SystemData readonly",
        "type": "str readonly",
    },
    flattened={
        "aksAssignedIdentity": "ExtensionAksAssignedIdentity",
        "autoUpgradeMinorVersion": "bool default=true",
        "configurationProtectedSettings": "{str}",
        "configurationSettings": "{str}",
        "currentVersion": "str readonly",
        "customLocationSettings": "{str} readonly",
        "errorInfo": "ErrorDetail readonly",
        "extensionType": "str",
        "isSystemExtension": "bool readonly",
        "packageUri": "str readonly",
        "provisioningState": "str readonly",
        "releaseTrain": 'str default="Stable"',
        "scope": "Scope",
        "statuses": "[ExtensionStatus]",
        "version": "str",
    },
    objects={
        "SystemData": SYSTEM_DATA,
        "ErrorDetail": {
            "additionalInfo": "[ErrorAdditionalInfo] readonly",
            "code": "str readonly",
            "details": "[ErrorDetail] readonly",
            "message": "str readonly",
            "target": "str readonly",
        },
        "ExtensionAksAssignedIdentity": {
            "principalId": "str readonly",
            "tenantId": "str readonly",
            "type": "str",
        },
        "ExtensionStatus": {
            "code": "str",
            "displayStatus": "str",
            "level": 'str default="Information"',
            "message": "str",
            "time": "str",
        },
        "Identity": {
            "principalId": "str readonly",
            "tenantId": "str readonly",
            "type": "str",
        },
        "Plan": {
            "name": "str required",
            "product": "str required",
            "promotionCode": "str",
            "publisher": "str required",
            "version": "str",
        },
        "Scope": {
            "cluster": "ScopeCluster",
            "namespace": "ScopeNamespace",
        },
        "ErrorAdditionalInfo": {
            "info": "any readonly",
            "type": "str readonly",
        },
        "ScopeCluster": {
            "releaseNamespace": "str",
        },
        "ScopeNamespace": {
            "targetNamespace": "str",
        },
    },
    put_lro=True,
    delete_lro=True,
)

RESOURCES = {EXTENSION.token: EXTENSION}
INVOKES = {
    "azure-native:kubernetesconfiguration:getExtension": getter(
        EXTENSION, "azure-native:kubernetesconfiguration:getExtension"
    ),
}
