"""What does a container group look like? Validation, defaults, what may change in place, what is never answered.

The shape is that of the specification (Microsoft.ContainerInstance 2024-05-01-preview, ContainerGroup). A PUT is the
whole group: what it leaves out goes back to its default (container-instances-update).
"""

from __future__ import annotations

import copy
import re
from typing import Any

from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.services.containerinstance import containers, exceptions, network
from holdfast_sandbox.arm.services.containerinstance.containers import chosen, objects, text
from holdfast_sandbox.arm.store import Json

# learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules (no two hyphens in a row)
NAME = re.compile(r"[a-z0-9]([a-z0-9]|-(?=[a-z0-9])){0,62}")
# learn.microsoft.com/azure/container-instances/container-instances-resource-and-quota-limits: a group of any OS
MAX_CPU, MAX_MEMORY, MAX_VOLUMES = 4, 16, 20
# ... and a region, in a subscription
MAX_GROUPS, MAX_CORES = 100, 100

_NOT_SERVED = (
    "confidentialComputeProperties",
    "containerGroupProfile",
    "encryptionProperties",
    "extensions",
    "identityAcls",
    "networkProfile",
    "secretReferences",
    "standbyPoolProfile",
)
_KINDS_OF_VOLUME = ("azureFile", "emptyDir", "gitRepo", "secret")
_HOST = re.compile(r"[a-zA-Z0-9]([-.a-zA-Z0-9]*[a-zA-Z0-9])?(:\d+)?")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def checked_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise exceptions.invalid_name("container group", name)
    return name


def wanted_properties(group: str, body: Json) -> Json:
    """The group's `properties` as they were asked for, secrets and all, with defaults filled in."""
    given = body.get("properties")
    if not isinstance(given, dict):
        raise invalid_request_content("properties must be an object")
    for name in _NOT_SERVED:
        if given.get(name):
            raise exceptions.not_served(f"properties.{name}")
    if str(given.get("osType")).lower() not in ("windows", "linux"):
        raise exceptions.invalid_os_type()
    made: Json = {
        "sku": _sku(given.get("sku")),
        "containers": containers.checked_containers(group, given.get("containers")),
        "initContainers": containers.checked_init_containers(group, given.get("initContainers")),
        "imageRegistryCredentials": [
            _credential(group, item) for item in objects(given.get("imageRegistryCredentials"), "credentials")
        ],
        "restartPolicy": chosen(given.get("restartPolicy") or "Always", ("Always", "OnFailure", "Never"), "policy"),
        "osType": chosen(given["osType"], ("Windows", "Linux"), "properties.osType"),
        "volumes": _volumes(group, given.get("volumes")),
        "subnetIds": network.checked_subnets(given.get("subnetIds")),
    }
    if given.get("ipAddress") is not None:
        made["ipAddress"] = network.checked_address(group, given["ipAddress"], made["subnetIds"])
    if given.get("dnsConfig") is not None:
        made["dnsConfig"] = network.checked_dns(given["dnsConfig"])
    if given.get("diagnostics") is not None:
        made["diagnostics"] = _diagnostics(given["diagnostics"])
    if given.get("priority") is not None:
        made["priority"] = _priority(given["priority"], made)
    every = made["containers"] + made["initContainers"]
    containers.refuse_same_names(every)
    _refuse_unknown_mounts(every, made["volumes"])
    return made


def checked_zones(body: Json) -> list[str]:
    """At most one: a group lies in one zone (learn.microsoft.com/azure/container-instances/availability-zones)."""
    zones = body.get("zones") or []
    if not isinstance(zones, list) or len(zones) > 1 or any(str(zone) not in ("1", "2", "3") for zone in zones):
        raise invalid_request_content("zones must be a list with one of 1, 2, 3")
    return [str(zone) for zone in zones]


def refuse_too_large(properties: Json, location: str) -> None:
    """Refuses what a group of a region cannot get: the sum of all requests counts."""
    cpu, memory = (containers.total(properties["containers"], name) for name in ("cpu", "memoryInGB"))
    if cpu > MAX_CPU or memory > MAX_MEMORY:
        shown = containers.shown
        network_too = bool(properties["subnetIds"])
        raise exceptions.resource_not_available(location, shown(cpu), shown(memory), properties["osType"], network_too)


def refuse_fixed(group: str, wanted: Json, before: Json, zones: list[str], zones_before: list[str]) -> None:
    """Refuses what needs the group to be deleted first.

    The list of container-instances-update ("Properties that require container delete") and the zone
    (availability-zones). Another number of containers is another amount of CPU and memory. Limits are not on the
    list; azurerm updates them in place.
    """
    if wanted["restartPolicy"] != before["restartPolicy"]:
        raise exceptions.invalid_restart_policy_update(group, before["restartPolicy"], wanted["restartPolicy"])
    networks = [[subnet["id"].lower() for subnet in one["subnetIds"]] for one in (wanted, before)]
    same = (
        wanted["osType"] == before["osType"]
        and networks[0] == networks[1]
        and zones == zones_before
        and _requests(wanted) == _requests(before)
    )
    if not same:
        raise exceptions.invalid_update(group)
    if wanted.get("priority", "Regular") != before.get("priority", "Regular"):
        raise exceptions.not_served("another properties.priority of a group that is there")


