"""What does Azure Private DNS refuse, and in which words?"""

from __future__ import annotations

from holdfast_sandbox.arm.exceptions import ArmError


def bad_request(message: str) -> ArmError:
    return ArmError(400, "BadRequest", message)


def invalid_zone_name(name: str) -> ArmError:
    return bad_request(f"The zone name '{name}' is not valid: it has 2 to 34 labels of letters, digits and hyphens.")


def precondition_failed(header: str, given: str, current: str) -> ArmError:
    return ArmError(
        412,
        "PreconditionFailed",
        f"The condition '{given}' in the {header} header was not satisfied. The current was '{current}'.",
    )


def overlapping(one: str, other: str) -> ArmError:
    """learn.microsoft.com/troubleshoot/azure/azure-kubernetes (virtual network link, overlapping namespaces)."""
    return bad_request(
        "A virtual network cannot be linked to multiple zones with overlapping namespaces. You tried to link virtual "
        f"network with '{one}' and '{other}' zones."
    )


def nested_resources(nested: list[str]) -> ArmError:
    named = ",".join(f"'{one}'" for one in nested)
    return ArmError(
        409,
        "CannotDeleteResource",
        f"Cannot delete resource while nested resources exist. Some existing nested resource IDs include: {named}. "
        "Please delete all nested resources before deleting this resource.",
    )
