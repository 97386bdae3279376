"""What is declared for roles on an RBAC vault? One role assignment a grant, and the workspace's own role."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_azure_native as azure
from pulumi.dynamic import Resource as DynamicResource

from holdfast.model.decision import Adopt, Create, Keep
from holdfast.model.plan import Plan, WorkspaceRole
from holdfast.model.wanted import Wanted
from holdfast.provision.options import options_for
from holdfast.provision.resources import frozen
from holdfast.provision.roles_provider import WorkspaceRoleProvider


class WorkspaceRoleAssignment(DynamicResource, module="holdfast", name="WorkspaceRole"):
    """The role of the workspace's identity; see `roles_provider`."""

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__(WorkspaceRoleProvider(), name, props, opts)


def role_definition_id(wanted: Wanted, role: str) -> str:
    """The id of a built-in role in our subscription."""
    return f"/subscriptions/{wanted.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"


def grant_roles(
    wanted: Wanted, plan: Plan, vault_id: pulumi.Input[str], parent: pulumi.Resource, needs: list[pulumi.Resource]
) -> list[pulumi.CustomResource]:
    """The role assignments of the settings' grants; a role that somebody else gave already is left as it is."""
    make = azure.authorization.RoleAssignment
    return [
        make(
            role.logical_name,
            role_assignment_name=role.name,
            scope=vault_id,
            principal_id=role.principal,
            # Unset, so that Azure looks the principal up: the SDK would say `User`, which a group or an app is not.
            principal_type=pulumi.Output.from_input(None),
            role_definition_id=role_definition_id(wanted, role.role),
            opts=options_for(role.decision, parent, retained=False, frozen=frozen(make), depends_on=needs),
        )
        for role in plan.roles
        if isinstance(role.decision, Create | Keep | Adopt)
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
        "roleDefinitionId": role_definition_id(wanted, role.role),
        "name": role.name,
        "missing": role.missing,
        "neverRestore": sorted(wanted.vault.never_restore),
        "cloud": cloud,
    }
