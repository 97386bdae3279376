"""Which settings describe a part that is live? The inverse of `decide.bodies`, a function a sort.

A text instead of settings says why there are none. What azure-native writes whole (a container group) must be described
whole, or its next change would take away what the settings do not know of.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from holdfast.model.existing import Live
from holdfast.model.sorts import Sort
from holdfast.ops.init.found import Found, at, identity, minutes, written
from holdfast.ops.init.kubernetes import extension_settings, namespace_settings, pool_settings

#: What Azure adds to a container group's properties by itself, or answers where nothing was said.
_ANSWERED = {
    "provisioningState": None,
    "instanceView": None,
    "isCustomProvisioningTimeout": None,
    "provisioningTimeoutInSeconds": None,
    "isCreatedFromStandbyPool": None,
    "sku": "standard",
    "priority": "regular",
}
_NUMBERS = {
    "initialDelaySeconds": "initialDelay",
    "periodSeconds": "period",
    "timeoutSeconds": "timeout",
    "failureThreshold": "failures",
}
#: Numbers of a probe that mean the same as none.
_UNSET = {"initialDelaySeconds": (0,), "successThreshold": (0, 1)}


class _NoKeyError(Exception):
    """Something is live that the settings have no key for."""


def compute_settings(found: Live) -> Found | str:
    """A cluster or an instance; other computes have no settings."""
    inner = at(found.body, "properties.properties") or {}
    match str(at(found.body, "properties.computeType")):
        case "AmlCompute":
            idle = at(inner, "scaleSettings.nodeIdleTimeBeforeScaleDown")
            settings = written(
                kind="cluster",
                size=inner.get("vmSize"),
                min=at(inner, "scaleSettings.minNodeCount"),
                max=at(inner, "scaleSettings.maxNodeCount"),
            )
        case "ComputeInstance":
            idle = inner.get("idleTimeBeforeShutdown")
            settings = written(kind="instance", size=inner.get("vmSize"))
        case "Kubernetes":
            return namespace_settings(found)
        case other:
            return f"a compute of type {other} has no settings"
    unsaid = [f"its idle time ({idle})"] if idle and not minutes(idle) else []
    unsaid += ["its subnet"] if inner.get("subnet") else []
    return Found({**settings, **written(idleMinutes=minutes(idle) or None)}, tuple(unsaid))


def identity_settings(_found: Live) -> Found:
    """Nothing but its name; roles are assignments, and those that are there stay."""
    return Found()


def datastore_settings(found: Live) -> Found | str:
    """One that people reach by their own identity, on a storage account of the workspace's subscription."""
    properties = found.properties
    kind = _STORES.get(str(properties.get("datastoreType")))
    if kind is None:
        return f"a datastore of type {properties.get('datastoreType')} has no settings"
    login = str(at(properties, "credentials.credentialsType") or "None")
    if login.lower() != "none":
        return f"it logs in by a secret ({login}), which would have to stand in the settings"
    word, place, name = kind
    account = written(subscription=properties.get("subscriptionId"), group=properties.get("resourceGroup"))
    if len(account) < 2:
        return "Azure does not tell which group its storage account is in"
    who = {value: key for key, value in _READERS.items()}.get(str(properties.get("serviceDataAccessAuthIdentity")))
    return Found(
        written(
            kind=word,
            account=f"/subscriptions/{account['subscription']}/resourceGroups/{account['group']}/providers"
            f"/Microsoft.Storage/storageAccounts/{properties.get('accountName')}",
            **{name: properties.get(place)},
            serviceIdentity=who,
            default=True if properties.get("isDefault") else None,
            description=properties.get("description") or None,
        )
    )


_STORES = {
    "AzureBlob": ("blob", "containerName", "container"),
    "AzureFile": ("file", "fileShareName", "share"),
    "AzureDataLakeGen2": ("dataLake", "filesystem", "filesystem"),
}
_READERS = {
    "system": "WorkspaceSystemAssignedIdentity",
    "user": "WorkspaceUserAssignedIdentity",
    "none": "None",
}


def container_settings(found: Live) -> Found | str:
    """A group of one container that bears the group's name, described whole, or the reason why it can't be."""
    try:
        return Found(_group(found))
    except _NoKeyError as error:
        return f"no setting says {error}, and an update would take it away"


