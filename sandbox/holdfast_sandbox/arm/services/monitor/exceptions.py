"""What does Azure Monitor refuse of a diagnostic setting, and in which words?

This service answers the bare error, without the `error` around it that Resource Manager's others have: azurerm quotes
`{"code":"Conflict","message":...}` (terraform-azurerm-avm-ptn-aiml-landing-zone#19).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from holdfast_sandbox.arm.exceptions import ArmError


class BareError(ArmError):
    """An error whose body is the object itself."""

    def body(self) -> dict[str, Any]:
        return self.error()


def type_not_supported(type_name: str) -> ArmError:
    """azure-powershell#25880; the type is in lower case."""
    return BareError(
        400,
        "ResourceTypeNotSupported",
        f"The resource type '{type_name.lower()}' does not support diagnostic settings.",
    )


def setting_not_found(name: str) -> ArmError:
    return BareError(404, "ResourceNotFound", f"The diagnostic setting '{name}' doesn't exist.")


def category_not_found(name: str) -> ArmError:
    return BareError(404, "ResourceNotFound", f"The diagnostic setting category '{name}' doesn't exist.")


def sink_not_found(resource_id: str) -> ArmError:
    """azure-docs#78615: a workspace that is not there, its id in lower case."""
    return BareError(404, "ResourceNotFound", f"The resource '{resource_id.lower()}' doesn't exist.")


def no_sink() -> ArmError:
    return BareError(400, "BadRequest", "At least one data sink needs to be specified.")


def sink_not_served(name: str) -> ArmError:
    return BareError(
        400, "BadRequest", f"The sandbox serves no diagnostic settings with '{name}'.", note="property-not-served"
    )


def bad_sink(name: str, value: object) -> ArmError:
    return BareError(400, "BadRequest", f"The value '{value}' of '{name}' is not a valid resource id.")


def category_not_supported(name: str) -> ArmError:
    """azurerm#2985."""
    return BareError(400, "BadRequest", f"Category '{name}' is not supported.")


def metric_not_supported(name: str, supported: Sequence[str]) -> ArmError:
    """TaoYang-Cloud/azurepolicy#19."""
    known = ",".join(supported)
    return BareError(
        400, "BadRequest", f"Metric category '{name}' is not supported, supported categories are: '{known}'"
    )


def group_not_supported(name: str, supported: Sequence[str]) -> ArmError:
    known = ",".join(supported)
    return BareError(400, "BadRequest", f"CategoryGroup: '{name}' is not supported, supported ones are: '{known}'")


def categories_and_groups() -> ArmError:
    """azure-rest-api-specs#22719."""
    return BareError(
        400, "BadRequest", "Diagnostic setting does not support mix of log category and log category group."
    )


def no_retention() -> ArmError:
    """learn.microsoft.com/azure/azure-monitor/platform/migrate-to-azure-storage-lifecycle-policy."""
    return BareError(400, "BadRequest", "Diagnostic settings does not support retention for new diagnostic settings.")


def malformed(reason: str) -> ArmError:
    return BareError(400, "BadRequest", reason)


def too_many() -> ArmError:
    return BareError(400, "BadRequest", "The limit of 5 diagnostic settings was reached.")


def sink_in_use(sink: str, setting: str, category: str) -> ArmError:
    """terraform-azurerm-avm-ptn-aiml-landing-zone#19."""
    return BareError(
        409,
        "Conflict",
        f"Data sink '{sink}' is already used in diagnostic setting '{setting}' for category '{category}'. Data sinks "
        "can't be reused in different settings on the same category for the same resource.",
    )


def namespace_not_supported(type_name: str, supported: str) -> ArmError:
    """elastic/integrations#20848."""
    return BareError(
        400,
        "BadRequest",
        f"{type_name or 'Microsoft.Resources/subscriptions'} is not a supported platform metric namespace, supported "
        f"ones are {supported}",
    )


def metric_not_found(type_name: str, metric: str, valid: Sequence[str]) -> ArmError:
    """azure-sdk-for-net#29584."""
    provider, _, kind = type_name.partition("/")
    return BareError(
        400,
        "BadRequest",
        f"Failed to find metric configuration for provider: {provider}, resource Type: {kind}, metric: {metric}, Valid "
        f"metrics: {','.join(valid)}",
    )


def dimension_not_supported(metric: str, dimension: str, supported: Sequence[str]) -> ArmError:
    """tomkerkhove/promitor#2084."""
    return BareError(
        400,
        "BadRequest",
        f"Metric: {metric} does not support requested dimension combination: {dimension.lower()}, supported ones are: "
        f"{','.join(supported)}",
    )


def metrics_not_served(name: str, value: object) -> ArmError:
    return BareError(
        400, "BadRequest", f"The sandbox serves no metrics with {name} '{value}'.", note="property-not-served"
    )


def activity_not_served(what: str, value: object) -> ArmError:
    return BareError(400, "BadRequest", f"The sandbox serves no activity log with {what} '{value}'.", note="not-served")
