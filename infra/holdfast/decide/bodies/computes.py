"""What is a compute of the workspace made with, and what of it do the settings ask for?

Source of the shapes: azure-rest-api-specs, machinelearningservices 2025-12-01, ComputeResource.
"""

from __future__ import annotations

from typing import Any

from holdfast.model.bodies import Body, merged_body
from holdfast.model.wanted import Wanted, WantedPart


def compute_body(_wanted: Wanted, part: WantedPart) -> Body:
    """By the kind of compute: `cluster` (AmlCompute) or `instance` (ComputeInstance)."""
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


def _nested(explicit: dict[str, Any], secure: dict[str, Any]) -> Body:
    return Body({"properties": {"properties": explicit}}, {"properties": {"properties": secure}})


_KINDS = {"cluster": ("AmlCompute", _cluster), "instance": ("ComputeInstance", _instance)}
