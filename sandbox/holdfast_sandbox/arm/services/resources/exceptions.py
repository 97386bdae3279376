"""What does Microsoft.Resources refuse, beyond the front door's own errors?"""

from __future__ import annotations

from holdfast_sandbox.arm.exceptions import ArmError


def invalid_group_name(name: str) -> ArmError:
    return ArmError(
        400,
        "InvalidResourceGroup",
        f"The provided resource group name '{name}' has these invalid characters or ends with a period. The name "
        "can only be "
        "a letter, digit, '-', '.', '(', ')' or '_'.",
    )


def group_name_too_long(name: str) -> ArmError:
    return ArmError(
        400,
        "ResourceGroupNameInvalid",
        f"The provided resource group name '{name}' is longer than 90 characters.",
    )


def invalid_group_location(name: str, existing: str, wanted: str) -> ArmError:
    return ArmError(
        409,
        "InvalidResourceGroupLocation",
        f"Invalid resource group location '{wanted}'. The Resource group already exists in location '{existing}'.",
    )


def location_not_available_for_group(wanted: str, locations: str) -> ArmError:
    return ArmError(
        400,
        "LocationNotAvailableForResourceGroup",
        f"The provided location '{wanted}' is not available for resource group. List of available regions is "
        f"'{locations}'.",
    )


def group_managed_by_changed(existing: str) -> ArmError:
    return ArmError(
        400, "ManagedByCannotBeChanged", f"The managedBy of a resource group cannot be changed from '{existing}'."
    )


def invalid_filter(text: str) -> ArmError:
    return ArmError(
        400,
        "InvalidFilterInQueryString",
        f"Invalid $filter '{text}' specified in the query string.",
    )


def provider_not_found(namespace: str) -> ArmError:
    return ArmError(
        404,
        "InvalidResourceNamespace",
        f"The resource namespace '{namespace}' is invalid.",
        note="unknown-type",
    )


def invalid_tags_operation(value: object) -> ArmError:
    return ArmError(
        400,
        "InvalidTagsPatchOperation",
        f"The tags patch operation '{value}' is invalid. The supported operations are 'Replace, Merge, Delete'.",
    )


def scope_not_found(scope: str) -> ArmError:
    return ArmError(404, "ResourceNotFound", f"The resource '{scope}' was not found.")
