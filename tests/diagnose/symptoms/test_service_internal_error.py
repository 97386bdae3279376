"""Is `service-internal-error` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "ERROR: (InternalServerError) The service has encountered an error."
WELL = "\n".join(
    [
        "WARNING InternalServerError: attempt 1 of 3",
        "INFO attempt 2 succeeded: 200 OK",
    ]
)


def test_it_is_found() -> None:
    """A failure of Azure's own is told, with the vault to look at first."""
    finding = examine(ILL)["service-internal-error"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "holdfast vault verify" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
