"""Is `access-denied` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = (
    "ERROR: (AuthorizationFailed) The client 'ci' with object id 'f00d' does not have authorization "
    "to perform action 'Microsoft.KeyVault/vaults/write' over scope '/subscriptions/s'."
)
WELL = "the action Microsoft.KeyVault/vaults/write was authorized for f00d"


def test_it_is_found() -> None:
    """A right that the login lacks is told with the action and whose it is."""
    finding = examine(ILL)["access-denied"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "--assignee f00d" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
