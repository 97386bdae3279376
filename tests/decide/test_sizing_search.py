"""Are the smallest settings found, and are they enough?"""

from __future__ import annotations

from fractions import Fraction

import pytest

from holdfast.decide.arrivals import arrivals
from holdfast.decide.simulation import simulate
from holdfast.decide.sizing_search import CHEAPER, find_scale
from holdfast.model.sizing import MOST_REPLICAS, Interval, Scale, Serving

SPIKE = [Interval(0.0, 60.0, 60, 0.4), Interval(60.0, 60.0, 900, 0.4), Interval(120.0, 120.0, 120, 0.4)]
LOAD = arrivals(SPIKE)


@pytest.mark.parametrize("goal", [Fraction(0), Fraction(1, 1000), Fraction(1, 100), Fraction(1, 5)])
def test_what_is_found_is_enough_and_neither_limit_can_be_lower(goal: Fraction) -> None:
    """The outcome is that of the settings; with one replica less of either the goal is missed."""
    found = find_scale([LOAD], 240.0, Serving(), goal)
    assert found is not None
    scale, outcome = found.outcome.scale, found.outcome
    again = simulate(LOAD, 240.0, scale, Serving())
    assert (again.refused, again.replica_seconds) == (outcome.refused, outcome.replica_seconds)
    assert outcome.refused <= goal * len(LOAD)
    if scale.min > 1:
        fewer = simulate(LOAD, 240.0, Scale(scale.min - 1, MOST_REPLICAS, scale.target), Serving())
        assert fewer.refused > goal * len(LOAD)
    if scale.max > scale.min:
        lower = simulate(LOAD, 240.0, Scale(scale.min, scale.max - 1, scale.target), Serving())
        assert lower.refused > goal * len(LOAD)


def test_of_all_targets_the_cheapest_is_taken() -> None:
    """None of the targets alone does it with clearly fewer seconds of replicas, and a higher one with none fewer."""
    goal = Fraction(1, 100)
    best = find_scale([LOAD], 240.0, Serving(), goal)
    assert best is not None
    for target in (90, 70, 50, 30, 10):
        alone = find_scale([LOAD], 240.0, Serving(), goal, targets=[target])
        assert alone is not None
        assert alone.outcome.scale.target == target
        clearly = CHEAPER if target < best.outcome.scale.target else 1
        assert alone.outcome.replica_seconds >= best.outcome.replica_seconds * clearly


def test_it_has_to_do_for_every_arrangement() -> None:
    """An arrangement that is worse than the searched one asks for more."""
    calm, crowded = [(0.0, 1.0), (5.0, 1.0), (10.0, 1.0)], [(0.0, 1.0)] * 3
    one = find_scale([calm], 15.0, Serving(), Fraction(0))
    both = find_scale([calm, crowded], 15.0, Serving(), Fraction(0))
    assert one is not None
    assert both is not None
    assert (one.outcome.scale.min, both.outcome.scale.min) == (1, 3)


def test_a_long_load_is_searched_where_it_goes_wrong_and_tried_as_a_whole() -> None:
    """As good as a search of all of it; told are the simulations."""
    quiet = [Interval(float(at), 60.0, 120, 0.4) for at in range(0, 1800, 60)]
    spiky = [*quiet[:20], Interval(1200.0, 60.0, 900, 0.4), *quiet[21:]]
    load, counts = arrivals(spiky), list[int]()
    part = find_scale([load], 1800.0, Serving(), Fraction(1, 1000), part=1500, tell=counts.append)
    assert part is not None
    whole = simulate(load, 1800.0, part.outcome.scale, Serving())
    assert whole.refused == part.outcome.refused <= len(load) / 1000
    assert counts == list(range(1, part.simulations + 1))


def test_where_nothing_is_enough_nothing_is_found() -> None:
    """More at once than a thousand replicas hold."""
    crowd = [(0.0, 5.0)] * (MOST_REPLICAS + 1)
    assert find_scale([crowd], 10.0, Serving(), Fraction(0)) is None
    assert find_scale([[(0.0, 1.0)], crowd], 10.0, Serving(), Fraction(0)) is None
