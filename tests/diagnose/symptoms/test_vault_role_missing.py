"""Is `vault-role-missing` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "\n".join(
    [
        "Caller is not authorized to perform action on resource.",
        "DecisionReason: 'DeniedWithNoValidRBAC'",
        "Vault: kv-ml;location=westeurope",
        "",
    ]
)
WELL = "INFO role Key Vault Secrets User granted on kv-ml"


def test_it_is_found() -> None:
    """A role that is missing on an RBAC vault is no lost access policy."""
    finding = examine(ILL)["vault-role-missing"]
    assert finding.evidence[0].number == 2
    assert finding.explained_by == ""
    assert "holdfast vault show kv-ml" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
