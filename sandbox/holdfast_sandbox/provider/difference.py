"""Diff: what differs between the old inputs and the new ones, and must the resource be replaced for it?

After provider/pkg/provider/diff.go: inputs against inputs; lists with identifiers compare as sets; `location` ignores
case and spaces, `resourceGroupName` case; a path parameter or a `replace` property replaces; a property added at its
default is no change.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from holdfast_sandbox.provider.check import CREATE_BEFORE_DELETE
from holdfast_sandbox.provider.schema import Prop, ResourceType, Shapes
from holdfast_sandbox.provider.values import UNKNOWN, Json, same

ADD, DELETE, UPDATE = "ADD", "DELETE", "UPDATE"


@dataclass
class Difference:
    """`details`: path -> kind (`ADD`, `UPDATE_REPLACE`, ...); `changes`: top-level names; `replaces`: paths that
    replace.
    """

    details: dict[str, str] = field(default_factory=dict)
    quiet: set[str] = field(default_factory=set)
    changes: list[str] = field(default_factory=list)
    replaces: list[str] = field(default_factory=list)
    delete_before_replace: bool = False


def compare(table: ResourceType, old_inputs: Json, new_inputs: Json, old_state: Json) -> Difference:
    """The difference; one without `changes` needs no update."""
    olds = dict(old_inputs)
    migrated = "azureApiVersion" not in olds and "azureApiVersion" in old_state
    if migrated:  # a state of azure-native 2.x has no such input
        olds["azureApiVersion"] = old_state["azureApiVersion"]
    found = Difference()
    keyed = _keyed_lists(table.inputs, table.shapes)
    _objects(olds, new_inputs, "", "", keyed, found.details, top=True)
    replacing = _replacing_paths(table)
    for path, kind in list(found.details.items()):
        if _generic(path) in replacing or any(
            _generic(path).startswith(parent + ".") and kind == UPDATE for parent in replacing
        ):
            found.details[path] = f"{kind}_REPLACE"
    defaults = {prop.name: prop.default for prop in table.inputs if prop.default is not None}
    for path, kind in list(found.details.items()):
        if kind == "ADD_REPLACE" and path in old_state and same(old_state[path], new_inputs.get(path)):
            found.details[path] = ADD  # Azure had it already: nothing to replace for
        elif kind.endswith("_REPLACE"):
            found.replaces.append(path)
        elif kind == ADD and path in defaults and same(defaults[path], new_inputs.get(path)):
            found.quiet.add(path)
            continue
        found.changes.append(path.split(".")[0])
    if migrated and "azureApiVersion" in found.details:
        found.quiet.add("azureApiVersion")
    marked = olds.get(CREATE_BEFORE_DELETE)
    found.delete_before_replace = not marked if isinstance(marked, bool) else bool(found.replaces)
    return found


def _replacing_paths(table: ResourceType) -> set[str]:
    """Path parameters, `replace` properties, and those one level down in objects and lists of objects."""
    paths = {prop.name for prop in table.path_parameters}
    for prop in table.inputs:
        if prop.replace:
            paths.add(prop.name)
        if prop.kind.name == "object":
            paths |= {f"{prop.name}.{inner.name}" for inner in table.shapes[prop.kind.refs[0]] if inner.replace}
        if prop.kind.name == "array" and prop.kind.item and prop.kind.item.name == "object":
            item = table.shapes[prop.kind.item.refs[0]]
            paths |= {f"{prop.name}[].{inner.name}" for inner in item if inner.replace}
    return paths


def _keyed_lists(props: tuple[Prop, ...], shapes: Shapes, base: str = "") -> dict[str, tuple[str, ...]]:
    """Path -> identifiers of every list whose order is no difference. Lists within lists have no index in the path."""
    found: dict[str, tuple[str, ...]] = {}
    for prop in props:
        path = f"{base}.{prop.name}" if base else prop.name
        if prop.ids:
            found[path] = prop.ids
        kind = prop.kind.item if prop.kind.name == "array" else prop.kind
        if kind is not None and kind.name == "object" and path.count(".") < 8:
            found |= _keyed_lists(shapes[kind.refs[0]], shapes, path)
    return found


def _generic(path: str) -> str:
    """`agentPoolProfiles[1].vmSize` -> `agentPoolProfiles[].vmSize`."""
    parts = path.split("[")
    return parts[0] + "".join("[" + part[part.index("]") :] for part in parts[1:])


def _objects(
    old: Json,
    new: Json,
    path: str,
    shape: str,
    keyed: Mapping[str, tuple[str, ...]],
    found: dict[str, str],
    *,
    top: bool = False,
) -> None:
    for key in old.keys() | new.keys():
        if key.startswith("__"):
            continue
        here, here_shape = (f"{path}.{key}", f"{shape}.{key}") if path else (key, key)
        before, after = old.get(key), new.get(key)
        if before is None and after is None:
            continue
        if before is None:
            found[here] = ADD
        elif after is None:
            found[here] = DELETE
        elif not (top and _same_for_azure(key, before, after)):
            _values(before, after, here, here_shape, keyed, found)


def _values(
    old: Any, new: Any, path: str, shape: str, keyed: Mapping[str, tuple[str, ...]], found: dict[str, str]
) -> None:
    if isinstance(old, list) and isinstance(new, list):
        if shape in keyed:
            _sets(old, new, path, shape, keyed, found)
            return
        for index in range(max(len(old), len(new))):
            if index >= len(old):
                found[f"{path}[{index}]"] = ADD
            elif index >= len(new):
                found[f"{path}[{index}]"] = DELETE
            else:
                _values(old[index], new[index], f"{path}[{index}]", shape, keyed, found)
    elif isinstance(old, dict) and isinstance(new, dict):
        _objects(old, new, path, shape, keyed, found)
    elif old is UNKNOWN or new is UNKNOWN:
        if old is not new:
            found[path] = UPDATE
    elif not same(old, new):
        found[path] = UPDATE


def _sets(
    old: list[Any], new: list[Any], path: str, shape: str, keyed: Mapping[str, tuple[str, ...]], found: dict[str, str]
) -> None:
    ids = keyed[shape]
    before = {_identity(item, ids): (index, item) for index, item in enumerate(old) if isinstance(item, dict)}
    seen: set[str] = set()
    for index, item in enumerate(new):
        if not isinstance(item, dict):
            continue
        identity = _identity(item, ids)
        seen.add(identity)
        if identity not in before:
            found[f"{path}[{index}]"] = ADD
        else:
            _values(before[identity][1], item, f"{path}[{index}]", shape, keyed, found)
    for identity, (index, _) in before.items():
        if identity not in seen:
            # An item put in the place of another would overwrite that entry's detail; both are the same change.
            found.setdefault(f"{path}[{index}]", DELETE)


def _identity(item: Json, ids: tuple[str, ...]) -> str:
    return json.dumps([item.get(key) for key in sorted(ids)], sort_keys=True, default=str)


def _same_for_azure(key: str, old: Any, new: Any) -> bool:
    if key == "location" and isinstance(old, str) and isinstance(new, str):
        return old.replace(" ", "").lower() == new.replace(" ", "").lower()
    if key == "resourceGroupName" and isinstance(old, str) and isinstance(new, str):
        return old.lower() == new.lower()
    if key == "sku" and isinstance(old, dict) and isinstance(new, dict):
        return _same_cluster_sku(old, new)
    return False


def _same_cluster_sku(old: Json, new: Json) -> bool:
    """AKS renamed its SKUs (pulumi-azure-native#2600): Basic is Base, Paid is Standard."""
    if old.keys() != {"name", "tier"} or new.keys() != {"name", "tier"}:
        return False
    names, tiers = {old["name"], new["name"]}, {old["tier"], new["tier"]}
    return (len(names) == 1 or names == {"Basic", "Base"}) and (len(tiers) == 1 or tiers == {"Paid", "Standard"})
