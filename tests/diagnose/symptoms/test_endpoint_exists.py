"""Is `endpoint-exists` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "(EndpointAlreadyExists) wine"
WELL = "INFO endpoint wine already exists, updating it"


def test_it_is_found() -> None:
    """A name that is taken in the cluster is told."""
    finding = examine(ILL)["endpoint-exists"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "kubectl get onlineendpoints" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
