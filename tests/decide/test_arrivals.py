"""When do the requests of a load come, and how many are worked on at once?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from holdfast.decide.arrivals import arrivals, most_at_once
from holdfast.model.sizing import Interval

ROWS = [Interval(0.0, 10.0, 4, 2.0), Interval(10.0, 10.0, 0, 2.0), Interval(20.0, 5.0, 2, 1.0)]


def test_evenly_is_in_the_middle_of_equal_parts() -> None:
    """An interval without requests has none."""
    assert arrivals(ROWS, evenly=True) == [
        (1.25, 2.0),
        (3.75, 2.0),
        (6.25, 2.0),
        (8.75, 2.0),
        (21.25, 1.0),
        (23.75, 1.0),
    ]


def test_at_random_is_the_same_every_time_and_another_with_another_seed() -> None:
    """Each in its own interval, in order, with the seconds of that interval."""
    found = arrivals(ROWS)
    assert found == arrivals(ROWS) == sorted(found)
    assert found != arrivals(ROWS, seed=1)
    assert [0 <= at < 10 for at, _ in found] == [True] * 4 + [False] * 2
    assert [20 <= at < 25 and seconds == 1.0 for at, seconds in found[4:]] == [True, True]


def test_the_most_at_once_counts_who_leaves_before_who_comes() -> None:
    """At the same moment a place that is given up is taken."""
    assert most_at_once([]) == 0
    assert most_at_once([(0.0, 1.0), (1.0, 1.0)]) == 1
    assert most_at_once([(0.0, 1.5), (1.0, 1.0), (1.2, 1.0)]) == 3


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.01, 10)), max_size=30))
def test_the_most_at_once_is_reached_when_somebody_comes(requests: list[tuple[float, float]]) -> None:
    """Against the plain count at each arrival."""
    plain = max((sum(a <= at < a + b for a, b in requests) for at, _ in requests), default=0)
    assert most_at_once(sorted(requests)) == plain
