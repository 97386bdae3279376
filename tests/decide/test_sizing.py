"""How many replicas does a steady load need, and where do they fit?"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.decide.capacity import fits
from holdfast.decide.sizing import size
from holdfast.model.sizing import Demand, Fit, Pool


@pytest.mark.parametrize(
    ("rps", "seconds", "concurrency", "target", "replicas"),
    [
        ("20", "10", 1, 70, 286),  # the example of Microsoft's page
        ("2.1", "1", 1, 70, 3),  # exactly 3: in floating point it is a little more
        ("0.7", "1", 1, 70, 1),
        ("20", "10", 4, 70, 72),
        ("20", "10", 1, 100, 200),
        ("0.001", "0.001", 1000, 100, 1),
    ],
)
def test_the_rule_of_thumb(rps: str, seconds: str, concurrency: int, target: int, replicas: int) -> None:
    """Rounded up, and never for a fault of floating point."""
    assert size(Demand(Fraction(rps), Fraction(seconds), concurrency, target)).replicas == replicas


def test_the_working_is_shown_exactly() -> None:
    """Fractions: 2000/7 is no decimal number."""
    working = size(Demand(Fraction(20), Fraction(10)))
    assert (working.busy, working.concurrent) == (200, Fraction(2000, 7))


@given(
    st.fractions(Fraction(1, 1000), 1000), st.fractions(Fraction(1, 1000), 60), st.integers(1, 100), st.integers(1, 100)
)
def test_enough_and_not_one_too_many(rps: Fraction, seconds: Fraction, concurrency: int, target: int) -> None:
    """So many keep the utilization at the target or below; one less does not."""
    found = size(Demand(rps, seconds, concurrency, target))
    assert found.busy * 100 <= found.replicas * concurrency * target
    assert found.busy * 100 > (found.replicas - 1) * concurrency * target


SERVING = Pool("serving", "Standard_D4s_v3", 3860, 14_000_000_000, 30, 1, 4)


@pytest.mark.parametrize(
    ("cores", "gigabytes", "each", "needed"),
    [
        (1.0, 1.5, 3, 4),  # the cores are the limit
        (0.1, 4.0, 3, 4),  # the memory is
        (0.01, 0.1, 30, 1),  # the number of pods is
        (4.0, 1.0, 0, 0),  # no node holds one
        (3.86, 14.0, 1, 10),  # to the last millicore and byte
    ],
)
def test_what_a_node_holds_is_the_least_of_three(cores: float, gigabytes: float, each: int, needed: int) -> None:
    """Cores, memory and pods; whole replicas on each node."""
    (fit,) = fits([SERVING], 10, cores, gigabytes)
    assert fit == Fit(SERVING, each, each, each * 4, needed)


def test_of_an_unknown_size_nothing_is_said() -> None:
    """A size that is not listed may hold anything."""
    unknown = Pool("odd", "Standard_X1", None, None, 30, 0, 3)
    assert fits([unknown], 10, 1, 1) == (Fit(unknown, None, None, None, None),)
