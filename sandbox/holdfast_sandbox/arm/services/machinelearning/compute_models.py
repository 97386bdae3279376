"""What do computes look like? Validation, defaults and shapes of clusters, instances and attached Kubernetes; no state.

The shapes are those of recorded answers (azure-powershell's tests of Az.MachineLearningServices, 2022 to 2025) and of
the specification's examples. Nodes never appear: the sandbox has no machines, a cluster stays at none.
"""

from __future__ import annotations

import re
from typing import Any

from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.identity import TENANT_ID
from holdfast_sandbox.arm.services.machinelearning import compute_exceptions, exceptions
from holdfast_sandbox.arm.services.machinelearning.durations import seconds_of, text_of
from holdfast_sandbox.arm.store import Json

# The specification's computeName (2025-12-01).
NAME = re.compile(r"[a-zA-Z](?![a-zA-Z0-9-]*-\d+$)[a-zA-Z0-9-]{2,23}")

CLUSTER, INSTANCE, KUBERNETES, AKS = "AmlCompute", "ComputeInstance", "Kubernetes", "AKS"
_SERVED = (CLUSTER, INSTANCE, KUBERNETES)

# The specification's description of idleTimeBeforeShutdown.
SHORTEST_IDLE, LONGEST_IDLE = 15 * 60, 3 * 24 * 3600

_NODE_STATES = ("preparing", "running", "idle", "unusable", "leaving", "preempted")
_CHOICES: dict[str, tuple[str, ...]] = {
    "vmPriority": ("Dedicated", "LowPriority"),
    "osType": ("Linux", "Windows"),
    "remoteLoginPortPublicAccess": ("Enabled", "Disabled", "NotSpecified"),
    "applicationSharingPolicy": ("Personal", "Shared"),
    "computeInstanceAuthorizationType": ("personal",),
}
_TYPES: dict[str, dict[str, type]] = {
    CLUSTER: {
        "vmSize": str,
        "vmPriority": str,
        "osType": str,
        "remoteLoginPortPublicAccess": str,
        "scaleSettings": dict,
        "subnet": dict,
        "userAccountCredentials": dict,
        "virtualMachineImage": dict,
        "isolatedNetwork": bool,
        "enableNodePublicIp": bool,
        "propertyBag": dict,
    },
    INSTANCE: {
        "vmSize": str,
        "applicationSharingPolicy": str,
        "computeInstanceAuthorizationType": str,
        "idleTimeBeforeShutdown": str,
        "subnet": dict,
        "sshSettings": dict,
        "personalComputeInstanceSettings": dict,
        "setupScripts": dict,
        "schedules": dict,
        "customServices": list,
        "enableNodePublicIp": bool,
        "enableSSO": bool,
    },
    KUBERNETES: {
        "namespace": str,
        "defaultInstanceType": str,
        "extensionInstanceReleaseTrain": str,
        "extensionPrincipalId": str,
        "relayConnectionString": str,
        "serviceBusConnectionString": str,
        "vcName": str,
        "instanceTypes": dict,
    },
}
# What a request may carry and no answer shows.
SECRET = {
    CLUSTER: ("userAccountCredentials",),
    INSTANCE: (),
    KUBERNETES: ("relayConnectionString", "serviceBusConnectionString"),
}
# learn.microsoft.com/azure/machine-learning/how-to-manage-kubernetes-instance-types
_DEFAULT_INSTANCE_TYPE: Json = {
    "defaultinstancetype": {
        "nodeSelector": None,
        "resources": {
            "requests": {"cpu": "100m", "memory": "2Gi", "nvidia.com/gpu": None},
            "limits": {"cpu": "2", "memory": "2Gi", "nvidia.com/gpu": None},
        },
    }
}


def checked_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise compute_exceptions.name_invalid(name)
    return name


def checked_kind(given: Json, before: str | None) -> str:
    """The compute's type in Azure's letter case."""
    wanted = given.get("computeType")
    if wanted is None:
        raise exceptions.invalid("computeType", "The compute needs a computeType.")
    kind = _choice(wanted, (*_SERVED, AKS))
    if kind == AKS:
        raise compute_exceptions.legacy_attachment()
    if kind is None:
        raise compute_exceptions.kind_not_served(wanted)
    if before is not None and kind != before:
        raise compute_exceptions.kind_is_fixed(before, kind)
    return kind


def properties_of(body: Json, name: str = "properties") -> Json:
    given = body.get(name)
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise invalid_request_content(f"{name} must be an object")
    return given


def wanted(kind: str, given: Json) -> Json:
    """The settable ones of a compute's inner properties, checked one by one; nulls and what is unknown are dropped."""
    found: Json = {}
    for name, expected in _TYPES[kind].items():
        value = given.get(name)
        if value is None:
            continue
        if not isinstance(value, expected):
            raise invalid_request_content(f"properties.properties.{name} must be of the type {expected.__name__}")
        if name in _CHOICES:
            value = _choice(value, _CHOICES[name])
            if value is None:
                raise exceptions.invalid(name, f"'{given[name]}' is not one of {', '.join(_CHOICES[name])}.")
        found[name] = value
    if "scaleSettings" in found:
        found["scaleSettings"] = scale_settings(found["scaleSettings"], None)
    if "idleTimeBeforeShutdown" in found:
        found["idleTimeBeforeShutdown"] = idle_time(found["idleTimeBeforeShutdown"])
    return found


