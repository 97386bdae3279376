"""What does Microsoft.ContainerRegistry refuse, beyond the front door's own errors?

Texts and codes: hashicorp/terraform-provider-azurerm#21440 (credentials), MicrosoftDocs/azure-dev-docs#1303 (names),
Azure-Samples/dotNET-Frontend-AB-Testing-on-Azure-Container-Apps#5 (public access), Azure/bicep-registry-modules#1316
(policies), azure-sdk-for-net's registry tests (the name's rule). Where no public text is known the sentence is ours, in
their manner.
"""

from __future__ import annotations

from holdfast_sandbox.arm.exceptions import ArmError

NAME_RULE = "Registry names may contain alpha numeric characters only and must be between 5 and 50 characters"


def name_invalid() -> ArmError:
    return ArmError(400, "InvalidResourceName", NAME_RULE)


def already_in_use(login_server: str) -> ArmError:
    return ArmError(
        409,
        "AlreadyInUse",
        f"The registry DNS name {login_server} is already in use. You can check if the name is already claimed using "
        "following API: https://docs.microsoft.com/en-us/rest/api/containerregistry/registries/checknameavailability",
    )


def sku_not_supported(sku: object) -> ArmError:
    """For a SKU that there is not, and for a policy that the SKU does not have."""
    return ArmError(400, "SkuNotSupported", f"The SKU {sku} is not supported.")


def sku_required() -> ArmError:
    return ArmError(400, "SkuNotSupported", "The SKU of the registry is required.")


def network_rule_not_supported(sku: str) -> ArmError:
    return ArmError(
        400,
        "NetworkRuleNotSupported",
        f"The requested feature virtual network rule is not supported for the SKU {sku}.",
    )


def private_access_not_supported(sku: str) -> ArmError:
    return ArmError(
        400,
        "DisablingPublicNetworkAccessNotSupported",
        f"Disabling public network access is not supported for the SKU {sku}. For more information, please visit "
        "https://aka.ms/acr/private-link.",
    )


def feature_not_supported(feature: str, sku: str) -> ArmError:
    """`feature` in words (`data endpoint rule`)."""
    return ArmError(400, "FeatureNotSupported", f"The requested feature {feature} is not supported for the SKU {sku}.")


def no_zones(location: str) -> ArmError:
    return ArmError(
        400,
        "ZoneRedundancyNotSupported",
        f"Zone redundancy is not supported for the selected location {location}.",
    )


def zone_redundancy_fixed() -> ArmError:
    return ArmError(
        400, "ZoneRedundancyUpdateNotSupported", "Zone redundancy can only be set when the registry is created."
    )


def export_needs_private_access() -> ArmError:
    return ArmError(
        400,
        "ExportPolicyUpdateNotSupported",
        "The export policy can only be disabled when public network access is disabled.",
    )


def two_cleanups() -> ArmError:
    return ArmError(
        400,
        "PolicyNotSupported",
        "The retention policy and the soft delete policy cannot be enabled at the same time.",
    )


def admin_user_disabled(registry_id: str) -> ArmError:
    return ArmError(
        400,
        "UnAuthorizedForCredentialOperations",
        f"Cannot perform credential operations for {registry_id} as admin user is disabled. Kindly enable admin user "
        "as per docs: https://docs.microsoft.com/en-us/azure/container-registry/container-registry-authentication"
        "#admin-account",
    )


def not_served(name: str, value: object) -> ArmError:
    """What Azure has and the sandbox has not: refused by name, for a registry that ignored it would be another one."""
    return ArmError(
        400,
        "NotServedBySandbox",
        f"The sandbox does not serve container registries with {name} '{value}'.",
        target=f"properties.{name}",
        note="unknown-property",
    )


def run_not_served(name: str, value: object) -> ArmError:
    """The same of runs: only builds of a Dockerfile, for Linux on amd64, from this machine."""
    return ArmError(
        400,
        "NotServedBySandbox",
        f"The sandbox does not serve runs with {name} '{value}'.",
        target=name,
        note="unknown-property",
    )


def invalid_run(name: str, reason: str) -> ArmError:
    return ArmError(400, "InvalidRequest", f"The run request's '{name}' is invalid: {reason}.", target=name)


def run_not_found(run: str) -> ArmError:
    return ArmError(404, "RunNotFound", f"The run '{run}' was not found.")


def invalid_filter(text: str) -> ArmError:
    return ArmError(400, "InvalidFilter", f"The filter '{text}' is not supported.")
