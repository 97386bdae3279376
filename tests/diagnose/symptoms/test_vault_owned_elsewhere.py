"""Is `vault-owned-elsewhere` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "\n".join(
    [
        "error: vault-owned-elsewhere",
        "",
        "Key Vault `kv-ml` belongs to stack `platform/prod`, but stack `prod` wants to manage it",
    ]
)
WELL = "INFO Key Vault `kv-ml` is this stack's"


def test_it_is_found() -> None:
    """A vault of another stack is told with its name."""
    finding = examine(ILL)["vault-owned-elsewhere"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "holdfast vault show kv-ml" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
