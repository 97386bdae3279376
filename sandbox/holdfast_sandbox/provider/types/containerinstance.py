"""Microsoft.ContainerInstance: container groups (API 2024-05-01-preview, as SDK 3.29).

Nothing of a group but its path replaces it: the provider's list of replacements (provider/pkg/gen/replacement.go) has
no container group and the specification no mutability for it, so a change of CPU is an update that Azure refuses. The
references to secrets (`secureValueReference`, ...) come from a newer API version, whose inputs the SDK shares.
"""

from holdfast_sandbox.provider.schema import ResourceType, getter
from holdfast_sandbox.provider.types.shared import USER_ASSIGNED_IDENTITY

_VIEW = {
    "currentState": "ContainerState readonly",
    "events": "[Event] readonly",
    "previousState": "ContainerState readonly",
    "restartCount": "int readonly",
}
_PORT = {"port": "int required", "protocol": "str"}

CONTAINER_GROUP = ResourceType(
    "azure-native:containerinstance:ContainerGroup",
    path=(
        "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers"
        "/Microsoft.ContainerInstance/containerGroups/{containerGroupName}"
    ),
    api_version="2024-05-01-preview",
    root={
        "identity": "ContainerGroupIdentity",
        "location": "str",
        "name": "str readonly",
        "tags": "{str}",
        "type": "str readonly",
        "zones": "[str]",
    },
    flattened={
        "confidentialComputeProperties": "ConfidentialComputeProperties",
        "containerGroupProfile": "ContainerGroupProfileReferenceDefinition",
        "containers": "[Container] required ids=name",
        "diagnostics": "ContainerGroupDiagnostics",
        "dnsConfig": "DnsConfiguration",
        "encryptionProperties": "EncryptionProperties",
        "extensions": "[DeploymentExtensionSpec] ids=name",
        "imageRegistryCredentials": "[ImageRegistryCredential] ids=username",
        "initContainers": "[InitContainerDefinition] ids=name",
        "instanceView": "ContainerGroupPropertiesResponseInstanceView readonly",
        "ipAddress": "IpAddress",
        "isCreatedFromStandbyPool": "bool readonly",
        "osType": "str",
        "priority": "str",
        "provisioningState": "str readonly",
        "restartPolicy": "str",
        "sku": "str",
        "standbyPoolProfile": "StandbyPoolProfileDefinition",
        "subnetIds": "[ContainerGroupSubnetId]",
        "volumes": "[Volume] ids=name",
    },
    objects={
        "AzureFileVolume": {
            "readOnly": "bool",
            "shareName": "str required",
            "storageAccountKey": "str",
            "storageAccountKeyReference": "str writeonly",
            "storageAccountName": "str required",
        },
        "ConfidentialComputeProperties": {"ccePolicy": "str"},
        "ConfigMap": {"keyValuePairs": "{str}"},
        "Container": {
            "command": "[str] under=properties",
            "configMap": "ConfigMap under=properties",
            "environmentVariables": "[EnvironmentVariable] under=properties ids=name",
            "image": "str under=properties",
            "instanceView": "ContainerPropertiesResponseInstanceView readonly under=properties",
            "livenessProbe": "ContainerProbe under=properties",
            "name": "str required",
            "ports": "[ContainerPort] under=properties ids=port",
            "readinessProbe": "ContainerProbe under=properties",
            "resources": "ResourceRequirements under=properties",
            "securityContext": "SecurityContextDefinition under=properties",
            "volumeMounts": "[VolumeMount] under=properties ids=name",
        },
        "ContainerExec": {"command": "[str]"},
        "ContainerGroupDiagnostics": {"logAnalytics": "LogAnalytics"},
        "ContainerGroupIdentity": {
            "principalId": "str readonly",
            "tenantId": "str readonly",
            "type": "str",
            "userAssignedIdentities": "ids:UserAssignedIdentities",
        },
        "ContainerGroupProfileReferenceDefinition": {"id": "str", "revision": "int"},
        "ContainerGroupPropertiesResponseInstanceView": {"events": "[Event] readonly", "state": "str readonly"},
        "ContainerGroupSubnetId": {"id": "str required", "name": "str"},
        "ContainerHttpGet": {
            "httpHeaders": "[HttpHeader]",
            "path": "str",
            "port": "int required",
            "scheme": "str",
        },
        "ContainerPort": _PORT,
        "ContainerProbe": {
            "exec": "ContainerExec",
            "failureThreshold": "int",
            "httpGet": "ContainerHttpGet",
            "initialDelaySeconds": "int",
            "periodSeconds": "int",
            "successThreshold": "int",
            "timeoutSeconds": "int",
        },
        "ContainerPropertiesResponseInstanceView": _VIEW,
        "ContainerState": {
            "detailStatus": "str readonly",
            "exitCode": "int readonly",
            "finishTime": "str readonly",
            "startTime": "str readonly",
            "state": "str readonly",
        },
        "DeploymentExtensionSpec": {
            "extensionType": "str required under=properties",
            "name": "str required",
            "protectedSettings": "any under=properties",
            "settings": "any under=properties",
            "version": "str required under=properties",
        },
        "DnsConfiguration": {"nameServers": "[str] required", "options": "str", "searchDomains": "str"},
        "EncryptionProperties": {
            "identity": "str",
            "keyName": "str required",
            "keyVersion": "str required",
            "vaultBaseUrl": "str required",
        },
        "EnvironmentVariable": {
            "name": "str required",
            "secureValue": "str",
            "secureValueReference": "str writeonly",
            "value": "str",
        },
        "Event": {
            "count": "int readonly",
            "firstTimestamp": "str readonly",
            "lastTimestamp": "str readonly",
            "message": "str readonly",
            "name": "str readonly",
            "type": "str readonly",
        },
        "GitRepoVolume": {"directory": "str", "repository": "str required", "revision": "str"},
        "GpuResource": {"count": "int required", "sku": "str required"},
        "HttpHeader": {"name": "str", "value": "str"},
        "ImageRegistryCredential": {
            "identity": "str",
            "identityUrl": "str",
            "password": "str",
            "passwordReference": "str writeonly",
            "server": "str required",
            "username": "str",
        },
        "InitContainerDefinition": {
            "command": "[str] under=properties",
            "environmentVariables": "[EnvironmentVariable] under=properties ids=name",
            "image": "str under=properties",
            "instanceView": "InitContainerPropertiesDefinitionResponseInstanceView readonly under=properties",
            "name": "str required",
            "securityContext": "SecurityContextDefinition under=properties",
            "volumeMounts": "[VolumeMount] under=properties ids=name",
        },
        "InitContainerPropertiesDefinitionResponseInstanceView": _VIEW,
        "IpAddress": {
            "autoGeneratedDomainNameLabelScope": 'str default="Unsecure"',
            "dnsNameLabel": "str",
            "fqdn": "str readonly",
            "ip": "str",
            "ports": "[Port] required ids=port",
            "type": "str required",
        },
        "LogAnalytics": {
            "logType": "str",
            "metadata": "{str}",
            "workspaceId": "str required",
            "workspaceKey": "str required",
            "workspaceResourceId": "str",
        },
        "Port": _PORT,
        "ResourceLimits": {"cpu": "num", "gpu": "GpuResource", "memoryInGB": "num"},
        "ResourceRequests": {"cpu": "num required", "gpu": "GpuResource", "memoryInGB": "num required"},
        "ResourceRequirements": {"limits": "ResourceLimits", "requests": "ResourceRequests required"},
        "SecurityContextCapabilitiesDefinition": {"add": "[str]", "drop": "[str]"},
        "SecurityContextDefinition": {
            "allowPrivilegeEscalation": "bool",
            "capabilities": "SecurityContextCapabilitiesDefinition",
            "privileged": "bool",
            "runAsGroup": "int",
            "runAsUser": "int",
            "seccompProfile": "str",
        },
        "StandbyPoolProfileDefinition": {"failContainerGroupCreateOnReuseFailure": "bool", "id": "str"},
        "UserAssignedIdentities": USER_ASSIGNED_IDENTITY,
        "Volume": {
            "azureFile": "AzureFileVolume",
            "emptyDir": "any",
            "gitRepo": "GitRepoVolume",
            "name": "str required",
            "secret": "{str}",
            "secretReference": "{str} writeonly",
        },
        "VolumeMount": {"mountPath": "str required", "name": "str required", "readOnly": "bool"},
    },
    put_lro=True,
    delete_lro=True,
)

RESOURCES = {CONTAINER_GROUP.token: CONTAINER_GROUP}
INVOKES = {
    table.token: table for table in (getter(CONTAINER_GROUP, "azure-native:containerinstance:getContainerGroup"),)
}
