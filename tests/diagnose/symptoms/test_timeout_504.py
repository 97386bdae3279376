"""Is `timeout-504` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "\n".join(
    [
        "[1] [CRITICAL] WORKER TIMEOUT (pid:9)",
        "[1] [ERROR] Worker (pid:9) was sent SIGKILL! Perhaps out of memory?",
    ]
)
WELL = "Worker Timeout (seconds): 300"


def test_it_is_found() -> None:
    """A worker that was timed out is no worker that had too little memory."""
    finding = examine(ILL)["timeout-504"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "holdfast logs service" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
