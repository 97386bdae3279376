"""What does Microsoft.Resources refuse, beyond the front door's own errors?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from holdfast_sandbox.arm.exceptions import ArmError

#: What the request log notes of what is Azure's and not the sandbox's.
NOT_SERVED = "property-not-served"


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


def deployment_not_found(name: str) -> ArmError:
    """azure-cli#28834."""
    return ArmError(404, "DeploymentNotFound", f"Deployment '{name}' could not be found.")


def invalid_template(reason: str) -> ArmError:
    return ArmError(400, "InvalidTemplate", f"Deployment template validation failed: '{reason}.'.")


def template_not_served(what: str) -> ArmError:
    return ArmError(400, "InvalidTemplate", f"The sandbox deploys no template with {what}.", note=NOT_SERVED)


def deployment_failed(deployment: str, details: Sequence[Mapping[str, Any]]) -> ArmError:
    """azure-docs#107757; the details: Azure-Landing-Zones#3261."""
    return ArmError(
        409,
        "DeploymentFailed",
        "At least one resource deployment operation failed. Please list deployment operations for details. Please see "
        "https://aka.ms/arm-deployment-operations for usage details.",
        target=deployment,
        details=details,
    )


def resource_deployment_failure() -> ArmError:
    """azure-cli#13896."""
    return ArmError(
        409,
        "ResourceDeploymentFailure",
        "The resource operation completed with terminal provisioning state 'Failed'.",
    )
