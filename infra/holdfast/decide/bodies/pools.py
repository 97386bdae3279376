"""What is a node pool made with, and what of it do the settings ask for?

The pool that a cluster is made with and those beside it have one shape. How many nodes an autoscaled pool has is the
autoscaler's business: it is chosen at creation, and never compared. Source of the shapes: azure-rest-api-specs,
containerservice 2025-09-01, ManagedClusterAgentPoolProfileProperties.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.model.bodies import Body
from holdfast.model.kinds import Kind
from holdfast.model.nodes import SYSTEM_SIZE
from holdfast.model.wanted import Wanted, WantedPart

#: Azure gives it to every spot pool; who lists taints has to list it as well (Microsoft Learn, "Add a spot node pool").
SPOT_TAINT = "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"


def pool_body(wanted: Wanted, part: WantedPart) -> Body:
    """The pool that the cluster was made with is only ever compared; `system_profile` makes it."""
    subnet = wanted.settings.get(Kind.CLUSTER, {}).get("subnet")
    inherited = {"subnet": subnet} if subnet else {}
    return _pool({**inherited, **part.settings}, system=part.inline)


def system_profile(wanted: Wanted) -> dict[str, Any]:
    """The profile of the pool that a new cluster is made with, as the cluster's own body holds it."""
    settings = wanted.settings.get(Kind.CLUSTER, {})
    pool = dict(settings.get("systemPool", {}))
    inherited = {"subnet": settings["subnet"]} if "subnet" in settings else {}
    made: dict[str, Any] = _pool({"size": SYSTEM_SIZE, **inherited, **pool}, system=True).creation["properties"]
    return {"name": pool.get("name", "system"), **made}


def _pool(settings: Mapping[str, Any], *, system: bool) -> Body:
    explicit: dict[str, Any] = {}
    for key, name in (
        ("mode", "mode"),
        ("size", "vmSize"),
        ("labels", "nodeLabels"),
        ("maxPods", "maxPods"),
        ("subnet", "vnetSubnetID"),
    ):
        if key in settings:
            explicit[name] = settings[key]
    if "zones" in settings:
        explicit["availabilityZones"] = [str(zone) for zone in sorted(settings["zones"])]
    if "taints" in settings:
        more = [SPOT_TAINT] if settings.get("spot") and SPOT_TAINT not in settings["taints"] else []
        explicit["nodeTaints"] = [*settings["taints"], *more]
    secure: dict[str, Any] = {
        "mode": "System" if system else "User",
        "type": "VirtualMachineScaleSets",
        "osType": "Linux",
    }
    if "spot" in settings:
        explicit["scaleSetPriority"] = "Spot" if settings["spot"] else "Regular"
    if settings.get("spot"):
        # A machine that is taken away is gone, not parked and paid; at the price of the day.
        secure |= {"scaleSetEvictionPolicy": "Delete", "spotMaxPrice": -1}
    least = 1 if system or settings.get("mode") == "System" else 0
    scaled, at_first, later = _scale(settings, least)
    return Body(
        {"properties": {**explicit, **scaled}},
        {"properties": {**secure, **at_first}},
        later={"properties": later} if later else {},
    )


def _scale(settings: Mapping[str, Any], least: int) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """What is asked for, what a new pool gets besides, and what may not be there at all."""
    if "count" in settings:
        # Azure refuses bounds beside a number of nodes.
        return {"enableAutoScaling": False, "count": settings["count"]}, {}, {"minCount": None, "maxCount": None}
    if "min" in settings:
        asked = {"enableAutoScaling": True, "minCount": settings["min"], "maxCount": settings["max"]}
        return asked, {"count": settings["min"]}, {}
    return {}, {"enableAutoScaling": True, "minCount": least, "maxCount": 3, "count": least}, {}
