"""Is `aks-attached-twice` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "BadRequest: the managed cluster aks-ml is already attached to workspace ws-a"
WELL = "INFO cluster aks-ml is already attached, nothing to do"


def test_it_is_found() -> None:
    """A second attachment of one cluster is told."""
    finding = examine(ILL)["aks-attached-twice"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "compute detach" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
