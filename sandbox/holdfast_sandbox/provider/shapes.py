"""A program's properties and Azure's bodies: how does one become the other?

Five directions, each after its function in the real provider (provider/pkg/convert): inputs -> request body, answer
-> outputs, answer -> inputs (import), outputs -> inputs (refresh), inputs -> what a preview knows of the outputs.
Unknown keys of an answer and nulls are dropped; properties that Azure takes but never shows (`writeonly`) are in no
output.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from holdfast_sandbox.provider.schema import Kind, Prop, Shapes
from holdfast_sandbox.provider.values import UNKNOWN, Json

# Converts one object of a union or reference; None says "not of this type" (a `const` differs).
_Convert = Callable[[Iterable[Prop], Json], Json | None]


def _each(kind: Kind, value: Any, shapes: Shapes, convert: _Convert) -> Any:
    """`value` with every typed object in it converted; what the table does not know more of is kept as it is."""
    if isinstance(value, dict):
        for ref in kind.refs:
            converted = convert(shapes[ref], value)
            if converted is not None:
                return converted
        if kind.name == "map" and kind.item:
            return {key: _each(kind.item, item, shapes, convert) for key, item in value.items()}
    if isinstance(value, list) and kind.name == "array" and kind.item:
        return [_each(kind.item, item, shapes, convert) for item in value]
    return value


def request_body(props: Iterable[Prop], values: Json, shapes: Shapes) -> Json:
    """The body of a PUT from the program's inputs."""
    return _to_wire([prop for prop in props if not prop.readonly], values, shapes) or {}


def _to_wire(props: Iterable[Prop], values: Json, shapes: Shapes) -> Json | None:
    body: Json = {}
    for prop in props:
        if prop.readonly or prop.name not in values:
            continue
        value = values[prop.name]
        if prop.const is not None and value != prop.const:
            return None
        if prop.kind.name == "ids" and isinstance(value, list):
            value = {resource_id: {} for resource_id in value}
        else:
            value = _each(prop.kind, value, shapes, lambda inner, held: _to_wire(inner, held, shapes))
        place = body
        for container in prop.containers:
            place = place.setdefault(container, {})
        place[prop.wire] = value
    return body


def outputs(props: Iterable[Prop], body: Json, shapes: Shapes) -> Json:
    """What the program sees of an answer."""
    return _from_wire([prop for prop in props if not prop.writeonly], body, shapes, of_inputs=False) or {}


def _from_wire(props: Iterable[Prop], body: Json, shapes: Shapes, *, of_inputs: bool) -> Json | None:
    seen: Json = {}
    for prop in props:
        if prop.readonly if of_inputs else prop.writeonly:
            continue
        value = _at(body, prop)
        if prop.const is not None and value is not None and value != prop.const:
            return None
        if value is None:
            continue
        if prop.kind.name == "ids" and isinstance(value, dict):
            item = prop.kind.item
            if of_inputs or item is None:
                seen[prop.name] = list(value)
                continue
            value = {
                key: _each(item, held, shapes, lambda p, v: _from_wire(p, v, shapes, of_inputs=False))
                for key, held in value.items()
            }
        seen[prop.name] = _each(
            prop.kind, value, shapes, lambda inner, held: _from_wire(inner, held, shapes, of_inputs=of_inputs)
        )
    return seen


def _at(body: Json, prop: Prop) -> Any:
    place: Any = body
    for container in prop.containers:
        inner = place.get(container)
        if not isinstance(inner, dict):
            return None
        place = inner
    return place.get(prop.wire)


def imported_inputs(props: Iterable[Prop], body: Json, shapes: Shapes) -> Json:
    """The inputs that would have produced an answer: for import. Empty lists and objects are dropped, at any depth,
    and a top-level `id`.
    """
    projected = _from_wire(list(props), body, shapes, of_inputs=True) or {}
    return {
        key: kept
        for key, value in projected.items()
        if key != "id" and (kept := without_empty_collections(value)) is not None
    }


def without_empty_collections(value: Any) -> Any:
    """`value` without the lists and objects that hold nothing; None when nothing is left."""
    if isinstance(value, dict):
        kept = {key: inner for key, held in value.items() if (inner := without_empty_collections(held)) is not None}
        return kept or None
    if isinstance(value, list):
        items = [inner for held in value if (inner := without_empty_collections(held)) is not None]
        return items or None
    return value


def inputs_of_outputs(props: Iterable[Prop], seen: Json, shapes: Shapes) -> Json:
    """The writable part of outputs, in the shape of inputs: what a refresh compares."""
    return _writable(props, seen, shapes) or {}


def _writable(props: Iterable[Prop], seen: Json, shapes: Shapes) -> Json | None:
    result: Json = {}
    for prop in props:
        if prop.readonly or prop.name not in seen:
            continue
        value = seen[prop.name]
        if prop.const is not None and value != prop.const:
            return None
        if prop.kind.name == "ids" and isinstance(value, dict):
            result[prop.name] = list(value)
        else:
            result[prop.name] = _each(prop.kind, value, shapes, lambda inner, held: _writable(inner, held, shapes))
    return result


def preview_outputs(props: Iterable[Prop], inputs: Json, shapes: Shapes) -> Json:
    """Inputs where an output has the same name and type, `UNKNOWN` for every other output."""
    return {
        prop.name: _preview(prop.kind, inputs.get(prop.name, UNKNOWN), shapes) for prop in props if not prop.writeonly
    }


def _preview(kind: Kind, value: Any, shapes: Shapes) -> Any:
    match kind.name:
        case "boolean" if isinstance(value, bool):
            return value
        case "integer" | "number" if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        case "string" if isinstance(value, str):
            return value
        case "array" if isinstance(value, list) and kind.item:
            return [_preview(kind.item, item, shapes) for item in value]
        case "object" if isinstance(value, dict):
            return preview_outputs(shapes[kind.refs[0]], value, shapes)
        case "map" if isinstance(value, dict) and kind.item:
            return {key: _preview(kind.item, item, shapes) for key, item in value.items()}
        case "union" if isinstance(value, dict):
            return value
        case "any":
            return value
    return UNKNOWN
