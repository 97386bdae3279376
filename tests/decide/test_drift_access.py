"""Who has more or less than the settings say? By entry and sort of object; strangers are no difference."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.decide import decide
from holdfast.decide.drift_access import access_drift
from holdfast.model.decision import Adopt, Create, Keep, Recover, Refer, Replace
from holdfast.model.drift import Up
from holdfast.model.existing import RoleAssignment
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.permissions import Permissions, PolicyEntry, wire_entry
from holdfast.model.plan import AssignmentPlan, RolePlan
from holdfast.model.roles import KEY_VAULT_ROLES, ROLES, WantedRole
from holdfast.model.wanted import Grant, GrantState, RoleAssignments, WhenExists

TENANT = "5a4db0c5-7e0a-4000-8000-000000000001"
WORKSPACE = "aaaaaaaa-0000-4000-8000-000000000001"
ANN = "bbbbbbbb-0000-4000-8000-000000000001"
BOB = "bbbbbbbb-0000-4000-8000-000000000002"
USER = "Key Vault Secrets User"


def entry(who: str, **permissions: list[str]) -> PolicyEntry:
    return PolicyEntry(who, TENANT, Permissions.of(permissions))


GIFT = entry(WORKSPACE, secrets=["all"])


def grant(who: str, state: GrantState = GrantState.PRESENT, roles: tuple[str, ...] = (), **held: list[str]) -> Grant:
    return Grant(who, Permissions.of(held), roles, state)


def holding(world: Any, *live: PolicyEntry, grants: Any = (), granted: Any = (), gift: PolicyEntry = GIFT) -> Any:
    """Entries that the vault holds, and what our state remembers."""
    outputs = {"granted": [wire_entry(one) for one in granted], "gift": wire_entry(gift)}
    vault = resource_id(world.wanted, Kind.VAULT)
    world = world.settings(grants=tuple(grants)).knowing(policies=live)
    return world.record("vault-grants", "pulumi-python:dynamic/holdfast:VaultGrants", vaultId=vault, **outputs)


def rows(world: Any, *, state: bool = True, **changes: Any) -> list[tuple[Any, ...]]:
    plan, _ = decide(world.wanted, world.facts)
    found = access_drift(world.wanted, world.facts, replace(plan, **changes), state_known=state)
    return [(row.name, row.property, row.settings, row.state, row.azure, row.up) for row in found]


def test_a_stranger_is_no_difference(world: Any) -> None:
    """Nor is an entry of ours as it should be, in whatever letter case."""
    ours = grant(ANN, secrets=["get"])
    assert (
        rows(holding(world, GIFT, entry(ANN.upper(), secrets=["Get"]), entry(BOB, keys=["all"]), grants=[ours])) == []
    )


def test_what_a_grant_lacks_is_added(world: Any) -> None:
    """One row a sort of object, with what was given and what is left."""
    ours, full = grant(ANN, secrets=["get", "list"], keys=["get"]), entry(ANN, secrets=["get", "list"], keys=["get"])
    assert rows(holding(world, GIFT, entry(ANN, secrets=["get"]), grants=[ours], granted=[full])) == [
        (ANN, "permissions.keys", ["get"], ["get"], None, Up.ADD),
        (ANN, "permissions.secrets", ["get", "list"], ["get", "list"], ["get"], Up.ADD),
    ]


def test_the_workspaces_own_entry_is_put_back_from_the_state(world: Any) -> None:
    """The settings say nothing of it; where nobody knows what it held, that is told."""
    assert rows(holding(world)) == [(WORKSPACE, "permissions.secrets", None, ["all"], None, Up.ADD)]
    assert rows(world.knowing(policies=())) == [(WORKSPACE, "", None, None, None, Up.NOTHING)]


def test_a_wider_entry_of_ours_is_told_and_narrowed_by_nobody(world: Any) -> None:
    """Until the file takes it away: then it is told once, as that."""
    wide = entry(ANN, secrets=["get", "purge"])
    ours = grant(ANN, secrets=["get"])
    assert rows(holding(world, GIFT, wide, grants=[ours])) == [
        (ANN, "permissions.secrets", ["get"], None, ["get", "purge"], Up.NOTHING)
    ]
    narrow = grant(ANN, GrantState.REVOKED, secrets=["purge"])
    assert rows(holding(world, GIFT, wide, grants=[ours, narrow])) == [
        (ANN, "permissions.secrets", "revoked", None, ["get", "purge"], Up.REMOVE)
    ]


def test_a_grant_that_fell_out_of_the_file_is_told(world: Any) -> None:
    """It stays; one that is listed with less is a wider one, told once."""
    had = entry(ANN, secrets=["get", "list"])
    assert rows(holding(world, GIFT, had, granted=[had])) == [
        (ANN, "permissions.secrets", None, ["get", "list"], ["get", "list"], Up.NOTHING)
    ]
    assert rows(holding(world, GIFT, had, grants=[grant(ANN, secrets=["get"])], granted=[had])) == [
        (ANN, "permissions.secrets", ["get"], ["get", "list"], ["get", "list"], Up.NOTHING)
    ]


def test_in_a_vault_that_is_referred_to_nothing_is_taken_away(world: Any) -> None:
    """It is somebody's: told, and left."""
    gone = holding(world, GIFT, entry(ANN, secrets=["get"]), grants=[grant(ANN, GrantState.REVOKED)])
    theirs = gone.live(Kind.VAULT, tags={}).forget("vault").resource(Kind.VAULT, when_exists=WhenExists.REFER)
    assert (ANN, "permissions.secrets", "revoked", None, ["get"], Up.NOTHING) in rows(theirs)


