"""Microsoft.MachineLearningServices: computes of a workspace (API 2025-12-01, as SDK 3.29).

What a compute is, its `computeType` says. All types of the SDK are here; the sandbox's server refuses those that it
has not.
"""

from __future__ import annotations

from holdfast_sandbox.provider.schema import Objects, ResourceType, Table
from holdfast_sandbox.provider.types.machinelearning_instances import INSTANCE
from holdfast_sandbox.provider.types.shared import GROUP_NAME, IDENTITY, SYSTEM_DATA, USER_ASSIGNED_IDENTITY

_COMMON = {
    "computeLocation": "str",
    "createdOn": "str readonly",
    "description": "str",
    "disableLocalAuth": "bool",
    "isAttachedCompute": "bool readonly",
    "modifiedOn": "str readonly",
    "provisioningErrors": "[ErrorResponse] readonly",
    "provisioningState": "str readonly",
    "resourceId": "str",
}
# Type -> the object of its inner properties.
_TYPES = {
    "AKS": "AKSSchemaProperties",
    "AmlCompute": "AmlComputeProperties",
    "ComputeInstance": "ComputeInstanceProperties",
    "DataFactory": "",
    "DataLakeAnalytics": "DataLakeAnalyticsSchemaProperties",
    "Databricks": "DatabricksProperties",
    "HDInsight": "HDInsightProperties",
    "Kubernetes": "KubernetesProperties",
    "SynapseSpark": "SynapseSparkProperties",
    "VirtualMachine": "VirtualMachineSchemaProperties",
}


def _compute(kind: str, inner: str) -> Table:
    outer = {**_COMMON, "computeType": f"str required const={kind}"}
    return {**outer, "properties": inner} if inner else outer


