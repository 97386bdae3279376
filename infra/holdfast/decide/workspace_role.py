"""Does the workspace's identity hold its role on an RBAC vault?

On an access-policy vault Azure lets the identity in by itself, once. On an RBAC vault it needs a role, which Azure may
or may not have assigned when it made the workspace: so the role is ensured, not created, and put back when it is gone.
"""

from __future__ import annotations

from holdfast.model.decision import Adopt, Create, Decision, Keep, Recover
from holdfast.model.existing import Recorded, RoleAssignment, Unreadable
from holdfast.model.names import role_assignment_name
from holdfast.model.plan import Note, WorkspaceRole
from holdfast.model.roles import KEY_VAULT_ROLES
from holdfast.model.wanted import Wanted

#: What the workspace's identity needs on an RBAC vault: it stores, reads and deletes secrets, keys and certificates.
WORKSPACE_ROLE = "Key Vault Administrator"


def plan_workspace_role(
    wanted: Wanted,
    vault_id: str,
    workspace: Decision,
    principal: str | None,
    found: tuple[RoleAssignment, ...] | Unreadable | None,
    recorded: Recorded | None,
    *,
    recovered: bool = False,
) -> tuple[WorkspaceRole | None, list[Note]]:
    """The role to ensure; `None` for a workspace that is somebody else's.

    `found` are the assignments that hold on the vault, inherited ones included: those are as good. `principal` is the
    identity of a workspace that exists, `recorded` our `WorkspaceRole` of the last checkpoint. `recovered`: the vault
    was soft-deleted, and its role assignments went with it; that is told once, for all of them.
    """
    if not isinstance(workspace, Create | Keep | Adopt | Recover):
        return None, []
    role = KEY_VAULT_ROLES[WORKSPACE_ROLE]
    name = role_assignment_name(wanted.project, wanted.stack, vault_id, "workspace", role)
    if principal is None or isinstance(found, Unreadable):
        return WorkspaceRole(role, name), []
    holds = any(row.gives(principal, role) for row in found or ())
    if holds:
        return WorkspaceRole(role, name), []
    if principal.lower() in wanted.vault.never_restore:
        text = f"the workspace's identity {principal} does not hold {WORKSPACE_ROLE}, and is under `neverRestore`"
        return WorkspaceRole(role, name), [Note("grant-never-restored", text)]
    if recovered:
        return WorkspaceRole(role, name, missing=True), []
    known = recorded is not None and str(recorded.outputs.get("principal") or "").lower() == principal.lower()
    note = (
        Note(
            "workspace-identity-lost-access",
            f"the workspace's identity {principal} lost {WORKSPACE_ROLE}: it is put back",
        )
        if known
        else Note("grant-missing", f"the workspace's identity {principal} gets {WORKSPACE_ROLE}")
    )
    return WorkspaceRole(role, name, missing=True), [note]