def test_a_role_of_an_rbac_vault_is_told_by_what_becomes_of_it(rbac_world: Any) -> None:
    """Missing; missing though our state has it; and nothing where it is held."""
    vault = resource_id(rbac_world.wanted, Kind.VAULT)
    admin = RoleAssignment("/1", "1", vault, WORKSPACE, KEY_VAULT_ROLES["Key Vault Administrator"])
    world = rbac_world.settings(grants=(grant(ANN, roles=(USER,)),)).knowing(role_assignments=(admin,))
    assert rows(world) == [(ANN, USER, USER, None, None, Up.CREATE)]
    logical = f"role-{ANN}-key-vault-secrets-user"
    known = world.record(logical, "azure-native:authorization:RoleAssignment", name="2", principalId=ANN)
    assert rows(known) == [(ANN, USER, USER, USER, None, Up.REFUSE)]
    there = RoleAssignment("/2", "2", vault, ANN, KEY_VAULT_ROLES[USER])
    assert rows(known.knowing(role_assignments=(admin, there))) == []


def test_the_workspaces_role_is_put_back(rbac_world: Any) -> None:
    """Whether our state knows that it was there is told."""
    role = "Key Vault Administrator"
    assert rows(rbac_world) == [(WORKSPACE, role, role, None, None, Up.CREATE)]
    known = rbac_world.record("workspace-role", "pulumi-python:dynamic/holdfast:W", principal=WORKSPACE)
    assert rows(known) == [(WORKSPACE, role, role, role, None, Up.CREATE)]


def test_roles_that_are_only_expected_are_told(rbac_world: Any) -> None:
    """By who lacks which, where; a run assigns none."""
    wanted = replace(rbac_world.wanted, role_assignments=RoleAssignments.EXPECT)
    (row,) = rows(replace(rbac_world, wanted=wanted))
    assert row == ("workspace", "Key Vault Administrator", "Key Vault Administrator", None, None, Up.NOTHING)


ROLE = KEY_VAULT_ROLES[USER]


@pytest.mark.parametrize(
    ("decision", "state", "expected"),
    [
        (Recover("scope-recovered", "/r", ""), True, (USER, USER, None, Up.RECOVER)),
        (Replace("principal-changed", "/r", ("principalId",)), True, (USER, USER, "of another principal", Up.REPLACE)),
        (Adopt("our-name", "/r"), True, (USER, USER, USER, Up.ADOPT)),
        (Adopt("our-name", "/r"), False, None),
        (Keep("in-state", "/r"), True, None),
        (Refer("already-granted", "/r"), True, None),
    ],
)
def test_each_decision_about_a_role(rbac_world: Any, decision: Any, state: bool, expected: Any) -> None:
    """Of the vault's and of the identities', which are known by their principal or by whose they are."""
    world = rbac_world.record("assignment-x", "azure-native:authorization:RoleAssignment")
    one = AssignmentPlan("assignment-x", "identity-x", None, "/s", "registry", ROLE, "n", decision)
    found = rows(world, state=state, assignments=(one,), workspace_role=None)
    assert found == ([("identity-x", *expected[:1], *expected)] if expected else [])


def test_a_role_of_ours_that_is_listed_no_more_is_told(rbac_world: Any) -> None:
    """It stays declared, and in the vault."""
    kept = RolePlan("role-x", ANN, ROLE, "n", Keep("in-state", "/r"))
    assert rows(rbac_world, roles=(kept,), workspace_role=None) == [(ANN, USER, None, None, USER, Up.NOTHING)]
    revoked = rbac_world.settings(grants=(grant(ANN, GrantState.REVOKED, (USER,)),))
    assert rows(revoked, roles=(kept,), workspace_role=None) == [(ANN, USER, None, None, USER, Up.NOTHING)]
    created = RolePlan("role-x", ANN, ROLE, "n", Create("absent"))
    assert rows(rbac_world, roles=(created,), workspace_role=None)[0][5] is Up.CREATE


def test_roles_of_identities_are_told_by_a_runs_own_plan(world: Any) -> None:
    """A role that the settings ask for and that the registry does not have."""
    push = WantedRole("workspace", "registry", ROLES["AcrPush"], "workspace")
    asked = holding(replace(world, wanted=replace(world.wanted, roles=(push,))), GIFT).knowing(role_assignments=())
    assert rows(asked) == [(WORKSPACE, "AcrPush", "AcrPush", None, None, Up.CREATE)]
