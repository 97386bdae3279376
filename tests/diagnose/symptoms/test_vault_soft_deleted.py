"""Is `vault-soft-deleted` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = (
    'error: Status=409 Code="ConflictError" Message="A vault with the same name already exists in '
    'deleted state. You need to either recover or purge existing key vault."'
)
WELL = "INFO recovered soft-deleted vault kv-ml"


def test_it_is_found() -> None:
    """A name that a deleted vault holds is told."""
    finding = examine(ILL)["vault-soft-deleted"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "az keyvault list-deleted" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
