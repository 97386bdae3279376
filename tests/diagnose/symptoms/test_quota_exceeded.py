"""Is `quota-exceeded` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = (
    "Operation could not be completed as it results in exceeding approved Total Regional Cores quota."
    " Additional details - Location: westeurope, Current Limit: 10"
)
WELL = "INFO quota: 40 of 100 vCPUs used"


def test_it_is_found() -> None:
    """A quota that is used up is told with its location."""
    finding = examine(ILL)["quota-exceeded"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "--location westeurope" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
