"""Is `cluster-identity-broken` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = '{"code": "GetAADTokenFailed", "message": "Failed to get AAD token"}'
WELL = "INFO azure.identity acquired a token for https://management.azure.com"


def test_it_is_found() -> None:
    """An extension that gets no token is told by its code."""
    finding = examine(ILL)["cluster-identity-broken"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "k8s-extension show" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
