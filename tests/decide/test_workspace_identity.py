"""What does a workspace with a user-assigned identity need, and who gives it?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.decide import decide
from holdfast.decide.bodies.workspace import workspace_body
from holdfast.decide.workspace_identity import VAULT_ACCESS
from holdfast.model.decision import Refuse
from holdfast.model.existing import Absent, Live
from holdfast.model.kinds import Kind
from holdfast.model.names import part_id, workspace_subject
from holdfast.model.permissions import Permissions, PolicyEntry
from holdfast.model.roles import ROLES, WantedRole
from holdfast.model.sorts import Sort
from holdfast.model.wanted import Grant, GrantState, WantedPart, WhenExists

MINE = "bbbbbbbb-0000-4000-8000-000000000002"
PART = WantedPart(Sort.IDENTITY, "id-ml", "group", key="identities[0]")
CHOSEN = {"identity": {"user": {"name": "id-ml"}}}
ON_REGISTRY = WantedRole(
    "identity-id-ml", "registry", ROLES["Contributor"], "workspace.identity", "workspace", (ROLES["Owner"],)
)
TENANT = "5a4db0c5-7e0a-4000-8000-000000000001"


def with_user(world: Any, *, new: bool = False) -> Any:
    """The workspace's identity is user-assigned, live and kept, or all of it still to be made."""
    wanted = replace(world.wanted, parts=(PART,), settings={Kind.WORKSPACE: CHOSEN}, roles=(ON_REGISTRY,))
    world = replace(world, wanted=wanted).knowing(role_assignments=())
    if new:
        return world.knowing(parts={PART.logical: Absent()}).forget("workspace").found(Kind.WORKSPACE, Absent())
    id = part_id(wanted, PART)
    tags = {"holdfast-project": "holdfast", "holdfast-stack": "prod", "team": "ml"}
    live = Live(id, "id-ml", "westeurope", tags, {"principalId": MINE})
    body = {
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {id.upper(): {"principalId": MINE}}},
        "properties": {"primaryUserAssignedIdentity": id.lower()},
    }
    properties = {**body["properties"], "identity": body["identity"]}
    world = world.live(Kind.WORKSPACE, properties=properties, body=body).knowing(parts={PART.logical: live})
    return world.record(PART.logical, "azure-native:managedidentity:UserAssignedIdentity", name="id-ml")


def test_the_body_names_it_twice_and_needs_it(world: Any) -> None:
    """Among the identities, and as the workspace's own."""
    wanted = with_user(world).wanted
    body, id = workspace_body(wanted), part_id(wanted, PART)
    assert body.creation["identity"] == {"type": "UserAssigned", "userAssignedIdentities": {id: {}}}
    assert body.creation["properties"]["primaryUserAssignedIdentity"] == id
    assert PART.logical in body.needs
    assert workspace_subject(wanted) == PART.logical
    assert workspace_subject(world.wanted) == "workspace"


def test_on_an_access_policy_vault_it_is_given_all_but_purging(world: Any) -> None:
    """By one of our grants, with nothing to watch that Azure gave."""
    world = with_user(world).knowing(policies=())
    plan, faults = decide(world.wanted, world.facts)
    assert not faults
    entry = PolicyEntry(MINE, TENANT, VAULT_ACCESS)
    assert (plan.grants.wanted, plan.grants.missing, plan.grants.gift, plan.grants.own) == (
        (entry,),
        (entry,),
        None,
        None,
    )
    assert "purge" not in str(VAULT_ACCESS)
    assert plan.workspace_principal == MINE
    held = world.knowing(policies=(entry,))
    assert decide(held.wanted, held.facts)[0].grants.missing == ()


def test_of_a_new_one_the_grant_waits_for_its_principal(world: Any) -> None:
    """The engine will know it."""
    world = with_user(world, new=True)
    plan, _ = decide(world.wanted, world.facts)
    assert (plan.grants.own, plan.grants.wanted, plan.workspace_principal) == (VAULT_ACCESS, (), None)


def test_what_the_settings_take_away_is_not_given(world: Any) -> None:
    """They say so of the very principal."""
    world = with_user(world).settings(grants=(Grant(MINE, Permissions(), state=GrantState.REVOKED),))
    assert decide(world.wanted, world.facts)[0].grants.wanted == ()


def test_on_an_rbac_vault_it_gets_the_role_before_the_workspace_is_made(rbac_world: Any) -> None:
    """As any other role of an identity: it is known that Azure gives none."""
    world = with_user(rbac_world)
    plan, faults = decide(world.wanted, world.facts)
    assert not faults
    assert plan.workspace_role is None
    given = {(one.subject, one.scope_of, one.role, one.before) for one in plan.assignments}
    administrator = ROLES["Key Vault Administrator"]
    assert (PART.logical, "vault", administrator, "workspace") in given
    assert (PART.logical, "registry", ROLES["Contributor"], "workspace") in given
    new = with_user(rbac_world, new=True)
    plan, _ = decide(new.wanted, new.facts)
    assert {one.principal for one in plan.assignments} == {None}


def test_a_workspace_that_is_only_used_is_its_owners_business(world: Any, rbac_world: Any) -> None:
    """Neither roles nor a grant."""
    for one in (world, rbac_world):
        referred = with_user(one).forget("workspace").resource(Kind.WORKSPACE, when_exists=WhenExists.REFER)
        referred = referred.live(Kind.WORKSPACE, tags={})
        plan, _ = decide(referred.wanted, referred.facts)
        assert (plan.assignments, plan.grants.wanted, plan.workspace_role) == ((), (), None)


@pytest.mark.parametrize(
    ("live", "chosen"),
    [
        ({"type": "SystemAssigned", "principalId": MINE}, CHOSEN),
        ({"type": "UserAssigned", "userAssignedIdentities": {"/other": {}}}, CHOSEN),
        ({"type": "UserAssigned", "userAssignedIdentities": {"/other": {}}}, {"identity": {"type": "system"}}),
    ],
)
def test_another_identity_than_the_live_one_is_refused(world: Any, live: dict[str, Any], chosen: Any) -> None:
    """What the one was let into, the other is not; the way on is another workspace."""
    world = with_user(world).live(Kind.WORKSPACE, body={"identity": live, "properties": {}})
    world = replace(world, wanted=replace(world.wanted, settings={Kind.WORKSPACE: chosen}))
    plan, faults = decide(world.wanted, world.facts)
    assert [fault.id for fault in faults] == ["change-would-replace"]
    assert isinstance(plan.decisions[Kind.WORKSPACE], Refuse)
    assert "workspace" in faults[0].hint
