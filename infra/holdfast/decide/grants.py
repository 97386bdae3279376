"""Which access policies are missing, to be revoked, or ours no more?

What is missing is added in one union on the server; nothing is ever narrowed but by `state: revoked`. A grant that
falls out of the settings stays in the vault, because a bad merge that empties a list must not lock anyone out: it is
named.
"""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.model.decision import Adopt, Create, Decision, Keep, Refer
from holdfast.model.existing import Recorded
from holdfast.model.permissions import Permissions, PolicyEntry, read_entries
from holdfast.model.plan import GrantsPlan, Note
from holdfast.model.wanted import GrantState, Wanted

NOTHING = Permissions()


def plan_grants(
    wanted: Wanted,
    vault: Decision,
    workspace: Decision,
    workspace_principal: str | None,
    policies: tuple[PolicyEntry, ...] | None,
    recorded: Recorded | None,
    tenant: str,
) -> tuple[GrantsPlan, list[Note]]:
    """The plan for an access-policy vault.

    `policies` are the live entries (`None`: the vault is still to be made), `recorded` our `VaultGrants` of the last
    checkpoint, `workspace_principal` the identity of a workspace that exists.
    """
    never = wanted.vault.never_restore
    listed = tuple(
        PolicyEntry(grant.principal, tenant, grant.permissions)
        for grant in wanted.vault.grants
        if grant.state is GrantState.PRESENT and grant.permissions
    )
    live = {entry.principal.lower(): entry.permissions for entry in policies or () if not entry.application}
    known = read_entries(recorded.outputs.get("granted") if recorded else None)
    notes = [
        Note(
            "grant-never-restored",
            f"{entry.principal} is listed, but also under `neverRestore`: nothing is given to it",
        )
        for entry in listed
        if entry.principal in never
    ]
    if isinstance(vault, Create):
        return GrantsPlan(listed, tuple(entry for entry in listed if entry.principal not in never)), notes

    missing = [_lacking(entry, live) for entry in listed if entry.principal not in never]
    gift = _gift(recorded)
    gift, record, gift_missing, gift_notes = _watch(gift, workspace, workspace_principal, live, never)
    notes += gift_notes
    revoke, revoke_notes = _revocations(wanted, vault, live, tenant)
    notes += revoke_notes
    dropped = _dropped(wanted, known, listed, live)
    notes += [
        Note(
            "grant-dropped",
            f"{entry.principal} was granted by this stack ({entry.permissions}) and is listed no more: it stays in the"
            " vault. List it again, or list it with `state: revoked` to take it away",
        )
        for entry in dropped
    ]
    plan = GrantsPlan(
        wanted=listed,
        missing=tuple(entry for entry in [*missing, gift_missing] if entry is not None),
        revoke=revoke,
        dropped=dropped,
        gift=gift,
        record=record,
    )
    had = {entry.principal.lower() for entry in known}
    notes += [_missing_note(entry, live, had, gift_missing) for entry in plan.missing]
    return plan, notes


def _lacking(entry: PolicyEntry, live: Mapping[str, Permissions]) -> PolicyEntry | None:
    lacks = live.get(entry.principal.lower(), NOTHING).lacks(entry.permissions)
    # The whole wish is sent, not only the difference: `add` is a union, and a whole entry reads better in a preview.
    return entry if lacks else None


def _gift(recorded: Recorded | None) -> PolicyEntry | None:
    rows = recorded.outputs.get("gift") if recorded else None
    return read_entries([rows])[0] if rows else None


def _watch(
    gift: PolicyEntry | None,
    workspace: Decision,
    principal: str | None,
    live: Mapping[str, Permissions],
    never: frozenset[str],
) -> tuple[PolicyEntry | None, bool, PolicyEntry | None, list[Note]]:
    """The workspace identity's own entry: `(as recorded, to be recorded now, to be put back, notes)`.

    Azure gives it when the workspace is created, and only then (azure-facts: a later wipe is not healed by a redeploy).
    """
    if not isinstance(workspace, Keep | Adopt) or principal is None:
        return None, False, None, []
    there = live.get(principal.lower(), NOTHING)
    if gift is None or gift.principal.lower() != principal.lower():
        if there:
            return None, True, None, []
        note = Note(
            "workspace-identity-unseen",
            f"the workspace's identity {principal} holds no access policy and none of it is on record: image builds"
            " will answer 500. Grant it under `vault.grants`",
        )
        return None, False, None, [note]
    if not there.lacks(gift.permissions):
        return gift, False, None, []
    if principal.lower() in never:
        note = Note(
            "grant-never-restored",
            f"the workspace's identity {principal} lost its access policy, and is under `neverRestore`",
        )
        return gift, False, None, [note]
    return gift, False, gift, []


def _revocations(
    wanted: Wanted, vault: Decision, live: Mapping[str, Permissions], tenant: str
) -> tuple[tuple[PolicyEntry, ...], list[Note]]:
    if isinstance(vault, Refer):
        return (), []
    entries: list[PolicyEntry] = []
    for grant in wanted.vault.grants:
        there = live.get(grant.principal, NOTHING)
        if grant.state is not GrantState.REVOKED or not there:
            continue
        # Without permissions the principal is to have nothing left; with them, just those are taken away.
        asked = grant.permissions or there
        holds = there & asked
        if holds:
            entries.append(PolicyEntry(grant.principal, tenant, holds))
    notes = [
        Note("grant-revoked", f"{entry.principal} loses {entry.permissions}, as `state: revoked` says")
        for entry in entries
    ]
    return tuple(entries), notes


def _dropped(
    wanted: Wanted, known: tuple[PolicyEntry, ...], listed: tuple[PolicyEntry, ...], live: Mapping[str, Permissions]
) -> tuple[PolicyEntry, ...]:
    revoked = {grant.principal for grant in wanted.vault.grants if grant.state is GrantState.REVOKED}
    wish = {entry.principal.lower(): entry.permissions for entry in listed}
    dropped = []
    for entry in known:
        principal = entry.principal.lower()
        if principal in revoked:
            continue
        surplus = wish.get(principal, NOTHING).lacks(entry.permissions)
        there = live.get(principal, NOTHING)
        # Only what the vault still holds: a grant that somebody took away is nothing to name for ever.
        left = surplus & there
        if left:
            dropped.append(PolicyEntry(entry.principal, entry.tenant, left))
    return tuple(dropped)


def _missing_note(
    entry: PolicyEntry, live: Mapping[str, Permissions], had: set[str], gift_missing: PolicyEntry | None
) -> Note:
    principal = entry.principal.lower()
    lacks = live.get(principal, NOTHING).lacks(entry.permissions)
    if gift_missing is not None and entry is gift_missing:
        return Note(
            "workspace-identity-lost-access", f"the workspace's identity {entry.principal} lost {lacks}: it is put back"
        )
    if principal in had:
        return Note("grant-lost", f"{entry.principal} lost {lacks} since the last run: it is put back")
    return Note("grant-missing", f"{entry.principal} gets {lacks}")
