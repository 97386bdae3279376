"""Is `acr-admin-disabled` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = (
    "Cannot perform credential operations for "
    "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/acrml as "
    "admin user is disabled."
)
WELL = "INFO registry acrml: admin user disabled as intended, AcrPull is granted"


def test_it_is_found() -> None:
    """A registry whose admin user is off is told with its name."""
    finding = examine(ILL)["acr-admin-disabled"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "acr show --name acrml" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
