"""Is `workspace-soft-deleted` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = (
    "Status Message: Soft-deleted workspace exists. Please purge or recover it. "
    "https://aka.ms/wsoftdelete (Code:BadRequest)"
)
WELL = "INFO the workspace was recovered"


def test_it_is_found() -> None:
    """A name that a deleted workspace holds is told."""
    finding = examine(ILL)["workspace-soft-deleted"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "pulumi up" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
