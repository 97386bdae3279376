"""Who has more or less access than the settings say?

Entries of strangers are theirs, and no difference. A grant that is missing is; so is one of ours that somebody widened,
and one that fell out of the settings: a run narrows nobody, so it is for a person to see.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.model.decision import Adopt, Create, Decision, Keep, Recover, Refer, Refuse, Replace
from holdfast.model.drift import Drifted, Up
from holdfast.model.existing import Facts, Live
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.permissions import EVERYTHING, Permissions, merged
from holdfast.model.plan import Plan
from holdfast.model.roles import KEY_VAULT_ROLES, role_name
from holdfast.model.wanted import Authorization, GrantState, Wanted

POLICY, ROLE = "Access policy", "Role assignment"
_NOTHING = Permissions()
_REVOKED, _KEPT = "revoked", "`grant-dropped`: it stays until `state: revoked` takes it away"


def access_drift(wanted: Wanted, facts: Facts, plan: Plan, *, state_known: bool) -> Iterator[Drifted]:
    """The rows of policies or roles, whichever the vault counts, and of the roles of the environment's identities."""
    if isinstance(facts.existing[Kind.VAULT], Live) and plan.vault.authorization is Authorization.ACCESS_POLICIES:
        yield from _policies(wanted, facts, plan)
    listed = {
        (grant.principal, KEY_VAULT_ROLES[role])
        for grant in wanted.vault.grants
        if grant.state is GrantState.PRESENT
        for role in grant.roles
    }
    vault = resource_id(wanted, Kind.VAULT)
    for role in plan.roles:
        dropped = (role.principal.lower(), role.role.lower()) not in listed
        settings = None if dropped else role_name(role.role)
        known = facts.state.get(role.logical_name) is not None
        yield from _role(role.principal, vault, role.role, settings, role.decision, known, state_known)
    for one in plan.assignments:
        known = facts.state.get(one.logical) is not None
        who, asked = one.principal or one.subject, role_name(one.role)
        yield from _role(who, one.scope, one.role, asked, one.decision, known, state_known)
    if plan.workspace_role is not None and plan.workspace_role.missing:
        asked, who = role_name(plan.workspace_role.role), plan.workspace_principal or "workspace"
        state = asked if facts.state.get("workspace-role") is not None else None
        yield Drifted(ROLE, who, vault, asked, asked, state, None, Up.CREATE, "of the workspace's identity")
    for missing in plan.expected_roles:
        name = role_name(missing.role)
        why = "`roleAssignments` is expect"
        yield Drifted(ROLE, missing.whose, missing.scope, name, name, None, None, Up.NOTHING, why)


def _policies(wanted: Wanted, facts: Facts, plan: Plan) -> Iterator[Drifted]:
    grants = plan.grants
    live = {one.principal.lower(): one.permissions for one in facts.policies or () if not one.application}
    wish = {one.principal.lower(): one.permissions for one in grants.wanted}
    known = {one.principal.lower(): one.permissions for one in merged([*grants.known, *_gifts(plan)])}
    taken = {
        one.principal: one.permissions or EVERYTHING for one in wanted.vault.grants if one.state is GrantState.REVOKED
    }
    for entry in grants.missing:
        who = entry.principal.lower()
        why = "of the workspace's identity" if who not in wish else ""
        lacks = live.get(who, _NOTHING).lacks(entry.permissions)
        yield from _rows(wanted, who, lacks, wish.get(who), known.get(who), live.get(who), Up.ADD, why)
    for who, asked in wish.items():
        # What `state: revoked` takes from whoever is listed as well is told below.
        more = taken.get(who, _NOTHING).lacks(asked.lacks(live.get(who, _NOTHING)))
        yield from _rows(
            wanted, who, more, asked, known.get(who), live.get(who), Up.NOTHING, "wider; narrowed by nobody"
        )
    referred = isinstance(plan.decisions[Kind.VAULT], Refer)
    for who, asked in taken.items():
        holds = live.get(who, _NOTHING).within(asked)
        up, why = (Up.NOTHING, "the vault is only referred to") if referred else (Up.REMOVE, "")
        yield from _rows(wanted, who, holds, _REVOKED, known.get(who), live.get(who), up, why)
    for entry in grants.dropped:
        who = entry.principal.lower()
        if who not in wish:
            yield from _rows(wanted, who, entry.permissions, None, known.get(who), live.get(who), Up.NOTHING, _KEPT)
    if any(note.id == "workspace-identity-unseen" for note in plan.notes):
        who = str(plan.workspace_principal)
        why = "`workspace-identity-unseen`: nobody knows what it held; grant it under `vault.grants`"
        yield Drifted(POLICY, who, _entry_of(wanted), "", None, None, None, Up.NOTHING, why)


def _gifts(plan: Plan) -> list[Any]:
    return [plan.grants.gift] if plan.grants.gift is not None else []


def _rows(
    wanted: Wanted,
    who: str,
    differing: Permissions,
    settings: Permissions | str | None,
    state: Permissions | None,
    azure: Permissions | None,
    up: Up,
    why: str,
) -> Iterator[Drifted]:
    """One for each sort of object about which there is a difference."""
    there = azure.wire() if azure is not None else dict[str, list[str]]()
    asked: Mapping[str, Any] = settings.wire() if isinstance(settings, Permissions) else {}
    known = state.wire() if state is not None else dict[str, list[str]]()
    for name in differing.wire():
        says = settings if isinstance(settings, str) else asked.get(name)
        path = f"permissions.{name}"
        yield Drifted(POLICY, who, _entry_of(wanted), path, says, known.get(name), there.get(name), up, why)


def _entry_of(wanted: Wanted) -> str:
    return resource_id(wanted, Kind.VAULT)


def _role(
    who: str, scope: str, role: str, settings: str | None, decision: Decision, known: bool, state_known: bool
) -> Iterator[Drifted]:
    name = role_name(role)
    state = name if known else None

    def row(azure: str | None, up: Up, why: str = "") -> Drifted:
        return Drifted(ROLE, who, scope, name, settings, state, azure, up, why)

    match decision:
        case Create():
            yield row(None, Up.CREATE)
        case Recover():
            yield row(None, Up.RECOVER)
        case Replace():
            yield row("of another principal", Up.REPLACE)
        case Refuse(_, fault):
            yield row(None, Up.REFUSE, f"{fault.id}: {fault.message}")
        case Adopt() if state_known:
            yield row(name, Up.ADOPT)
        case Keep() if settings is None:
            yield row(name, Up.NOTHING, _KEPT)
        case _:
            return
