"""What is a resource made of, as Azure's reference writes it?

`decide` makes bodies and compares them with what Azure answers, `provision` makes a resource's inputs of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Body:
    """`explicit` is what the settings ask for, `secure` what a new resource gets where they are silent. `needs` are the
    logical names of what has to be there before it is made.

    What is live is compared with `explicit` alone: the settings' silence changes nothing. `secrets` are values that
    Azure never answers back, by their path (`properties.containers.0.properties.password`): the key of Pulumi's
    configuration that holds each. `later` is asked for as well, and can be written only when everything is there: it
    names what needs the resource itself, or Azure takes it in a change alone. `outputs` are values that only the engine
    will know, by their path: the logical name of what makes each, and which of its outputs it is.
    """

    explicit: Mapping[str, Any] = field(default_factory=dict)
    secure: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)
    later: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def asked(self) -> dict[str, Any]:
        """All that the settings ask for."""
        return merged_body(self.explicit, self.later)

    @property
    def creation(self) -> dict[str, Any]:
        """All that a new one is made with."""
        return merged_body(self.secure, self.explicit)


def merged_body(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`under` with what `over` holds, map by map. A list is `over`'s; of its named items each keeps what `under` knows
    of the item of that name."""
    result = dict(under)
    for name, value in over.items():
        below = result.get(name)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            result[name] = merged_body(below, value)
        elif isinstance(value, list) and isinstance(below, list):
            result[name] = merged_items(below, value)
        else:
            result[name] = value
    return result


def merged_items(under: Sequence[Any], over: Sequence[Any]) -> list[Any]:
    """The items of `over`; a named one on top of what `under` knows of that name, in whatever letter case."""
    known = {str(item["name"]).lower(): item for item in under if is_named(item)}
    known |= {str(item["name"]): item for item in under if is_named(item)}
    result = []
    for item in over:
        name = str(item["name"]) if is_named(item) else ""
        below = known.get(name) or known.get(name.lower())
        result.append(merged_body(below, item) if below else item)
    return result


def is_named(item: Any) -> bool:
    """Whether an item of a list is known by its name, not by its place."""
    return isinstance(item, Mapping) and "name" in item


def flat(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body with what stands under `properties` beside the rest, in the items of its lists too: azure-native names
    most inputs and outputs so."""
    inner: Mapping[str, Any] = body.get("properties") or {}
    whole = {**{name: value for name, value in body.items() if name != "properties"}, **inner}
    return {
        name: [_flat_item(item) for item in value] if isinstance(value, list) else value
        for name, value in whole.items()
    }


def _flat_item(item: Any) -> Any:
    return flat(item) if isinstance(item, Mapping) and isinstance(item.get("properties"), Mapping) else item
