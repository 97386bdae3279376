"""What is a user-assigned identity made with?

Of its place and its tags, which `items` gives it: Azure chooses its principal. Source: azure-rest-api-specs,
managedidentity 2023-01-31, Identity.
"""

from __future__ import annotations

from holdfast.model.bodies import Body
from holdfast.model.wanted import Wanted, WantedPart


def identity_part_body(_wanted: Wanted, _part: WantedPart) -> Body:
    """Nothing of its own; its roles are assignments (`decide.assignments`)."""
    return Body()
