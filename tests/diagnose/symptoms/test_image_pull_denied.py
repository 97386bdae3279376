"""Is `image-pull-denied` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = (
    'Failed to pull image "acrml.azurecr.io/wine:7": failed to authorize: unexpected status from GET '
    "request to https://acrml.azurecr.io/oauth2/token: 401 Unauthorized"
)
WELL = "\n".join(
    [
        'Failed to pull image "acrml.azurecr.io/wine:7": 401 Unauthorized',
        'Successfully pulled image "acrml.azurecr.io/wine:7" in 4s',
    ]
)


def test_it_is_found() -> None:
    """A pull that the registry refuses is told with the registry's name."""
    finding = examine(ILL)["image-pull-denied"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "--acr acrml" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