def scale_settings(given: Json, before: Json | None) -> Json:
    """Counts and idle time after a write; what a PATCH (`before`) leaves out stays."""
    settings = {"minNodeCount": 0, "nodeIdleTimeBeforeScaleDown": None, **(before or {})}
    settings |= {name: given[name] for name in (*settings, "maxNodeCount") if given.get(name) is not None}
    least, most = settings["minNodeCount"], settings.get("maxNodeCount")
    for name, count in (("minNodeCount", least), ("maxNodeCount", most)):
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise exceptions.invalid(f"scaleSettings.{name}", f"'{count}' is not a number of nodes.")
    if least > most:
        raise exceptions.invalid("scaleSettings.minNodeCount", f"{least} is more than the maxNodeCount {most}.")
    idle = settings["nodeIdleTimeBeforeScaleDown"]
    if idle is not None:
        seconds = seconds_of(idle)
        if seconds is None:
            raise exceptions.invalid("scaleSettings.nodeIdleTimeBeforeScaleDown", f"'{idle}' is not an ISO 8601 time.")
        settings["nodeIdleTimeBeforeScaleDown"] = text_of(seconds)
    return settings


def idle_time(given: Any) -> str:
    """An instance's time to shut down; ISO 8601, from 15 minutes to 3 days."""
    seconds = seconds_of(given)
    if seconds is None or not SHORTEST_IDLE <= seconds <= LONGEST_IDLE:
        raise exceptions.invalid(
            "idleTimeBeforeShutdown", f"'{given}' is not an ISO 8601 time from 15 minutes (PT15M) to 3 days (P3D)."
        )
    return text_of(seconds)


def cluster(wanted: Json, now: str) -> Json:
    """What a provisioned cluster answers: at rest, without nodes."""
    access = wanted.get("remoteLoginPortPublicAccess", "NotSpecified")
    if access == "NotSpecified":
        # Closed on a subnet, open without one; after the creation it is one or the other (REST reference).
        access = "Disabled" if wanted.get("subnet") else "Enabled"
    scale = wanted.get("scaleSettings") or {"minNodeCount": 0, "maxNodeCount": 0}
    return {
        "vmPriority": "Dedicated",
        "osType": "Linux",
        "subnet": None,
        "virtualMachineImage": None,
        "isolatedNetwork": False,
        "enableNodePublicIp": True,
        "propertyBag": {},
        **wanted,
        "remoteLoginPortPublicAccess": access,
        "scaleSettings": {**scale, "nodeIdleTimeBeforeScaleDown": scale.get("nodeIdleTimeBeforeScaleDown") or "PT2M"},
        "allocationState": "Steady",
        "allocationStateTransitionTime": now,
        "currentNodeCount": 0,
        "targetNodeCount": 0,
        "nodeStateCounts": {f"{state}NodeCount": 0 for state in _NODE_STATES},
        "errors": None,
    }


def instance(name: str, location: str, wanted: Json, owner: str, now: str) -> Json:
    """What a running instance answers."""
    host = f"https://{name.lower()}.{location}.instances.azureml.sandbox.invalid"
    ssh = {"sshPublicAccess": "Disabled", "adminPublicKey": None, **(wanted.get("sshSettings") or {})}
    return {
        "subnet": None,
        "applicationSharingPolicy": "Shared",
        "computeInstanceAuthorizationType": None,
        "personalComputeInstanceSettings": None,
        "setupScripts": None,
        "schedules": {"computeStartStop": []},
        "customServices": [],
        "enableNodePublicIp": True,
        "enableSSO": True,
        **wanted,
        "sshSettings": {**ssh, "adminUserName": "azureuser", "sshPort": 50000},
        "state": "Running",
        "lastOperation": last_operation("Create", now),
        "createdBy": {"userOrgId": TENANT_ID, "userId": owner},
        "applications": [
            {"displayName": "Jupyter", "endpointUri": f"{host}/tree/"},
            {"displayName": "Jupyter Lab", "endpointUri": f"{host}/lab"},
        ],
        "connectivityEndpoints": {"publicIpAddress": None, "privateIpAddress": "10.0.0.4"},
        "versions": {"runtime": "3.0.02755.0006"},
        "osImageMetadata": {
            "currentImageVersion": "24.06.10",
            "latestImageVersion": "24.06.10",
            "isLatestOsImageVersion": True,
        },
        "errors": [],
    }


def last_operation(what: str, now: str) -> Json:
    return {
        "operationName": what,
        "operationTime": now,
        "operationStatus": "Succeeded",
        "operationTrigger": "User",
    }


def kubernetes(wanted: Json, release_train: str) -> Json:
    """What an attached cluster answers."""
    types = wanted.get("instanceTypes") or _DEFAULT_INSTANCE_TYPE
    default = wanted.get("defaultInstanceType") or next(iter(types))
    if default not in types:
        raise exceptions.invalid("defaultInstanceType", f"'{default}' is not one of the instanceTypes.")
    return {
        "relayConnectionString": None,
        "serviceBusConnectionString": None,
        "extensionPrincipalId": wanted.get("extensionPrincipalId"),
        "extensionInstanceReleaseTrain": wanted.get("extensionInstanceReleaseTrain") or release_train,
        "vcName": wanted.get("vcName"),
        "namespace": wanted.get("namespace") or "default",
        "defaultInstanceType": default,
        "instanceTypes": types,
    }


def kubeconfig(cluster: str) -> str:
    """A kubeconfig that leads nowhere."""
    server = f"https://{cluster.lower()}.hcp.sandbox.invalid:443"
    return f"apiVersion: v1\nkind: Config\nclusters:\n- name: {cluster}\n  cluster: {{server: '{server}'}}\n"


def _choice(value: Any, allowed: tuple[str, ...]) -> str | None:
    return next((item for item in allowed if item.lower() == str(value).lower()), None)
