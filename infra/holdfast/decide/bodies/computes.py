"""What is a compute of the workspace made with, and what of it do the settings ask for?

Source of the shapes: azure-rest-api-specs, machinelearningservices 2025-12-01, ComputeResource.
"""

from __future__ import annotations

from typing import Any

from holdfast.model.bodies import Body, merged_body
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.sorts import Sort
from holdfast.model.wanted import Wanted, WantedPart


def compute_body(wanted: Wanted, part: WantedPart) -> Body:
    """By the kind of compute: `cluster` (AmlCompute), `instance` (ComputeInstance) or `kubernetes`. One that is named
    by its id is whatever it is."""
    if part.id is not None:
        return Body()
    if part.settings["kind"] == "kubernetes":
        return _kubernetes(wanted, part.settings)
    compute_type, make = _KINDS[part.settings["kind"]]
    body = make(part.settings)
    return Body(merged_body({"properties": {"computeType": compute_type}}, body.explicit), body.secure)


def _cluster(settings: Any) -> Body:
    inner: dict[str, Any] = {"vmSize": settings["size"]}
    scale: dict[str, Any] = {}
    for key, name in (("min", "minNodeCount"), ("max", "maxNodeCount")):
        if key in settings:
            scale[name] = settings[key]
    if "idleMinutes" in settings:
        scale["nodeIdleTimeBeforeScaleDown"] = f"PT{settings['idleMinutes']}M"
    if scale:
        inner["scaleSettings"] = scale
    # Nothing runs, and nothing is paid, while nobody asks.
    most = max(4, settings.get("min", 0))
    secure = {"scaleSettings": {"minNodeCount": 0, "maxNodeCount": most, "nodeIdleTimeBeforeScaleDown": "PT15M"}}
    return _nested(inner, {**secure, "remoteLoginPortPublicAccess": "Disabled"})


def _instance(settings: Any) -> Body:
    inner: dict[str, Any] = {"vmSize": settings["size"]}
    if "idleMinutes" in settings:
        inner["idleTimeBeforeShutdown"] = f"PT{settings['idleMinutes']}M"
    # An instance that somebody forgot is the dearest line of many a bill.
    return _nested(inner, {"idleTimeBeforeShutdown": "PT60M", "applicationSharingPolicy": "Personal"})


def _kubernetes(wanted: Wanted, settings: Any) -> Body:
    """A namespace of an AKS cluster. Azure attaches it when the extension is installed there, and not before."""
    inner = {name: settings[name] for name in ("namespace", "defaultInstanceType") if name in settings}
    types = {one["name"]: _instance_type(one) for one in settings.get("instanceTypes", ())}
    if types:
        inner["instanceTypes"] = types
    own = settings.get("cluster")
    extensions = tuple(part.logical for part in wanted.parts if part.sort is Sort.EXTENSION)
    head = {"computeType": "Kubernetes", "resourceId": own or resource_id(wanted, Kind.CLUSTER)}
    return Body(
        {"properties": {**head, **({"properties": inner} if inner else {})}},
        {"properties": {"properties": {"namespace": "default"}}},
        needs=() if own else (extensions or (Kind.CLUSTER.value,)),
    )


def _instance_type(settings: Any) -> dict[str, Any]:
    """What a pod asks for is what it gets: no node is promised twice."""
    resources = {name: settings[name] for name in ("cpu", "memory") if name in settings}
    if "gpu" in settings:
        resources["nvidia.com/gpu"] = str(settings["gpu"])
    made: dict[str, Any] = {"resources": {"requests": resources, "limits": dict(resources)}}
    return {"nodeSelector": settings["nodeSelector"], **made} if "nodeSelector" in settings else made


def _nested(explicit: dict[str, Any], secure: dict[str, Any]) -> Body:
    return Body({"properties": {"properties": explicit}}, {"properties": {"properties": secure}})


_KINDS = {"cluster": ("AmlCompute", _cluster), "instance": ("ComputeInstance", _instance)}
