"""Which paths does Microsoft.KeyVault serve, and after which documents?"""

from __future__ import annotations

from holdfast_sandbox.arm.routing import GROUP, SUBSCRIPTION, Handler, ResourceType, Route, Service
from holdfast_sandbox.arm.services.keyvault import deleted, exceptions, objects, responses
from holdfast_sandbox.arm.services.keyvault.responses import VAULT

_VERSIONS = (
    "2026-05-15",
    "2026-02-01",
    "2025-05-01",
    "2024-12-01-preview",
    "2024-11-01",
    "2024-04-01-preview",
    "2023-08-01-preview",
    "2023-07-01",
    "2023-02-01",
    "2022-11-01",
    "2022-07-01",
    "2022-02-01-preview",
    "2021-11-01-preview",
    "2021-10-01",
    "2021-06-01-preview",
    "2021-04-01-preview",
    "2020-04-01-preview",
    "2019-09-01",
    "2018-02-14",
    "2018-02-14-preview",
    "2016-10-01",
    "2015-06-01",
)
# Keys came to Resource Manager with this version.
_KEY_VERSIONS = tuple(version for version in _VERSIONS if version >= "2019-09-01")

VAULTS = ResourceType("Microsoft.KeyVault/vaults", _VERSIONS, tracked=True, released=deleted.soft_delete)
POLICIES = ResourceType("Microsoft.KeyVault/vaults/accessPolicies", _VERSIONS)
SECRETS = ResourceType("Microsoft.KeyVault/vaults/secrets", _VERSIONS)
KEYS = ResourceType("Microsoft.KeyVault/vaults/keys", _KEY_VERSIONS)
KEY_VERSIONS = ResourceType("Microsoft.KeyVault/vaults/keys/versions", _KEY_VERSIONS)
DELETED = ResourceType("Microsoft.KeyVault/deletedVaults", _VERSIONS)
DELETED_AT = ResourceType("Microsoft.KeyVault/locations/deletedVaults", _VERSIONS)
HSMS = ResourceType("Microsoft.KeyVault/managedHSMs", _KEY_VERSIONS)
DELETED_HSMS = ResourceType("Microsoft.KeyVault/deletedManagedHSMs", _KEY_VERSIONS)
NAMES = ResourceType("Microsoft.KeyVault/checkNameAvailability", _VERSIONS)

_REST = "learn.microsoft.com/rest/api/keyvault/keyvault"
_HSMS = "learn.microsoft.com/rest/api/keyvault/managedhsm/managed-hsms"
_PROVIDER = f"{SUBSCRIPTION}/providers/Microsoft.KeyVault"


def _write(
    method: str, path: str, kind: ResourceType, handler: Handler, operation: str, source: str | None, seconds: float
) -> Route:
    """A write to a vault or into it: overlapping ones are refused with ConflictError (pulumi-azure-native#1013)."""
    return Route(
        method,
        path,
        kind,
        handler,
        operation,
        source,
        seconds=seconds,
        exclusive=VAULT,
        conflict=exceptions.changed_meanwhile,
    )


