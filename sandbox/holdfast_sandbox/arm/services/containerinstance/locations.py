"""What does a region offer to container groups? Usage against the quotas, capabilities, cached images."""

from __future__ import annotations

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.call import Answer, Call
from holdfast_sandbox.arm.routing import REGIONS, normal_location
from holdfast_sandbox.arm.services.containerinstance import containers, exceptions, models
from holdfast_sandbox.arm.store import Json

# Those of the specification's example (Location_ListCachedImages); nothing is cached here.
_IMAGES = (
    ("Linux", "ubuntu:16.04"),
    ("Linux", "alpine:3.6"),
    ("Windows", "microsoft/nanoserver:10.0.14393.2485"),
)


def list_usages(call: Call) -> Answer:
    location = _location(call)
    groups, cores = _used(call, location)
    rows = [
        _usage("ContainerGroups", "Container Groups", groups, models.MAX_GROUPS),
        _usage("StandardCores", "Standard Cores", int(cores), models.MAX_CORES),
    ]
    return Answer(200, {"value": rows})


def list_capabilities(call: Call) -> Answer:
    """What a group may have at most, by OS; no GPU."""
    location = _location(call)
    rows = [
        {
            "resourceType": "containerGroups",
            "osType": os_type,
            "location": REGIONS[location],
            "ipAddressType": "Public",
            "gpu": "None",
            "capabilities": {"maxMemoryInGB": models.MAX_MEMORY, "maxCpu": models.MAX_CPU, "maxGpuCount": 0},
        }
        for os_type in ("Linux", "Windows")
    ]
    return call.page(rows)


def list_cached_images(call: Call) -> Answer:
    _location(call)
    return call.page([{"osType": os_type, "image": image} for os_type, image in _IMAGES])


def refuse_beyond_quota(call: Call, location: str, wanted: Json) -> None:
    """A region takes so many groups and cores of a subscription; stopped groups hold no cores."""
    groups, cores = _used(call, location)
    if call.store.get(call.id) is None and groups >= models.MAX_GROUPS and call.method == "PUT":
        raise exceptions.quota_reached("ContainerGroups", location, models.MAX_GROUPS, str(groups), "1")
    asked = containers.total(wanted["containers"], "cpu")
    if cores + asked > models.MAX_CORES:
        shown = containers.shown
        raise exceptions.quota_reached("StandardCores", location, models.MAX_CORES, shown(cores), shown(asked))


def _used(call: Call, location: str) -> tuple[int, float]:
    """Groups, and cores of those that are not stopped, in that region of the subscription."""
    found = [
        group
        for group in call.store.find("Microsoft.ContainerInstance/containerGroups", subscription=call.subscription)
        if group.location == location
    ]
    running = [group for group in found if group.body["properties"]["instanceView"]["state"] != "Stopped"]
    return len(found), sum(containers.total(group.body["properties"]["containers"], "cpu") for group in running)


def _location(call: Call) -> str:
    location = normal_location(call.params["location"])
    if location not in REGIONS:
        raise arm.location_not_available(call.params["location"], call.route.type.name, call.route.type.locations)
    return location


def _usage(name: str, shown: str, value: int, limit: int) -> Json:
    return {"unit": "Count", "currentValue": value, "limit": limit, "name": {"value": name, "localizedValue": shown}}
