"""What does Microsoft.MachineLearningServices refuse, beyond the front door's own errors?

What it finds wrong with a request's shape it answers at once; what it finds out while it provisions ends the
long-running operation in `BadRequest`.
"""

from __future__ import annotations

from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.store import Json


def missing_dependencies() -> ArmError:
    """github.com/Azure/azure-rest-api-specs/issues/15878."""
    message = "Missing dependent resources in workspace json"
    detail: Json = {"code": "Invalid", "message": message, "target": "workspace"}
    return ArmError(400, "ValidationError", message, target="workspace", details=[detail])


def identity_missing() -> ArmError:
    """github.com/Azure/azure-sdk-for-js/issues/10473."""
    message = "Make sure to create your workspace using a client which support MSI"
    return ArmError(400, "ValidationError", message, target="workspace.Identity")


def invalid(target: str, message: str) -> ArmError:
    """A value that can't be right; the service's code, our words."""
    return ArmError(400, "ValidationError", message, target=target)


def unknown_kind(kind: object) -> ArmError:
    return ArmError(
        400,
        "ValidationError",
        f"The workspace kind '{kind}' is not known to the sandbox.",
        target="kind",
        note="unknown-kind",
    )


def dependency_not_found(target: str, error: ArmError) -> ArmError:
    """`error`: what the front door answers about the missing resource."""
    detail = {"code": error.code, "message": error.message, "target": target}
    return ArmError(400, "ValidationError", error.message, target=target, details=[detail])


def soft_deleted() -> ArmError:
    """github.com/Azure/ResourceModules/issues/3596."""
    return bad_request("Soft-deleted workspace exists. Please purge or recover it. https://aka.ms/wsoftdelete")


def storage_with_hns() -> ArmError:
    """github.com/microsoft/AzureTRE/issues/1920."""
    return bad_request("Cannot use storage with HNS enabled.")


def encryption_without_purge_protection() -> ArmError:
    """github.com/MicrosoftDocs/azure-docs/issues/108584."""
    return bad_request("CMK workspaces should have purge protection enabled on their CMK keyvault.")


def update_not_supported(what: str) -> ArmError:
    """github.com/Azure-Samples/get-started-with-ai-chat/issues/65 shows it for the storage account."""
    return bad_request(f"{what} update is not supported yet")


def bad_request(message: str) -> ArmError:
    return ArmError(400, "BadRequest", message)


def asset_is_fixed(kind: str, name: str, version: str) -> ArmError:
    """Environments: github.com/Azure/azure-cli-extensions/issues/5440; the rest: azure-ai-ml's ASSET_PATH_ERROR."""
    if kind == "Environment":
        message = f"Environment {name} with version {version} is already registered and cannot be changed."
        return ArmError(400, "UserError", message)
    return ArmError(400, "UserError", "Asset paths cannot be updated.")
