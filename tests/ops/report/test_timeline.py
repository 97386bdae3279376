"""Does each bar lie where it was, and is what is left out told?"""

from __future__ import annotations

import pytest

from holdfast.ops.report.operations import Operations, read_operations
from holdfast.ops.report.timeline import MOST, TICKS, idle, lay_out

from .conftest import operation, receipt


def test_bars_are_shares_of_the_whole_run() -> None:
    """The program's own stages first, then the operations in the order of asking."""
    body = receipt("01 12:00:00", services=1)
    found = read_operations(body)
    line = lay_out(found)
    whole = body["duration"]["seconds"]
    assert [bar.name for bar in line.bars[:3]] == ["login", "read", "decide"]
    assert [bar.name for bar in line.bars[3:]] == [row["name"] for row in body["operations"]]
    assert [(bar.x, bar.width) for bar in line.bars[3:]] == [
        (pytest.approx(100 * row["start"] / whole), pytest.approx(100 * row["seconds"] / whole))
        for row in body["operations"]
    ]
    assert {bar.name for bar in line.bars if bar.critical} == set(found.path)
    assert (line.left_out, line.longest_left_out) == (0, 0.0)


def test_of_many_the_longest_and_the_critical_path_are_drawn() -> None:
    """And how many are not, and how long the longest of those took."""
    found = read_operations(receipt("01 12:00:00", services=100))
    line = lay_out(found)
    drawn = {bar.name for bar in line.bars if bar.row is not None}
    assert set(found.path) <= drawn
    assert len(drawn) == MOST + len(found.path)
    rest = [row.seconds or 0.0 for row in found.timed if row.name not in drawn]
    assert (line.left_out, line.longest_left_out) == (len(found.timed) - len(drawn), max(rest))
    shortest = min(bar.seconds for bar in line.bars if bar.row is not None and not bar.critical)
    assert shortest >= max(rest)
    assert [bar.start for bar in line.bars[3:]] == sorted(bar.start for bar in line.bars[3:])


@pytest.mark.parametrize("seconds", [0.01, 0.4, 1, 7.9, 26, 59, 90, 700, 9000, 90000])
def test_there_are_ticks_enough_and_never_too_many(seconds: float) -> None:
    """From nothing on, evenly, and none beyond the end."""
    rows = read_operations({"operations": [operation("a", "t", 0, seconds)]})
    ticks = lay_out(rows).ticks
    assert 1 <= len(ticks) <= TICKS + 1
    assert ticks[0] == (0, 0)
    assert all(0 <= at <= 100.0001 for at, _ in ticks)
    assert all(100 * value / seconds == pytest.approx(at) for at, value in ticks)


def test_a_run_of_no_time_at_all_is_no_division_by_nothing() -> None:
    """Bars at the beginning."""
    line = lay_out(read_operations({"operations": [operation("a", "t", 0, 0)]}))
    assert [(bar.x, bar.width) for bar in line.bars] == [(0, 0)]


def test_without_times_there_are_no_rows() -> None:
    """Nor a path to wait on."""
    assert lay_out(Operations(())).bars == ()
    assert idle(Operations(())) == 0


def test_waiting_on_the_critical_path_is_what_lies_between_its_operations() -> None:
    """The engine's queue, a hand that was not free; what overlaps is no waiting."""
    rows = [operation("a", "t", 0, 2), operation("b", "t", 5, 4, "a"), operation("c", "t", 8.5, 3, "b")]
    found = read_operations({"operations": rows})
    assert found.path == ("a", "b", "c")
    assert idle(found) == 3.0
