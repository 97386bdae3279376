"""Microsoft.ContainerRegistry: runs of tasks as resources (API 2019-06-01-preview, as SDK 3.29)."""

from dataclasses import replace

from holdfast_sandbox.provider.schema import Invoke, ResourceType, Shapes, getter, parse
from holdfast_sandbox.provider.types.shared import GROUP_NAME, SYSTEM_DATA

_REGISTRY = (
    "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ContainerRegistry"
    "/registries/{registryName}"
)
_REGISTRY_NAME = "str minlen=5 maxlen=50 pattern=^[a-zA-Z0-9]*$"
_REQUESTS = "DockerBuildRequest|EncodedTaskRunRequest|FileTaskRunRequest|TaskRunRequest"

TASK_RUN = ResourceType(
    "azure-native:containerregistry:TaskRun",
    path=f"{_REGISTRY}/taskRuns/{{taskRunName}}",
    api_version="2019-06-01-preview",
    parameters={
        "resourceGroupName": GROUP_NAME,
        "registryName": _REGISTRY_NAME,
        "taskRunName": "str minlen=5 maxlen=50 pattern=^[a-zA-Z0-9-_]*$",
    },
    root={
        "identity": "IdentityProperties",
        "location": "str",
        "name": "str readonly",
        "systemData": "SystemData readonly",
        "type": "str readonly",
    },
    flattened={
        "forceUpdateTag": "str",
        "provisioningState": "str readonly",
        "runRequest": _REQUESTS,
        "runResult": "Run readonly",
    },
    objects={
        "DockerBuildRequest": {
            "agentConfiguration": "AgentProperties",
            "agentPoolName": "str",
            "arguments": "[Argument]",
            "credentials": "Credentials",
            "dockerFilePath": "str required",
            "imageNames": "[str]",
            "isArchiveEnabled": "bool default=false",
            "isPushEnabled": "bool default=true",
            "logTemplate": "str",
            "noCache": "bool default=false",
            "platform": "PlatformProperties required",
            "sourceLocation": "str",
            "target": "str",
            "timeout": "int default=3600",
            "type": "str required const=DockerBuildRequest",
        },
        "EncodedTaskRunRequest": {
            "agentConfiguration": "AgentProperties",
            "agentPoolName": "str",
            "credentials": "Credentials",
            "encodedTaskContent": "str required",
            "encodedValuesContent": "str",
            "isArchiveEnabled": "bool default=false",
            "logTemplate": "str",
            "platform": "PlatformProperties required",
            "sourceLocation": "str",
            "timeout": "int default=3600",
            "type": "str required const=EncodedTaskRunRequest",
            "values": "[SetValue]",
        },
        "FileTaskRunRequest": {
            "agentConfiguration": "AgentProperties",
            "agentPoolName": "str",
            "credentials": "Credentials",
            "isArchiveEnabled": "bool default=false",
            "logTemplate": "str",
            "platform": "PlatformProperties required",
            "sourceLocation": "str",
            "taskFilePath": "str required",
            "timeout": "int default=3600",
            "type": "str required const=FileTaskRunRequest",
            "values": "[SetValue]",
            "valuesFilePath": "str",
        },
        "IdentityProperties": {
            "principalId": "str",
            "tenantId": "str",
            "type": "str",
            "userAssignedIdentities": "{UserIdentityProperties}",
        },
        "Run": {
            "agentConfiguration": "AgentProperties readonly under=properties",
            "agentPoolName": "str readonly under=properties",
            "createTime": "str readonly under=properties",
            "customRegistries": "[str] readonly under=properties",
            "finishTime": "str readonly under=properties",
            "id": "str readonly",
            "imageUpdateTrigger": "ImageUpdateTrigger readonly under=properties",
            "isArchiveEnabled": "bool readonly under=properties",
            "lastUpdatedTime": "str readonly under=properties",
            "logArtifact": "ImageDescriptor readonly under=properties",
            "name": "str readonly",
            "outputImages": "[ImageDescriptor] readonly under=properties",
            "platform": "PlatformProperties readonly under=properties",
            "provisioningState": "str readonly under=properties",
            "runErrorMessage": "str readonly under=properties",
            "runId": "str readonly under=properties",
            "runType": "str readonly under=properties",
            "sourceRegistryAuth": "str readonly under=properties",
            "sourceTrigger": "SourceTriggerDescriptor readonly under=properties",
            "startTime": "str readonly under=properties",
            "status": "str readonly under=properties",
            "systemData": "SystemData readonly",
            "task": "str readonly under=properties",
            "timerTrigger": "TimerTriggerDescriptor readonly under=properties",
            "type": "str readonly",
            "updateTriggerToken": "str readonly under=properties",
        },
        "SystemData": SYSTEM_DATA,
        "TaskRunRequest": {
            "agentPoolName": "str",
            "isArchiveEnabled": "bool default=false",
            "logTemplate": "str",
            "overrideTaskStepProperties": "OverrideTaskStepProperties",
            "taskId": "str required",
            "type": "str required const=TaskRunRequest",
        },
        "AgentProperties": {
            "cpu": "int",
        },
        "Argument": {
            "isSecret": "bool default=false",
            "name": "str required",
            "value": "str required",
        },
        "Credentials": {
            "customRegistries": "{CustomRegistryCredentials}",
            "sourceRegistry": "SourceRegistryCredentials",
        },
        "PlatformProperties": {
            "architecture": "str",
            "os": "str required",
            "variant": "str",
        },
        "SetValue": {
            "isSecret": "bool default=false",
            "name": "str required",
            "value": "str required",
        },
        "UserIdentityProperties": {
            "clientId": "str",
            "principalId": "str",
        },
        "ImageDescriptor": {
            "digest": "str readonly",
            "registry": "str readonly",
            "repository": "str readonly",
            "tag": "str readonly",
        },
        "ImageUpdateTrigger": {
            "id": "str readonly",
            "images": "[ImageDescriptor] readonly",
            "timestamp": "str readonly",
        },
        "SourceTriggerDescriptor": {
            "branchName": "str readonly",
            "commitId": "str readonly",
            "eventType": "str readonly",
            "id": "str readonly",
            "providerType": "str readonly",
            "pullRequestId": "str readonly",
            "repositoryUrl": "str readonly",
        },
        "TimerTriggerDescriptor": {
            "scheduleOccurrence": "str readonly",
            "timerTriggerName": "str readonly",
        },
        "OverrideTaskStepProperties": {
            "arguments": "[Argument]",
            "contextPath": "str",
            "file": "str",
            "target": "str",
            "updateTriggerToken": "str",
            "values": "[SetValue]",
        },
        "CustomRegistryCredentials": {
            "identity": "str",
            "password": "SecretObject",
            "userName": "SecretObject",
        },
        "SourceRegistryCredentials": {
            "loginMode": "str",
        },
        "SecretObject": {
            "type": "str",
            "value": "str",
        },
    },
    put_lro=True,
)


