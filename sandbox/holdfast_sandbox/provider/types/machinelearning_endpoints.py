"""Microsoft.MachineLearningServices: online endpoints and their deployments (API 2025-12-01, as SDK 3.29)."""

from __future__ import annotations

from holdfast_sandbox.provider.schema import ResourceType, lister
from holdfast_sandbox.provider.types.shared import GROUP_NAME, IDENTITY, SYSTEM_DATA, USER_ASSIGNED_IDENTITY

_PATH = (
    "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers"
    "/Microsoft.MachineLearningServices/workspaces/{workspaceName}/onlineEndpoints/{endpointName}"
)
_NAME = r"str pattern=^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,254}$"
_PARAMETERS = {
    "resourceGroupName": GROUP_NAME,
    "workspaceName": "str pattern=^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$",
    "endpointName": _NAME,
}
_ROOT = {
    "identity": "ManagedServiceIdentity",
    "kind": "str",
    "location": "str",
    "name": "str readonly",
    "sku": "Sku",
    "systemData": "SystemData readonly",
    "tags": "{str}",
    "type": "str readonly",
}
_SHARED = {
    "ManagedServiceIdentity": IDENTITY,
    "UserAssignedIdentity": USER_ASSIGNED_IDENTITY,
    "Sku": {"capacity": "int", "family": "str", "name": "str required", "size": "str", "tier": "str"},
    "SystemData": SYSTEM_DATA,
}
_DEPLOYMENT = {
    "appInsightsEnabled": "bool default=false",
    "codeConfiguration": "CodeConfiguration",
    "dataCollector": "DataCollector",
    "description": "str",
    "egressPublicNetworkAccess": 'str default="Enabled"',
    "environmentId": "str",
    "environmentVariables": "{str}",
    "instanceType": 'str default="Standard_F4s_v2"',
    "livenessProbe": "ProbeSettings",
    "model": "str",
    "modelMountPath": "str",
    "properties": "{str}",
    "provisioningState": "str readonly",
    "readinessProbe": "ProbeSettings",
    "requestSettings": "OnlineRequestSettings",
    "scaleSettings": "DefaultScaleSettings|TargetUtilizationScaleSettings",
    "startupProbe": "ProbeSettings",
}

ENDPOINT = ResourceType(
    "azure-native:machinelearningservices:OnlineEndpoint",
    path=_PATH,
    api_version="2025-12-01",
    parameters=_PARAMETERS,
    root={**_ROOT, "properties": "OnlineEndpointProperties required"},
    objects={
        **_SHARED,
        "OnlineEndpointProperties": {
            "authMode": "str required",
            "compute": "str",
            "description": "str",
            "keys": "EndpointAuthKeys writeonly",
            "mirrorTraffic": "{int}",
            "properties": "{str}",
            "provisioningState": "str readonly",
            "publicNetworkAccess": 'str default="Enabled"',
            "scoringUri": "str readonly",
            "swaggerUri": "str readonly",
            "traffic": "{int}",
        },
        "EndpointAuthKeys": {"primaryKey": "str", "secondaryKey": "str"},
    },
    put_lro=True,
    delete_lro=True,
)

DEPLOYMENT = ResourceType(
    "azure-native:machinelearningservices:OnlineDeployment",
    path=f"{_PATH}/deployments/{{deploymentName}}",
    api_version="2025-12-01",
    parameters={**_PARAMETERS, "deploymentName": _NAME},
    root={**_ROOT, "properties": "KubernetesOnlineDeployment|ManagedOnlineDeployment required"},
    objects={
        **_SHARED,
        "KubernetesOnlineDeployment": {
            **_DEPLOYMENT,
            "containerResourceRequirements": "ContainerResourceRequirements",
            "endpointComputeType": "str required const=Kubernetes",
        },
        "ManagedOnlineDeployment": {**_DEPLOYMENT, "endpointComputeType": "str required const=Managed"},
        "CodeConfiguration": {"codeId": "str", "scoringScript": "str required"},
        "ContainerResourceRequirements": {
            "containerResourceLimits": "ContainerResourceSettings",
            "containerResourceRequests": "ContainerResourceSettings",
        },
        "ContainerResourceSettings": {"cpu": "str", "gpu": "str", "memory": "str"},
        "DataCollector": {
            "collections": "{Collection} required",
            "requestLogging": "RequestLogging",
            "rollingRate": 'str default="Hour"',
        },
        "Collection": {
            "clientId": "str",
            "dataCollectionMode": 'str default="Disabled"',
            "dataId": "str",
            "samplingRate": "num default=1",
        },
        "RequestLogging": {"captureHeaders": "[str]"},
        "DefaultScaleSettings": {"scaleType": "str required const=Default"},
        "TargetUtilizationScaleSettings": {
            "maxInstances": "int default=1",
            "minInstances": "int default=1",
            "pollingInterval": 'str default="PT1S"',
            "scaleType": "str required const=TargetUtilization",
            "targetUtilizationPercentage": "int default=70",
        },
        "OnlineRequestSettings": {
            "maxConcurrentRequestsPerInstance": "int default=1",
            "maxQueueWait": 'str default="PT0.5S"',
            "requestTimeout": 'str default="PT5S"',
        },
        "ProbeSettings": {
            "failureThreshold": "int default=30",
            "initialDelay": "str",
            "period": 'str default="PT10S"',
            "successThreshold": "int default=1",
            "timeout": 'str default="PT2S"',
        },
    },
    put_lro=True,
    delete_lro=True,
)

LISTERS = (
    lister(
        ENDPOINT,
        "azure-native:machinelearningservices:listOnlineEndpointKeys",
        "listKeys",
        {"primaryKey": "str", "secondaryKey": "str"},
        {},
    ),
    lister(
        ENDPOINT,
        "azure-native:machinelearningservices:getOnlineEndpointToken",
        "token",
        {
            "accessToken": "str",
            "expiryTimeUtc": "num",
            "refreshAfterTimeUtc": "num",
            "tokenType": "str",
        },
        {},
    ),
)
