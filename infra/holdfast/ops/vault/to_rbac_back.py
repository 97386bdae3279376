"""How does a vault go back to its access policies? By one PATCH, because Azure kept them; but are they all there still?

On an RBAC vault nobody notices when a template wipes them, and a workspace that was made meanwhile never got an entry.
So what the record says they were is compared with what they are, before the switch and not after it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from holdfast.model.errors import Fault
from holdfast.model.existing import RoleAssignment
from holdfast.model.permissions import PolicyEntry, lost
from holdfast.model.roles import KEY_VAULT_ROLES
from holdfast.ops.vault.to_rbac_record import Record


def against_going_back(
    entries: Collection[PolicyEntry], workspaces: Mapping[str, str], record: Record | None, accepted: Iterable[str]
) -> list[Fault]:
    """Who would be without access: entries that are gone since the record, and workspaces without one."""
    taken = {one.lower() for one in accepted}
    gone = [entry for entry in lost(record.before if record else (), entries) if entry.principal.lower() not in taken]
    there = {entry.principal.lower() for entry in entries if entry.permissions and not entry.application}
    evidence = [(entry.principal, f"had {entry.permissions}") for entry in gone]
    known = {entry.principal.lower() for entry in gone} | taken | there
    evidence += [
        (principal, f"workspace {name} has no entry")
        for principal, name in workspaces.items()
        if principal not in known
    ]
    if not evidence:
        return []
    principals = dict.fromkeys(principal for principal, _ in evidence)
    hint = (
        "give them their entries first (`az keyvault set-policy`, which an RBAC vault keeps for later); to leave them"
    )
    hint += " without: " + " ".join(f"--accept-uncovered {principal}" for principal in principals)
    says = "going back would leave principals without access: their access policies are not there"
    return [Fault("policies-gone", says, tuple(evidence), hint)]


def without_policies(entries: Iterable[PolicyEntry], held: Iterable[RoleAssignment]) -> list[RoleAssignment]:
    """Roles of the vault's contents whose holders have no entry: by going back these lose what the role gives."""
    there = {entry.principal.lower() for entry in entries}
    data_roles = set(KEY_VAULT_ROLES.values())
    return [row for row in held if row.role.lower() in data_roles and row.principal.lower() not in there]
