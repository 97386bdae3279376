"""Is `namespace-not-found` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = 'Error from server (NotFound): namespaces "serving" not found'
WELL = "namespace/serving created"


def test_it_is_found() -> None:
    """A namespace that is gone is told by its name."""
    finding = examine(ILL)["namespace-not-found"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "kubectl create namespace serving" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
