"""What is declared for the vault? Its creation, its settings and its grants: three resources, and one PUT in its life.

`Vault` creates it and ignores every input from then on; `VaultSettings` and `VaultGrants` change what exists.
"""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.dynamic import Resource as DynamicResource

from holdfast.model.kinds import Kind
from holdfast.model.names import workspace_subject
from holdfast.model.permissions import wire_entry
from holdfast.model.plan import Plan
from holdfast.model.wanted import Authorization, Wanted
from holdfast.provision.vault_provider import VaultGrantsProvider, VaultSettingsProvider


class VaultSettings(DynamicResource, module="holdfast", name="VaultSettings"):
    """The settings of a vault that exists; see `vault_provider`."""

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__(VaultSettingsProvider(), name, props, opts)


class VaultGrants(DynamicResource, module="holdfast", name="VaultGrants"):
    """Our access policies in a vault that exists; see `vault_provider`."""

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__(VaultGrantsProvider(), name, props, opts)


def vault_inputs(plan: Plan, tenant: str) -> dict[str, Any]:
    """What a new vault is created with: no policy in it (`VaultGrants` adds them), and every default written out.

    `enableRbacAuthorization` is always written, because its default flips with API version 2026-02-01; `createMode`
    never, because it would be sent again with every later PUT. Nor is `accessPolicies`: the engine repeats a creation
    that broke off while Azure was at it, as an update, and an empty list that is an input would wipe what has been
    added meanwhile. Left out, azure-native sends an empty list with the creation and what is live with an update.
    """
    settings = plan.vault.wanted
    return {
        "tenantId": tenant,
        "sku": {"family": "A", "name": "standard"},
        "enableRbacAuthorization": plan.vault.authorization is Authorization.RBAC,
        "enableSoftDelete": True,
        "softDeleteRetentionInDays": settings.get("softDeleteRetentionInDays", 90),
        # Azure answers 400 to an explicit `false`: off is said by leaving it out.
        "enablePurgeProtection": True if settings.get("enablePurgeProtection") else None,
        "publicNetworkAccess": settings.get("publicNetworkAccess", "Disabled"),
        "networkAcls": settings.get("networkAcls", {"bypass": "AzureServices", "defaultAction": "Allow"}),
    }


def settings_inputs(wanted: Wanted, plan: Plan, vault_id: pulumi.Input[str], cloud: dict[str, str]) -> dict[str, Any]:
    """The inputs of `VaultSettings`. Retention is fixed and purge protection never taken off: neither is a PATCH."""
    lasting = {
        name: value
        for name, value in plan.vault.wanted.items()
        if name != "softDeleteRetentionInDays" and not (name == "enablePurgeProtection" and not value)
    }
    return {
        "vaultId": vault_id,
        "wanted": lasting,
        "changes": dict(plan.vault.changes),
        "tags": dict(plan.vault.tags),
        **({"recovered": True} if plan.vault.recovered else {}),
        "neverRestore": sorted(wanted.vault.never_restore),
        "cloud": cloud,
    }


def grants_inputs(
    wanted: Wanted,
    plan: Plan,
    vault_id: pulumi.Input[str],
    principal: pulumi.Input[str] | None,
    tenant: str,
    cloud: dict[str, str],
) -> dict[str, Any]:
    """The inputs of `VaultGrants`. What the read stage found missing is one of them, so a wipe shows in the preview."""
    grants, own = plan.grants, list[dict[str, Any]]()
    if grants.own is not None:
        own = [{"objectId": principal, "tenantId": tenant, "permissions": grants.own.wire()}]
    # What Azure gave a workspace's own identity is watched; a user-assigned one has what we gave it.
    watched = principal if workspace_subject(wanted) == Kind.WORKSPACE.value else None
    return {
        "vaultId": vault_id,
        "wanted": [*(wire_entry(entry) for entry in grants.wanted), *own],
        "missing": [wire_entry(entry) for entry in grants.missing],
        "revoke": [wire_entry(entry) for entry in grants.revoke],
        "neverRestore": sorted(wanted.vault.never_restore),
        "record": grants.record,
        "gift": wire_entry(grants.gift) if grants.gift else None,
        "workspacePrincipal": watched,
        "cloud": cloud,
    }
