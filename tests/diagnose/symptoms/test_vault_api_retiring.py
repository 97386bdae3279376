"""Is `vault-api-retiring` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "WARNING: Microsoft.KeyVault control plane API version 2023-07-01 will be retired on February 27, 2027."
WELL = "INFO API version 2026-02-01 of Microsoft.KeyVault is used"


def test_it_is_found() -> None:
    """An API version that ends is told."""
    finding = examine(ILL)["vault-api-retiring"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "grep -rn" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