SERVICE = Service(
    "Microsoft.KeyVault",
    types=[
        VAULTS,
        POLICIES,
        SECRETS,
        KEYS,
        KEY_VERSIONS,
        DELETED,
        DELETED_AT,
        NAMES,
        HSMS,
        DELETED_HSMS,
    ],
    routes=[
        _write(
            "PUT", VAULT, VAULTS, responses.put_vault, "create, update, recover", f"{_REST}/vaults/create-or-update", 3
        ),
        _write("PATCH", VAULT, VAULTS, responses.patch_vault, "patch", f"{_REST}/vaults/update", 1.5),
        Route("GET", VAULT, VAULTS, responses.get_vault, "read", f"{_REST}/vaults/get"),
        _write("DELETE", VAULT, VAULTS, responses.delete_vault, "soft delete", f"{_REST}/vaults/delete", 2),
        Route(
            "GET",
            f"{GROUP}/providers/Microsoft.KeyVault/vaults",
            VAULTS,
            responses.list_vaults,
            "list by group",
            f"{_REST}/vaults/list-by-resource-group",
        ),
        Route(
            "GET", f"{_PROVIDER}/vaults", VAULTS, responses.list_vaults, "list", f"{_REST}/vaults/list-by-subscription"
        ),
        # That `add` is a union and `remove` takes single permissions is from public articles, not from the reference.
        _write(
            "PUT",
            f"{VAULT}/accessPolicies/{{operationKind}}",
            POLICIES,
            responses.put_access_policies,
            "add, replace, remove",
            None,
            1.5,
        ),
        _write(
            "PUT",
            f"{VAULT}/secrets/{{secretName}}",
            SECRETS,
            objects.put_secret,
            "create or update",
            f"{_REST}/secrets/create-or-update",
            0.7,
        ),
        _write(
            "PATCH",
            f"{VAULT}/secrets/{{secretName}}",
            SECRETS,
            objects.patch_secret,
            "patch",
            f"{_REST}/secrets/update",
            0.7,
        ),
        Route("GET", f"{VAULT}/secrets/{{secretName}}", SECRETS, objects.get_object, "read", f"{_REST}/secrets/get"),
        Route("GET", f"{VAULT}/secrets", SECRETS, objects.list_secrets, "list", f"{_REST}/secrets/list"),
        _write(
            "PUT", f"{VAULT}/keys/{{keyName}}", KEYS, objects.put_key, "create", f"{_REST}/keys/create-if-not-exist", 1
        ),
        Route("GET", f"{VAULT}/keys/{{keyName}}", KEYS, objects.get_object, "read", f"{_REST}/keys/get"),
        Route("GET", f"{VAULT}/keys", KEYS, objects.list_keys, "list", f"{_REST}/keys/list"),
        Route(
            "GET",
            f"{VAULT}/keys/{{keyName}}/versions",
            KEY_VERSIONS,
            objects.list_key_versions,
            "list",
            f"{_REST}/keys/list-versions",
        ),
        Route(
            "GET",
            f"{VAULT}/keys/{{keyName}}/versions/{{keyVersion}}",
            KEY_VERSIONS,
            objects.get_key_version,
            "read",
            f"{_REST}/keys/get-version",
        ),
        Route(
            "GET", f"{_PROVIDER}/deletedVaults", DELETED, deleted.list_deleted, "list", f"{_REST}/vaults/list-deleted"
        ),
        Route(
            "GET",
            f"{_PROVIDER}/locations/{{location}}/deletedVaults/{{vaultName}}",
            DELETED_AT,
            deleted.get_deleted,
            "read",
            f"{_REST}/vaults/get-deleted",
        ),
        Route(
            "POST",
            f"{_PROVIDER}/locations/{{location}}/deletedVaults/{{vaultName}}/purge",
            DELETED_AT,
            deleted.purge_deleted,
            "purge",
            f"{_REST}/vaults/purge-deleted",
            seconds=1,
        ),
        Route(
            "POST",
            f"{_PROVIDER}/checkNameAvailability",
            NAMES,
            responses.check_name,
            "check a name",
            f"{_REST}/vaults/check-name-availability",
        ),
        *(
            Route("GET", path, kind, responses.list_managed_hsms, f"{operation} (always empty)", f"{_HSMS}/{page}")
            for path, kind, operation, page in (
                (f"{_PROVIDER}/managedHSMs", HSMS, "list", "list-by-subscription"),
                (f"{GROUP}/providers/Microsoft.KeyVault/managedHSMs", HSMS, "list by group", "list-by-resource-group"),
                (f"{_PROVIDER}/deletedManagedHSMs", DELETED_HSMS, "list", "list-deleted"),
            )
        ),
    ],
    completions={"keyvault.purge": deleted.purged},
    hooks={"drop-policy": responses.drop_policy},
)
