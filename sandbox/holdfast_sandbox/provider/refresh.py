"""Refresh: which inputs does the state of a resource in Azure stand for?

Inputs cannot be read back. So what the outputs changed since they were last stored is applied to the stored inputs,
and defaults that Azure filled in stay out of them (`Read` and `applyDiff` in provider/pkg/provider). A list that may
be managed as resources of its own (`sub`, a vault's access policies) and that the program left unset is not pushed
into the inputs.
"""

from __future__ import annotations

import copy
from typing import Any

from holdfast_sandbox.provider import shapes
from holdfast_sandbox.provider.schema import Prop, ResourceType, Shapes
from holdfast_sandbox.provider.values import Json, same


def refreshed_inputs(table: ResourceType, inputs: Json, old_outputs: Json, new_outputs: Json) -> Json:
    """The stored inputs with Azure's own changes applied."""
    visible = copy.deepcopy(new_outputs)
    for path in unset_sub_resources(table, inputs, wire=False):
        _remove(visible, path)
    before = shapes.inputs_of_outputs(table.inputs, old_outputs, table.shapes)
    after = shapes.inputs_of_outputs(table.inputs, visible, table.shapes)
    return _apply(inputs, before, after)


def unset_sub_resources(table: ResourceType, values: Json, *, wire: bool) -> list[tuple[str, ...]]:
    """Paths of the `sub` lists that `values` leaves unset: a body with `wire`, else the program's properties."""
    unset: list[tuple[str, ...]] = []
    for path in _sub_paths(table.inputs, table.shapes, wire=wire):
        place: Any = values
        for step in path:
            if not isinstance(place, dict) or step not in place:
                unset.append(path)
                break
            place = place[step]
    return unset


def _sub_paths(
    props: tuple[Prop, ...], of: Shapes, *, wire: bool, base: tuple[str, ...] = (), depth: int = 0
) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for prop in props:
        if prop.readonly:
            continue
        path = (*base, *prop.containers, prop.wire) if wire else (*base, prop.name)
        if prop.sub:
            found.append(path)
        elif prop.kind.name == "object" and depth < 6:
            found += _sub_paths(of[prop.kind.refs[0]], of, wire=wire, base=path, depth=depth + 1)
    return found


def _remove(values: Json, path: tuple[str, ...]) -> None:
    place: Any = values
    for step in path[:-1]:
        place = place.get(step)
        if not isinstance(place, dict):
            return
    place.pop(path[-1], None)


def _apply(inputs: Json, before: Json, after: Json) -> Json:
    """What changed from `before` to `after`, applied to `inputs`, property by property."""
    result = {key: value for key, value in inputs.items() if not (key in before and after.get(key) is None)}
    for key, new in after.items():
        old = before.get(key)
        if new is None or same(old, new):
            continue
        result[key] = _applied(inputs[key], old, new) if old is not None and key in inputs else new
    return result


def _applied(base: Any, old: Any, new: Any) -> Any:
    if isinstance(base, dict) and isinstance(old, dict) and isinstance(new, dict):
        return _apply(base, old, new)
    if isinstance(base, list) and isinstance(old, list) and isinstance(new, list):
        return [
            item if index >= len(base) or index >= len(old) else _applied(base[index], old[index], item)
            for index, item in enumerate(new)
        ]
    return new
