"""Is `registry-unreachable` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = 'Failed to pull image "acrml.azurecr.io/a:1": dial tcp: lookup acrml.azurecr.io: no such host'
WELL = "INFO acrml.azurecr.io answers in 12 ms"


def test_it_is_found() -> None:
    """A registry that can't be reached is no registry that refuses."""
    finding = examine(ILL)["registry-unreachable"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "nslookup acrml.azurecr.io" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
