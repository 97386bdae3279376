"""Is `vault-policy-wiped` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = (
    "(Forbidden) The user, group or application 'oid=1' does not have secrets get permission on key "
    "vault 'kv-ml;location=westeurope'."
)
WELL = "INFO access policies of kv-ml: 4, none missing"


def test_it_is_found() -> None:
    """An identity that lost its entry is told with the vault to restore."""
    finding = examine(ILL)["vault-policy-wiped"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "holdfast vault verify kv-ml" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
