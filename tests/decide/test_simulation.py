"""The autoscaler and the queue: what does each request meet?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.decide.autoscaling import Autoscaler, needed
from holdfast.decide.simulation import simulate
from holdfast.model.sizing import Sample, Scale, Serving

FIXED = Scale(1, 1, 70)


@pytest.mark.parametrize(
    ("load", "concurrency", "replicas"), [(0, 1, 2), (1, 1, 2), (7, 1, 10), (8, 1, 12), (7, 2, 5), (100, 1, 20)]
)
def test_so_many_bring_the_utilization_to_the_target(load: int, concurrency: int, replicas: int) -> None:
    """Rounded up, within the limits, 7 at 70 percent being 10 and not 11."""
    assert needed(load, Scale(2, 20, 70), concurrency) == replicas


def test_up_at_once_and_down_after_the_last_of_so_many_looks() -> None:
    """Down to what the busiest of those looks needed; a busy look begins the count anew."""
    scaler = Autoscaler(Scale(1, 50, 70), 1, looks=3)
    assert scaler.look(7, 1) == 10
    assert [scaler.look(load, 10) for load in (0, 2, 0)] == [10, 10, 3]
    assert [scaler.look(load, 10) for load in (0, 0, 7, 0, 0, 0)] == [10, 10, 10, 10, 10, 1]


def test_who_finds_no_free_replica_waits_and_is_refused_when_it_has_waited_too_long() -> None:
    """One replica, one second each: the second is served at 1.0, the third would be at 2.0 and is gone at 1.3."""
    outcome = simulate([(0.0, 1.0), (0.7, 1.0), (0.8, 1.0)], 3.0, FIXED, Serving())
    assert (outcome.requests, outcome.refused, outcome.most, outcome.complete) == (3, 1, 1, True)
    assert outcome.share == pytest.approx(1 / 3)


def test_room_that_is_made_in_the_last_moment_counts() -> None:
    """Who is done makes room before who waits gives up."""
    assert simulate([(0.0, 1.0), (0.5, 1.0)], 2.0, FIXED, Serving()).refused == 0


def test_a_replica_takes_as_many_as_it_can_and_the_least_busy_one_goes_first() -> None:
    """Two replicas of two: four at once, and the fifth waits for the one that is done first."""
    four = [(0.0, 1.0)] * 3 + [(0.1, 1.0)]
    both = Serving(concurrency=2, queue_wait=0.2)
    assert simulate(four, 2.0, Scale(2, 2), both).refused == 0
    assert simulate([*four, (0.2, 1.0)], 2.0, Scale(2, 2), both).refused == 1
    assert simulate([*four, (0.85, 1.0)], 2.0, Scale(2, 2), both).refused == 0


def test_replicas_come_at_the_next_look_and_are_ready_when_they_have_started() -> None:
    """A burst of seven at 0: one is served, six are refused at 0.5; ten replicas are decided at 1.0, if the load still
    is there, and are ready at 3.0."""
    burst = [(0.0, 1.5)] * 2 + [(1.1, 0.5)] * 2 + [(3.1, 0.5)] * 2
    outcome = simulate(burst, 10.0, Scale(1, 10, 50), Serving(start=2.0), samples=10)
    assert outcome.refused == 2  # one of each of the first pairs: the third pair has two replicas
    assert outcome.most == 2
    assert [sample.replicas for sample in outcome.samples[:4]] == pytest.approx([1, 1, 1, 2])
    assert [sample.refused for sample in outcome.samples] == [1, 1, *[0] * 8]
    assert outcome.samples[0] == Sample(0.0, 1.0, 2, 1, 1.0)


def test_a_new_replica_takes_those_that_wait() -> None:
    """With a long queue the wait ends when it is ready."""
    outcome = simulate([(0.0, 10.0)] * 2, 12.0, Scale(1, 2, 100), Serving(start=2.0, queue_wait=5.0))
    assert (outcome.refused, outcome.most) == (0, 2)


def test_idle_replicas_go_after_a_minute_and_busy_ones_stay() -> None:
    """Three looks for a minute. From 10 s on one replica would do for the two that are left, but each has one of them:
    the second goes when it has nothing to do any more, and looks went on until then."""
    serving = Serving(concurrency=2, start=0.0, queue_wait=5.0, down=3.0)
    load = [(0.0, 10.0), (0.0, 30.0), (0.0, 30.0)]
    outcome = simulate(load, 40.0, Scale(1, 3, 100), serving, samples=40)
    assert (outcome.refused, outcome.most) == (0, 2)
    assert [outcome.samples[second].replicas for second in (0, 5, 20, 29, 39)] == [1, 2, 2, 2, 1]


def test_a_replica_that_is_starting_goes_before_one_that_is_there() -> None:
    """It never becomes ready, and is paid for until it goes."""
    slow = Serving(start=100.0, down=3.0)
    outcome = simulate([(0.0, 1.5), (0.1, 1.5), (0.2, 1.5)], 10.0, Scale(1, 3, 100), slow, samples=10)
    assert (outcome.refused, outcome.most) == (2, 1)
    outcome = simulate([(0.0, 1.5), (0.6, 1.5), (110.0, 0.1)], 111.0, Scale(1, 3, 100), slow, samples=111)
    assert (outcome.refused, outcome.most) == (1, 2)
    assert outcome.samples[110].replicas == 1
    assert outcome.replica_seconds == pytest.approx(111.5 + 3.0)


def test_it_is_broken_off_when_more_are_refused_than_are_allowed() -> None:
    """What came after is not counted, and the outcome says so."""
    load = [(float(second), 5.0) for second in range(20)]
    whole = simulate(load, 25.0, FIXED, Serving())
    broken = simulate(load, 25.0, FIXED, Serving(), allowed=2)
    assert (whole.complete, broken.complete) == (True, False)
    assert 2 < broken.refused < whole.refused
    assert simulate(load, 25.0, FIXED, Serving(), allowed=whole.refused).complete


def test_no_load_meets_nothing() -> None:
    """A share of nothing is none, and there is nothing to draw."""
    outcome = simulate([], 0.0, FIXED, Serving(), samples=5)
    assert (outcome.share, outcome.samples) == (0.0, ())


LOADS = st.lists(st.tuples(st.floats(0, 30), st.floats(0.1, 5)), min_size=1, max_size=40).map(sorted)


@given(LOADS, st.integers(1, 4), st.integers(0, 6), st.integers(10, 100), st.integers(1, 3), st.floats(0, 5))
def test_the_account_adds_up(
    load: list[tuple[float, float]], least: int, more: int, target: int, concurrency: int, start: float
) -> None:
    """Every request is counted once, replicas stay within their limits, and none is refused where all find room."""
    serving = Serving(concurrency, start, down=5.0)
    outcome = simulate(load, 30.0, Scale(least, least + more, target), serving, samples=7)
    assert sum(sample.requests for sample in outcome.samples) == outcome.requests == len(load)
    assert sum(sample.refused for sample in outcome.samples) == outcome.refused <= len(load)
    assert least <= outcome.most <= least + more
    assert all(least - 1e-9 <= sample.replicas <= outcome.most + 1e-9 for sample in outcome.samples)
    assert simulate(load, 30.0, Scale(len(load), len(load)), serving).refused == 0
