"""Is `resource-not-found` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "(ResourceNotFound) The Resource 'Microsoft.Storage/storageAccounts/st' under resource group 'rg' was not found."
WELL = "DEBUG HEAD https://st.blob.core.windows.net/c/x 404"


def test_it_is_found() -> None:
    """A resource that is not there is told."""
    finding = examine(ILL)["resource-not-found"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "az resource show" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
