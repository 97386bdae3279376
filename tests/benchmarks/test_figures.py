"""The arithmetic of the benchmarks: no timing is asserted, here or anywhere."""

from __future__ import annotations

import pytest
from benchmarks.figures import Ratio, Row, ratio, seconds


def test_a_ratio_is_of_the_medians_and_its_spread_of_neighbours() -> None:
    """One slow pair of runs moves the spread only when its two runs differ, and the median not at all."""
    assert ratio([2.0, 30.0, 3.0], [1.0, 10.0, 2.0]) == Ratio(1.5, 1.5, 3.0)


def test_a_ratio_of_nothing_is_refused() -> None:
    """Empty series have no ratio."""
    with pytest.raises(ValueError, match="nothing was measured"):
        ratio([], [])


def test_a_ratio_of_unequal_series_is_refused() -> None:
    """Every run needs its neighbour."""
    with pytest.raises(ValueError, match="shorter"):
        ratio([1.0, 2.0], [1.0])


def test_a_ratio_reads_as_its_value_and_its_spread() -> None:
    """Two digits each."""
    assert str(Ratio(1.0949, 1.0, 1.2)) == "1.09 (1.00 to 1.20)"


@pytest.mark.parametrize(
    ("series", "text"),
    [([1.234], "1.23 s"), ([1.0, 4.0, 2.0], "2.00 s (1.00 to 4.00)"), ([1.0, 2.0], "1.50 s (1.00 to 2.00)")],
)
def test_seconds_show_a_spread_where_there_is_one(series: list[float], text: str) -> None:
    """A single run has a value and no spread."""
    assert seconds(series) == text


@pytest.mark.parametrize(
    ("value", "limit", "verdict"),
    [(1.25, 1.25, "ok"), (1.2501, 1.25, "over"), (0, 0, "ok"), (1, 0, "over"), (9, None, "")],
)
def test_a_limit_itself_is_kept(value: float, limit: float | None, verdict: str) -> None:
    """Over is what is above the limit; where there is no limit there is no verdict."""
    assert Row("part", "what", "figure", value, limit).verdict == verdict


@pytest.mark.parametrize(
    ("limit", "unit", "text"), [(1.5, "s", "<= 1.5 s"), (6, "", "<= 6"), (0, "", "0"), (None, "s", "")]
)
def test_a_limit_is_shown_with_its_unit(limit: float | None, unit: str, text: str) -> None:
    """And a limit of nothing as 0."""
    assert Row("part", "what", "figure", 1, limit, unit).allowed == text


def test_a_row_for_programs_says_null_where_there_is_no_verdict() -> None:
    """JSON has no empty verdicts."""
    row = Row("part", "what", "3 MB", 3.0, unit="MB").to_json()
    assert (row["value"], row["unit"], row["limit"], row["verdict"]) == (3.0, "MB", None, None)
