"""Is `autoscale-503` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "Content: b'Too many requests for service wine (overloaded)'"
WELL = "WARNING https://dc.services.visualstudio.com/v2/track answered 503 Service Unavailable"


def test_it_is_found() -> None:
    """A spike that the replicas do not take is told by the front end's words."""
    finding = examine(ILL)["autoscale-503"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert any(command.startswith("holdfast size SERVICE --profile load.csv") for command in finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
