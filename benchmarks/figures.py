"""What does a series of measurements come to? Medians, ratios of runs that took turns, and a limit's verdict.

Pure arithmetic. A ratio is the median of one series over the median of the other; its spread is the lowest and the
highest ratio of two runs that were neighbours, so a machine that slows down during the series shows in the spread
and hardly in the ratio.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `figure` is what the reader sees; `value` is the number that `limit` holds for, in the
    row's own unit; `limit` is the highest value that issue and design allow, None where they say nothing."""

    part: str
    what: str
    figure: str
    value: float
    limit: float | None = None
    unit: str = ""

    @property
    def verdict(self) -> str:
        """`ok`, `over`, or nothing where there is no limit. A limit itself is kept."""
        if self.limit is None:
            return ""
        return "ok" if self.value <= self.limit else "over"

    @property
    def allowed(self) -> str:
        """The limit as the reader sees it."""
        if self.limit is None:
            return ""
        return f"<= {self.limit:g} {self.unit}".rstrip() if self.limit else "0"

    def to_json(self) -> dict[str, Any]:
        """The row for programs."""
        return {
            "part": self.part,
            "what": self.what,
            "figure": self.figure,
            "value": self.value,
            "unit": self.unit,
            "limit": self.limit,
            "verdict": self.verdict or None,
        }


@dataclass(frozen=True, slots=True)
class Ratio:
    """`of` medians, and the `lowest` and `highest` ratio of neighbours."""

    of: float
    lowest: float
    highest: float

    def __str__(self) -> str:
        return f"{self.of:.2f} ({self.lowest:.2f} to {self.highest:.2f})"


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Ratio:
    """Series of equal length whose n-th runs were neighbours. Raises ValueError for empty or unequal series."""
    if not ours:
        raise ValueError("nothing was measured")
    neighbours = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    return Ratio(median(ours) / median(theirs), min(neighbours), max(neighbours))


def seconds(series: Sequence[float]) -> str:
    """The median of a series, with its spread where there is one."""
    middle = f"{median(series):.2f} s"
    return middle if len(series) == 1 else f"{middle} ({min(series):.2f} to {max(series):.2f})"


def megabytes(count: float) -> float:
    """Bytes in MB of a million."""
    return count / 1e6
