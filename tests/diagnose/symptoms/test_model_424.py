"""Is `model-424` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "HTTPError: HTTP Error 424: Failed Dependency"
WELL = "step 424 loss 0.1"


def test_it_is_found() -> None:
    """A container that answers a managed endpoint otherwise than with 200 is told."""
    finding = examine(ILL)["model-424"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "get-logs" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
