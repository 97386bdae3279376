"""Which role assignments does an RBAC vault need, and whose are the ones that are there?

A role assignment has no tags and no name of its own choosing: it is matched by (scope, principal, role), because Azure
allows one of each and answers `RoleAssignmentExists` to the second. Its deterministic name says whether it is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from holdfast.model.decision import Adopt, Create, Decision, Keep, Recover, Refer, Refuse
from holdfast.model.errors import Blame, Fault
from holdfast.model.existing import Recorded, RoleAssignment, Unreadable
from holdfast.model.names import role_assignment_name, same_id
from holdfast.model.plan import Note, RolePlan
from holdfast.model.roles import KEY_VAULT_ROLES
from holdfast.model.wanted import GrantState, Wanted

_BY_GUID = {guid: name for name, guid in KEY_VAULT_ROLES.items()}


def plan_roles(
    wanted: Wanted,
    vault_id: str,
    found: tuple[RoleAssignment, ...] | Unreadable | None,
    state: Mapping[str, Recorded],
    *,
    recovered: bool = False,
) -> tuple[tuple[RolePlan, ...], list[Note], list[Fault]]:
    """The role assignments on the vault itself. `found` is `None` where the vault is still to be made. `recovered`: the
    vault was soft-deleted, and Azure deletes the role assignments with it and does not bring them back.
    Source: learn.microsoft.com/azure/key-vault/general/soft-delete-overview.
    """
    if isinstance(found, Unreadable):
        fault = Fault(
            "unreadable",
            "the role assignments of the Key Vault could not be read, so nothing is known about them",
            (("asked", vault_id), ("answer", f"{found.status} {found.code}"), ("said", found.message)),
            "give this login `Microsoft.Authorization/roleAssignments/read` on the vault (the role Reader holds it)",
            Blame.AZURE,
        )
        return (), [], [fault]
    here = [row for row in found or () if same_id(row.scope, vault_id)]
    plans = []
    revoked: set[str] = set()
    for grant in wanted.vault.grants:
        for role in grant.roles:
            logical = f"role-{grant.principal}-{_slug(role)}"
            if grant.state is GrantState.REVOKED:
                revoked.add(logical)
                continue
            plans.append(
                _plan(wanted, vault_id, logical, grant.principal, KEY_VAULT_ROLES[role], here, state, recovered)
            )
        if grant.state is GrantState.REVOKED and not grant.roles:
            revoked |= {name for name in state if name.startswith(f"role-{grant.principal}-")}
    withheld, notes = _never_restored(wanted, plans, here)
    plans = [plan for plan in plans if plan.logical_name not in withheld]
    kept, more = _dropped(
        wanted, state, {plan.logical_name for plan in plans} | revoked | withheld, here, vault_id, recovered
    )
    notes += more
    notes += _not_ours(wanted, here, state)
    notes += [
        Note("grant-revoked", f"{name.removeprefix('role-')} is revoked: its role assignment is deleted")
        for name in sorted(revoked & set(state))
    ]
    plans += kept
    return tuple(plans), notes, [plan.decision.fault for plan in plans if isinstance(plan.decision, Refuse)]


def _never_restored(wanted: Wanted, plans: list[RolePlan], here: list[RoleAssignment]) -> tuple[set[str], list[Note]]:
    """Plans that would hand something back to a principal under `neverRestore`: not declared, and named.

    What it lost is not in Azure, so that Pulumi, which forgets what is declared no more, deletes nothing.
    """
    holds = {(row.principal.lower(), row.role.lower()) for row in here}
    withheld, notes = set(), []
    for plan in plans:
        principal = plan.principal.lower()
        if principal in wanted.vault.never_restore and (principal, plan.role) not in holds:
            withheld.add(plan.logical_name)
            role = _BY_GUID.get(plan.role, plan.role)
            notes.append(Note("grant-never-restored", f"{principal} does not hold {role}, and is under `neverRestore`"))
    return withheld, notes


def _not_ours(wanted: Wanted, here: list[RoleAssignment], state: Mapping[str, Recorded]) -> list[Note]:
    """Revoked roles that stay, because somebody else assigned them: a role assignment has one owner, too."""
    ours = {recorded.name.lower() for name, recorded in state.items() if name.startswith("role-")}
    revoked = {
        grant.principal: {KEY_VAULT_ROLES[role] for role in grant.roles}
        for grant in wanted.vault.grants
        if grant.state is GrantState.REVOKED
    }
    return [
        Note(
            "revocation-not-ours",
            f"{row.principal} keeps {_BY_GUID.get(row.role, row.role)}: the assignment is not in the state of this"
            f" stack. Its owner can delete it: `az role assignment delete --ids {row.id}`",
        )
        for row in here
        if (roles := revoked.get(row.principal.lower())) is not None
        and (not roles or row.role in roles)
        and row.name.lower() not in ours
    ]


def _plan(
    wanted: Wanted,
    scope: str,
    logical: str,
    principal: str,
    role: str,
    here: Iterable[RoleAssignment],
    state: Mapping[str, Recorded],
    recovered: bool,
) -> RolePlan:
    name = role_assignment_name(wanted.project, wanted.stack, scope, principal, role)
    live = next((row for row in here if row.gives(principal, role)), None)
    if logical in state:
        recorded = state[logical]
        if live is None:
            gone = _back(scope, recorded) if recovered else _gone(recorded, principal, role)
            return RolePlan(logical, principal, role, recorded.name, gone)
        return RolePlan(logical, principal, role, recorded.name, Keep("in-state", live.id))
    if live is None:
        return RolePlan(logical, principal, role, name, Create("absent"))
    decision: Decision = Adopt("our-name", live.id) if live.name.lower() == name else Refer("already-granted", live.id)
    return RolePlan(logical, principal, role, live.name, decision)


def _back(scope: str, recorded: Recorded) -> Recover:
    where = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{recorded.name}"
    return Recover("scope-recovered", where, "", recorded=True)


def _gone(recorded: Recorded, principal: str, role: str) -> Refuse:
    return Refuse(
        "gone-for-good",
        Fault(
            "gone-for-good",
            f"the role assignment of {principal} ({_BY_GUID.get(role, role)}) is in our state and no more in Azure",
            (("found", f"{recorded.urn} in the state"), ("decided", "refuse; somebody took it away")),
            "`pulumi refresh` forgets it, and the next `pulumi up` grants it again; `state: revoked` accepts that"
            " it is gone",
        ),
    )


def _dropped(
    wanted: Wanted,
    state: Mapping[str, Recorded],
    settled: set[str],
    here: list[RoleAssignment],
    scope: str,
    recovered: bool,
) -> tuple[list[RolePlan], list[Note]]:
    """Role assignments of ours that the settings list no more: declared as before, and named."""
    plans, notes = [], []
    for logical, recorded in sorted(state.items()):
        if not logical.startswith("role-") or logical in settled:
            continue
        live = next((row for row in here if row.name.lower() == recorded.name.lower()), None)
        if live is None and not recovered:
            continue  # somebody took it away and nobody wants it: Pulumi forgets it, its delete of a 404 is a success
        principal, role = (live.principal, live.role) if live else _as_recorded(recorded)
        decision = Keep("in-state-dropped", live.id) if live else _back(scope, recorded)
        plans.append(RolePlan(logical, principal, role, recorded.name, decision))
        notes.append(
            Note(
                "grant-dropped",
                f"{principal} was granted {_BY_GUID.get(role, role)} by this stack and is listed no more"
                f" in {wanted.file}: it keeps it. List it again, or list it with `state: revoked` to take it away",
            )
        )
    return plans, notes


def _as_recorded(recorded: Recorded) -> tuple[str, str]:
    """Principal and role, as azure-native's outputs have them."""
    outputs = recorded.outputs
    return str(outputs.get("principalId") or ""), str(outputs.get("roleDefinitionId") or "").rsplit("/", 1)[-1].lower()


def _slug(role: str) -> str:
    return role.lower().replace(" ", "-")