def _link(token: str, path: str, parameters: dict[str, str], response: dict[str, str]) -> Invoke:
    """A POST that answers with a link to a blob."""
    return Invoke(
        token,
        f"{_REGISTRY}{path}",
        TASK_RUN.api_version,
        {"resourceGroupName": GROUP_NAME, "registryName": _REGISTRY_NAME, **parameters},
        method="POST",
        response=tuple(parse(name, text) for name, text in response.items()),
        shapes=Shapes({}),
    )


RESOURCES = {TASK_RUN.token: TASK_RUN}
INVOKES = {
    table.token: table
    for table in (
        getter(TASK_RUN, "azure-native:containerregistry:getTaskRun"),
        replace(
            getter(TASK_RUN, "azure-native:containerregistry:listTaskRunDetails"),
            path=f"{TASK_RUN.path}/listDetails",
            method="POST",
            getter=False,
        ),
        _link(
            "azure-native:containerregistry:listRegistryBuildSourceUploadUrl",
            "/listBuildSourceUploadUrl",
            {},
            {"relativePath": "str", "uploadUrl": "str"},
        ),
        _link(
            "azure-native:containerregistry:listRunLogSasUrl",
            "/runs/{runId}/listLogSasUrl",
            {"runId": "str"},
            {"logArtifactLink": "str", "logLink": "str"},
        ),
    )
}
