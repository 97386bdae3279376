"""What does Microsoft.Insights refuse, beyond the front door's own errors?"""

from __future__ import annotations

from holdfast_sandbox.arm.exceptions import ArmError


def workspace_id_invalid() -> ArmError:
    """github.com/Azure-Samples/keyvault-rotation-storageaccountkey-powershell/issues/2."""
    return ArmError(400, "BadRequest", "Provided WorkspaceResourceId is invalid")


def workspace_not_there(workspace_id: str) -> ArmError:
    """github.com/microsoft/aspire/issues/3854 shows the beginning; what follows the colon is the sandbox's."""
    return ArmError(
        400,
        "BadRequest",
        f"Could not retrieve the Log Analytics workspace from ARM: the workspace '{workspace_id}' was not found.",
    )


def required(name: str) -> ArmError:
    return ArmError(400, "BadRequest", f"The property '{name}' is required for an Application Insights component.")


def not_allowed(name: str, value: object, allowed: str) -> ArmError:
    return ArmError(400, "BadRequest", f"The value '{value}' of the property '{name}' is not one of {allowed}.")
