"""What may a container of a group be? Validation of containers, init containers and their parts; no state.

Shapes: the specification's Container and InitContainerDefinition (Microsoft.ContainerInstance 2024-05-01-preview).
What is left out stays left out, as the specification's examples answer it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from holdfast_sandbox.arm.exceptions import ArmError, invalid_request_content
from holdfast_sandbox.arm.services.containerinstance import exceptions
from holdfast_sandbox.arm.store import Json

# learn.microsoft.com/azure/container-instances/container-instances-resource-and-quota-limits
MAX_CONTAINERS = 60
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_VARIABLE = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
# The properties' names on the wire, and what the service calls them in its errors.
RESOURCES = {"memoryInGB": "MemoryInGB", "cpu": "Cpu"}
_PROBE_NUMBERS = ("initialDelaySeconds", "periodSeconds", "failureThreshold", "successThreshold", "timeoutSeconds")


def objects(given: Any, where: str) -> list[Json]:
    """A list of objects; null is an empty one."""
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise invalid_request_content(f"{where} must be a list of objects")
    return given


def chosen(value: Any, allowed: tuple[str, ...], where: str) -> str:
    """The allowed spelling of a value, whatever its letter case; refused when it is not allowed."""
    found = next((item for item in allowed if item.lower() == str(value).lower()), None)
    if found is None:
        raise invalid_request_content(f"the value '{value}' of {where} is not one of {', '.join(allowed)}")
    return found


def text(given: Any, where: str) -> str:
    if not isinstance(given, str) or not given:
        raise invalid_request_content(f"{where} must be a text that is not empty")
    return given


def checked_containers(group: str, given: Any) -> list[Json]:
    """The containers; one at least, sixty at most."""
    rows = objects(given, "properties.containers")
    if not rows:
        raise exceptions.invalid("MissingContainers", f"The containers of container group '{group}' cannot be empty.")
    if len(rows) > MAX_CONTAINERS:
        raise exceptions.invalid(
            "TooManyContainers", f"Container group '{group}' has {len(rows)} containers; {MAX_CONTAINERS} are allowed."
        )
    made = [_container(group, row) for row in rows]
    _refuse_limits_above_total(group, made)
    return made


def checked_init_containers(group: str, given: Any) -> list[Json]:
    """They have neither resources nor ports nor probes of their own."""
    made = []
    for row in objects(given, "properties.initContainers"):
        name, properties = _head(row)
        made.append({"name": name, "properties": _common(name, properties)})
    return made


def refuse_same_names(containers: list[Json]) -> None:
    names = [container["name"] for container in containers]
    for name in names:
        if names.count(name) > 1:
            raise exceptions.invalid("DuplicateContainerNames", f"The container name '{name}' is given more than once.")


def _head(row: Json) -> tuple[str, Json]:
    name, properties = row.get("name"), row.get("properties")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise exceptions.invalid_name("container", name)
    if not isinstance(properties, dict):
        raise invalid_request_content(f"the properties of container '{name}' must be an object")
    return name, properties


def _container(group: str, row: Json) -> Json:
    name, given = _head(row)
    if given.get("configMap"):
        raise exceptions.not_served("properties.containers[].properties.configMap")
    if not isinstance(given.get("image"), str) or not given["image"]:
        raise exceptions.invalid(
            "MissingImage", f"The image of container '{name}' in container group '{group}' is empty."
        )
    made = _common(name, given)
    made["resources"] = _resources(group, name, given.get("resources"))
    if given.get("ports") is not None:
        made["ports"] = checked_ports(given["ports"], f"the ports of container '{name}'")
    for probe in ("livenessProbe", "readinessProbe"):
        if given.get(probe) is not None:
            made[probe] = _probe(given[probe], f"the {probe} of container '{name}'")
    return {"name": name, "properties": made}


def _common(name: str, given: Json) -> Json:
    """What containers and init containers share."""
    made: Json = {}
    if given.get("image") is not None:
        made["image"] = text(given["image"], f"the image of container '{name}'")
    if given.get("command") is not None:
        made["command"] = _texts(given["command"], f"the command of container '{name}'")
    if given.get("environmentVariables") is not None:
        made["environmentVariables"] = [_variable(item, name) for item in objects(given["environmentVariables"], "env")]
    if given.get("volumeMounts") is not None:
        made["volumeMounts"] = [_mount(item, name) for item in objects(given["volumeMounts"], "volumeMounts")]
    if given.get("securityContext") is not None:
        if not isinstance(given["securityContext"], dict):
            raise invalid_request_content(f"the securityContext of container '{name}' must be an object")
        made["securityContext"] = given["securityContext"]
    return made


def _texts(given: Any, where: str) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        raise invalid_request_content(f"{where} must be a list of texts")
    return list(given)


def _variable(given: Json, container: str) -> Json:
    name = given.get("name")
    if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
        raise invalid_request_content(f"'{name}' is no name of an environment variable (container '{container}')")
    if given.get("secureValueReference") is not None:
        raise exceptions.not_served("properties.containers[].properties.environmentVariables[].secureValueReference")
    made: Json = {"name": name}
    for key in ("value", "secureValue"):
        if given.get(key) is not None:
            if not isinstance(given[key], str):
                raise invalid_request_content(f"the environment variable '{name}' of '{container}' must be a text")
            made[key] = given[key]
    if len(made) > 2:
        raise invalid_request_content(f"the environment variable '{name}' has both a value and a secureValue")
    return made


def _mount(given: Json, container: str) -> Json:
    where = f"a volume mount of container '{container}'"
    made: Json = {"name": text(given.get("name"), where), "mountPath": text(given.get("mountPath"), where)}
    if ":" in made["mountPath"]:
        raise invalid_request_content(f"the mountPath of {where} must not contain a colon")
    if given.get("readOnly") is not None:
        made["readOnly"] = bool(given["readOnly"])
    return made


def checked_ports(given: Any, where: str) -> list[Json]:
    made = []
    for item in objects(given, where):
        port: Json = {"port": _whole(item.get("port"), f"a port in {where}", 1, 65535)}
        if item.get("protocol") is not None:
            port["protocol"] = chosen(item["protocol"], ("TCP", "UDP"), f"the protocol in {where}")
        made.append(port)
    return made


def _whole(given: Any, where: str, least: int, most: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise invalid_request_content(f"{where} must be a whole number from {least} to {most}")
    return given


def _probe(given: Any, where: str) -> Json:
    """One action, a command or an HTTP request, and its timing."""
    if not isinstance(given, dict):
        raise invalid_request_content(f"{where} must be an object")
    execute, get = given.get("exec"), given.get("httpGet")
    if (execute is None) == (get is None):
        raise invalid_request_content(f"{where} must have either exec or httpGet")
    made: Json = {}
    if execute is not None:
        made["exec"] = {"command": _texts((execute or {}).get("command"), f"the command of {where}")}
    else:
        if not isinstance(get, dict):
            raise invalid_request_content(f"httpGet of {where} must be an object")
        made["httpGet"] = {**get, "port": _whole(get.get("port"), f"the port of {where}", 1, 65535)}
        if get.get("scheme") is not None:
            made["httpGet"]["scheme"] = chosen(get["scheme"], ("http", "https"), f"the scheme of {where}")
    for name in _PROBE_NUMBERS:
        if given.get(name) is not None:
            made[name] = _whole(given[name], f"{name} of {where}", 0, 2**31 - 1)
    return made


def _resources(group: str, container: str, given: Any) -> Json:
    requests = given.get("requests") if isinstance(given, dict) else None
    if not isinstance(requests, dict) or all(requests.get(name) is None for name in RESOURCES):
        raise exceptions.requests_not_specified(container, group)
    limits = given.get("limits")
    for part in (requests, limits or {}):
        if part.get("gpu") is not None:
            raise exceptions.not_served("properties.containers[].properties.resources.requests.gpu")
    made: Json = {"requests": {}}
    for name, called in RESOURCES.items():
        if requests.get(name) is None:
            raise exceptions.request_not_specified(called, container, group)
        made["requests"][name] = _amount(requests[name], name, container)
    if limits is not None:
        made["limits"] = {
            name: _amount(limits[name], name, container) for name in RESOURCES if limits.get(name) is not None
        }
    for name, limit in made.get("limits", {}).items():
        if limit < made["requests"][name]:
            raise exceptions.limit_below_request(_compact(made), RESOURCES[name], container, group)
    return made


def _compact(resources: Json) -> str:
    floats = {part: {name: float(value) for name, value in values.items()} for part, values in resources.items()}
    return json.dumps(floats, separators=(",", ":"))


def _amount(given: Any, name: str, container: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or given <= 0:
        raise invalid_request_content(f"{name} of container '{container}' must be a number above zero")
    amount: float = given  # a whole number stays one: it is answered as it was sent
    return amount


def total(containers: list[Json], name: str) -> float:
    """What the group requests in all; `name`: cpu (cores) or memoryInGB."""
    amounts: list[float] = [one["properties"]["resources"]["requests"][name] for one in containers]
    return round(sum(amounts), 6)


def shown(amount: float) -> str:
    """1.0 -> `1`, 0.5 -> `0.5`, as the service writes amounts in its errors."""
    return f"{amount:g}"


def _refuse_limits_above_total(group: str, containers: list[Json]) -> None:
    for name, called in RESOURCES.items():
        whole = total(containers, name)
        for one in containers:
            limit = one["properties"]["resources"].get("limits", {}).get(name)
            if limit is not None and limit > whole:
                raise _above_total(called, limit, one["name"], whole, group)


def _above_total(called: str, limit: float, container: str, whole: float, group: str) -> ArmError:
    return exceptions.limit_above_total(called, shown(limit), container, shown(whole), group)