def _requests(properties: Json) -> list[tuple[str, float, float]]:
    """CPU and memory by container; one container that is only renamed keeps its own."""
    rows = [(one["name"], one["properties"]["resources"]["requests"]) for one in properties["containers"]]
    named = len(rows) > 1
    return sorted((name if named else "", requests["cpu"], requests["memoryInGB"]) for name, requests in rows)


def without_secrets(wanted: Json) -> Json:
    """What a GET answers of what was asked for: no secure value, password, storage key, workspace key or secret.

    What is write-only: `x-ms-secret` in the specification; a secret volume shows as `{}` (its example).
    """
    shown = copy.deepcopy(wanted)
    for container in shown["containers"] + shown["initContainers"]:
        for variable in container["properties"].get("environmentVariables") or []:
            variable.pop("secureValue", None)
    for credential in shown["imageRegistryCredentials"]:
        credential.pop("password", None)
    for volume in shown["volumes"]:
        if "secret" in volume:
            volume["secret"] = {}
        if "azureFile" in volume:
            volume["azureFile"].pop("storageAccountKey", None)
    logs = shown.get("diagnostics", {}).get("logAnalytics", {})
    for name in ("workspaceKey", "workspaceResourceId"):
        logs.pop(name, None)
    for name in ("initContainers", "volumes", "subnetIds", "imageRegistryCredentials"):
        if not shown[name]:
            shown.pop(name)
    return shown


def _sku(given: Any) -> str:
    sku = chosen(given or "Standard", ("Standard", "Dedicated", "Confidential"), "properties.sku")
    if sku != "Standard":
        raise exceptions.not_served(f"properties.sku '{sku}'")
    return sku


def _priority(given: Any, properties: Json) -> str:
    """A Spot group has neither an address nor a subnet (container-instances-spot-containers-overview)."""
    priority = chosen(given, ("Regular", "Spot"), "properties.priority")
    if priority == "Spot" and ("ipAddress" in properties or properties["subnetIds"]):
        raise exceptions.invalid("InvalidPriority", "A container group of priority 'Spot' takes no address and subnet.")
    return priority


def _credential(group: str, given: Json) -> Json:
    server = given.get("server")
    if not isinstance(server, str) or not _HOST.fullmatch(server):
        raise exceptions.invalid_registry_server(server or "", group)
    if given.get("passwordReference") is not None:
        raise exceptions.not_served("properties.imageRegistryCredentials[].passwordReference")
    made: Json = {"server": server}
    for name in ("username", "password", "identity", "identityUrl"):
        if given.get(name) is not None:
            made[name] = text(given[name], f"{name} of the credentials for '{server}'")
    if "identity" not in made and "username" not in made:
        raise invalid_request_content(f"the credentials for '{server}' have neither a username nor an identity")
    return made


def _diagnostics(given: Any) -> Json:
    logs = given.get("logAnalytics") if isinstance(given, dict) else None
    if not isinstance(logs, dict):
        raise invalid_request_content("properties.diagnostics.logAnalytics must be an object")
    made: Json = {name: text(logs.get(name), f"logAnalytics.{name}") for name in ("workspaceId", "workspaceKey")}
    if not _GUID.fullmatch(made["workspaceId"]):
        raise invalid_request_content(f"the workspaceId '{made['workspaceId']}' is no GUID")
    if logs.get("logType") is not None:
        made["logType"] = chosen(logs["logType"], ("ContainerInsights", "ContainerInstanceLogs"), "logType")
    for name in ("metadata", "workspaceResourceId"):
        if logs.get(name) is not None:
            made[name] = logs[name]
    return {"logAnalytics": made}


def _volumes(group: str, given: Any) -> list[Json]:
    rows = objects(given, "properties.volumes")
    if len(rows) > MAX_VOLUMES:
        raise exceptions.invalid(
            "TooManyVolumes", f"Container group '{group}' has {len(rows)} volumes; {MAX_VOLUMES} are allowed."
        )
    return [_volume(row) for row in rows]


def _volume(given: Json) -> Json:
    """Exactly one kind of volume (hashicorp/terraform-provider-azurerm#18798)."""
    name = text(given.get("name"), "the name of a volume")
    if given.get("secretReference") is not None:
        raise exceptions.not_served("properties.volumes[].secretReference")
    kinds = [kind for kind in _KINDS_OF_VOLUME if given.get(kind) is not None]
    if len(kinds) != 1 or not isinstance(given[kinds[0]], dict):
        raise invalid_request_content(f"the volume '{name}' must be one of {', '.join(_KINDS_OF_VOLUME)}")
    kind, value = kinds[0], dict(given[kinds[0]])
    if kind == "azureFile":
        if value.get("storageAccountKeyReference") is not None:
            raise exceptions.not_served("properties.volumes[].azureFile.storageAccountKeyReference")
        for part in ("shareName", "storageAccountName"):
            text(value.get(part), f"{part} of the volume '{name}'")
    if kind == "gitRepo":
        text(value.get("repository"), f"the repository of the volume '{name}'")
    if kind == "secret" and not all(isinstance(one, str) for one in value.values()):
        raise invalid_request_content(f"the secrets of the volume '{name}' must be texts")
    return {"name": name, kind: value}


def _refuse_unknown_mounts(every: list[Json], volumes: list[Json]) -> None:
    known = {volume["name"] for volume in volumes}
    for container in every:
        for mount in container["properties"].get("volumeMounts") or []:
            if mount["name"] not in known:
                raise exceptions.invalid(
                    "VolumeMountNotFound",
                    f"The volume '{mount['name']}' that container '{container['name']}' mounts is not in the group.",
                )
