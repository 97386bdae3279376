"""Is `operation-cancelled` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "(OperationCanceled) Operation was canceled by another operation that has a higher priority"
WELL = "INFO operation completed"


def test_it_is_found() -> None:
    """An operation that another one cancelled is told."""
    finding = examine(ILL)["operation-cancelled"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "activity-log" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
