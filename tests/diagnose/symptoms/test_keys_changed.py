"""Is `keys-changed` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = (
    '"message": "Unauthorized error encountered while attempting to connect to the container '
    'registry. Please try running resync keys on your workspace and retry."'
)
WELL = "INFO az ml workspace sync-keys --name ws finished"


def test_it_is_found() -> None:
    """A workspace whose copy of a key is old is told to read the keys anew."""
    finding = examine(ILL)["keys-changed"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "sync-keys" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
