"""Is `image-missing` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = (
    "Error response from daemon: manifest for acrml.azurecr.io/wine:9 not found: manifest unknown: "
    'manifest tagged by "9" is not found'
)
WELL = "\n".join(
    [
        "Digest: sha256:1",
        "Status: Image is up to date for acrml.azurecr.io/wine:9",
    ]
)


def test_it_is_found() -> None:
    """An image that was never pushed is no image that is refused."""
    finding = examine(ILL)["image-missing"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "show-tags" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
