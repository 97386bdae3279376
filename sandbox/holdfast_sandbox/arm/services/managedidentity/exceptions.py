"""What does Microsoft.ManagedIdentity refuse, beyond the front door's own errors?"""

from __future__ import annotations

from holdfast_sandbox.arm.exceptions import ArmError


def name_invalid(name: str) -> ArmError:
    return ArmError(
        400,
        "InvalidResourceName",
        f"The name '{name}' is not valid for a user-assigned identity: it must be 3 to 128 letters, digits, hyphens "
        "and underscores, and begin with a letter or a digit.",
    )


def isolation_not_valid(value: object) -> ArmError:
    return ArmError(400, "BadRequest", f"The isolation scope '{value}' is not one of None, Regional.")


def isolation_not_served(value: str) -> ArmError:
    """What Azure answers when such an identity is assigned in another region is not known: refused, not ignored."""
    return ArmError(
        400,
        "NotServedBySandbox",
        f"The sandbox does not serve user-assigned identities with the isolation scope '{value}'.",
        target="properties.isolationScope",
        note="unknown-property",
    )
