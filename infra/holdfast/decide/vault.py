"""Which settings of a vault have to change, and which changes are refused?

A vault that exists is never PUT: what differs goes into one PATCH of just that (design, section 2). What the settings
omit is what our state recorded; on adoption what is live; on creation the secure default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.decide.bodies.network import SHUT
from holdfast.decide.compare import differences
from holdfast.model.decision import Create, Decision, Recover, Refer
from holdfast.model.errors import Fault
from holdfast.model.existing import Existing, Live, Recorded
from holdfast.model.kinds import Kind
from holdfast.model.names import lacking_tags, wanted_tags
from holdfast.model.plan import Note, VaultPlan
from holdfast.model.wanted import Authorization, GrantState, Wanted

#: What a vault is created with where the settings are silent: closed, and safe from purges as long as Azure allows.
SECURE: dict[str, Any] = {
    "publicNetworkAccess": "Disabled",
    "enablePurgeProtection": True,
    "softDeleteRetentionInDays": 90,
}


def authorization_of(found: Existing) -> Authorization | None:
    """The permission model of a live vault. Unset is access policies, the default before API 2026-02-01."""
    if not isinstance(found, Live):
        return None
    return Authorization.RBAC if found.properties.get("enableRbacAuthorization") else Authorization.ACCESS_POLICIES


def plan_vault(
    wanted: Wanted,
    decision: Decision,
    found: Existing,
    recorded: Recorded | None,
    deleted: Authorization | None = None,
) -> tuple[VaultPlan, list[Note], list[Fault]]:
    """The plan for the vault's settings. `recorded` is our `VaultSettings` of the last checkpoint, `deleted` the
    permission model that a soft-deleted vault is taken to have."""
    live = authorization_of(found) or deleted
    authorization = live or wanted.vault.authorization or Authorization.RBAC
    faults = _mixed_grants(wanted, authorization, found)
    if isinstance(found, Live):
        faults += _switched(wanted, found, authorization)
        if not isinstance(decision, Refer):  # which is never written, so it is told what differs, not refused
            faults += _impossible(wanted, found)
    remembered: Mapping[str, Any] = recorded.outputs.get("wanted") or {} if recorded else {}
    settings = {**remembered, **explicit_settings(wanted)}
    settings.pop("softDeleteRetentionInDays", None)  # fixed at creation; a PATCH of it is refused by Azure
    if isinstance(decision, Recover):
        return VaultPlan(authorization, settings, tags=wanted_tags(wanted), recovered=True), [], faults
    if isinstance(decision, Create) or not isinstance(found, Live):
        return VaultPlan(authorization, {**SECURE, **explicit_settings(wanted)}), [], faults
    if isinstance(decision, Refer):
        return VaultPlan(authorization), _ignored(wanted, found, authorization), faults
    changes = {
        name: _whole(value, found.properties.get(name))
        for name, value in settings.items()
        if setting_differs(name, value, found.properties)
    }
    tags = wanted_tags(wanted)
    missing = lacking_tags(found.tags, tags)
    notes = [
        Note("vault-setting-drifted", f"`{name}` of the Key Vault is {found.properties.get(name)}, and will be {value}")
        for name, value in changes.items()
    ]
    return VaultPlan(authorization, settings, changes, missing), notes, faults


def explicit_settings(wanted: Wanted) -> dict[str, Any]:
    """What the settings say about the vault, by wire name."""
    vault = wanted.vault
    settings: dict[str, Any] = {}
    if vault.public_access is not None:
        settings["publicNetworkAccess"] = "Enabled" if vault.public_access else "Disabled"
    if vault.purge_protection is not None:
        settings["enablePurgeProtection"] = vault.purge_protection
    if vault.retention_days is not None:
        settings["softDeleteRetentionInDays"] = vault.retention_days
    return {**settings, **SHUT[Kind.VAULT]} if vault.closed else settings


def _whole(value: Any, live: Any) -> Any:
    """What a PATCH has to carry: Azure takes a map whole, so what it holds beside what is wanted goes with it."""
    return {**(live or {}), **value} if isinstance(value, Mapping) else value


def setting_differs(name: str, value: Any, live: Mapping[str, Any]) -> bool:
    """Whether a live vault's properties hold something else under `name` than `value` asks for."""
    found = live.get(name)
    if name == "publicNetworkAccess":
        # Azure answers `Enabled` where nothing was said, and takes either letter case.
        return str(found or "Enabled").lower() != str(value).lower()
    if isinstance(value, Mapping):
        return bool(differences(value, found if isinstance(found, Mapping) else {}))
    return bool(found) != bool(value) if isinstance(value, bool) else found != value


