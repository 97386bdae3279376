"""What is declared for roles on an RBAC vault? One role assignment a grant, and the workspace's own role."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.dynamic import Resource as DynamicResource

from holdfast.model.decision import Adopt, Create, Keep, Recover
from holdfast.model.names import role_definition_id
from holdfast.model.plan import Plan, WorkspaceRole
from holdfast.model.wanted import Wanted
from holdfast.provision.native import Native
from holdfast.provision.options import options_for
from holdfast.provision.roles_provider import WorkspaceRoleProvider

ROLE_ASSIGNMENT = "azure-native:authorization:RoleAssignment"


class WorkspaceRoleAssignment(DynamicResource, module="holdfast", name="WorkspaceRole"):
    """The role of the workspace's identity; see `roles_provider`."""

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__(WorkspaceRoleProvider(), name, props, opts)


def grant_roles(
    wanted: Wanted, plan: Plan, vault_id: pulumi.Input[str], parent: pulumi.Resource, needs: list[pulumi.Resource]
) -> list[pulumi.CustomResource]:
    """The role assignments of the settings' grants; a role that somebody else gave already is left as it is."""
    return [
        Native(
            ROLE_ASSIGNMENT,
            role.logical_name,
            {
                # No `principalType`: Azure looks the principal up. The SDK's class would say `User`, which a group or
                # an app is not.
                "roleAssignmentName": role.name,
                "scope": vault_id,
                "principalId": role.principal,
                "roleDefinitionId": role_definition_id(wanted.subscription, role.role),
            },
            options_for(role.decision, parent, retained=False, depends_on=needs),
        )
        for role in plan.roles
        if isinstance(role.decision, Create | Keep | Adopt | Recover)
    ]


def workspace_role_inputs(
    wanted: Wanted,
    role: WorkspaceRole,
    vault_id: pulumi.Input[str],
    principal: pulumi.Input[str] | None,
    cloud: dict[str, str],
) -> dict[str, Any]:
    """The inputs of `WorkspaceRole`."""
    return {
        "vaultId": vault_id,
        "principal": principal,
        "role": role.role,
        "roleDefinitionId": role_definition_id(wanted.subscription, role.role),
        "name": role.name,
        "missing": role.missing,
        "neverRestore": sorted(wanted.vault.never_restore),
        "cloud": cloud,
    }
