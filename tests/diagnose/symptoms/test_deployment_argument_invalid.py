"""Is `deployment-argument-invalid` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "Exception Details: (InvalidDeploymentSpec) min replicas 5 is greater than max replicas 2"
WELL = "INFO deployment spec is valid"


def test_it_is_found() -> None:
    """A specification that Azure refuses is told."""
    finding = examine(ILL)["deployment-argument-invalid"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "holdfast settings check" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
