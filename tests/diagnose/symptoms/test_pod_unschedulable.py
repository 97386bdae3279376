"""Is `pod-unschedulable` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "Warning  FailedScheduling  9s  default-scheduler  0/3 nodes are available: 3 Insufficient cpu."
WELL = "\n".join(
    [
        "Warning  FailedScheduling  9s  default-scheduler  0/3 nodes are available: 3 Insufficient cpu.",
        "Normal  Scheduled  1s  default-scheduler  Successfully assigned ml/wine to n1",
    ]
)


def test_it_is_found() -> None:
    """A pod that no node takes is told by the scheduler's words."""
    finding = examine(ILL)["pod-unschedulable"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "kubectl describe nodes" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
