"""What does Microsoft.KeyVault refuse, and in which words?

Texts that public issues quote are the real ones; the others follow their form and their routes are marked unverified.
"""

from __future__ import annotations

from holdfast_sandbox.arm.call import Call
from holdfast_sandbox.arm.exceptions import ArmError

_IN_USE = (
    "The vault name '{name}' is already in use. Vault names are globally unique so it is possible that the name is "
    "already "
    "taken. If you are sure that the vault name was not taken then it is possible that a vault with the same name was "
    "recently deleted but not purged after being placed in a recoverable state. If the vault is in a recoverable "
    "state then "
    "the vault will need to be purged before reusing the name. For more information about VaultAlreadyExists, soft "
    "delete "
    "and purging a vault follow this link https://go.microsoft.com/fwlink/?linkid=2147740."
)


def bad_request(message: str) -> ArmError:
    return ArmError(400, "BadRequest", message)


def not_specified(parameter: str) -> ArmError:
    return bad_request(f"The parameter {parameter} is not specified.")


def invalid_value(parameter: str) -> ArmError:
    return bad_request(f"An invalid value was provided for '{parameter}'.")


def invalid_policy_value(index: int, member: str, value: object) -> ArmError:
    return bad_request(f"Invalid value found at accessPolicies[{index}].{member}: {value}")


def too_many_policies(count: int, most: int) -> ArmError:
    return bad_request(f"The number of access policies '{count}' exceeds the maximum of '{most}' for a vault.")


def duplicate_policy(index: int, object_id: str) -> ArmError:
    return bad_request(f"Duplicate value found at accessPolicies[{index}].ObjectId: {object_id}")


def invalid_name(name: str) -> ArmError:
    return ArmError(
        400,
        "VaultNameNotValid",
        f"The vault name '{name}' is invalid. A vault's name must be between 3-24 alphanumeric characters. The name "
        "must "
        "begin with a letter, end with a letter or digit, and not contain consecutive hyphens. Follow this link for "
        "more "
        "information: https://go.microsoft.com/fwlink/?linkid=2147742",
    )


def already_exists(name: str) -> ArmError:
    return ArmError(409, "VaultAlreadyExists", _IN_USE.format(name=name))


def exists_deleted() -> ArmError:
    return ArmError(
        409,
        "ConflictError",
        "A vault with the same name already exists in deleted state. You need to either recover or purge existing key "
        "vault. Follow this link for more information https://go.microsoft.com/fwlink/?linkid=2149745.",
    )


def nothing_to_recover() -> ArmError:
    return ArmError(404, "SoftDeletedVaultDoesNotExist", "A soft deleted vault with the given name does not exist.")


def purge_not_allowed() -> ArmError:
    return ArmError(405, "MethodNotAllowed", "Operation 'DeletedVaultPurge' is not allowed.")


def deleted_vault_not_found(name: str, location: str) -> ArmError:
    return ArmError(
        404,
        "DeletedVaultNotFound",
        f"The specified deleted vault '{name}' does not exist in location '{location}'.",
    )


def cannot_be_false(name: str, what: str) -> ArmError:
    return bad_request(
        f'The property "{name}" cannot be set to false. Enabling the {what} for a vault is an irreversible action.'
    )


def set_already(name: str) -> ArmError:
    return bad_request(f'The property "{name}" has been set already and it can\'t be modified.')


def changed_meanwhile(call: Call) -> ArmError:
    """Another write to the same vault is under way (pulumi-azure-native#1013)."""
    return ArmError(
        409,
        "ConflictError",
        "A conflict occurred that prevented the operation from completing. The operation failed because the Key Vault "
        f"'{call.params['vaultName']}' changed from the point the operation began. This can happen if parallel "
        "operations "
        "are being performed on the Key Vault. To prevent this error, serialize the operations so that only one "
        "operation "
        "is performed on the Key Vault at a time. Follow this link for more information: "
        "https://go.microsoft.com/fwlink/?linkid=2147741",
    )


def network_not_valid(code: str, message: str) -> ArmError:
    """Public deployment logs: the refusal of Microsoft.Network in the vault's words."""
    return ArmError(
        400,
        "VirtualNetworkNotValid",
        f"Operation on Virtual Network could not be performed. StatusCode: 400 (BadRequest). Error Code: {code}. "
        f"Error Message: {message}",
    )


def private_address(index: int, value: str, first: str, last: str) -> ArmError:
    """Public deployment logs: a firewall sees public addresses only."""
    return bad_request(
        f"Invalid value found at properties.networkAcls.ipRules[{index}].value: {value} belongs to forbidden range "
        f"{first}-{last} (private IP addresses)"
    )
