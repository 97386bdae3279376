"""What is a draft of a stack file? Settings, remarks, and what was left out; made by `draft`, judged by `rehearsal`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

#: A key path of the settings: names and indices.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """What the file can't express: a resource by its id, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Settings as a stack file has them, remarks by the key path that they stand above, and what was left out."""

    project: str
    stack: str
    subscription: str
    location: str
    environment: dict[str, Any]
    remarks: Mapping[Path, str] = field(default_factory=dict)
    left: tuple[Left, ...] = ()

    def without(self, path: Path, reason: Left) -> Draft:
        """The same without what stands at `path`; remarks of items behind it in a list move with them."""
        environment = _without(self.environment, path)
        remarks = {_moved(at, path): text for at, text in self.remarks.items() if at[: len(path)] != path}
        return replace(self, environment=environment, remarks=remarks, left=(*self.left, reason))


def expecting_roles(drafted: Draft) -> Draft:
    """The same, with no role assigned: what is missing stays so, and every preview says how to assign it."""
    head = {name: value for name, value in drafted.environment.items() if name == "resourceGroup"}
    environment = {**head, "roleAssignments": "expect", **drafted.environment}
    remark = "Roles are missing. So that nothing changes, none is assigned: previews name them. `manage` assigns them."
    return replace(drafted, environment=environment, remarks={**drafted.remarks, ("roleAssignments",): remark})


@dataclass(slots=True)
class Page:
    """A draft in the making."""

    environment: dict[str, Any] = field(default_factory=dict)
    remarks: dict[Path, str] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)


def _without(value: Any, path: Path) -> Any:
    head, *rest = path
    if isinstance(value, list):
        assert isinstance(head, int)
        inner = [_without(value[head], tuple(rest))] if rest else []
        return [*value[:head], *inner, *value[head + 1 :]]
    if not rest:
        return {name: one for name, one in value.items() if name != head}
    return {name: _without(one, tuple(rest)) if name == head else one for name, one in value.items()}


def _moved(at: Path, gone: Path) -> Path:
    depth, index = len(gone) - 1, gone[-1]
    if isinstance(index, int) and len(at) > depth and at[:depth] == gone[:depth]:
        here = at[depth]
        if isinstance(here, int) and here > index:
            return (*at[:depth], here - 1, *at[depth + 1 :])
    return at
