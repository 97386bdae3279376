"""The objects of a compute instance (`machinelearning_computes.py` has the rest)."""

from __future__ import annotations

from holdfast_sandbox.provider.schema import Objects

INSTANCE: Objects = {
    "ComputeInstanceProperties": {
        "applicationSharingPolicy": 'str default="Shared"',
        "applications": "[ComputeInstanceApplication] readonly",
        "computeInstanceAuthorizationType": 'str default="personal"',
        "connectivityEndpoints": "ComputeInstanceConnectivityEndpoints readonly",
        "containers": "[ComputeInstanceContainer] readonly",
        "createdBy": "ComputeInstanceCreatedBy readonly",
        "customServices": "[CustomService]",
        "dataDisks": "[ComputeInstanceDataDisk] readonly",
        "dataMounts": "[ComputeInstanceDataMount] readonly",
        "enableNodePublicIp": "bool",
        "enableSSO": "bool",
        "errors": "[ErrorResponse] readonly",
        "idleTimeBeforeShutdown": "str",
        "lastOperation": "ComputeInstanceLastOperation readonly",
        "osImageMetadata": "ImageMetadata readonly",
        "personalComputeInstanceSettings": "PersonalComputeInstanceSettings",
        "schedules": "ComputeSchedules",
        "setupScripts": "SetupScripts",
        "sshSettings": "ComputeInstanceSshSettings",
        "state": "str readonly",
        "subnet": "ResourceId",
        "versions": "ComputeInstanceVersion readonly",
        "vmSize": "str",
    },
    "ComputeInstanceApplication": {
        "displayName": "str readonly",
        "endpointUri": "str readonly",
    },
    "ComputeInstanceConnectivityEndpoints": {
        "privateIpAddress": "str readonly",
        "publicIpAddress": "str readonly",
    },
    "ComputeInstanceContainer": {
        "autosave": "str readonly",
        "environment": "ComputeInstanceEnvironmentInfo readonly",
        "gpu": "str readonly",
        "name": "str readonly",
        "network": "str readonly",
        "services": "[any] readonly",
    },
    "ComputeInstanceCreatedBy": {
        "userId": "str readonly",
        "userName": "str readonly",
        "userOrgId": "str readonly",
    },
    "ComputeInstanceDataDisk": {
        "caching": "str readonly",
        "diskSizeGB": "int readonly",
        "lun": "int readonly",
        "storageAccountType": "str readonly",
    },
    "ComputeInstanceDataMount": {
        "createdBy": "str readonly",
        "error": "str readonly",
        "mountAction": "str readonly",
        "mountMode": "str readonly",
        "mountName": "str readonly",
        "mountPath": "str readonly",
        "mountState": "str readonly",
        "mountedOn": "str readonly",
        "source": "str readonly",
        "sourceType": "str readonly",
    },
    "ComputeInstanceLastOperation": {
        "operationName": "str readonly",
        "operationStatus": "str readonly",
        "operationTime": "str readonly",
        "operationTrigger": "str readonly",
    },
    "ComputeInstanceSshSettings": {
        "adminPublicKey": "str",
        "adminUserName": "str readonly",
        "sshPort": "int readonly",
        "sshPublicAccess": 'str default="Disabled"',
    },
    "ComputeInstanceVersion": {
        "runtime": "str readonly",
    },
    "ComputeSchedules": {
        "computeStartStop": "[ComputeStartStopSchedule]",
    },
    "CustomService": {
        "docker": "Docker",
        "endpoints": "[Endpoint]",
        "environmentVariables": "{EnvironmentVariable}",
        "image": "Image",
        "kernel": "JupyterKernelConfig",
        "name": "str",
        "volumes": "[VolumeDefinition]",
    },
    "ImageMetadata": {
        "currentImageVersion": "str readonly",
        "isLatestOsImageVersion": "bool readonly",
        "latestImageVersion": "str readonly",
        "osPatchingStatus": "OsPatchingStatus readonly",
    },
    "PersonalComputeInstanceSettings": {
        "assignedUser": "AssignedUser",
    },
    "SetupScripts": {
        "scripts": "ScriptsToExecute",
    },
    "ComputeInstanceEnvironmentInfo": {
        "name": "str readonly",
        "version": "str readonly",
    },
    "ComputeStartStopSchedule": {
        "action": "str",
        "cron": "Cron",
        "id": "str readonly",
        "provisioningStatus": "str readonly",
        "recurrence": "Recurrence",
        "schedule": "ScheduleBase",
        "status": "str",
        "triggerType": "str",
    },
    "Docker": {
        "privileged": "bool",
    },
    "Endpoint": {
        "hostIp": "str",
        "name": "str",
        "protocol": 'str default="tcp"',
        "published": "int",
        "target": "int",
    },
    "EnvironmentVariable": {
        "type": 'str default="local"',
        "value": "str",
    },
    "Image": {
        "reference": "str",
        "type": 'str default="docker"',
        "version": "str",
    },
    "JupyterKernelConfig": {
        "argv": "[str]",
        "displayName": "str",
        "language": "str",
    },
    "VolumeDefinition": {
        "bind": "BindOptions",
        "consistency": "str",
        "readOnly": "bool",
        "source": "str",
        "target": "str",
        "tmpfs": "TmpfsOptions",
        "type": 'str default="bind"',
        "volume": "VolumeOptions",
    },
    "OsPatchingStatus": {
        "latestPatchTime": "str readonly",
        "osPatchingErrors": "[ErrorResponse] readonly",
        "patchStatus": "str readonly",
        "rebootPending": "bool readonly",
        "scheduledRebootTime": "str readonly",
    },
    "AssignedUser": {
        "objectId": "str required",
        "tenantId": "str required",
    },
    "ScriptsToExecute": {
        "creationScript": "ScriptReference",
        "startupScript": "ScriptReference",
    },
    "Cron": {
        "expression": "str",
        "startTime": "str",
        "timeZone": 'str default="UTC"',
    },
    "Recurrence": {
        "frequency": "str",
        "interval": "int",
        "schedule": "ComputeRecurrenceSchedule",
        "startTime": "str",
        "timeZone": 'str default="UTC"',
    },
    "ScheduleBase": {
        "id": "str",
        "provisioningStatus": "str",
        "status": "str",
    },
    "BindOptions": {
        "createHostPath": "bool",
        "propagation": "str",
        "selinux": "str",
    },
    "TmpfsOptions": {
        "size": "int",
    },
    "VolumeOptions": {
        "nocopy": "bool",
    },
    "ScriptReference": {
        "scriptArguments": "str",
        "scriptData": "str",
        "scriptSource": "str",
        "timeout": "str",
    },
    "ComputeRecurrenceSchedule": {
        "hours": "[int] required",
        "minutes": "[int] required",
        "monthDays": "[int]",
        "weekDays": "[str]",
    },
}
