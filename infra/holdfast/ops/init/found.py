"""What is the inverse of a body? Settings, and what they leave unsaid.

A setting is written only where it says exactly what is live; what the settings have no key for stays as it is, because
a run changes only what they ask for, and is told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from holdfast.model.existing import Live
from holdfast.model.names import owner

_TIME = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


@dataclass(frozen=True, slots=True)
class Found:
    """`settings` by the keys of a stack file; `unsaid` is what no key is for, each a text before "stays as it is"."""

    settings: dict[str, Any] = field(default_factory=dict)
    unsaid: tuple[str, ...] = ()


def other_owner(found: Live, project: str, stack: str) -> str:
    inner = found.properties.get("tags")
    whose = owner({**(inner if isinstance(inner, Mapping) else {}), **found.tags})
    return "/".join(whose) if whose is not None and whose != (project, stack) else ""


def at(body: Mapping[str, Any], path: str) -> Any:
    """What stands at `properties.scaleSettings.minNodeCount`, or None."""
    value: Any = body
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def open_to_all(access: Any) -> bool | None:
    """`publicNetworkAccess` as a flag; None where Azure says something else, or nothing."""
    return {"enabled": True, "disabled": False}.get(str(access).lower())


def minutes(time: Any) -> int | None:
    """`PT15M` -> 15; None for what is no time, or no whole number of minutes."""
    found = _TIME.fullmatch(str(time or ""))
    if found is None or not any(found.groups()):
        return None
    sizes = zip(found.groups(), (86400, 3600, 60, 1), strict=True)
    seconds = sum(int(count or 0) * size for count, size in sizes)
    return seconds // 60 if seconds % 60 == 0 else None


def identity(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """`{"type": "system"}`, or `{"user": {"id": ...}}` for the only user-assigned one; None for any other choice."""
    block = body.get("identity") or {}
    users = list(block.get("userAssignedIdentities") or ())
    match str(block.get("type") or "None").replace(" ", "").lower(), users:
        case "systemassigned", []:
            return {"type": "system"}
        case "userassigned", [only]:
            return {"user": {"id": only}}
    return None


def written(**settings: Any) -> dict[str, Any]:
    """The settings that have a value; `publicAccess=None` is a key left out."""
    return {name: value for name, value in settings.items() if value is not None}
