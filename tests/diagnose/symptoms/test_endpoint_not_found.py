"""Is `endpoint-not-found` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "ERROR: online endpoint `wine` was not found"
WELL = "INFO endpoint wine found"


def test_it_is_found() -> None:
    """A deployment without its endpoint is told."""
    finding = examine(ILL)["endpoint-not-found"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "online-endpoint list" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
