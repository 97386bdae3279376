"""Is `scoring-validation-failed` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "(ValidateScoringFailed) Validation failed"
WELL = "INFO scoring uri validated"


def test_it_is_found() -> None:
    """A scoring address that Azure could not validate is told."""
    finding = examine(ILL)["scoring-validation-failed"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "holdfast service show" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
