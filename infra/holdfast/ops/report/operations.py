"""What did the run do with each resource? Read out of its receipt, of whatever shape.

A receipt of an earlier shape has decisions and no operations: its page has a list, and neither graph nor timeline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.verify.critical import critical_path

#: What an operation did, in words.
WORDS: Mapping[str, str] = {
    "same": "as it was",
    "create": "created",
    "adopt": "adopted",
    "recover": "recovered",
    "update": "updated",
    "replace": "replaced",
    "refer": "used, not managed",
    "within": "made within its parent",
}
#: Decisions by the word for what was done.
_DONE = {"keep": "same"}
#: Operations that do nothing.
STILL = ("same", "refer", "within")


@dataclass(frozen=True, slots=True)
class Operation:
    """One resource. `start` and `seconds` are None where nobody timed them; `reason` and `id` are its decision's, empty
    where none is about it."""

    name: str
    type: str
    operation: str
    start: float | None = None
    seconds: float | None = None
    needs: tuple[str, ...] = ()
    reason: str = ""
    id: str = ""

    @property
    def short_type(self) -> str:
        """The last word of the type: `ContainerGroup`, `workspaces/computes`."""
        last = self.type.rpartition(":")[2]
        return last.partition("/")[2] if "." in last.partition("/")[0] else last


@dataclass(frozen=True, slots=True)
class Operations:
    """All of a run, in the order of asking. `timed`: the ones of a timeline; `path` the names of the critical path;
    `silence` says why there is no timeline."""

    rows: tuple[Operation, ...]
    path: tuple[str, ...] = ()
    stages: tuple[tuple[str, float, float], ...] = ()
    seconds: float = 0.0
    silence: str = ""

    @property
    def timed(self) -> tuple[Operation, ...]:
        return tuple(row for row in self.rows if row.start is not None)

    @property
    def on_path(self) -> float:
        """Seconds of the critical path."""
        return sum(row.seconds or 0.0 for row in self.rows if row.name in self.path)


def read_operations(body: Mapping[str, Any]) -> Operations:
    """The operations of a receipt. What is not of a known shape is passed over, and `silence` says so."""
    decisions = [row for row in _list(body.get("decisions")) if isinstance(row, Mapping)]
    decided = {str(row.get("name")): row for row in decisions}
    try:
        rows = [_operation(row, decided) for row in _list(body.get("operations"))]
        if len({row.name for row in rows}) < len(rows):
            raise ValueError("a name stands twice")
        duration = body.get("duration") or {}
        stages, seconds = _stages(duration.get("stages")), float(duration.get("seconds") or 0.0)
        path = critical_path(
            {row.name: row.seconds or 0.0 for row in rows}, {row.name: list(row.needs) for row in rows}
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        rows, stages, seconds, path = [], (), 0.0, ()
        silence = f"the receipt's operations can't be read: {error}"
    else:
        silence = "" if rows else "the receipt is of a version that noted no times"
    names = {row.name for row in rows}
    rest = [_decided(row) for name, row in decided.items() if name not in names]
    return Operations((*rows, *rest), path, stages, seconds, silence)


def _operation(row: Mapping[str, Any], decided: Mapping[str, Mapping[str, Any]]) -> Operation:
    name, start, seconds = str(row["name"]), float(row["start"]), float(row["seconds"])
    if not (0 <= start < 1e9 and 0 <= seconds < 1e9):
        raise ValueError(f"{name} has no time that is one")
    decision = decided.get(name, {})
    return Operation(
        name,
        str(row["type"]),
        str(row["operation"]),
        start,
        seconds,
        tuple(str(need) for need in _list(row["needs"])),
        str(decision.get("reason") or ""),
        str(decision.get("id") or ""),
    )


def _decided(row: Mapping[str, Any]) -> Operation:
    """One of which there is a decision alone: it is used and not managed, or the receipt is an old one."""
    decision = str(row.get("decision") or "")
    return Operation(
        str(row.get("name") or ""),
        str(row.get("type") or row.get("kind") or ""),
        _DONE.get(decision, decision),
        reason=str(row.get("reason") or ""),
        id=str(row.get("id") or ""),
    )


def _stages(value: Any) -> tuple[tuple[str, float, float], ...]:
    """Name, start and seconds of each."""
    found, start = [], 0.0
    for row in _list(value):
        ended = float(row["ended"])
        found.append((str(row["name"]), start, max(0.0, ended - start)))
        start = ended
    return tuple(found)


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
