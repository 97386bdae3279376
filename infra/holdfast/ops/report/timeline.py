"""Which rows has the timeline, and where on it does each bar lie?

Rows are in the order in which the engine was asked. Of many only the critical path and the longest are drawn; the rest
is in the list of resources, and one line says how many they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from holdfast.ops.report.operations import Operation, Operations

#: So many rows are drawn at most, beside the critical path.
MOST = 40
#: Between two ticks: the smallest of these that makes no more than `TICKS` of them.
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400)
TICKS = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """A row. `x` and `width` are per cent of the whole run; `row` is None for a stage of the program itself."""

    name: str
    start: float
    seconds: float
    x: float
    width: float
    critical: bool = False
    row: Operation | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The rows, the ticks as (per cent, seconds), and of what is not drawn how many and the longest one's seconds."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, float], ...]
    left_out: int = 0
    longest_left_out: float = 0.0


def lay_out(operations: Operations) -> Timeline:
    """The timeline; without rows where nobody timed anything."""
    timed = operations.timed
    if not timed:
        return Timeline((), ())
    ends = [(row.start or 0.0) + (row.seconds or 0.0) for row in timed]
    whole = max(*ends, operations.seconds, 1e-9)
    drawn = {row.name for row in _drawn(timed, operations.path)}
    rest = [row.seconds or 0.0 for row in timed if row.name not in drawn]

    def bar(name: str, start: float, seconds: float, row: Operation | None = None) -> Bar:
        critical = name in operations.path and row is not None
        return Bar(name, start, seconds, 100 * start / whole, 100 * seconds / whole, critical, row)

    stages = [bar(*stage) for stage in operations.stages]
    bars = [bar(row.name, row.start or 0.0, row.seconds or 0.0, row) for row in timed if row.name in drawn]
    return Timeline((*stages, *bars), _ticks(whole), len(rest), max(rest, default=0.0))


def idle(operations: Operations) -> float:
    """Seconds between two operations of the critical path in which neither ran."""
    known = {row.name: row for row in operations.timed}
    chain = [known[name] for name in operations.path]
    gaps = [(after.start or 0.0) - (row.start or 0.0) - (row.seconds or 0.0) for row, after in pairwise(chain)]
    return sum(max(0.0, gap) for gap in gaps)


def _drawn(timed: Sequence[Operation], path: Sequence[str]) -> list[Operation]:
    if len(timed) <= MOST + len(path):
        return list(timed)
    others = sorted((row for row in timed if row.name not in path), key=lambda row: -(row.seconds or 0.0))
    return [*(row for row in timed if row.name in path), *others[:MOST]]


def _ticks(whole: float) -> tuple[tuple[float, float], ...]:
    step = next((step for step in STEPS if whole / step <= TICKS), whole / TICKS)
    return tuple((100 * number * step / whole, number * step) for number in range(int(whole / step) + 1))
