"""Which access policies are missing, to be revoked, or ours no more?

What is missing is added in one union on the server; nothing is ever narrowed but by `state: revoked`. A grant that
falls out of the settings stays in the vault, because a bad merge that empties a list must not lock anyone out: it is
named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from holdfast.model.decision import Adopt, Create, Decision, Keep, Recover, Refer
from holdfast.model.errors import Fault
from holdfast.model.existing import Recorded
from holdfast.model.permissions import EVERYTHING, Permissions, PolicyEntry, merged, read_entries
from holdfast.model.plan import GrantsPlan, Note
from holdfast.model.wanted import GrantState, Wanted

NOTHING = Permissions()

#: Entries that a vault takes, those of all applications counted. Source: Azure REST API, Key Vault, `accessPolicies`.
MOST_ENTRIES = 1024


def plan_grants(
    wanted: Wanted,
    vault: Decision,
    workspace: Decision,
    workspace_principal: str | None,
    policies: tuple[PolicyEntry, ...] | None,
    recorded: Recorded | None,
    tenant: str,
    own: Permissions | None = None,
) -> tuple[GrantsPlan, list[Note]]:
    """The plan for an access-policy vault.

    `policies` are the live entries (`None`: the vault is still to be made), `recorded` our `VaultGrants` of the last
    checkpoint, `workspace_principal` the identity of a workspace that exists. `own` is what we give that identity
    where it is user-assigned; Azure gives it nothing, so there is no gift to watch.
    """
    never = wanted.vault.never_restore
    listed = tuple(
        PolicyEntry(grant.principal, tenant, grant.permissions)
        for grant in wanted.vault.grants
        if grant.state is GrantState.PRESENT and grant.permissions
    )
    taken = _taken(wanted)
    if own is not None and workspace_principal is not None and workspace_principal.lower() not in taken:
        listed = merged([*listed, PolicyEntry(workspace_principal.lower(), tenant, own)])
    known = read_entries(recorded.outputs.get("granted") if recorded else None)
    if isinstance(vault, Recover):
        # What it holds nobody can read before it is back: the writer looks then, and adds what is lacking.
        gone = own if workspace_principal is None else None
        return GrantsPlan(wanted=listed, known=known, gift=_gift(recorded), own=gone, record=True), []
    live = {entry.principal.lower(): entry.permissions for entry in policies or () if not entry.application}
    notes = [
        Note(
            "grant-never-restored",
            f"{entry.principal} is listed, but also under `neverRestore`: nothing is given to it",
        )
        for entry in listed
        if entry.principal in never
    ]
    missing = [entry for entry in listed if entry.principal not in never and _lacks(live, entry)]
    gift, record, gift_missing, gift_notes = _watch(
        _gift(recorded), workspace, workspace_principal if own is None else None, live, never, taken
    )
    notes += gift_notes
    # A vault that is referred to is never narrowed.
    revoke, revoke_notes = _revocations({} if isinstance(vault, Refer) else taken, live, tenant)
    notes += revoke_notes
    dropped = _dropped(taken, known, listed, live)
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
        missing=merged([*missing, *([gift_missing] if gift_missing else [])]),
        revoke=revoke,
        dropped=dropped,
        known=known,
        gift=gift,
        record=record,
        own=own if workspace_principal is None else None,
    )
    if gift_missing:
        lacks = _lacks(live, gift_missing)
        notes.append(
            Note(
                "workspace-identity-lost-access",
                f"the workspace's identity {gift_missing.principal} lost {lacks}: it is put back",
            )
        )
    had = {entry.principal.lower(): entry.permissions for entry in known}
    for entry in missing:
        lacks = _lacks(live, entry)
        lost = lacks.within(had.get(entry.principal.lower(), NOTHING))
        if lost:
            notes.append(Note("grant-lost", f"{entry.principal} lost {lost} since the last run: it is put back"))
        # The first grants of a vault that is made in this run go without saying.
        if not isinstance(vault, Create) and (new := lost.lacks(lacks)):
            notes.append(Note("grant-missing", f"{entry.principal} gets {new}"))
    return plan, notes


def refuse_overfull(
    wanted: Wanted, vault_id: str, plan: GrantsPlan, policies: tuple[PolicyEntry, ...] | None, gives: int
) -> list[Fault]:
    """A fault where the vault would have to hold more entries than Azure takes: it would fail halfway.

    `gives`: how many Azure itself adds in this run, for a workspace that is made in it. What is revoked counts: it goes
    after the additions.
    """
    most = len(policies or ()) + len(plan.missing) + (plan.own is not None) + gives
    if most <= MOST_ENTRIES:
        return []  # even if none of ours were there already
    held = {entry.key for entry in policies or ()}
    new = sum(entry.key not in held for entry in plan.missing) + (plan.own is not None)
    if not new + gives or len(held) + new + gives <= MOST_ENTRIES:
        return []
    rows = [("holds", f"{len(held)} entries, those of all applications counted"), ("would add", f"{new} of ours")]
    if gives:
        rows.append(("Azure adds", f"{gives}, of the workspace's own identity"))
    return [
        Fault(
            "too-many-policies",
            f"Key Vault `{vault_id.rpartition('/')[2]}` would hold {len(held) + new + gives} access policies, and Azure"
            f" takes {MOST_ENTRIES}",
            (*rows, ("decided", "refuse; nothing is written, nobody's entry makes room")),
            f"grant groups instead of people in {wanted.file}, or make room in a run of its own (`state: revoked`, or"
            " `az keyvault delete-policy` for principals that are gone); then run again",
        )
    ]


def _lacks(live: Mapping[str, Permissions], entry: PolicyEntry) -> Permissions:
    # A whole entry is sent, not only this difference: `add` is a union, and a whole entry reads better in a preview.
    return live.get(entry.principal.lower(), NOTHING).lacks(entry.permissions)


def _taken(wanted: Wanted) -> dict[str, Permissions]:
    """What is listed with `state: revoked`, by principal."""
    return {
        # Without permissions the principal is to have nothing left; with them, just those are taken away.
        grant.principal: grant.permissions or EVERYTHING
        for grant in wanted.vault.grants
        if grant.state is GrantState.REVOKED
    }


def _gift(recorded: Recorded | None) -> PolicyEntry | None:
    rows = recorded.outputs.get("gift") if recorded else None
    return read_entries([rows])[0] if rows else None


def _watch(
    gift: PolicyEntry | None,
    workspace: Decision,
    principal: str | None,
    live: Mapping[str, Permissions],
    never: frozenset[str],
    taken: Mapping[str, Permissions],
) -> tuple[PolicyEntry | None, bool, PolicyEntry | None, list[Note]]:
    """The workspace identity's own entry: `(as recorded, to be recorded now, to be put back, notes)`.

    Azure gives it when the workspace is created, and only then (azure-facts: a later wipe is not healed by a redeploy).
    """
    there_is_one = isinstance(workspace, Keep | Adopt) or (isinstance(workspace, Recover) and workspace.recorded)
    if not there_is_one:
        return None, False, None, []
    if principal is None:
        return gift, False, None, []  # nobody to watch in this run, and still on record
    asked = taken.get(principal.lower(), NOTHING)
    # What the settings take away is not put back by the next run.
    there = asked.lacks(live.get(principal.lower(), NOTHING))
    if gift is not None:
        left = asked.lacks(gift.permissions)
        gift = replace(gift, permissions=left) if left else None
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
    taken: Mapping[str, Permissions], live: Mapping[str, Permissions], tenant: str
) -> tuple[tuple[PolicyEntry, ...], list[Note]]:
    entries, notes = [], []
    for principal, asked in taken.items():
        there = live.get(principal, NOTHING)
        if holds := there.within(asked):
            entries.append(PolicyEntry(principal, tenant, holds))
            notes.append(Note("grant-revoked", f"{principal} loses {holds}, as `state: revoked` says"))
        if stuck := there.all_beyond(asked):
            notes.append(
                Note(
                    "revocation-within-all",
                    f"{principal} keeps {stuck}: it holds `all` of that, and one permission can't be taken out of it."
                    " Revoke `all`, then grant what it should keep",
                )
            )
    return tuple(entries), notes


def _dropped(
    taken: Mapping[str, Permissions],
    known: tuple[PolicyEntry, ...],
    listed: tuple[PolicyEntry, ...],
    live: Mapping[str, Permissions],
) -> tuple[PolicyEntry, ...]:
    wish = {entry.principal.lower(): entry.permissions for entry in listed}
    dropped = []
    for entry in known:
        principal = entry.principal.lower()
        surplus = wish.get(principal, NOTHING).lacks(entry.permissions)
        if not surplus:
            continue  # listed as it was: nearly all of them
        surplus = taken.get(principal, NOTHING).lacks(surplus)
        # Only what the vault still holds: a grant that somebody took away is nothing to name for ever.
        left = surplus & live.get(principal, NOTHING)
        if left:
            dropped.append(PolicyEntry(entry.principal, entry.tenant, left))
    return tuple(dropped)
