"""What does a workspace stand on? Its vault, storage, insights and registry: they must be there, and let it in.

Azure grants the workspace's system-assigned identity what it needs when the workspace is made, and only then
(concept-enterprise-security, "Access to all keys, secrets, certificates"; how-to-assign-roles: Azure AI Administrator
on the group, since 2024-11-19): a later wipe of the vault's policies is not healed by another PUT.
"""

from __future__ import annotations

import re

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.call import Plane
from holdfast_sandbox.arm.routing import GROUP
from holdfast_sandbox.arm.services.authorization import assignments
from holdfast_sandbox.arm.services.authorization.roles import ID_BY_NAME
from holdfast_sandbox.arm.services.containerregistry import responses as containerregistry
from holdfast_sandbox.arm.services.keyvault import responses as keyvault
from holdfast_sandbox.arm.services.machinelearning import exceptions
from holdfast_sandbox.arm.store import Json, Resource, Store

TYPES = {
    "storageAccount": "Microsoft.Storage/storageAccounts",
    "keyVault": "Microsoft.KeyVault/vaults",
    "applicationInsights": "Microsoft.Insights/components",
    "containerRegistry": "Microsoft.ContainerRegistry/registries",
}
_ID = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourcegroups/(?P<group>[^/]+)/providers/(?P<type>[^/]+/[^/]+)/(?P<name>[^/]+)",
    re.IGNORECASE,
)

# "All keys, secrets, certificates", spelled out without purge. Which of them Azure really lists is not recorded.
VAULT_PERMISSIONS: Json = {
    "keys": (
        "get list update create import delete recover backup restore decrypt encrypt unwrapKey wrapKey verify sign"
    ).split(),
    "secrets": "get list set delete recover backup restore".split(),
    "certificates": (
        "get list update create import delete recover backup restore managecontacts manageissuers getissuers "
        "listissuers setissuers deleteissuers"
    ).split(),
}


def check(store: Store, wanted: Json) -> None:
    """Refuses an id that is malformed, of another type, or that nothing has."""
    for name, type_name in TYPES.items():
        if wanted.get(name):
            _check_one(store, name, type_name, wanted[name])


def _check_one(store: Store, name: str, type_name: str, given: str) -> None:
    found = _ID.fullmatch(given.rstrip("/"))
    if found is None or found["type"].lower() != type_name.lower():
        raise exceptions.invalid(name, f"'{given}' is not the id of a resource of the type {type_name}.")
    if store.get(given.rstrip("/")) is not None:
        return
    group = GROUP.format(subscriptionId=found["subscription"], resourceGroupName=found["group"])
    error = (
        arm.resource_group_not_found(found["group"])
        if store.get(group) is None
        else arm.resource_not_found(type_name, found["name"], found["group"])
    )
    raise exceptions.dependency_not_found(name, error)


def refuse_unfit_storage(store: Store, properties: Json) -> None:
    """The default storage must not be hierarchical; what is found out while the workspace is being made."""
    account = store.get(properties["storageAccount"])
    if account is not None and account.body["properties"].get("isHnsEnabled"):
        raise exceptions.storage_with_hns()


def refuse_unfit_encryption(store: Store, properties: Json) -> None:
    """A customer's own key must lie in a vault with purge protection."""
    encryption = properties.get("encryption") or {}
    if encryption.get("status") != "Enabled":
        return
    vault = store.get(str((encryption.get("keyVaultProperties") or {}).get("keyVaultArmId", "")))
    if vault is None or not vault.body["properties"].get("enablePurgeProtection"):
        raise exceptions.encryption_without_purge_protection()


def let_in(plane: Plane, workspace: Resource) -> None:
    """Grants the system-assigned identity what Azure grants it; a user-assigned one is its owner's business."""
    principal = (workspace.body.get("identity") or {}).get("principalId")
    if principal is None:
        return
    properties = workspace.body["properties"]
    group = GROUP.format(subscriptionId=workspace.subscription, resourceGroupName=workspace.group)
    assignments.grant(plane, group, principal, ID_BY_NAME["Azure AI Administrator"])
    assignments.grant(plane, properties["storageAccount"], principal, ID_BY_NAME["Storage Blob Data Contributor"])
    let_into_registry(plane, workspace, None)
    vault = plane.store.get(properties["keyVault"])
    if vault is None:
        return
    if vault.body["properties"].get("enableRbacAuthorization"):
        assignments.grant(plane, vault.id, principal, ID_BY_NAME["Key Vault Administrator"])
    else:
        keyvault.grant(plane, vault.id, principal, VAULT_PERMISSIONS)


def let_into_registry(plane: Plane, workspace: Resource, before: str | None) -> None:
    """Grants the system-assigned identity Contributor on a registry that the workspace has not had (`before`).

    concept-enterprise-security, the table of permissions. That covers pulling and pushing, so that a registry without
    its admin user serves the workspace; a user-assigned identity is granted the same by its owner
    (how-to-identity-based-service-authentication).
    """
    principal = (workspace.body.get("identity") or {}).get("principalId")
    registry = workspace.body["properties"].get("containerRegistry")
    if principal is None or not registry or registry.lower() == (before or "").lower():
        return
    assignments.grant(plane, registry, principal, ID_BY_NAME["Contributor"])


def registry_credentials(store: Store, properties: Json) -> Json | None:
    """`{"location", "username", "passwords"}` of the registry's admin user; None while it is off."""
    registry = store.get(properties.get("containerRegistry") or "")
    found = containerregistry.credentials(store, registry.id) if registry is not None else None
    return {"location": registry.location, **found} if registry is not None and found is not None else None


def storage_key(store: Store, properties: Json) -> str | None:
    """The storage account's first key; None when the account is gone."""
    account = store.get(properties["storageAccount"])
    return str(account.private["keys"]["key1"]) if account is not None else None


def instrumentation_key(store: Store, properties: Json) -> str | None:
    component = store.get(properties.get("applicationInsights") or "")
    return str(component.body["properties"]["InstrumentationKey"]) if component is not None else None
