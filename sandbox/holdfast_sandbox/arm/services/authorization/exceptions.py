"""What does Microsoft.Authorization refuse, beyond the front door's own errors?"""

from __future__ import annotations

from holdfast_sandbox.arm.exceptions import ArmError


def assignment_exists(name: str) -> ArmError:
    """The existing assignment is named without its dashes, which is what clients have to search for."""
    return ArmError(
        409,
        "RoleAssignmentExists",
        f"The role assignment already exists. The ID of the existing role assignment is {_bare(name)}.",
    )


def update_not_permitted() -> ArmError:
    """github.com/Azure/Azure-Landing-Zones/issues/2040."""
    return ArmError(
        400,
        "RoleAssignmentUpdateNotPermitted",
        "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    )


def invalid_assignment_id(name: str) -> ArmError:
    return ArmError(
        400,
        "InvalidRoleAssignmentId",
        f"The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID.",
    )


def invalid_principal(principal: object) -> ArmError:
    """github.com/Azure/azure-powershell/issues/16627."""
    return ArmError(
        400,
        "InvalidPrincipalId",
        f"The Principal ID '{principal}' is not valid. Principal ID must be a GUID.",
    )


def unmatched_principal_type(principal: str, actual: str, given: str) -> ArmError:
    """github.com/Azure/modern-web-app-pattern-dotnet/pull/129; the misspelling is the service's."""
    return ArmError(
        400,
        "UnmatchedPrincipalType",
        f"The PrincipalId '{_bare(principal)}' has type '{actual}' , which is different from specified PrinciaplType "
        f"'{given}'.",
    )


def assignment_not_found(name: str) -> ArmError:
    return ArmError(404, "RoleAssignmentNotFound", f"The role assignment '{_bare(name)}' is not found.")


def definition_not_found(name: str) -> ArmError:
    return ArmError(
        404, "RoleDefinitionDoesNotExist", f"The specified role definition with ID '{name}' does not exist."
    )


def definition_of_assignment_not_found(name: str) -> ArmError:
    """In the answer to an assignment the id has no dashes (public deployment logs)."""
    return definition_not_found(_bare(name))


def bad_request_format(reason: str) -> ArmError:
    return ArmError(400, "BadRequestFormat", f"The request was incorrectly formatted. {reason}")


def unsupported_query(text: str) -> ArmError:
    return ArmError(400, "UnsupportedQuery", f"The filter '{text}' is not supported.")


def same_name_exists(name: str) -> ArmError:
    return ArmError(409, "RoleDefinitionWithSameNameExists", f"A custom role with the name '{name}' already exists.")


def has_assignments() -> ArmError:
    return ArmError(
        400, "RoleDefinitionHasAssignments", "There are existing role assignments referencing role definition."
    )


def system_role(name: str) -> ArmError:
    return ArmError(400, "RoleDefinitionCannotBeUpdated", f"The built-in role definition '{name}' cannot be changed.")


def _bare(guid: str) -> str:
    return guid.replace("-", "")


def lock_not_found(name: str) -> ArmError:
    return ArmError(404, "LockNotFound", f"The lock '{name}' could not be found.")


def bad_lock_name(name: str) -> ArmError:
    return ArmError(
        400,
        "InvalidRequestContent",
        f"The lock name '{name}' is longer than 260 characters or has reserved characters.",
    )
