"""What is a container group made with, and what of it do the settings ask for?

Everything that they say is compared, and an update by azure-native sends the whole: Azure takes a group whole, and
never answers a secret back. Source of the shapes: azure-rest-api-specs, containerinstance 2024-05-01-preview.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.decide.bodies.identity import identity_body
from holdfast.model.bodies import Body
from holdfast.model.names import identity_logical, logical_id
from holdfast.model.wanted import Wanted, WantedPart


def container_body(wanted: Wanted, part: WantedPart) -> Body:
    """One group of one container, which has the group's name."""
    settings = part.settings
    resources = {"requests": {"cpu": settings["cpu"], "memoryInGB": settings["memory"]}}
    container: dict[str, Any] = {"image": settings["image"], "resources": resources}
    ports = [{"port": port, "protocol": "TCP"} for port in settings.get("ports", ())]
    if ports:
        container["ports"] = ports
    if "command" in settings:
        container["command"] = list(settings["command"])
    for name, probe in (("livenessProbe", "liveness"), ("readinessProbe", "readiness")):
        if probe in settings:
            container[name] = _probe(settings[probe], settings.get("ports", ()))
    variables, secrets = _variables(settings)
    if variables:
        container["environmentVariables"] = variables
    properties: dict[str, Any] = {
        "osType": settings.get("os", "Linux"),
        "restartPolicy": settings.get("restart", "Always"),
        "containers": [{"name": part.name, "properties": container}],
    }
    if ports:
        properties["ipAddress"] = _address(settings, ports)
    if "subnet" in settings:
        properties["subnetIds"] = [{"id": settings["subnet"]}]
    identity = identity_body(wanted, settings)
    if settings.get("pullByIdentity"):
        server, own = settings["image"].partition("/")[0], identity_logical(settings["identity"]["user"])
        properties["imageRegistryCredentials"] = [{"server": server, "identity": logical_id(wanted, own)}]
    explicit = {**identity.explicit, "properties": properties}
    needs, outputs = identity.needs, dict[str, tuple[str, str]]()
    if "builtBy" in settings:
        needs = (*needs, settings["builtBy"])
    if "imageOf" in settings:
        # The digest is known when the image has been built.
        outputs["properties.containers.0.properties.image"] = (settings["imageOf"], "image")
        outputs["properties.imageRegistryCredentials.0.server"] = (settings["imageOf"], "server")
    return Body(explicit, {"properties": {"sku": "Standard"}}, needs, secrets, outputs=outputs)


def _variables(settings: Mapping[str, Any]) -> tuple[list[dict[str, str]], dict[str, str]]:
    """The variables, and where the secret ones' values belong."""
    plain = [{"name": name, "value": value} for name, value in settings.get("env", {}).items()]
    secure = settings.get("secureEnv", {})
    at = "properties.containers.0.properties.environmentVariables"
    places = {f"{at}.{index}.secureValue": key for index, key in enumerate(secure.values(), len(plain))}
    return [*plain, *({"name": name} for name in secure)], places


def _address(settings: Mapping[str, Any], ports: list[dict[str, Any]]) -> dict[str, Any]:
    address: dict[str, Any] = {"type": "Private" if "subnet" in settings else "Public", "ports": ports}
    if "dnsLabel" in settings:
        address["dnsNameLabel"] = settings["dnsLabel"]
    return address


def _probe(settings: Mapping[str, Any], ports: Any) -> dict[str, Any]:
    numbers = {
        "initialDelaySeconds": "initialDelay",
        "periodSeconds": "period",
        "timeoutSeconds": "timeout",
        "failureThreshold": "failures",
    }
    probe = {name: settings[key] for name, key in numbers.items() if key in settings}
    if "command" in settings:
        return {"exec": {"command": list(settings["command"])}, **probe}
    port = settings["port"] if "port" in settings else ports[0]
    return {"httpGet": {"path": settings["path"], "port": port, "scheme": "http"}, **probe}
