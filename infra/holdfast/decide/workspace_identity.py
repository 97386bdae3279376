"""What does a user-assigned identity of the workspace need in the vault, and who gives it?

Azure lets a system-assigned identity in when it makes the workspace; to a user-assigned one it gives nothing, and it
has to be in before the workspace is made. Source: Microsoft Learn, "Set up authentication between Azure Machine
Learning and other services": Key Vault Administrator on an RBAC vault, on the other sort all permissions but purging.
"""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.model.decision import Decision, Refer
from holdfast.model.kinds import Kind
from holdfast.model.names import workspace_subject
from holdfast.model.permissions import ALLOWED, Permissions
from holdfast.model.roles import ROLES, WantedRole
from holdfast.model.wanted import Authorization, Wanted

_KEY = "workspace.identity"
_BUT = {"all", "purge"}

#: What it is given on an access-policy vault.
VAULT_ACCESS = Permissions(*(ALLOWED[name] - _BUT for name in ("keys", "secrets", "certificates")))


def needs_access(wanted: Wanted, decisions: Mapping[Kind, Decision]) -> bool:
    """Whether the workspace has a user-assigned identity by our settings."""
    return workspace_subject(wanted) != Kind.WORKSPACE.value and not isinstance(decisions[Kind.WORKSPACE], Refer)


def roles_of_all(
    wanted: Wanted, decisions: Mapping[Kind, Decision], authorization: Authorization
) -> tuple[WantedRole, ...]:
    """The roles that are wanted; those of the identity of a workspace that is only used are its owner's business."""
    if not needs_access(wanted, decisions):
        return tuple(role for role in wanted.roles if role.key != _KEY)
    if authorization is not Authorization.RBAC:
        return wanted.roles
    subject, workspace = workspace_subject(wanted), Kind.WORKSPACE.value
    return (
        *wanted.roles,
        WantedRole(subject, Kind.VAULT.value, ROLES["Key Vault Administrator"], _KEY, before=workspace),
    )
