"""What is known of a vault that is to change from access policies to RBAC? Read anew for every step that decides.

The identities of Machine Learning workspaces are known from two places: the workspaces that the login sees, and the
receipts on this machine, which also tell of a workspace in a subscription that the login does not see.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from holdfast.arm import Answer, ArmClient
from holdfast.arm.roles import list_caller_permissions, list_role_assignments
from holdfast.decide.caller_rights import Rights
from holdfast.decide.rbac_plan import RbacPlan, plan_rbac, present_roles
from holdfast.decide.vault import authorization_of
from holdfast.home import home
from holdfast.model.directory import Directory
from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.model.existing import Live, RoleAssignment
from holdfast.model.names import same_id, subscription_of
from holdfast.model.permissions import PolicyEntry, parse_policies
from holdfast.model.wanted import Authorization
from holdfast.ops.vault.to_rbac_record import ours
from holdfast.read.vault_users import VaultUsers, find_vault_users


@dataclass(frozen=True, slots=True)
class Situation:
    """A vault as it was read, and the plan for it. `workspaces` names those that use it by their principals, `present`
    are roles of others that are there already, and are access from the switch on. `names`: who they are."""

    vault: Live
    entries: tuple[PolicyEntry, ...]
    workspaces: Mapping[str, str]
    rights: Rights
    plan: RbacPlan
    present: tuple[RoleAssignment, ...] = ()
    names: Directory = field(default_factory=Directory)

    @property
    def is_rbac(self) -> bool:
        """Whether the vault counts roles already."""
        return authorization_of(self.vault) is Authorization.RBAC


def look(
    client: ArmClient, vault: Live, accepted: Iterable[str] = (), users: VaultUsers | None = None, *, own: bool = True
) -> Situation:
    """Read what a plan needs, and plan. `users` where they are known already; `own`: also ask what the login may do.

    What can't be read stands in the plan as a fault; nothing is raised for it.
    """
    users = users or find_vault_users(client, subscription_of(vault.id))
    entries = parse_policies(vault.properties)
    workspaces = {**_recorded(vault.id, entries), **users.of(vault.id)}
    rights = _rights(client, vault.id) if own else Rights(({"actions": ["*"]},))
    tenant = str(vault.properties.get("tenantId") or "")
    plan = plan_rbac(vault.id, entries, tenant, workspaces, rights, users.unread, accepted)
    if not own:
        return Situation(vault, entries, workspaces, rights, plan)
    try:
        # What this command made is the plan's business: wanted still, or removed.
        held = held_roles(client, vault.id)
        strangers = [row for row in held if row not in ours(vault.id, held)]
        present = present_roles(vault.id, plan.wanted, strangers)
    except HoldfastError as error:
        return Situation(vault, entries, workspaces, rights, replace(plan, against=(*plan.against, *error.faults)))
    return Situation(vault, entries, workspaces, rights, plan, present)


def held_roles(client: ArmClient, vault_id: str) -> tuple[RoleAssignment, ...]:
    """The role assignments that hold at the vault, inherited ones included. Raises HoldfastError `unreadable`."""
    found = list_role_assignments(client, vault_id)
    if isinstance(found, Answer):
        says = "the role assignments of the Key Vault could not be read, so nothing is known about them"
        hint = "give this login the role Reader on the vault; run again once Azure answers"
        raise HoldfastError([Fault("unreadable", says, (("asked", vault_id), *found.evidence), hint, Blame.AZURE)])
    return found


def _rights(client: ArmClient, vault_id: str) -> Rights:
    found = list_caller_permissions(client, vault_id)
    if isinstance(found, Answer):
        return Rights(unread=f"{found.status or 'no answer'} {found.code}".strip())
    return Rights(found)


def _recorded(vault_id: str, entries: Iterable[PolicyEntry]) -> dict[str, str]:
    """What the newest receipt of each stack on this machine calls a workspace's identity of this vault.

    Only where it has an entry still: a receipt outlives the workspace that it tells of.
    """
    there = {entry.principal.lower() for entry in entries}
    newest = {path.parent: path for path in sorted((home() / "receipts").glob("*/*/receipt-*.json"))}
    found: dict[str, str] = {}
    for path in newest.values():
        try:
            body: Any = json.loads(path.read_text(encoding="utf-8"))
            about = same_id(str(body["vault"]["id"]), vault_id)
            rows = [row["principal"] for row in body["policies"] if row["whose"] == "workspace"]
        except (OSError, ValueError, KeyError, TypeError):
            continue  # no receipt of ours, or one of an older shape: it says nothing
        if about:
            name = f"the workspace of {path.parent.parent.name}/{path.parent.name}"
            found |= {str(one).lower(): name for one in rows if str(one).lower() in there}
    return found
