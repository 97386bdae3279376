"""Is `container-not-ready` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = (
    "Warning  Unhealthy  9s (x4 over 2m)  kubelet  Readiness probe failed: dial tcp 10.0.0.9:5001: "
    "connect: connection refused"
)
WELL = "\n".join(
    [
        "Readiness probe failed: connection refused",
        "pod wine-1 is ready",
    ]
)


def test_it_is_found() -> None:
    """A probe that fails and is not followed by a good one is told."""
    finding = examine(ILL)["container-not-ready"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "holdfast service show" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
