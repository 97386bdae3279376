"""Check: which inputs does a resource get, and are they valid?

Defaults first (name, location, API version), then validation, in the order and words of the real provider (`Check`,
`applyDefaults`, `validateType`, `validateProperty` in provider/pkg/provider/provider.go). One addition of ours: an
input that the table does not know is refused. The real provider drops it silently; here it would mean that the
stand-in does less than was asked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from holdfast_sandbox.provider import naming
from holdfast_sandbox.provider.schema import Kind, Prop, ResourceType, Shapes
from holdfast_sandbox.provider.values import UNKNOWN, Json

CREATE_BEFORE_DELETE = "__createBeforeDelete"
_LOCATION_HINT = ". Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'."

# Finds the location of a resource group by name; None when it cannot be read.
GroupLocation = Callable[[str], str | None]


@dataclass(frozen=True)
class Autonaming:
    """The engine's autonaming choice: `propose`, `enforce` or `disable`, with its proposed name."""

    mode: str
    proposed: str


def with_defaults(
    table: ResourceType,
    logical_name: str,
    seed: bytes,
    autonaming: Autonaming | None,
    olds: Json,
    news: Json,
    configured_location: str | None,
    group_location: GroupLocation,
) -> Json:
    """`news` with a name, a location and the API version where the program gave none."""
    inputs = dict(news)
    key = table.name_parameter
    if key is not None and "." not in key and key not in inputs:
        named = _default_name(table.path, key, logical_name, seed, autonaming, olds)
        if named is not None:
            inputs[key], random = named
            if random:
                inputs[CREATE_BEFORE_DELETE] = True
    if "location" not in inputs and any(prop.name == "location" for prop in table.inputs):
        location = _default_location(olds, inputs, configured_location, group_location)
        if location is not None:
            inputs["location"] = location
    if table.versioned and "azureApiVersion" not in inputs:
        inputs["azureApiVersion"] = table.api_version
    return inputs


def _default_name(
    path: str, key: str, logical_name: str, seed: bytes, autonaming: Autonaming | None, olds: Json
) -> tuple[Any, bool] | None:
    """A name and whether it is random (a replacement may then be created before the old one goes); None when naming
    is off.
    """
    if key in olds:
        return olds[key], olds.get(CREATE_BEFORE_DELETE) is True
    how = naming.strategy(path, key)
    if autonaming is not None:
        if autonaming.mode == "disable":
            return None
        if autonaming.mode == "enforce" or how != "uuid":
            return autonaming.proposed, True
    if how == "uuid":
        return naming.unique_uuid(seed), True
    if how == "copy":
        return logical_name, False
    return logical_name + naming.unique_hex(seed, 8), True


def _default_location(olds: Json, news: Json, configured: str | None, group_location: GroupLocation) -> Any:
    if "location" in olds:
        return olds["location"]
    if configured is not None:
        return configured
    group = news.get("resourceGroupName")
    if group is UNKNOWN:
        return UNKNOWN
    return group_location(group) if isinstance(group, str) else None


def failures(table: ResourceType, inputs: Json) -> list[str]:
    """What is wrong with the inputs, one sentence each; empty when nothing is."""
    found: list[str] = []
    for prop in (*table.path_parameters, *table.query_parameters):
        if "." in prop.name:  # a value inside the body, e.g. policy.objectId: the body's own check covers it
            continue
        if prop.name in inputs:
            found += _check_value(prop.name, prop, prop.kind, inputs[prop.name], table.shapes)
        elif prop in table.path_parameters:
            found.append(f"missing required property '{prop.name}'")
    found += _check_object("", table.inputs, inputs, table.shapes)
    known = {prop.name for prop in (*table.path_parameters, *table.query_parameters, *table.inputs)} | {
        "azureApiVersion"
    }
    for name in sorted(inputs.keys() - known):
        if not name.startswith("__"):
            found.append(_not_an_input(name, table.token))
    return found


def _not_an_input(name: str, where: str) -> str:
    return f"'{name}' is not an input of {where} that the sandbox's stand-in provider serves"


def _check_object(context: str, props: Iterable[Prop], values: Json, shapes: Shapes) -> list[str]:
    found: list[str] = []
    writable = [prop for prop in props if not prop.readonly]
    for prop in writable:
        if prop.required and prop.name not in values:
            path = f"{context}.{prop.name}" if context else prop.name
            found.append(f"missing required property '{path}'" + (_LOCATION_HINT if path == "location" else ""))
    for prop in writable:
        if prop.name in values:
            path = f"{context}.{prop.name}" if context else prop.name
            found += _check_value(path, prop, prop.kind, values[prop.name], shapes)
    if context:
        # An output handed on as an input carries read-only properties: those are no mistake.
        for name in sorted(values.keys() - {prop.name for prop in props}):
            found.append(_not_an_input(f"{context}.{name}", "the API version of this type"))
    return found


def _check_value(path: str, prop: Prop, kind: Kind, value: Any, shapes: Shapes) -> list[str]:
    if value is UNKNOWN or kind.name == "any":
        return []
    if isinstance(value, dict):
        if kind.name == "object":
            return _check_object(path, shapes[kind.refs[0]], value, shapes)
        return []
    if isinstance(value, list):
        if kind.name not in ("array", "ids"):
            return [f"'{path}' should be of type '{_type_name(kind)}' but got an array"]
        item = Kind("string") if kind.name == "ids" else kind.item or Kind("any")
        bare = Prop(name=prop.name, kind=item, wire=prop.wire)
        return [
            failure
            for index, held in enumerate(value)
            for failure in _check_value(f"{path}[{index}]", bare, item, held, shapes)
        ]
    if isinstance(value, str):
        return _check_text(path, prop, kind, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _check_number(path, prop, kind, value)
    return []


def _type_name(kind: Kind) -> str:
    return {"object": "", "union": "", "map": "object", "ids": "array"}.get(kind.name, kind.name)


def _check_text(path: str, prop: Prop, kind: Kind, value: str) -> list[str]:
    if kind.name != "string":
        return [f"'{path}' should be of type '{_type_name(kind)}' but got a string"]
    found: list[str] = []
    length = len(value.encode())
    if prop.min_length is not None and length < prop.min_length:
        found.append(f"'{path}' is too short ({length}): at least {prop.min_length} characters required")
    if prop.max_length is not None and length > prop.max_length:
        found.append(f"'{path}' is too long ({length}): at most {prop.max_length} characters allowed")
    if prop.pattern is not None and not re.search(prop.pattern, value):
        found.append(f"'{path}' does not match expression '{prop.pattern}'")
    return found


def _check_number(path: str, prop: Prop, kind: Kind, value: float) -> list[str]:
    if kind.name not in ("number", "integer"):
        return [f"'{path}' should be of type '{_type_name(kind)}' but got a number"]
    found: list[str] = []
    if kind.name == "integer" and 1e-9 < math.modf(abs(value))[0] < 1 - 1e-9:
        found.append(f"'{path}' must be an integer but got {value:f}")
    if prop.minimum is not None and value < prop.minimum:
        found.append(f"'{path}' is too low ({value:f} < {prop.minimum:f})")
    if prop.maximum is not None and value > prop.maximum:
        found.append(f"'{path}' is too high ({value:f} > {prop.maximum:f})")
    return found
