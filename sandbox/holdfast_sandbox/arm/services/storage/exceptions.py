"""What does Microsoft.Storage refuse, beyond the front door's own errors?

The names' texts stand in learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-storage-account-name.
"""

from __future__ import annotations

from holdfast_sandbox.arm.exceptions import ArmError


def account_name_invalid(name: str) -> ArmError:
    return ArmError(400, "AccountNameInvalid", name_rule(name))


def name_rule(name: str) -> str:
    """The sentence about names, which the availability check answers too."""
    return (
        f"{name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in "
        "length and use numbers and lower-case letters only."
    )


def already_taken(name: str) -> ArmError:
    return ArmError(409, "StorageAccountAlreadyTaken", f"The storage account named {name} is already taken.")


def in_another_group(name: str) -> ArmError:
    return ArmError(
        409,
        "StorageAccountInAnotherResourceGroup",
        f"The account {name} is already in another resource group in this subscription.",
    )


def invalid_parameters(*names: str, more: str = "") -> ArmError:
    """`names`: the paths of the values that are missing or wrong (`kind`, `sku.name`)."""
    tail = f" For more information, see - {more}" if more else ""
    return ArmError(
        400,
        "InvalidValuesForRequestParameters",
        f"Values for request parameters are invalid: {', '.join(names)}.{tail}",
    )


def value_not_allowed(value: object, name: str, more: str = "") -> ArmError:
    tail = f" For more information, see - {more}" if more else ""
    return ArmError(
        400, "InvalidRequestPropertyValue", f"The value '{value}' is not allowed for property {name}.{tail}"
    )


def read_only(name: str) -> ArmError:
    return ArmError(
        409,
        "AccountPropertyCannotBeUpdated",
        f"The property '{name}' was specified in the input, but it cannot be updated as it is read-only.",
    )


def access_tier_required() -> ArmError:
    return ArmError(
        400,
        "AccessTierRequired",
        "The property 'accessTier' was not specified in the input, but it is required when kind = BlobStorage.",
    )


def operation_in_progress() -> ArmError:
    return ArmError(
        409,
        "StorageAccountOperationInProgress",
        "An operation is currently performing on this storage account that requires exclusive access.",
    )


def key_not_found(name: object) -> ArmError:
    return ArmError(400, "InvalidKeyName", f"The key name '{name}' is not one of key1, key2.")


def network_rules_invalid(code: str, message: str) -> ArmError:
    """azure-cli#18112: the refusal of Microsoft.Network in the account's words."""
    return ArmError(400, "NetworkAclsValidationFailure", f"Validation of network acls failure: {code}:{message}")
