"""Which statuses are worth telling, and how many replicas does the busiest minute need?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from holdfast.decide.traffic import busiest, refused
from holdfast.model.traffic import Counted, Refused, Scaled

TEN = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
ELEVEN = TEN + timedelta(minutes=1)


def test_what_an_endpoint_refused_is_told_by_status() -> None:
    """With its share and the minute with the most, of two alike the later one; what a model answers is its own."""
    rows = [Counted(TEN, 200, 60), Counted(TEN, 503, 10), Counted(ELEVEN, 503, 30), Counted(ELEVEN, 400, 100)]
    assert refused(rows) == [Refused(503, 40, 200, 30, ELEVEN)]
    alike = [Counted(TEN, 504, 5), Counted(ELEVEN, 504, 3), Counted(ELEVEN, 504, 2), Counted(TEN, 401, 1)]
    assert refused(alike) == [Refused(401, 1, 11, 1, TEN), Refused(504, 10, 11, 5, ELEVEN)]


def test_one_of_very_many_is_not_told() -> None:
    """From a thousandth on it is; of nothing there is nothing to tell."""
    assert refused([Counted(TEN, 200, 999), Counted(TEN, 502, 1)]) == [Refused(502, 1, 1000, 1, TEN)]
    assert refused([Counted(TEN, 200, 1000), Counted(TEN, 502, 1)]) == []
    assert refused([]) == []


def test_the_busiest_minute_is_sized_by_the_rule_of_thumb() -> None:
    """20 requests a second of 10 seconds need 286 replicas at 70 %, as Microsoft's guide has it."""
    rows = [Counted(TEN, 200, 600), Counted(ELEVEN, 200, 1000), Counted(ELEVEN, 503, 200)]
    found = busiest(rows, Fraction(10), Scaled(10, 70, 1, True))
    assert found is not None
    assert (found.at, found.rps, found.seconds, found.replicas) == (ELEVEN, 20.0, 10.0, 286)
    several = busiest(rows, Fraction(10), Scaled(10, 70, 4, True))
    assert several is not None
    assert several.replicas == 72


def test_what_never_came_to_a_replica_needs_none() -> None:
    """A wrong key and a wrong address are answered by the front end."""
    rows = [Counted(TEN, status, 600) for status in (401, 403, 404)]
    assert busiest(rows, Fraction(1), Scaled(1, 100, 1, False)) is None
