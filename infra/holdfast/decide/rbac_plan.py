"""Who needs which roles when a vault changes from access policies to RBAC, and what stands against the change?

Every entry of the vault gets the least roles that cover it (`rbac_mapping`); the identity of a Machine Learning
workspace gets the role that a workspace can't do without, whatever its entry says, and also where it has lost that
entry. What nobody could read stands against the change: a workspace that was not seen would lose its vault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from holdfast.decide.caller_rights import Right, Rights
from holdfast.decide.rbac_mapping import ChosenRole, choose_roles
from holdfast.decide.workspace_role import WORKSPACE_ROLE
from holdfast.model.data_actions import ROLE_ACTIONS
from holdfast.model.errors import Blame, Fault
from holdfast.model.existing import RoleAssignment
from holdfast.model.names import same_id
from holdfast.model.permissions import Permissions, PolicyEntry
from holdfast.model.roles import KEY_VAULT_ROLES

NOTHING = Permissions()

#: What the caller has to be allowed on the vault, in this order of doing.
NEEDED = ("Microsoft.Authorization/roleAssignments/write", "Microsoft.KeyVault/vaults/write")


@dataclass(frozen=True, slots=True)
class PrincipalPlan:
    """One entry of the vault, or a workspace's identity without one.

    `workspace` names the workspace whose identity it is. `uncovered` is what no role gives it; `why` says why a whole
    entry is uncovered (`application`, `tenant`), else it is empty.
    """

    principal: str
    policy: Permissions
    roles: tuple[ChosenRole, ...]
    beyond: Permissions
    uncovered: Permissions
    application: str = ""
    workspace: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class RbacPlan:
    """The plan for a vault; `against` is empty where it can be carried out."""

    rows: tuple[PrincipalPlan, ...]
    against: tuple[Fault, ...] = field(default=())

    @property
    def wanted(self) -> tuple[tuple[str, str], ...]:
        """(principal, GUID of a role) that have to be assigned at the vault, each once."""
        pairs = ((row.principal, KEY_VAULT_ROLES[role.name]) for row in self.rows for role in row.roles)
        return tuple(dict.fromkeys(pairs))


def plan_rbac(
    vault_id: str,
    entries: Iterable[PolicyEntry],
    tenant: str,
    workspaces: Mapping[str, str],
    rights: Rights,
    unread: Sequence[tuple[str, str]] = (),
    accepted: Iterable[str] = (),
) -> RbacPlan:
    """The plan for a vault that counts access policies.

    `workspaces` names, by principal in lower case, the workspaces that use the vault; `unread` are (where, what was
    answered) of workspaces that could not be listed; `accepted` are principals that may lose what no role covers.
    """
    rows = [_row(entry, tenant, workspaces.get(entry.principal.lower(), "")) for entry in entries]
    there = {row.principal.lower() for row in rows if not row.why}
    rows += [
        _row(PolicyEntry(principal, tenant, NOTHING), tenant, name)
        for principal, name in sorted(workspaces.items())
        if principal not in there
    ]
    taken = {principal.lower() for principal in accepted}
    faults = [*_uncovered(rows, taken), *_rights(vault_id, rights), *_unread(unread)]
    return RbacPlan(tuple(rows), tuple(faults))


def lacking_roles(wanted: Iterable[tuple[str, str]], holding: Sequence[RoleAssignment]) -> tuple[tuple[str, str], ...]:
    """The (principal, role) of `wanted` that `holding`, assignments that hold at the vault, does not have."""
    held = {(row.principal.lower(), row.role.lower()) for row in holding}
    return tuple((principal, role) for principal, role in wanted if (principal.lower(), role.lower()) not in held)


def present_roles(
    vault_id: str, wanted: Iterable[tuple[str, str]], held: Iterable[RoleAssignment]
) -> tuple[RoleAssignment, ...]:
    """Roles of a vault's contents that somebody holds there, own or inherited, and that are not the plan's: nobody
    looks at them now, and from the switch on they are access."""
    planned = {(principal.lower(), role) for principal, role in wanted}
    data_roles = {KEY_VAULT_ROLES[name] for name in ROLE_ACTIONS}
    return tuple(
        row
        for row in held
        if row.role.lower() in data_roles
        and not (same_id(row.scope, vault_id) and (row.principal.lower(), row.role.lower()) in planned)
    )


def workspace_needs(workspaces: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The (principal, role) without which workspaces, by their identities' principals, can't use an RBAC vault."""
    return tuple((principal, KEY_VAULT_ROLES[WORKSPACE_ROLE]) for principal in workspaces)


def _row(entry: PolicyEntry, tenant: str, workspace: str) -> PrincipalPlan:
    # A role is held by a principal, not by "this user through that application", and by one of the vault's own tenant.
    why = "application" if entry.application else "tenant" if entry.tenant.lower() != tenant.lower() else ""
    if why:
        policy = entry.permissions
        return PrincipalPlan(entry.principal, policy, (), NOTHING, policy, entry.application, "", why)
    choice = choose_roles(entry.permissions, (WORKSPACE_ROLE,) if workspace else ())
    return PrincipalPlan(
        entry.principal, entry.permissions, choice.roles, choice.beyond, choice.uncovered, workspace=workspace
    )


#: Why a whole entry has no role that takes its place.
WHY = {
    "application": "it is an entry through an application, and a role can't be held that way",
    "tenant": "it is of another tenant, and a role can't be assigned there",
}


def _uncovered(rows: Iterable[PrincipalPlan], accepted: set[str]) -> list[Fault]:
    left = [row for row in rows if row.uncovered and row.principal.lower() not in accepted]
    if not left:
        return []
    evidence = tuple((row.principal, f"{row.uncovered}{_because(row)}") for row in left)
    hint = (
        "ask whether they still use it; to go on without it: "
        + " ".join(dict.fromkeys(f"--accept-uncovered {row.principal}" for row in left))
        + "; a custom role (`az role definition create`) can give data actions that no built-in role gives"
    )
    return [Fault("policy-uncovered", "no built-in role covers a part of the vault's access policies", evidence, hint)]


def _because(row: PrincipalPlan) -> str:
    return f" ({WHY[row.why]})" if row.why else ""


def _rights(vault_id: str, rights: Rights) -> list[Fault]:
    if rights.unread:
        says = "whether this login may assign roles on the vault could not be read"
        hint = "give this login the role Reader on the vault; run again once Azure answers"
        return [Fault("rights-unreadable", says, (("asked", vault_id), ("said", rights.unread)), hint, Blame.AZURE)]
    lacking = [(action, right) for action in NEEDED if (right := rights.of(action)) is not Right.GRANTED]
    if not lacking:
        return []
    hint = (
        "Owner on the vault holds both, User Access Administrator and Key Vault Contributor do together. A right under"
        " a condition (Key Vault Data Access Administrator) does not do: Azure lets those alone change the permission"
        " model who may assign any role"
    )
    evidence = tuple((str(right), action) for action, right in lacking)
    return [Fault("rights-missing", "this login may not do what the change takes", evidence, hint)]


def _unread(unread: Sequence[tuple[str, str]]) -> list[Fault]:
    if not unread:
        return []
    says = "the Machine Learning workspaces that use the vault are not all known, and one of them might lose its vault"
    hint = "give this login the role Reader on these subscriptions; run again once Azure answers"
    return [Fault("workspaces-unreadable", says, tuple(unread), hint, Blame.AZURE)]
