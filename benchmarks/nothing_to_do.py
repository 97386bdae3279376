"""What does a run with nothing to do cost, against the same resources in a bare program?

The two take turns, so that whatever else the machine does hits both; one run of each goes before and is not counted.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from benchmarks.figures import Row, megabytes, ratio, seconds
from benchmarks.projects import MeteredProject, Run

#: The issue's limit for a run of ours, in bare runs.
LIMIT = 1.25

NAME = "nothing-to-do"


def measure(ours: MeteredProject, bare: MeteredProject, runs: int, say: Callable[[str], None]) -> list[Row]:
    """`up --skip-preview` and `preview`, `runs` times each."""
    rows: list[Row] = []
    for command in ("up", "preview"):
        theirs, mine = list[Run](), list[Run]()
        for number in range(runs + 1):
            say(f"{command} with nothing to do, {'warm-up' if number == 0 else f'{number} of {runs}'}")
            there, here = bare.nothing_to_do(command), ours.nothing_to_do(command)
            if number:
                theirs.append(there)
                mine.append(here)
        rows += _rows("pulumi up --skip-preview" if command == "up" else "pulumi preview", mine, theirs)
    return rows


def _rows(title: str, mine: list[Run], theirs: list[Run]) -> list[Row]:
    rows = []
    for what, ours, bare in (
        ("wall", [run.cost.wall for run in mine], [run.cost.wall for run in theirs]),
        ("CPU, all processes", [run.cost.cpu for run in mine], [run.cost.cpu for run in theirs]),
    ):
        times = ratio(ours, bare)
        rows.append(Row(NAME, f"{title}, {what}: ours / bare", str(times), times.of, LIMIT))
        rows.append(Row(NAME, "  ours", seconds(ours), median(ours), unit="s"))
        rows.append(Row(NAME, "  bare", seconds(bare), median(bare), unit="s"))
    peaks = [median(megabytes(run.cost.program_peak) for run in series) for series in (mine, theirs)]
    figure = f"{peaks[0] / peaks[1]:.2f} ({peaks[0]:.0f} MB / {peaks[1]:.0f} MB)"
    rows.append(Row(NAME, f"{title}, peak memory of the program: ours / bare", figure, peaks[0] / peaks[1]))
    if outlived := max(run.cost.outlived for run in (*mine, *theirs)):
        longest = max(run.cost.outlived_for for run in (*mine, *theirs))
        figure = f"{outlived}, for {longest:.2f} s"
        rows.append(Row(NAME, f"{title}, processes that outlived the command", figure, outlived))
    return rows
