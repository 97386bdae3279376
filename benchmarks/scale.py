"""What does a run with nothing to do cost with ten, fifty and a hundred resources, against a bare program?

The resources beyond the seven of an environment are computes, container groups and identities in turn. What one more
costs is the difference between the largest and the smallest, over the number between them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Row, ratio
from benchmarks.projects import MeteredProject, Run, bare, holdfast
from holdfast_sandbox.rehearsal import Azure

SIZES = (10, 50, 100)
#: Group, vault, storage, logs, insights, registry, workspace.
BASE = 7

NAME = "scale"


def measure(folder: Path, azure: Azure, runs: int, say: Callable[[str], None]) -> list[Row]:
    """`pulumi up --skip-preview`, `runs` times for each size and program, in turns."""
    rows: list[Row] = []
    costs: dict[int, tuple[list[Run], list[Run]]] = {}
    reads: dict[int, int] = {}
    for size in SIZES:
        say(f"provisioning {size} resources, twice")
        ours = holdfast(folder, azure, f"holdfast-{size}", parts(size - BASE))
        theirs = bare(folder, azure, f"bare-{size}", size - BASE)
        costs[size] = _turns(ours, theirs, runs, say)
        reads[size] = len(costs[size][0][-1].outcome.reads)
        for what, key in (("wall", "wall"), ("CPU, all processes", "cpu")):
            times = ratio(*([getattr(run.cost, key) for run in series] for series in costs[size]))
            rows.append(Row(NAME, f"{size} resources, {what}: ours / bare", str(times), times.of))
        rows.append(Row(NAME, f"{size} resources, ARM reads of ours", str(reads[size]), reads[size]))
    for what, key in (("wall", "wall"), ("CPU", "cpu")):
        mine, other = (_each(costs, index, key) for index in (0, 1))
        figure = f"{mine * 1000:.0f} ms, bare {other * 1000:.0f} ms"
        rows.append(Row(NAME, f"one more resource, {what}", figure, mine * 1000, unit="ms"))
    more = reads[SIZES[-1]] - reads[SIZES[0]]
    figure = f"{more} more" if more else "the same"
    rows.append(Row(NAME, f"ARM reads, {SIZES[-1]} against {SIZES[0]} resources", figure, more, 0))
    return rows


def _turns(
    ours: MeteredProject, theirs: MeteredProject, runs: int, say: Callable[[str], None]
) -> tuple[list[Run], list[Run]]:
    mine, others = list[Run](), list[Run]()
    for number in range(runs + 1):
        say(f"{ours.name} and {theirs.name}, {'warm-up' if number == 0 else f'{number} of {runs}'}")
        there, here = theirs.nothing_to_do("up"), ours.nothing_to_do("up")
        if number:
            others.append(there)
            mine.append(here)
    return mine, others


def _each(costs: dict[int, tuple[list[Run], list[Run]]], index: int, key: str) -> float:
    """Seconds that one more resource costs."""
    least, most = (median(getattr(run.cost, key) for run in costs[size][index]) for size in (SIZES[0], SIZES[-1]))
    return float(most - least) / (SIZES[-1] - SIZES[0])


def parts(count: int) -> dict[str, Any]:
    """Settings for that many parts, of three sorts in turn."""
    computes = [{"name": f"cpu{n}", "size": "Standard_DS3_v2", "max": 2} for n in range(0, count, 3)]
    groups = [{"name": f"score-{n}", "image": "nginx:1"} for n in range(1, count, 3)]
    identities = [{"name": f"id-{n}"} for n in range(2, count, 3)]
    lists = {"computes": computes, "containerGroups": groups, "identities": identities}
    return {name: rows for name, rows in lists.items() if rows}
