"""How is a vault that exists changed? Never by a PUT of it: one PATCH for settings, one union for grants.

Two dynamic providers. **This module's path and the two class names are frozen**: the state of every stack names them,
and the engine unpickles them in a process of its own, with whatever version of Holdfast is installed then. They get
their token from azure-identity there; no credential is ever an input.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import ConfigureRequest, CreateResult, DiffResult, ResourceProvider, UpdateResult
from pulumi.runtime.rpc import UNKNOWN

from holdfast.model.names import lacking_tags, merged_tags, same_id
from holdfast.model.permissions import Permissions, PolicyEntry, merged, read_entries, wire_entry

if TYPE_CHECKING:
    from holdfast.arm import Answer, ArmClient

Props = dict[str, Any]


class QuietProvider(ResourceProvider):
    """What our providers have in common: faults without tracebacks, nothing secret, nothing deleted."""

    # Nothing in a provider is secret, and an encrypted one would need a passphrase at every run.
    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        """Called once in the plugin's process, before anything else."""
        _say_faults_plainly()

    def delete(self, _id: str, _props: Props) -> None:
        """`destroy` leaves the vault and every policy in it alone."""


class VaultSettingsProvider(QuietProvider):
    """Inputs: `vaultId`, `wanted` {wire name: value}, `changes` (the part of it that differs), `tags` (lacking ones),
    `neverRestore` (for the tripwire), `cloud` {environment, metadataHost}; `recovered`: what differs of `wanted` and
    `tags` is found out here, for nobody could read the vault before. Outputs: `vaultId`, `wanted`, and `changes` and
    `tags` emptied."""

    def create(self, props: Props) -> CreateResult:
        """The vault is there already: new, or adopted. Only what differs is written."""
        return CreateResult(f"{props['vaultId']}/settings", _patched(props))

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        """Something to do where the read stage found something to change, or where another wish is to be recorded."""
        other = (olds.get("wanted") or {}) != (news.get("wanted") or {}) or other_vault(olds, news)
        return DiffResult(changes=bool(news.get("changes") or news.get("tags") or news.get("recovered") or other))

    def update(self, _id: str, _olds: Props, news: Props) -> UpdateResult:
        """One PATCH."""
        return UpdateResult(_patched(news))


class VaultGrantsProvider(QuietProvider):
    """Inputs: `vaultId`, `wanted` (entries), `missing`, `revoke`, `neverRestore`, `record`, `workspacePrincipal`,
    `gift`, `cloud`. Outputs: `vaultId`, `granted` (everything that we ever gave and that is still there or wanted),
    `gift` (the workspace identity's own entry as seen), `workspacePrincipal`."""

    def create(self, props: Props) -> CreateResult:
        """Add what is missing; record what the workspace's identity holds."""
        return CreateResult(f"{props['vaultId']}/grants", _granted({}, props))

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        """Something to do where an entry is missing, to be revoked, or to be recorded as ours or as the workspace's."""
        if news.get("missing") or news.get("revoke") or news.get("record"):
            return DiffResult(changes=True)
        ours = {entry.principal.lower(): entry.permissions for entry in read_entries(olds.get("granted"))}
        wanted = _without(news, read_entries(news.get("wanted")))
        unrecorded = any(ours.get(entry.principal.lower(), Permissions()).lacks(entry.permissions) for entry in wanted)
        other = olds.get("workspacePrincipal") != news.get("workspacePrincipal")
        return DiffResult(changes=bool(unrecorded or other or other_vault(olds, news)))

    def update(self, _id: str, olds: Props, news: Props) -> UpdateResult:
        """As create, with what was granted before kept on record."""
        return UpdateResult(_granted(olds, news))


def _patched(props: Props) -> Props:
    from holdfast.guard import API_VERSION, guarded, read_vault

    changes, tags, vault_id = props.get("changes") or {}, props.get("tags") or {}, props["vaultId"]
    client = client_of(props) if changes or tags or props.get("recovered") else None
    if client is not None and props.get("recovered"):
        vault = read_vault(client, vault_id)
        changes = _unmet(props.get("wanted") or {}, vault.get("properties") or {})
        tags = lacking_tags(vault.get("tags") or {}, tags)
    if client is not None and (changes or tags):

        def patch() -> Answer:
            body: Props = {}
            if changes:
                body["properties"] = dict(changes)
            if tags:
                # A PATCH replaces the map of tags: what the vault has is read just before each try and kept.
                body["tags"] = merged_tags(read_vault(client, vault_id).get("tags") or {}, tags)
            return client.request("PATCH", vault_id, API_VERSION, body)

        def done(vault: Props) -> bool:
            properties = vault.get("properties") or {}
            set_now = all(properties.get(name) == value for name, value in changes.items())
            return set_now and not lacking_tags(vault.get("tags") or {}, tags)

        guarded(
            client,
            vault_id,
            "the PATCH",
            patch,
            never_restore=props.get("neverRestore") or (),
            done=done,
        )
    return {"vaultId": vault_id, "wanted": props.get("wanted") or {}, "changes": {}, "tags": {}}


def _unmet(wanted: Props, live: Props) -> Props:
    """What a PATCH has to carry of the wanted settings: a map whole, with what the vault holds beside it."""
    unmet = {}
    for name, value in wanted.items():
        whole = {**(live.get(name) or {}), **value} if isinstance(value, dict) else value
        if live.get(name) != whole:
            unmet[name] = whole
    return unmet


