"""How is the plan for a vault shown? A table for people, JSON for scripts, and the lines of a stack file to paste."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import yaml
from rich.console import Console
from rich.table import Column, Table

from holdfast.decide.rbac_plan import NEEDED, WHY, PrincipalPlan, RbacPlan
from holdfast.decide.vault import authorization_of
from holdfast.model.data_actions import ROLE_ACTIONS
from holdfast.model.directory import Directory
from holdfast.model.errors import Fault
from holdfast.model.existing import RoleAssignment
from holdfast.model.names import same_id
from holdfast.model.permissions import ALLOWED, Permissions
from holdfast.model.roles import KEY_VAULT_ROLES, role_name
from holdfast.ops.vault.to_rbac_read import Situation

#: The version of the shape of `--json` (docs/to-rbac.md).
SCHEMA = 1
#: Columns of a table in a file or a pipeline's log.
WIDE = 160


def shown(principal: str, names: Directory) -> str:
    """What a principal is called, and its id: a name alone is not looked up again."""
    said = names.label(principal)
    return principal if said == principal else f"{principal}\n{said}"


def as_json(now: Situation, grants: list[dict[str, Any]]) -> dict[str, Any]:
    """The plan as a script reads it (docs/to-rbac.md)."""
    return {
        "schema": SCHEMA,
        "vault": {"id": now.vault.id, "name": now.vault.name, "authorization": str(authorization_of(now.vault))},
        "applicable": not now.is_rbac and not now.plan.against,
        "principals": [] if now.is_rbac else [_row(row) for row in now.plan.rows],
        "workspaces": dict(now.workspaces),
        "present": [
            {"principal": row.principal, "role": role_name(row.role), "scope": row.scope} for row in now.present
        ],
        "rights": {"unread": now.rights.unread} if now.rights.unread else {a: str(now.rights.of(a)) for a in NEEDED},
        "against": [as_fault(fault) for fault in ([] if now.is_rbac else now.plan.against)],
        "grants": grants,
    }


def as_fault(fault: Fault) -> dict[str, Any]:
    """What stands against it, for a script."""
    evidence = [{"label": label, "text": text} for label, text in fault.evidence]
    return {"id": fault.id, "message": fault.message, "evidence": evidence, "hint": fault.hint}


def grants_of(plan: RbacPlan) -> list[dict[str, Any]]:
    """`vault.grants` of a stack file that says the same; without the workspaces' identities, which the program itself
    gives their role."""
    roles: dict[str, list[str]] = {}
    for row in plan.rows:
        if row.roles and not row.workspace:
            roles.setdefault(row.principal.lower(), []).extend(role.name for role in row.roles)
    return [{"principal": principal, "roles": list(dict.fromkeys(names))} for principal, names in roles.items()]


def held_grants(now: Situation, held: Iterable[RoleAssignment]) -> list[dict[str, Any]]:
    """The same for a vault that counts roles already: those of its contents that are assigned at the vault itself."""
    roles: dict[str, list[str]] = {}
    for row in held:
        name = role_name(row.role)
        if same_id(row.scope, now.vault.id) and name in ROLE_ACTIONS and row.principal.lower() not in now.workspaces:
            roles.setdefault(row.principal.lower(), []).append(name)
    return [{"principal": principal, "roles": sorted(names)} for principal, names in sorted(roles.items())]


def stack_lines(grants: list[dict[str, Any]]) -> str:
    """The `vault` section of a stack file with these grants, to be pasted under `holdfast:environment`."""
    section = {"vault": {"authorization": "rbac", "grants": grants}}
    return yaml.safe_dump(section, sort_keys=False, default_flow_style=None, width=120)


def stdout() -> Console:
    """Stdout; as wide as a principal and its permissions need where nobody's terminal says how wide it is."""
    return Console(highlight=False, width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDE)


def show(now: Situation) -> None:
    """The table of a vault that counts access policies, what stands against the change, and the lines to paste."""
    console = stdout()
    console.print(now.vault.id, soft_wrap=True, markup=False)
    # A principal that is cut off can't be looked up.
    principal = Column("principal", no_wrap=True, min_width=36)
    policy, beyond, uncovered = (
        Column(title, overflow="fold") for title in ("policy", "which allows beyond it", "not covered")
    )
    table = Table(principal, policy, "role", beyond, uncovered)
    for one in now.plan.rows:
        for cells in _cells(one, now.names):
            table.add_row(*cells)
        table.add_section()
    console.print(table)
    for row in now.present:
        said = f"{role_name(row.role)} of {row.principal}, assigned at {row.scope}"
        console.print(f"there already, and access from the switch on: {said}", soft_wrap=True, markup=False)
    for action in NEEDED:
        said = f"unknown ({now.rights.unread})" if now.rights.unread else str(now.rights.of(action))
        console.print(f"this login: {action}: {said}", soft_wrap=True, markup=False)
    console.print(verdict(now), soft_wrap=True, markup=False)
    if now.plan.wanted:
        console.print("\nin a stack file, of those principals that it lists:", markup=False)
        console.print(stack_lines(grants_of(now.plan)), end="", soft_wrap=True, markup=False)


def verdict(now: Situation) -> str:
    """One line."""
    if now.is_rbac:
        return "nothing to do: the vault counts roles already"
    if now.plan.against:
        return f"not yet: {', '.join(fault.id for fault in now.plan.against)}"
    roles, principals = len(now.plan.wanted), len(now.plan.rows)
    return f"can be applied: {count(roles, 'role assignment')} for {count(principals, 'principal')}, then one PATCH"


def count(number: int, noun: str) -> str:
    """`1 role`, `2 roles`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _cells(row: PrincipalPlan, names: Directory) -> Iterator[tuple[str, ...]]:
    """The lines of a principal: one a role, each with what that role alone allows beyond the policy."""
    who = shown(row.principal, names)
    if row.application:
        who += f"\nthrough {row.application}"
    if row.workspace:
        who += f"\nworkspace {row.workspace}"
    why = f"\n({WHY[row.why]})" if row.why else ""
    first = (who, brief(row.policy)), (f"{brief(row.uncovered)}{why}",)
    roles = [(role.name, brief(role.beyond)) for role in row.roles] or [("none", "-")]
    for number, role in enumerate(roles):
        head, tail = first if number == 0 else (("", ""), ("",))
        yield (*head, *role, *tail)


def brief(permissions: Permissions) -> str:
    """A line for each object kind; most of a kind as what is left out of it."""
    lines = []
    for kind, words in permissions.wire().items():
        whole = ALLOWED[kind] - {"all"}
        left = whole - set(words)
        said = "all" if "all" in words else ", ".join(words)
        if left and set(words) < whole and len(left) < len(words):
            said = f"all but {', '.join(sorted(left))}"
        lines.append(f"{kind}: {said}")
    return "\n".join(lines) or "-"


def _row(row: PrincipalPlan) -> dict[str, Any]:
    return {
        "principal": row.principal,
        "application": row.application or None,
        "workspace": row.workspace or None,
        "policy": row.policy.wire(),
        "roles": [
            {"name": role.name, "id": KEY_VAULT_ROLES[role.name], "beyond": role.beyond.wire()} for role in row.roles
        ],
        "beyond": row.beyond.wire(),
        "uncovered": row.uncovered.wire(),
        "why": WHY.get(row.why),
    }
