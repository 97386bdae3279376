"""What does a run's request ask for? The checked `DockerBuildRequest`; no state.

Shape, defaults and limits are those of the REST specification (azure-rest-api-specs, RegistryTasks 2025-03-01-preview
and 2019-06-01-preview). The other kinds of requests (`FileTaskRunRequest`, `EncodedTaskRunRequest`, `TaskRunRequest`)
run containers, which the sandbox does not; they are refused by name.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from holdfast_sandbox.arm.exceptions import ArmError, invalid_request_content
from holdfast_sandbox.arm.services.containerregistry import exceptions, models
from holdfast_sandbox.arm.store import Json
from holdfast_sandbox.builds.context import loopback

_OTHER_KINDS = ("FileTaskRunRequest", "EncodedTaskRunRequest", "TaskRunRequest")
TIMEOUT, LONGEST, SHORTEST = 3600, 28800, 300  # seconds

_NAME = re.compile(r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_TEMPLATE = re.compile(r"\{\{\s*\.Run\.(?P<name>\w+)\s*\}\}")


@dataclass(frozen=True)
class BuildRequest:
    """A DockerBuildRequest as it was given: `arguments` with the secret values that no answer shows."""

    shown: Json
    arguments: list[Json]
    timeout: int
    cpu: int
    source: str

    @property
    def fingerprint(self) -> str:
        """Equal for equal requests, the secrets included; tells nothing of them."""
        text = json.dumps([self.shown, self.arguments], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def checked(body: Any) -> BuildRequest:
    """The request, refused where it is wrong or not served."""
    if not isinstance(body, dict):
        raise invalid_request_content("runRequest must be an object")
    kind = str(body.get("type"))
    if kind in _OTHER_KINDS:
        raise exceptions.run_not_served("type", kind)
    if kind != "DockerBuildRequest":
        raise exceptions.invalid_run("type", f"'{kind}' is not one of DockerBuildRequest, {', '.join(_OTHER_KINDS)}")
    if not isinstance(body.get("dockerFilePath"), str) or not body["dockerFilePath"]:
        raise exceptions.invalid_run("dockerFilePath", "it is required")
    arguments = _arguments(body.get("arguments"))
    shown: Json = {
        "type": kind,
        "dockerFilePath": body["dockerFilePath"],
        "imageNames": _names(body.get("imageNames")),
        "isPushEnabled": body.get("isPushEnabled") is not False,
        "noCache": body.get("noCache") is True,
        "isArchiveEnabled": body.get("isArchiveEnabled") is True,
        "arguments": [{**one, "value": None} if one["isSecret"] else one for one in arguments],
        "timeout": _timeout(body.get("timeout")),
        "platform": _platform(body.get("platform")),
        "agentConfiguration": {"cpu": _cpu(body.get("agentConfiguration"))},
    }
    for name in ("target", "agentPoolName", "logTemplate"):
        if body.get(name):
            shown[name] = str(body[name])
    if "agentPoolName" in shown:
        raise exceptions.run_not_served("agentPoolName", shown["agentPoolName"])
    source = _source(body.get("sourceLocation"))
    if source:
        shown["sourceLocation"] = source.partition("?")[0]  # what follows opens the blob
    return BuildRequest(shown, arguments, shown["timeout"], shown["agentConfiguration"]["cpu"], source)


def image_names(names: list[str], registry: str, run: str, now: datetime) -> list[str]:
    """The names in full, `LOGIN_SERVER/REPOSITORY:TAG`, the run's own values put in for `{{.Run.ID}}` and the like
    (learn.microsoft.com/azure/container-registry/container-registry-tasks-reference-yaml, run variables).
    """
    server = models.login_server(registry)
    values = {"ID": run, "Registry": server, "RegistryName": registry.lower(), "Date": f"{now:%Y%m%d-%H%M%S}z"}
    full = []
    for given in names:
        name = _TEMPLATE.sub(lambda found: values.get(found["name"], found[0]), given).removeprefix(f"{server}/")
        repository, _, tag = name.partition(":")
        elsewhere = "/" in repository and "." in repository.partition("/")[0]  # another registry's host
        if elsewhere or not _NAME.fullmatch(repository) or not _TAG.fullmatch(tag or "latest"):
            raise exceptions.invalid_run("imageNames", f"'{given}' is no name of an image in the registry {server}")
        full.append(f"{server}/{repository}:{tag or 'latest'}")
    return full


def _names(given: Any) -> list[str]:
    names = given or []
    if not isinstance(names, list) or not all(isinstance(one, str) and one for one in names):
        raise exceptions.invalid_run("imageNames", "it must be a list of names")
    return list(names)


def _arguments(given: Any) -> list[Json]:
    found = given or []
    if not isinstance(found, list) or not all(
        isinstance(one, dict) and isinstance(one.get("name"), str) for one in found
    ):
        raise exceptions.invalid_run("arguments", "each must have a name and a value")
    for one in found:
        if not isinstance(one.get("value"), str):
            raise exceptions.invalid_run(f"arguments['{one['name']}'].value", "it is required")
    return [{"name": one["name"], "value": one["value"], "isSecret": one.get("isSecret") is True} for one in found]


def _timeout(given: Any) -> int:
    if given is None:
        return TIMEOUT
    if not isinstance(given, int) or not SHORTEST <= given <= LONGEST:
        raise exceptions.invalid_run("timeout", f"'{given}' is not between {SHORTEST} and {LONGEST} seconds")
    return given


def _cpu(given: Any) -> int:
    cpu = (given or {}).get("cpu", 2) if isinstance(given or {}, dict) else None
    if not isinstance(cpu, int) or cpu < 1:
        raise exceptions.invalid_run("agentConfiguration.cpu", f"'{cpu}' is no number of cores")
    return cpu


def _platform(given: Any) -> Json:
    if not isinstance(given, dict) or not given.get("os"):
        raise exceptions.invalid_run("platform.os", "it is required")
    system = models.choice(given["os"], ("Windows", "Linux"), "platform.os")
    architecture = models.choice(
        given.get("architecture") or "amd64", ("amd64", "x86", "386", "arm", "arm64"), "platform.architecture"
    )
    if system != "Linux":
        raise exceptions.run_not_served("platform.os", system)
    if architecture != "amd64":
        raise exceptions.run_not_served("platform.architecture", architecture)
    return {"os": system, "architecture": architecture}


def _source(given: Any) -> str:
    """A path that `listBuildSourceUploadUrl` gave, or an address of this machine; empty where none is given."""
    if given is None or given == "":
        return ""
    if not isinstance(given, str):
        raise exceptions.invalid_run("sourceLocation", "it must be a text")
    if "://" not in given and not given.startswith("git@"):
        return given
    if not loopback(given) or given.partition("?")[0].partition("#")[0].endswith(".git"):
        raise not_on_this_machine(given)
    return given


def not_on_this_machine(source: str) -> ArmError:
    """The sandbox fetches from nowhere else."""
    return exceptions.run_not_served("sourceLocation", source.partition("?")[0])
