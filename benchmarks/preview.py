"""What does one preview of the program take? Its own process, and everything that `pulumi preview` starts."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from benchmarks.figures import Row, megabytes, seconds
from benchmarks.projects import MeteredProject

NAME = "preview"


def measure(ours: MeteredProject, runs: int, say: Callable[[str], None]) -> list[Row]:
    """Medians over `runs` previews, one before them not counted."""
    costs = []
    for number in range(runs + 1):
        say(f"preview, {'warm-up' if number == 0 else f'{number} of {runs}'}")
        costs.append(ours.nothing_to_do("preview").cost)
    counted = costs[1:]
    whole, program = [cost.cpu for cost in counted], [cost.program_cpu for cost in counted]
    peak = megabytes(median(cost.program_peak for cost in counted))
    return [
        Row(NAME, "one preview, CPU of the program", seconds(program), median(program), unit="s"),
        Row(NAME, "one preview, CPU of all processes", seconds(whole), median(whole), unit="s"),
        Row(NAME, "one preview, peak memory of the program", f"{peak:.0f} MB", peak, unit="MB"),
    ]
