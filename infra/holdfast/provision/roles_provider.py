"""How does the workspace's identity get its role on an RBAC vault, whether or not Azure gave it already?

A dynamic provider, because Azure answers `RoleAssignmentExists` to a second assignment and nobody knows before the
workspace is there whether it made the first. **This module's path and the class name are frozen**, as those of
`vault_provider` are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi.dynamic import CreateResult, DiffResult, UpdateResult

from holdfast.provision.vault_provider import QuietProvider, client_of, other_vault

if TYPE_CHECKING:
    from holdfast.arm import Answer, ArmClient
    from holdfast.model.errors import HoldfastError

Props = dict[str, Any]


class WorkspaceRoleProvider(QuietProvider):
    """Inputs: `vaultId`, `principal`, `role`, `roleDefinitionId`, `name` (a GUID), `missing`, `neverRestore`, `cloud`.
    Outputs: `vaultId`, `principal`, `role`."""

    def create(self, props: Props) -> CreateResult:
        """Assign the role unless the identity holds it."""
        return CreateResult(f"{props['vaultId']}/workspace-role", _ensured(props))

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        """Something to do where the read stage found it missing, or where it is another identity's."""
        other = (olds.get("principal") or "") != (news.get("principal") or "") or other_vault(olds, news)
        return DiffResult(changes=bool(news.get("missing") or other))

    def update(self, _id: str, _olds: Props, news: Props) -> UpdateResult:
        """As create."""
        return UpdateResult(_ensured(news))


def _ensured(props: Props) -> Props:
    vault_id, principal = props["vaultId"], str(props.get("principal") or "")
    never = {str(one).lower() for one in props.get("neverRestore") or ()}
    if principal and principal.lower() not in never:
        client = client_of(props)
        if not _holds(client, vault_id, principal, props["role"]):
            _assign(client, props, principal)
    return {"vaultId": vault_id, "principal": principal, "role": props["role"]}


def _holds(client: ArmClient, vault_id: str, principal: str, role: str) -> bool:
    from holdfast.arm import Answer
    from holdfast.arm.roles import list_role_assignments

    found = list_role_assignments(client, vault_id)
    if isinstance(found, Answer):
        raise _refused(f"the roles on {vault_id} could not be read", found)
    return any(row.gives(principal, role) for row in found)


def _assign(client: ArmClient, props: Props, principal: str) -> None:
    from holdfast.arm.roles import ROLES_VERSION

    body = {
        "properties": {
            "roleDefinitionId": props["roleDefinitionId"],
            "principalId": principal,
            # Said, because the directory may not know a new identity yet, and Azure then takes our word.
            "principalType": "ServicePrincipal",
        }
    }
    path = f"{props['vaultId']}/providers/Microsoft.Authorization/roleAssignments/{props['name']}"
    answer = client.request("PUT", path, ROLES_VERSION, body)
    if answer.ok or answer.code == "RoleAssignmentExists":
        return
    raise _refused(f"the workspace's identity {principal} could not be given its role on {props['vaultId']}", answer)


def _refused(message: str, answer: Answer) -> HoldfastError:
    from holdfast.model.errors import Blame, Fault, HoldfastError

    hint = (
        "this login needs Microsoft.Authorization/roleAssignments/read and /write on the vault (the role Role Based"
        " Access Control Administrator holds them)"
    )
    return HoldfastError([Fault("role-not-granted", message, answer.evidence, hint, Blame.AZURE)])
