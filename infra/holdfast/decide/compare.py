"""What of that which the settings ask for is not so in Azure? One comparison for every resource.

Only what is asked for is looked at: what the settings leave out may be anything. Azure answers its own letter case,
times in their shortest form (`PT1H` for `PT60M`) and defaults that nobody set, and none of that is a difference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Under these keys a text is somebody's own, and its letter case is meant.
EXACT = frozenset(
    {
        "command",
        "description",
        "environmentVariables",
        "friendlyName",
        "image",
        "labels",
        "nodeLabels",
        "nodeSelector",
        "tags",
        "value",
    }
)

#: Under these keys a text is a list of words, and what is asked for has to be among them.
WORDS = frozenset({"bypass"})

#: Under these keys the order of a list means nothing.
SETS = frozenset({"authorizedIPRanges", "availabilityZones", "nodeTaints"})

#: Under these keys a version is asked for at the least: Azure upgrades by itself, and takes no step back.
VERSIONS = frozenset({"kubernetesVersion", "orchestratorVersion"})

#: A time as ISO 8601 writes it: days, hours, minutes, seconds.
_TIME = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


@dataclass(frozen=True, slots=True)
class Difference:
    """`keys` lead to it (a label's name may hold dots); `live` is None where Azure holds nothing there."""

    keys: tuple[str, ...]
    live: Any
    wanted: Any

    @property
    def path(self) -> str:
        """As messages name it: `properties.sku.name`."""
        return ".".join(self.keys)


def differences(wanted: Mapping[str, Any], live: Mapping[str, Any], keys: tuple[str, ...] = ()) -> list[Difference]:
    """Everything that `wanted` asks for and `live` does not hold."""
    found = []
    for name, value in wanted.items():
        at, there = (*keys, name), live.get(name)
        if name == "identity" and isinstance(value, Mapping):
            found += [] if _has_identity(value, there) else [Difference(at, there, value)]
        elif isinstance(value, Mapping):
            found += differences(value, there if isinstance(there, Mapping) else {}, at)
        elif name in WORDS and isinstance(there, str):
            found += [] if _words(value) <= _words(there) else [Difference(at, there, value)]
        elif name in SETS and isinstance(there, list):
            found += [] if _same(sorted(value), sorted(there), exact=False) else [Difference(at, there, value)]
        elif name in VERSIONS and isinstance(there, str):
            # What runs is told beside what was asked for, which may be a minor version alone.
            runs = live.get(f"current{name[0].upper()}{name[1:]}") or there
            found += [] if _at_least(runs, value) else [Difference(at, there, value)]
        elif not _same(value, there, exact=not EXACT.isdisjoint(at)):
            found.append(Difference(at, there, value))
    return found


def fragment(found: Sequence[Difference]) -> dict[str, Any]:
    """The differences as a body that holds nothing else."""
    body: dict[str, Any] = {}
    for difference in found:
        *parents, last = difference.keys
        inner = body
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[last] = difference.wanted
    return body


def in_detail(difference: Difference) -> list[Difference]:
    """What differs within lists of named items, item by item; the difference itself where the names are others."""
    mine, theirs = _named(difference.wanted), _named(difference.live)
    if not mine or set(mine) != set(theirs):
        return [difference]
    found = []
    for name, item in mine.items():
        for inner in differences(item, theirs[name], (*difference.keys, name)):
            found += in_detail(inner)
    return found or [difference]


def _has_identity(wanted: Mapping[str, Any], live: Any) -> bool:
    """Whether an `identity` block holds what is asked for. It is one setting: Azure takes its type and its ids
    together, and answers the ids in another letter case."""
    there = live if isinstance(live, Mapping) else {}
    types = {word.strip().lower() for word in str(there.get("type") or "").split(",")}
    ids = {id.lower() for id in there.get("userAssignedIdentities") or {}}
    return wanted["type"].lower() in types and all(
        id.lower() in ids for id in wanted.get("userAssignedIdentities") or {}
    )


def _words(text: str) -> set[str]:
    return {word.strip().lower() for word in text.split(",")}


def _at_least(runs: str, wanted: str) -> bool:
    """Of as many numbers as are asked for: `1.34.2` is a `1.34`."""
    asked = [int(number) for number in wanted.split(".")]
    return [int(number) for number in runs.split(".")][: len(asked)] >= asked


def _named(items: Any) -> dict[str, Mapping[str, Any]]:
    if not isinstance(items, list | tuple):
        return {}
    return {str(item["name"]): item for item in items if isinstance(item, Mapping) and "name" in item}


def _same(wanted: Any, live: Any, *, exact: bool) -> bool:
    match wanted:
        case str() if isinstance(live, str):
            return wanted == live or (not exact and _meant(wanted) == _meant(live))
        case Mapping():
            theirs = live if isinstance(live, Mapping) else {}
            return all(_same(value, theirs.get(name), exact=exact or name in EXACT) for name, value in wanted.items())
        case list() | tuple():
            there = _on(_sorted(live), wanted) if isinstance(live, list | tuple) else []
            pairs = zip(_sorted(wanted), there, strict=False)
            return len(wanted) == len(there) and all(_same(mine, theirs, exact=exact) for mine, theirs in pairs)
    # Azure leaves out what is off or nothing.
    return bool(wanted == live or (live is None and wanted in (False, "")))


def _meant(text: str) -> str | int:
    """A time in seconds, else the text as Azure compares it."""
    time = _TIME.fullmatch(text)
    if time is not None and any(time.groups()):
        return sum(int(count or 0) * size for count, size in zip(time.groups(), (86400, 3600, 60, 1), strict=True))
    return text.rstrip("/").replace(" ", "").lower()


def _on(live: Sequence[Any], wanted: Sequence[Any]) -> Sequence[Any]:
    """Without the items that are switched off, which Azure lists for what nobody asked for (diagnostic settings)."""
    if len(live) <= len(wanted):
        return live
    return [item for item in live if not (isinstance(item, Mapping) and item.get("enabled") is False)]


def _sorted(items: Sequence[Any]) -> list[Any]:
    """Named items in the order of their names: Azure gives a list back in an order of its own."""
    if all(isinstance(item, Mapping) and "name" in item for item in items):
        return sorted(items, key=lambda item: str(item["name"]).lower())
    return list(items)
