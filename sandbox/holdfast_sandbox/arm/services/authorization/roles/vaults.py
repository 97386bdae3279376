"""Which roles for key vaults are built in? All of them.

After learn.microsoft.com/azure/role-based-access-control/built-in-roles/security.
"""

from __future__ import annotations

from holdfast_sandbox.arm.services.authorization.roles.model import USUAL, BuiltInRole

_V = "Microsoft.KeyVault/vaults"
_VAULT = (
    *USUAL,
    "Microsoft.KeyVault/checkNameAvailability/read",
    "Microsoft.KeyVault/deletedVaults/read",
    "Microsoft.KeyVault/locations/*/read",
    "Microsoft.KeyVault/vaults/*/read",
    "Microsoft.KeyVault/operations/read",
)

ROLES = (
    BuiltInRole(
        "00482a5a-887f-4fb3-b363-3b7fe8e74483",
        "Key Vault Administrator",
        "All that a vault holds, in vaults with the RBAC model.",
        _VAULT,
        data_actions=(f"{_V}/*",),
    ),
    BuiltInRole(
        "21090545-7ca7-4776-b22c-e363652d74d2",
        "Key Vault Reader",
        "What lies in a vault, without its values.",
        _VAULT,
        data_actions=(f"{_V}/*/read", f"{_V}/secrets/readMetadata/action"),
    ),
    BuiltInRole(
        "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
        "Key Vault Secrets Officer",
        "All that can be done with secrets.",
        _VAULT,
        data_actions=(f"{_V}/secrets/*",),
    ),
    BuiltInRole(
        "4633458b-17de-408a-b874-0445c86b69e6",
        "Key Vault Secrets User",
        "Reads secrets.",
        data_actions=(f"{_V}/secrets/getSecret/action", f"{_V}/secrets/readMetadata/action"),
    ),
    BuiltInRole(
        "a4417e6f-fecd-4de8-b567-7b0420556985",
        "Key Vault Certificates Officer",
        "All that can be done with certificates.",
        _VAULT,
        data_actions=(f"{_V}/certificatecas/*", f"{_V}/certificates/*", f"{_V}/certificatecontacts/write"),
    ),
    BuiltInRole(
        "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba",
        "Key Vault Certificate User",
        "Reads certificates.",
        data_actions=(
            f"{_V}/certificates/read",
            f"{_V}/secrets/getSecret/action",
            f"{_V}/secrets/readMetadata/action",
            f"{_V}/keys/read",
        ),
    ),
    BuiltInRole(
        "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
        "Key Vault Crypto Officer",
        "All that can be done with keys.",
        _VAULT,
        data_actions=(f"{_V}/keys/*", f"{_V}/keyrotationpolicies/*"),
    ),
    BuiltInRole(
        "12338af0-0e69-4776-bea7-57ae8d297424",
        "Key Vault Crypto User",
        "Uses keys.",
        data_actions=tuple(
            f"{_V}/keys/{verb}"
            for verb in (
                "read update/action backup/action encrypt/action decrypt/action wrap/action unwrap/action sign/action "
                "verify/action"
            ).split()
        ),
    ),
    BuiltInRole(
        "e147488a-f6f5-4113-8e2d-b22465e65bf6",
        "Key Vault Crypto Service Encryption User",
        "Wraps and unwraps keys.",
        tuple(f"Microsoft.EventGrid/eventSubscriptions/{verb}" for verb in ("write", "read", "delete")),
        data_actions=(f"{_V}/keys/read", f"{_V}/keys/wrap/action", f"{_V}/keys/unwrap/action"),
    ),
    BuiltInRole(
        "08bbd89e-9f13-488c-ac41-acfcb10c90ab",
        "Key Vault Crypto Service Release User",
        "Releases keys.",
        data_actions=(f"{_V}/keys/release/action",),
    ),
    BuiltInRole(
        "f25e0fa2-a7c8-4377-a976-54943a77a395",
        "Key Vault Contributor",
        "Vaults themselves, not what lies in them.",
        (*USUAL, "Microsoft.KeyVault/*"),
        (
            "Microsoft.KeyVault/locations/deletedVaults/purge/action",
            "Microsoft.KeyVault/hsmPools/*",
            "Microsoft.KeyVault/managedHsms/*",
        ),
    ),
    BuiltInRole(
        "8b54135c-b56d-4d72-a534-26097cfdc8d8",
        "Key Vault Data Access Administrator",
        "Grants the data roles of vaults.",
        ("Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete", *_VAULT),
    ),
)
