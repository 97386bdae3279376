"""Is a given value of the right kind? What the models of clusters, networks and pools have in common; no state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.services.containerservice import exceptions
from holdfast_sandbox.arm.store import Json

_WORDS = {str: "text", bool: "true or false", int: "a number", dict: "an object", list: "a list"}


def typed(given: Json, names: Iterable[str], kind: type, at: str) -> Json:
    """Those of `names` that are given and not null; `InvalidRequestContent` for another kind of value."""
    found: Json = {}
    for name in names:
        value = given.get(name)
        if value is None:
            continue
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise invalid_request_content(f"{at}.{name} must be {_WORDS[kind]}")
        found[name] = value
    return found


def chosen(given: Json, choices: Mapping[str, tuple[str, ...]], at: str) -> Json:
    """Those that are given, in Azure's own letter case; `InvalidParameter` for what is no choice."""
    found: Json = {}
    for name, allowed in choices.items():
        value = given.get(name)
        if value is None or value == "":
            continue
        known = next((item for item in allowed if item.lower() == str(value).lower()), None)
        if known is None:
            raise exceptions.invalid_parameter(f"{at}.{name}")
        found[name] = known
    return found


def refuse_what_is_not_served(given: Json, names: Iterable[str], at: str) -> None:
    """A property that the sandbox lacks may only say what is so without it: nothing, off, or the default."""
    for name in names:
        if not _says_nothing(given.get(name)):
            raise exceptions.not_served(f"{at}.{name}" if at else name)


def same(one: Any, other: Any) -> bool:
    """Equal, the letter case of texts and the order of lists aside."""
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    return bool(one == other)


# What stands in answers for "off" or "as ever".
_NOTHING = {"", "none", "disabled", "direct", "manual", "auto"}


def _says_nothing(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_says_nothing(item) for item in value.values())
    if isinstance(value, str):
        return value.lower() in _NOTHING
    return not value
