"""Which role assignments do the environment's own identities need, and whose are the ones that are there?

As on the vault (`roles`), Azure allows one of each (scope, principal, role), so that is what they are matched by; one
that holds further up is as good. Unlike a person's grant, an assignment that falls out of the settings is deleted, as
users of Pulumi expect: nobody is locked out by it, and a role that nobody asks for any more is a door left open. Every
preview names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from holdfast.decide.principals import Principals
from holdfast.model.decision import Adopt, Create, Decision, Keep, Recover, Refer, Refuse, Replace
from holdfast.model.errors import Blame, Fault
from holdfast.model.existing import Facts, Recorded, RoleAssignment, Unreadable
from holdfast.model.kinds import Kind
from holdfast.model.names import logical_id, resource_id, role_assignment_name, same_id
from holdfast.model.plan import AssignmentPlan, Note
from holdfast.model.roles import WantedRole, role_name
from holdfast.model.wanted import Wanted

#: What their names in the state begin with; those of the vault's grants begin with `role-`.
PREFIX = "assignment-"


def plan_assignments(
    wanted: Wanted, roles: Sequence[WantedRole], principals: Principals, facts: Facts
) -> tuple[tuple[AssignmentPlan, ...], list[Note], list[Fault]]:
    """A plan for every role whose subject has a principal, or will have one."""
    found = facts.role_assignments
    if not roles and not _recorded(facts):
        return (), [], []
    if isinstance(found, Unreadable):
        return (), [], [unreadable_assignments(wanted, found)]
    plans, notes = dict[str, AssignmentPlan](), list[Note]()
    for role in roles:
        logical = assignment_logical(role)
        if logical in plans or principals.is_somebody_elses(role.subject):
            continue
        known = principals.of(role.subject)
        if known is None and not principals.is_new(role.subject):
            notes.append(_unknown(role))
            continue
        if known is None and role.by_azure and logical not in facts.state:
            continue  # the next run sees whether Azure did
        scope = scope_id(wanted, role.scope)
        if _withheld(wanted, scope, known, role, found or ()):
            text = f"{known} does not hold {role_name(role.role)}, and is under `neverRestore`"
            notes.append(Note("grant-never-restored", text))
            continue
        recovered = principals.is_recovered(role.scope)
        plans[logical] = _plan(wanted, role, scope, known, found or (), facts.state.get(logical), recovered)
    notes += [_said(plan) for plan in plans.values() if isinstance(plan.decision, Replace)]
    notes += [_dropped(name) for name in sorted(_recorded(facts)) if name not in plans]
    faults = [plan.decision.fault for plan in plans.values() if isinstance(plan.decision, Refuse)]
    return tuple(plans.values()), notes, faults


def assignment_logical(role: WantedRole) -> str:
    """Its name in the state: subject, scope and role, the scope by its word or by its id."""
    return PREFIX + "-".join(re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in _parts(role))


def scope_id(wanted: Wanted, scope: str) -> str:
    """The id of a scope by its logical name, or the id that it is."""
    return scope if scope.startswith("/") else logical_id(wanted, scope)


def holding(found: Iterable[RoleAssignment], scope: str) -> list[RoleAssignment]:
    """Those that hold at a scope: at it, or further up. What is above a subscription lies under no path of it."""
    here = scope.rstrip("/").lower() + "/"
    return [
        row
        for row in found
        if not row.scope.lower().startswith("/subscriptions/") or here.startswith(row.scope.rstrip("/").lower() + "/")
    ]


def unreadable_assignments(wanted: Wanted, found: Unreadable) -> Fault:
    """The fault of role assignments that could not be listed."""
    return Fault(
        "unreadable",
        "the role assignments could not be read, so nothing is known about them",
        (("asked", resource_id(wanted, Kind.GROUP)), *found.evidence),
        "give this login `Microsoft.Authorization/roleAssignments/read` on the group, and where else roles are to hold"
        " (the role Reader holds it)",
        Blame.AZURE,
    )


def _parts(role: WantedRole) -> tuple[str, str, str]:
    return role.subject, role.scope.removeprefix("/subscriptions/"), role_name(role.role)


def _recorded(facts: Facts) -> list[str]:
    return [name for name in facts.state if name.startswith(PREFIX)]


def _plan(
    wanted: Wanted,
    role: WantedRole,
    scope: str,
    principal: str | None,
    found: Iterable[RoleAssignment],
    recorded: Recorded | None,
    recovered: bool,
) -> AssignmentPlan:
    name = role_assignment_name(wanted.project, wanted.stack, scope, role.subject, role.role)
    good = (role.role, *role.instead)
    held = [row for row in holding(found, scope) if any(row.gives(principal or "", one) for one in good)]
    own = recorded.name.lower() if recorded and recorded.name else name
    mine = next((row for row in found if row.name.lower() == own), None)
    decision: Decision
    if recorded is None:
        decision = _unrecorded(role, scope, name, held, mine)
    elif principal is None or (mine is not None and not mine.gives(principal, role.role)):
        # Whoever had it is gone, and what is there gives nobody anything.
        decision = Replace("principal-changed", f"{scope}/{_TYPE}/{own}", ("principalId",))
    elif mine is not None:
        decision = Keep("in-state", mine.id)
    elif recovered:
        decision = Recover("scope-recovered", f"{scope}/{_TYPE}/{own}", "", recorded=True)
    else:
        decision = Refer("already-granted", held[0].id) if held else _gone(role, principal, recorded)
    live = mine.name if isinstance(decision, Adopt) and mine else own
    return AssignmentPlan(
        assignment_logical(role), role.subject, principal, scope, role.scope, role.role, live, decision, role.before
    )


_TYPE = "providers/Microsoft.Authorization/roleAssignments"


def _unrecorded(
    role: WantedRole, scope: str, name: str, held: Sequence[RoleAssignment], mine: RoleAssignment | None
) -> Decision:
    if mine is not None and mine in held and same_id(mine.scope, scope):
        return Adopt("our-name", mine.id)
    if held:
        return Refer("already-granted", held[0].id)
    if mine is None:
        return Create("absent")
    fault = Fault(
        "role-assignment-left-over",
        f"a role assignment of this stack is left of an identity that is gone: {role_name(role.role)} on {scope}",
        (("found", f"{mine.id}, for {mine.principal}"), ("decided", "refuse; Azure gives no assignment to another")),
        f"`az role assignment delete --ids {mine.id}`, then run again",
    )
    return Refuse("role-assignment-left-over", fault)


def _gone(role: WantedRole, principal: str, recorded: Recorded) -> Refuse:
    return Refuse(
        "gone-for-good",
        Fault(
            "gone-for-good",
            f"the role assignment of {role.subject} ({principal}, {role_name(role.role)}) is in our state and no more"
            " in Azure",
            (("found", f"{recorded.urn} in the state"), ("decided", "refuse; somebody took it away")),
            "`pulumi refresh` forgets it, and the next `pulumi up` grants it again",
        ),
    )


def _withheld(
    wanted: Wanted, scope: str, principal: str | None, role: WantedRole, found: Iterable[RoleAssignment]
) -> bool:
    """Whether it would hand something in the vault back to a principal under `neverRestore`."""
    if principal is None or principal.lower() not in wanted.vault.never_restore:
        return False
    in_vault = same_id(scope, resource_id(wanted, Kind.VAULT))
    return in_vault and not any(row.gives(principal, role.role) for row in holding(found, scope))


def _unknown(role: WantedRole) -> Note:
    return Note(
        "identity-unknown",
        f"`{role.key}` asks for {role_name(role.role)} on {role.scope} for the managed identity of {role.subject}, and"
        " it has none: nothing is assigned",
    )


def _said(plan: AssignmentPlan) -> Note:
    return Note(
        "role-moved",
        f"{plan.subject} has another principal than {role_name(plan.role)} on {plan.scope} was assigned to: it is"
        " assigned anew",
    )


def _dropped(logical: str) -> Note:
    said = logical.removeprefix(PREFIX)
    return Note("role-dropped", f"{said} is asked for no more: the role assignment is deleted")