_OBJECTS: Objects = {
    "AKSSchemaProperties": {
        "agentCount": "int",
        "agentVmSize": "str",
        "aksNetworkingConfiguration": "AksNetworkingConfiguration",
        "clusterFqdn": "str",
        "clusterPurpose": 'str default="FastProd"',
        "loadBalancerSubnet": "str",
        "loadBalancerType": 'str default="PublicIp"',
        "sslConfiguration": "SslConfiguration",
        "systemServices": "[SystemService] readonly",
    },
    "ErrorResponse": {
        "error": "ErrorDetail readonly",
    },
    "AmlComputeProperties": {
        "allocationState": "str readonly",
        "allocationStateTransitionTime": "str readonly",
        "currentNodeCount": "int readonly",
        "enableNodePublicIp": "bool default=true",
        "errors": "[ErrorResponse] readonly",
        "isolatedNetwork": "bool",
        "nodeStateCounts": "NodeStateCounts readonly",
        "osType": 'str default="Linux"',
        "propertyBag": "any",
        "remoteLoginPortPublicAccess": 'str default="NotSpecified"',
        "scaleSettings": "ScaleSettings",
        "subnet": "ResourceId",
        "targetNodeCount": "int readonly",
        "userAccountCredentials": "UserAccountCredentials",
        "virtualMachineImage": "VirtualMachineImage",
        "vmPriority": "str",
        "vmSize": "str",
    },
    "DataLakeAnalyticsSchemaProperties": {
        "dataLakeStoreAccountName": "str",
    },
    "DatabricksProperties": {
        "databricksAccessToken": "str",
        "workspaceUrl": "str",
    },
    "HDInsightProperties": {
        "address": "str",
        "administratorAccount": "VirtualMachineSshCredentials",
        "sshPort": "int",
    },
    "KubernetesProperties": {
        "defaultInstanceType": "str",
        "extensionInstanceReleaseTrain": "str",
        "extensionPrincipalId": "str",
        "instanceTypes": "{InstanceTypeSchema}",
        "namespace": 'str default="default"',
        "relayConnectionString": "str",
        "serviceBusConnectionString": "str",
        "vcName": "str",
    },
    "SynapseSparkProperties": {
        "autoPauseProperties": "AutoPauseProperties",
        "autoScaleProperties": "AutoScaleProperties",
        "nodeCount": "int",
        "nodeSize": "str",
        "nodeSizeFamily": "str",
        "poolName": "str",
        "resourceGroup": "str",
        "sparkVersion": "str",
        "subscriptionId": "str",
        "workspaceName": "str",
    },
    "VirtualMachineSchemaProperties": {
        "address": "str",
        "administratorAccount": "VirtualMachineSshCredentials",
        "isNotebookInstanceCompute": "bool",
        "notebookServerPort": "int",
        "sshPort": "int",
        "virtualMachineSize": "str",
    },
    "AksNetworkingConfiguration": {
        "dnsServiceIP": "str",
        "dockerBridgeCidr": "str",
        "serviceCidr": "str",
        "subnetId": "str",
    },
    "SslConfiguration": {
        "cert": "str",
        "cname": "str",
        "key": "str",
        "leafDomainLabel": "str",
        "overwriteExistingDomain": "bool",
        "status": "str",
    },
    "SystemService": {
        "publicIpAddress": "str readonly",
        "systemServiceType": "str readonly",
        "version": "str readonly",
    },
    "ErrorDetail": {
        "additionalInfo": "[ErrorAdditionalInfo] readonly",
        "code": "str readonly",
        "details": "[ErrorDetail] readonly",
        "message": "str readonly",
        "target": "str readonly",
    },
    "NodeStateCounts": {
        "idleNodeCount": "int readonly",
        "leavingNodeCount": "int readonly",
        "preemptedNodeCount": "int readonly",
        "preparingNodeCount": "int readonly",
        "runningNodeCount": "int readonly",
        "unusableNodeCount": "int readonly",
    },
    "ResourceId": {
        "id": "str required",
    },
    "ScaleSettings": {
        "maxNodeCount": "int required",
        "minNodeCount": "int default=0",
        "nodeIdleTimeBeforeScaleDown": "str",
    },
    "UserAccountCredentials": {
        "adminUserName": "str required",
        "adminUserPassword": "str",
        "adminUserSshPublicKey": "str",
    },
    "VirtualMachineImage": {
        "id": "str required",
    },
    "VirtualMachineSshCredentials": {
        "password": "str",
        "privateKeyData": "str",
        "publicKeyData": "str",
        "username": "str",
    },
    "InstanceTypeSchema": {
        "nodeSelector": "{str}",
        "resources": "InstanceTypeSchemaResources",
    },
    "AutoPauseProperties": {
        "delayInMinutes": "int",
        "enabled": "bool",
    },
    "AutoScaleProperties": {
        "enabled": "bool",
        "maxNodeCount": "int",
        "minNodeCount": "int",
    },
    "ErrorAdditionalInfo": {
        "info": "any readonly",
        "type": "str readonly",
    },
    "InstanceTypeSchemaResources": {
        "limits": "{str}",
        "requests": "{str}",
    },
}

COMPUTE = ResourceType(
    "azure-native:machinelearningservices:Compute",
    path=(
        "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers"
        "/Microsoft.MachineLearningServices/workspaces/{workspaceName}/computes/{computeName}"
    ),
    api_version="2025-12-01",
    parameters={
        "resourceGroupName": GROUP_NAME,
        "workspaceName": "str pattern=^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$",
        "computeName": r"str pattern=^[a-zA-Z](?![a-zA-Z0-9-]*-\d+$)[a-zA-Z0-9\-]{2,23}$",
    },
    root={
        "identity": "ManagedServiceIdentity",
        "location": "str",
        "name": "str readonly",
        "properties": "|".join(_TYPES),
        "sku": "Sku",
        "systemData": "SystemData readonly",
        "tags": "{str}",
        "type": "str readonly",
    },
    objects={
        "ManagedServiceIdentity": IDENTITY,
        "UserAssignedIdentity": USER_ASSIGNED_IDENTITY,
        "SystemData": SYSTEM_DATA,
        "Sku": {"capacity": "int", "family": "str", "name": "str required", "size": "str", "tier": "str"},
        **{kind: _compute(kind, inner) for kind, inner in _TYPES.items()},
        **_OBJECTS,
        **INSTANCE,
    },
    put_lro=True,
    delete_lro=True,
)
