"""Does the workspace's identity hold its role on an RBAC vault, whoever gave it?"""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.decide import decide
from holdfast.decide.workspace_role import WORKSPACE_ROLE
from holdfast.model.existing import Absent, RoleAssignment, Unreadable
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id, role_assignment_name
from holdfast.model.roles import KEY_VAULT_ROLES
from holdfast.model.wanted import WhenExists

W = "aaaaaaaa-0000-4000-8000-000000000001"
ADMIN = KEY_VAULT_ROLES[WORKSPACE_ROLE]


def held(world: Any, scope: str | None = None, principal: str = W, role: str = ADMIN) -> RoleAssignment:
    where = scope or resource_id(world.wanted, Kind.VAULT)
    return RoleAssignment(f"{where}/providers/x/1", "1", where, principal, role)


def notes_of(plan: Any) -> list[str]:
    return [note.id for note in plan.notes]


def test_a_workspace_that_is_made_now_gets_its_role_when_its_identity_is_known(rbac_world: Any) -> None:
    """Nothing is missing yet; the name of the assignment is made of the word `workspace`."""
    world = rbac_world.forget().found(Kind.WORKSPACE, Absent())
    plan, _ = decide(world.wanted, world.facts)
    scope = resource_id(world.wanted, Kind.VAULT)
    assert plan.workspace_role.role == ADMIN
    assert plan.workspace_role.name == role_assignment_name("holdfast", "prod", scope, "workspace", ADMIN)
    assert not plan.workspace_role.missing


def test_an_identity_without_its_role_gets_it(rbac_world: Any) -> None:
    """Not on record: it never had it, as far as we know."""
    plan, _ = decide(rbac_world.wanted, rbac_world.facts)
    assert plan.workspace_role.missing
    assert notes_of(plan) == ["grant-missing"]


def test_an_identity_that_lost_its_role_is_named_as_such(rbac_world: Any) -> None:
    """On record: somebody took it away, and it is put back."""
    world = rbac_world.record("workspace-role", "pulumi-python:dynamic/holdfast:WorkspaceRole", principal=W.upper())
    plan, _ = decide(world.wanted, world.facts)
    assert plan.workspace_role.missing
    assert notes_of(plan) == ["workspace-identity-lost-access"]


@pytest.mark.parametrize("scope", [None, "/subscriptions/5A4DB0C5-5b5c-4000-8000-000000000002/resourcegroups/RG-ml"])
def test_a_role_that_azure_or_anybody_gave_is_as_good(rbac_world: Any, scope: str | None) -> None:
    """On the vault itself or inherited, in any letter case: there is nothing to do."""
    world = rbac_world.knowing(role_assignments=(held(rbac_world, scope, W.upper(), ADMIN.upper()),))
    plan, _ = decide(world.wanted, world.facts)
    assert not plan.workspace_role.missing
    assert notes_of(plan) == []


def test_another_role_or_another_identity_is_not_it(rbac_world: Any) -> None:
    """Matched by principal and role."""
    others = (held(rbac_world, principal=W.replace("a", "b")), held(rbac_world, role="x"))
    world = rbac_world.knowing(role_assignments=others)
    assert decide(world.wanted, world.facts)[0].workspace_role.missing


def test_an_identity_under_never_restore_is_not_handed_its_role_back(rbac_world: Any) -> None:
    """It is named in every run."""
    world = rbac_world.settings(never_restore=frozenset({W}))
    plan, _ = decide(world.wanted, world.facts)
    assert not plan.workspace_role.missing
    assert notes_of(plan) == ["grant-never-restored"]


def test_what_could_not_be_read_is_not_missing(rbac_world: Any) -> None:
    """The run is refused for it anyway."""
    world = rbac_world.knowing(role_assignments=Unreadable(403, "AuthorizationFailed", "no"))
    plan, faults = decide(world.wanted, world.facts)
    assert not plan.workspace_role.missing
    assert [fault.id for fault in faults] == ["unreadable"]


def test_somebody_elses_workspace_is_their_business(rbac_world: Any) -> None:
    """A referred workspace gets no role from us."""
    state = {name: found for name, found in rbac_world.facts.state.items() if name != "workspace"}
    world = rbac_world.knowing(state=state).resource(Kind.WORKSPACE, when_exists=WhenExists.REFER)
    world = world.live(Kind.WORKSPACE, tags={})
    assert decide(world.wanted, world.facts)[0].workspace_role is None


def test_an_access_policy_vault_needs_no_role(world: Any) -> None:
    """There Azure lets the identity in by an entry of its own."""
    assert decide(world.wanted, world.facts)[0].workspace_role is None