def _switched(wanted: Wanted, found: Live, live: Authorization) -> list[Fault]:
    if wanted.vault.authorization in (None, live):
        return []
    step, way = ("--back", "switch back") if live is Authorization.RBAC else ("--plan", "switch without a gap")
    return [
        Fault(
            "authorization-switch",
            f"Key Vault `{found.name}` uses {live}, and `vault.authorization` says {wanted.vault.authorization}: every"
            " present grant would stop working at once",
            (("found", found.id), ("decided", "refuse; a switch is not made by a redeploy")),
            f"set `vault.authorization: {live}` in {wanted.file}, or leave it out; to {way}:"
            f" `holdfast vault to-rbac {found.id} {step}`",
        )
    ]


def _impossible(wanted: Wanted, found: Live) -> list[Fault]:
    vault, faults = wanted.vault, []
    days = found.properties.get("softDeleteRetentionInDays")
    if vault.retention_days is not None and days is not None and vault.retention_days != days:
        faults.append(
            Fault(
                "retention-is-final",
                f"Key Vault `{found.name}` keeps deleted objects for {days} days, and `vault.retentionDays` says"
                f" {vault.retention_days}: Azure fixes it at creation",
                (("found", found.id),),
                f"set `vault.retentionDays: {days}` in {wanted.file}, or leave it out",
            )
        )
    if vault.purge_protection is False and found.properties.get("enablePurgeProtection"):
        faults.append(
            Fault(
                "purge-protection-is-final",
                f"Key Vault `{found.name}` has purge protection, which can't be taken off again",
                (("found", found.id),),
                f"set `vault.purgeProtection: true` in {wanted.file}, or leave it out",
            )
        )
    return faults


def _mixed_grants(wanted: Wanted, authorization: Authorization, found: Existing) -> list[Fault]:
    faults = []
    hint = "{takes} in {file}, or set `vault.authorization` if the vault is still to be created"
    if isinstance(found, Live):
        hint = "{takes} in {file}"
        if authorization is Authorization.RBAC:
            hint += (
                f"; `holdfast vault to-rbac {found.id} --plan` prints the lines for the roles that are assigned there"
            )
    for index, grant in enumerate(wanted.vault.grants):
        wrong = bool(grant.permissions) if authorization is Authorization.RBAC else bool(grant.roles)
        if not wrong:
            continue
        says, takes = ("permissions", "roles") if authorization is Authorization.RBAC else ("roles", "permissions")
        faults.append(
            Fault(
                "grant-does-not-fit",
                f"`vault.grants[{index}]` gives {says} to {grant.principal}, and the vault's authorization is"
                f" {authorization}, which takes {takes}",
                (("decided", "refuse; the grant would have no effect"),),
                f"list {hint.format(takes=takes, file=wanted.file)}",
            )
        )
    return faults


def _ignored(wanted: Wanted, found: Live, authorization: Authorization) -> list[Note]:
    notes = [
        Note(
            "setting-of-referred-vault",
            f"`{name}` is {found.properties.get(name)}, not {value}: the vault is referred to, and never written",
        )
        for name, value in explicit_settings(wanted).items()
        if setting_differs(name, value, found.properties)
    ]
    # A role assignment is a resource of its own: the ones of ours can be taken away anywhere.
    revoked = any(grant.state is GrantState.REVOKED for grant in wanted.vault.grants)
    if revoked and authorization is Authorization.ACCESS_POLICIES:
        notes.append(
            Note(
                "revocation-in-referred-vault",
                f"Key Vault `{found.name}` is referred to: `state: revoked` takes nothing away there; ask its owner",
            )
        )
    return notes
