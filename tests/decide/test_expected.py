"""What is told of roles that the run may not assign, and what is left alone?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.decide import decide
from holdfast.model.existing import Absent, RoleAssignment, Unreadable
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.permissions import Permissions
from holdfast.model.roles import ROLES, WantedRole
from holdfast.model.wanted import Grant, RoleAssignments

WORKSPACE = "aaaaaaaa-0000-4000-8000-000000000001"
PIPELINE = "c1c1c1c1-0000-4000-8000-000000000001"
PUSH = WantedRole("workspace", "registry", ROLES["AcrPush"], "workspace")
LOOKED_UP = {"cluster": "az aks show --ids", "workspace": "az resource show --ids"}


def expecting(world: Any, *roles: WantedRole, found: Any = ()) -> Any:
    wanted = replace(world.wanted, roles=roles, role_assignments=RoleAssignments.EXPECT)
    return replace(world, wanted=wanted).knowing(role_assignments=found)


def said(world: Any) -> list[str]:
    """The commands, after nothing was found to declare or to refuse."""
    plan, faults = decide(world.wanted, world.facts)
    assert (plan.assignments, plan.roles, plan.workspace_role, faults) == ((), (), None, ())
    return [
        note.message.partition("assigns it: ")[2]
        for note in plan.notes
        if note.id not in ("workspace-identity-unseen",)
    ]


def test_a_missing_role_is_told_with_the_command_that_assigns_it(world: Any) -> None:
    """Ready to be run by whoever may."""
    scope = resource_id(world.wanted, Kind.REGISTRY)
    assert said(expecting(world, PUSH)) == [
        f"az role assignment create --assignee-object-id {WORKSPACE} --assignee-principal-type ServicePrincipal"
        f' --role "AcrPush" --scope {scope}'
    ]


def test_a_role_that_is_held_is_not_told(world: Any) -> None:
    """Whoever gave it."""
    scope = resource_id(world.wanted, Kind.REGISTRY)
    held = RoleAssignment("/x", "x", scope, WORKSPACE, ROLES["AcrPush"])
    assert said(expecting(world, PUSH, found=(held,))) == []


@pytest.mark.parametrize("subject", ["cluster", "workspace"])
def test_of_a_resource_that_is_still_to_be_made_the_command_looks_the_principal_up(world: Any, subject: str) -> None:
    """It will be known when somebody runs it."""
    kind = Kind(subject)
    world = expecting(world, replace(PUSH, subject=subject)).forget(subject).found(kind, Absent())
    (line,) = said(world)
    assert f'--assignee-object-id "$({LOOKED_UP[subject]} {resource_id(world.wanted, kind)} --query ' in line


def test_the_grants_of_an_rbac_vault_and_the_workspaces_own_are_expected_too(rbac_world: Any) -> None:
    """What a principal of the settings is, `az` asks the directory."""
    grant = Grant(PIPELINE, Permissions(), ("Key Vault Secrets User",))
    world = expecting(rbac_world.settings(grants=(grant,)))
    user, own = said(world)
    assert user.startswith(f'az role assignment create --assignee-object-id {PIPELINE} --role "Key Vault Secrets User"')
    assert WORKSPACE in own
    assert '--role "Key Vault Administrator"' in own
    scope = resource_id(world.wanted, Kind.VAULT)
    held = [
        RoleAssignment("/1", "1", scope, PIPELINE, ROLES["Key Vault Secrets User"]),
        RoleAssignment("/2", "2", scope, WORKSPACE, ROLES["Key Vault Administrator"]),
    ]
    assert said(world.knowing(role_assignments=tuple(held))) == []


@pytest.mark.parametrize("name", ["role-c1-x", "assignment-workspace-registry-acrpush"])
def test_roles_of_ours_are_not_deleted_by_expecting_them(rbac_world: Any, name: str) -> None:
    """Pulumi deletes what is declared no more."""
    world = expecting(rbac_world, PUSH).record(name, "azure-native:authorization:RoleAssignment", name="n")
    assert [fault.id for fault in decide(world.wanted, world.facts)[1]] == ["role-assignments-managed"]


def test_what_could_not_be_read_is_refused(rbac_world: Any) -> None:
    """Nobody would know what is missing."""
    world = expecting(rbac_world, PUSH, found=Unreadable(403, "AuthorizationFailed", "no"))
    assert [fault.id for fault in decide(world.wanted, world.facts)[1]] == ["unreadable"]
