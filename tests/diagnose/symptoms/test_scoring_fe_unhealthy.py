"""Is `scoring-fe-unhealthy` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "azureml-fe-v2-7c9-abc         0/1     CrashLoopBackOff   12         40m"
WELL = "azureml-fe-v2-7c9-abc         4/4     Running   0         3d"


def test_it_is_found() -> None:
    """A front end without a healthy replica is told."""
    finding = examine(ILL)["scoring-fe-unhealthy"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "app=azureml-fe" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
