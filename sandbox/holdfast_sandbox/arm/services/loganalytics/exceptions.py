"""What does Microsoft.OperationalInsights refuse, beyond the front door's own errors?"""

from __future__ import annotations

from holdfast_sandbox.arm.exceptions import ArmError


def retention_outside_limits() -> ArmError:
    """The words of az monitor log-analytics when it is given 7 days."""
    return ArmError(400, "InvalidParameter", "'RetentionInDays' property doesn't match the SKU limits.")


def invalid_parameter(name: str, allowed: str) -> ArmError:
    return ArmError(400, "InvalidParameter", f"The value of '{name}' is not valid. Allowed: {allowed}.")


def workspace_name_invalid(name: str) -> ArmError:
    return ArmError(
        400,
        "InvalidParameter",
        f"The workspace name '{name}' is not valid. It must have 4 to 63 letters, digits or '-', the '-' neither "
        "first nor last.",
    )


def deleted_elsewhere(name: str, location: str) -> ArmError:
    return ArmError(
        409,
        "Conflict",
        f"The workspace '{name}' is in the soft-deleted state in location '{location}'. It can only be recovered "
        "there.",
    )
