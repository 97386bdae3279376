"""What are a workspace's assets? Models, environments and codes: a container by name, and versions under it; no state.

Shapes: the specification's ModelContainer, ModelVersion, EnvironmentContainer, ... (2025-12-01). A version is what it
was registered with: of an existing one only the description, the tags and the like change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.services.machinelearning import exceptions
from holdfast_sandbox.arm.store import Json

# The specification's pattern of every asset's name.
NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9\-_]{0,254}")
_WORKSPACE = "Microsoft.MachineLearningServices/workspaces"
#: What both a container and a version have.
_COMMON: dict[str, type] = {"description": str, "tags": dict, "properties": dict, "isArchived": bool}


@dataclass(frozen=True)
class Kind:
    """A kind of asset. `fields`: what a version has beyond the common properties; `fixed`: those it was registered
    with and keeps.
    """

    segment: str
    called: str
    fields: dict[str, type]
    fixed: tuple[str, ...]

    @property
    def container(self) -> str:
        return f"{_WORKSPACE}/{self.segment}"

    @property
    def version(self) -> str:
        return f"{self.container}/versions"


MODELS = Kind(
    "models",
    "Model",
    {
        "modelUri": str,
        "modelType": str,
        "flavors": dict,
        "jobName": str,
        "stage": str,
        "datasets": list,
        "isAnonymous": bool,
    },
    ("modelUri",),
)
ENVIRONMENTS = Kind(
    "environments",
    "Environment",
    {
        "image": str,
        "condaFile": str,
        "build": dict,
        "inferenceConfig": dict,
        "osType": str,
        "autoRebuild": str,
        "stage": str,
        "isAnonymous": bool,
    },
    ("image", "condaFile", "build", "osType"),
)
CODES = Kind("codes", "Code", {"codeUri": str, "isAnonymous": bool}, ("codeUri",))
KINDS = (MODELS, ENVIRONMENTS, CODES)
_CHOICES = {"osType": ("Linux", "Windows"), "autoRebuild": ("Disabled", "OnBaseImageUpdate")}


def checked_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise exceptions.invalid(
            "name",
            f"The name '{name}' is not valid: it starts with a letter or a digit and has up to 255 letters, digits, "
            "hyphens and underscores.",
        )
    return name


def wanted(body: Json, fields: dict[str, type]) -> Json:
    """The body's properties that are known; one of another kind of value is refused, a null is none."""
    given = body.get("properties")
    if not isinstance(given, dict):
        raise invalid_request_content("properties must be an object")
    made: Json = {}
    for name, kind in {**_COMMON, **fields}.items():
        value = given.get(name)
        if value is None:
            continue
        if not isinstance(value, kind):
            raise exceptions.invalid(name, f"'{name}' must be of the type {kind.__name__}.")
        made[name] = value
    for name in ("tags", "properties"):
        if not all(isinstance(value, str) for value in made.get(name, {}).values()):
            raise exceptions.invalid(name, f"The values of '{name}' must be texts.")
    for name, allowed in _CHOICES.items():
        if name in made and made[name] not in allowed:
            raise exceptions.invalid(name, f"'{made[name]}' is not one of {', '.join(allowed)}.")
    return made


def shown_container(given: Json, before: Json | None) -> Json:
    """A container's own properties; the versions that it tells of are added where the store is at hand."""
    return {"description": None, "tags": {}, "properties": {}, "isArchived": False, **(before or {}), **given}


def shown_version(kind: Kind, given: Json, before: Json | None) -> Json:
    """A version's properties: what is given over what is there."""
    made: Json = {"description": None, "tags": {}, "properties": {}, "isArchived": False, "isAnonymous": False}
    if kind is ENVIRONMENTS:
        made |= {"osType": "Linux", "autoRebuild": "Disabled", "environmentType": "UserCreated"}
    made |= {**(before or {}), **given, "provisioningState": "Succeeded"}
    if kind is ENVIRONMENTS and isinstance(made.get("build"), dict):
        made["build"] = {"dockerfilePath": "Dockerfile", **made["build"]}
    return made


def check_new(kind: Kind, given: Json) -> None:
    """What a new environment needs: an image or a build context, and not both.

    learn.microsoft.com/azure/machine-learning/reference-yaml-environment.
    """
    if kind is not ENVIRONMENTS:
        return
    if not given.get("image") and not given.get("build"):
        raise exceptions.invalid("image", "One of image or build is required for an environment.")
    if given.get("image") and given.get("build"):
        raise exceptions.invalid("image", "An environment has either an image or a build context, not both.")
    if given.get("build") and not isinstance(given["build"].get("contextUri"), str):
        raise exceptions.invalid("build.contextUri", "A build context needs its contextUri.")


def first_change_of_what_is_fixed(kind: Kind, given: Json, before: Json) -> str | None:
    """The first property that a version keeps and that is asked for otherwise."""
    after = shown_version(kind, given, before)
    return next((name for name in kind.fixed if name in given and after[name] != before.get(name)), None)


def next_version(versions: Iterable[str]) -> str:
    """One more than the highest that is a number; `1` where none is."""
    numbers = [int(version) for version in versions if version.isdigit()]
    return str(max(numbers) + 1) if numbers else "1"


def pairs(text: str) -> list[tuple[str, str | None]]:
    """`a,b=c` -> `[("a", None), ("b", "c")]`: how a list's `tags` and `properties` are asked for."""
    found: list[tuple[str, str | None]] = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = item.partition("=")
        found.append((name, value if equals else None))
    return found


def matches(properties: Any, asked: list[tuple[str, str | None]]) -> bool:
    """Whether a map has all of the names, with the values where any are asked for."""
    return all(name in properties and value in (None, properties[name]) for name, value in asked)
