"""Is `denied-by-policy` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "New-AzDeployment: RequestDisallowedByPolicy - Resource 'kv-ml' was disallowed by policy."
WELL = "INFO network policy denied by default, 3 rules allow"


def test_it_is_found() -> None:
    """What an Azure Policy denies is told."""
    finding = examine(ILL)["denied-by-policy"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "az policy assignment list" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