def _granted(olds: Props, news: Props) -> Props:
    from holdfast.guard import add_policies, change_policies, guarded, read_vault

    client, vault_id = client_of(news), news["vaultId"]
    after = parse(read_vault(client, vault_id))
    never = news.get("neverRestore") or ()
    wanted = _without(news, read_entries(news.get("wanted")))
    revoke = read_entries(news.get("revoke"))
    gift = read_entries([news["gift"]])[0] if news.get("gift") else None
    wish = list(merged([*wanted, *_without(news, [gift] if gift else [])]))
    # Asked anew: between the preview and now somebody may have added or taken something.
    if missing := _lacking(wish, after):
        after = guarded(
            client,
            vault_id,
            "the addition",
            lambda: add_policies(client, vault_id, missing),
            never_restore=never,
            done=lambda vault: not _lacking(wish, parse(vault)),
        )
        _expect_all(vault_id, wish, after)
    if revoke:
        after = guarded(
            client,
            vault_id,
            "the revocation",
            lambda: change_policies(client, vault_id, "remove", revoke),
            taken=revoke,
            never_restore=never,
            done=lambda vault: not any(_held(entry, parse(vault)) for entry in revoke),
        )
    principal = news.get("workspacePrincipal")
    seen = _entry_of(principal, after)
    kept = gift if gift and not _lacking([gift], after) else seen
    return {
        "vaultId": vault_id,
        "granted": [wire_entry(entry) for entry in _remembered({} if other_vault(olds, news) else olds, wanted, after)],
        "gift": wire_entry(kept) if kept else (news.get("gift") or None),
        "workspacePrincipal": principal,
    }


def parse(vault: Props) -> tuple[PolicyEntry, ...]:
    """The entries of a vault's body."""
    return read_entries((vault.get("properties") or {}).get("accessPolicies"))


def _lacking(wish: list[PolicyEntry], live: tuple[PolicyEntry, ...]) -> list[PolicyEntry]:
    there = {entry.principal.lower(): entry.permissions for entry in live if not entry.application}
    return [entry for entry in wish if there.get(entry.principal.lower(), Permissions()).lacks(entry.permissions)]


def _expect_all(vault_id: str, wish: list[PolicyEntry], after: tuple[PolicyEntry, ...]) -> None:
    from holdfast.model.errors import Blame, Fault, HoldfastError

    if absent := _lacking(wish, after):
        raise HoldfastError(
            [
                Fault(
                    "grants-not-there",
                    f"Key Vault {vault_id} does not hold what was just added to it",
                    tuple(("absent", f"{entry.principal}: {entry.permissions}") for entry in absent),
                    "somebody may have taken it away at the same moment, or the answer got lost: run again",
                    Blame.AZURE,
                )
            ]
        )


def _held(entry: PolicyEntry, live: tuple[PolicyEntry, ...]) -> Permissions:
    """The part of an entry that the vault holds."""
    there = _entry_of(entry.principal, live)
    return there.permissions & entry.permissions if there else Permissions()


def _entry_of(principal: str | None, live: tuple[PolicyEntry, ...]) -> PolicyEntry | None:
    """A principal's own entry, not one that it holds through an application."""
    wanted = str(principal or "").lower()
    return next((entry for entry in live if not entry.application and entry.principal.lower() == wanted), None)


def _without(news: Props, entries: Iterable[PolicyEntry]) -> list[PolicyEntry]:
    """Without the principals that are never handed anything back."""
    never = {str(principal).lower() for principal in news.get("neverRestore") or ()}
    return [entry for entry in entries if entry.principal.lower() not in never]


def other_vault(olds: Props, news: Props) -> bool:
    """Whether what is on record is about another vault."""
    return other_id(olds.get("vaultId"), news.get("vaultId"))


def other_id(old: Any, new: Any) -> bool:
    """Whether two ids are of two resources. One that is not known yet is no other one, nor is none."""
    return bool(old and new) and new != UNKNOWN and not same_id(str(old), str(new))


def _remembered(olds: Props, wanted: list[PolicyEntry], after: tuple[PolicyEntry, ...]) -> list[PolicyEntry]:
    """What we gave: all that is wanted, and of what we gave before the part that the vault still holds."""
    ours = {entry.principal.lower(): entry for entry in wanted}
    for entry in read_entries(olds.get("granted")):
        principal = entry.principal.lower()
        left = _held(entry, after)
        if not left:
            continue
        known = ours.get(principal)
        ours[principal] = PolicyEntry(entry.principal, entry.tenant, left | known.permissions if known else left)
    return [ours[principal] for principal in sorted(ours)]


def client_of(props: Props) -> ArmClient:
    """Azure for this process: the cloud that the program uses, the login of the environment."""
    from holdfast.arm import ArmClient, find_cloud, log_in

    given = props.get("cloud") or {}
    cloud = find_cloud(os.environ, given.get("environment"), given.get("metadataHost"))
    return ArmClient(cloud, log_in(cloud, os.environ))


def _say_faults_plainly() -> None:
    """Let a fault of ours reach the user as its text.

    Pulumi's plugin answers every exception with `traceback.format_exc()`, and offers no other way to say something. In
    that process (and nowhere else) faults of ours are formatted as they are everywhere; all else stays a traceback.
    """
    import sys
    import traceback

    from holdfast.model.errors import HoldfastError

    original = traceback.format_exc

    def format_exc(*args: Any, **options: Any) -> str:
        error = sys.exception()
        return str(error).removeprefix("error: ") if isinstance(error, HoldfastError) else original(*args, **options)

    if getattr(original, "__name__", "") != "format_exc" or original.__module__ == "traceback":
        traceback.format_exc = format_exc