def _group(found: Live) -> dict[str, Any]:
    rest: dict[str, Any] = copy.deepcopy(dict(found.body.get("properties") or {}))
    for name, usual in _ANSWERED.items():
        if usual is None or str(rest.get(name)).lower() == usual:
            rest.pop(name, None)
    containers = rest.pop("containers", None) or []
    if len(containers) != 1:
        raise _NoKeyError(f"that there are {len(containers)} containers")
    if containers[0].get("name") != found.name:
        raise _NoKeyError(f"that the container is called `{containers[0].get('name')}`, not as its group is")
    container = containers[0].get("properties") or {}
    subnets = rest.pop("subnetIds", None) or []
    address = rest.pop("ipAddress", None)
    ports = _ports(container, address)
    system, restart = rest.pop("osType", "Linux"), rest.pop("restartPolicy", "Always")
    inner = _container(container, ports)
    rest |= {name: value for name, value in found.body.items() if name in ("zones", "extendedLocation")}
    chosen = identity(found.body)
    if chosen is None and str(at(found.body, "identity.type") or "None") != "None":
        raise _NoKeyError("its several identities")
    _nothing_left(rest)
    if len(subnets) > 1:
        raise _NoKeyError("that it stands in several subnets")
    _as_expected(address, bool(subnets))
    return written(
        image=inner.pop("image"),
        **inner,
        ports=ports or None,
        identity=chosen,
        os=system if system != "Linux" else None,
        restart=restart if restart != "Always" else None,
        dnsLabel=at(address or {}, "dnsNameLabel"),
        subnet=at(subnets[0], "id") if subnets else None,
    )


def _container(container: Mapping[str, Any], ports: list[int]) -> dict[str, Any]:
    rest = dict(container)
    for name in ("instanceView", "ports"):
        rest.pop(name, None)
    resources = rest.pop("resources", None) or {}
    requests = dict(resources.get("requests") or {})
    variables = rest.pop("environmentVariables", None) or []
    settings = written(
        image=rest.pop("image", ""),
        cpu=requests.pop("cpu", None),
        memory=requests.pop("memoryInGB", None),
        command=rest.pop("command", None) or None,
        env=_variables(variables) or None,
        liveness=_probe(rest.pop("livenessProbe", None), ports),
        readiness=_probe(rest.pop("readinessProbe", None), ports),
    )
    _nothing_left({**rest, **requests, "limits": resources.get("limits")})
    return settings


def _variables(rows: list[Mapping[str, Any]]) -> dict[str, str]:
    secret = [str(row.get("name")) for row in rows if row.get("value") is None]
    if secret:
        raise _NoKeyError(f"the secret value of {', '.join(secret)}, which Azure does not tell")
    return {str(row["name"]): str(row["value"]) for row in rows}


def _ports(container: Mapping[str, Any], address: Mapping[str, Any] | None) -> list[int]:
    """The ports of the group, which are to be those of its container, too."""
    opened = [(row.get("port"), row.get("protocol") or "TCP") for row in (address or {}).get("ports") or ()]
    own = [(row.get("port"), row.get("protocol") or "TCP") for row in container.get("ports") or ()]
    if any(str(protocol).upper() != "TCP" for _, protocol in opened):
        raise _NoKeyError("that a port is open for UDP")
    if opened != own:
        raise _NoKeyError("that the container's ports are others than the group's")
    return [port for port, _ in opened if isinstance(port, int)]


def _as_expected(address: Mapping[str, Any] | None, private: bool) -> None:
    if address is None:
        return
    rest = {name: value for name, value in address.items() if name not in ("ip", "fqdn", "ports", "dnsNameLabel")}
    if str(rest.pop("type", "Public")) != ("Private" if private else "Public"):
        raise _NoKeyError("its sort of address")
    scope = rest.pop("autoGeneratedDomainNameLabelScope", None)
    if scope not in (None, "Unsecure"):
        raise _NoKeyError("how its domain name is reused")
    _nothing_left(rest)


def _probe(probe: Mapping[str, Any] | None, ports: list[int]) -> dict[str, Any] | None:
    if not probe:
        return None
    rest = dict(probe)
    settings: dict[str, Any] = {}
    asked, run = rest.pop("httpGet", None), rest.pop("exec", None)
    if asked:
        asked = dict(asked)
        settings["path"], port = asked.pop("path", None), asked.pop("port", None)
        settings |= {} if ports and port == ports[0] else {"port": port}
        if str(asked.pop("scheme", None) or "http").lower() != "http":
            raise _NoKeyError("that a probe asks by HTTPS")
        _nothing_left(asked)
    if run:
        settings["command"] = list(run.get("command") or ())
    for name, key in _NUMBERS.items():
        value = rest.pop(name, None)
        settings |= {key: value} if value is not None and value not in _UNSET.get(name, ()) else {}
    if rest.get("successThreshold") in _UNSET["successThreshold"]:
        rest.pop("successThreshold")
    _nothing_left(rest)
    return settings


def _nothing_left(rest: Mapping[str, Any]) -> None:
    names = sorted(name for name, value in rest.items() if value not in (None, "", [], {}, False))
    if names:
        raise _NoKeyError(f"its {', '.join(names)}")


PART_SETTINGS: dict[Sort, Callable[[Live], Found | str]] = {
    Sort.IDENTITY: identity_settings,
    Sort.POOL: pool_settings,
    Sort.EXTENSION: extension_settings,
    Sort.COMPUTE: compute_settings,
    Sort.DATASTORE: datastore_settings,
    Sort.CONTAINER: container_settings,
}
