"""Is `pod-out-of-memory` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "\n".join(
    [
        "    Last State:     Terminated",
        "      Reason:       OOMKilled",
        "      Exit Code:    137",
    ]
)
WELL = "\n".join(
    [
        "Liveness probe passed",
        "container exited with code 137 after SIGTERM, preStop hook ran",
    ]
)


def test_it_is_found() -> None:
    """A container that was killed for its memory is told."""
    finding = examine(ILL)["pod-out-of-memory"]
    assert finding.evidence[0].number == 2
    assert finding.explained_by == ""
    assert "holdfast service show" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
