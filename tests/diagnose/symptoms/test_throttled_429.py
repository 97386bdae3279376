"""Is `throttled-429` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = (
    'error: Status=429 Code="TooManyRequests" Message="Number of write requests for subscription \'s\' '
    'exceeded the limit."'
)
WELL = "\n".join(
    [
        "WARNING PUT x returned 429, waiting 3 s",
        "INFO attempt 2 succeeded: 200 OK",
    ]
)


def test_it_is_found() -> None:
    """A subscription that sends too much is told."""
    finding = examine(ILL)["throttled-429"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "Retry-After" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
