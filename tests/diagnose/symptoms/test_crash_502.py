"""Is `crash-502` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "Content: b'Replica closed connection before replying'"
WELL = '10.0.0.1 - - "GET /cart HTTP/1.1" 502 157'


def test_it_is_found() -> None:
    """A replica that ends in the midst of a request is told."""
    finding = examine(ILL)["crash-502"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "--previous" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
