"""Which role assignments does an RBAC vault get, and whose are the ones that are there?"""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.decide import decide
from holdfast.model.decision import Adopt, Create, Keep, Refer, Refuse
from holdfast.model.errors import Blame
from holdfast.model.existing import RoleAssignment, Unreadable
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id, role_assignment_name
from holdfast.model.permissions import Permissions
from holdfast.model.roles import KEY_VAULT_ROLES
from holdfast.model.wanted import Grant, GrantState, WhenExists

A = "aaaaaaaa-0000-4000-8000-00000000000a"
USER = KEY_VAULT_ROLES["Key Vault Secrets User"]
LOGICAL = f"role-{A}-key-vault-secrets-user"
NAME = "11111111-0000-4000-8000-000000000001"


def grant(*roles: str, state: GrantState = GrantState.PRESENT) -> Grant:
    return Grant(A, Permissions(), roles, state)


def row(world: Any, principal: str, role: str, name: str = NAME, scope: str | None = None) -> RoleAssignment:
    scope = scope or resource_id(world.wanted, Kind.VAULT).upper()
    return RoleAssignment(f"{scope}/providers/x/{name}", name, scope, principal, role)


def recorded(world: Any, logical: str, name: str = NAME) -> Any:
    return world.record(logical, "azure-native:authorization:RoleAssignment", name=name)


@pytest.fixture
def quiet(rbac_world: Any) -> Any:
    """An RBAC vault whose workspace is somebody else's, so that only the grants are in question."""
    state = {name: found for name, found in rbac_world.facts.state.items() if name != "workspace"}
    world = rbac_world.knowing(state=state).resource(Kind.WORKSPACE, when_exists=WhenExists.REFER)
    return world.live(Kind.WORKSPACE, tags={})


def planned(world: Any) -> tuple[dict[str, Any], list[str], list[str]]:
    plan, faults = decide(world.wanted, world.facts)
    assert len({role.logical_name for role in plan.roles}) == len(plan.roles)
    return (
        {role.logical_name: role for role in plan.roles},
        sorted(note.id for note in plan.notes),
        [fault.id for fault in faults],
    )


def test_a_role_that_is_not_there_is_created_by_a_name_that_a_lost_state_finds_again(quiet: Any) -> None:
    """The name is made of project, stack, scope, principal and role, without letter case."""
    quiet = quiet.settings(grants=(grant("Key Vault Secrets User"),))
    roles, notes, faults = planned(quiet)
    scope = resource_id(quiet.wanted, Kind.VAULT)
    assert roles[LOGICAL].decision == Create("absent")
    assert roles[LOGICAL].name == role_assignment_name("holdfast", "prod", scope.upper(), A.upper(), USER)
    assert (notes, faults) == ([], [])


def test_a_role_of_ours_is_kept_under_its_recorded_name(quiet: Any) -> None:
    """What is in the state is never imported, whatever its name is."""
    quiet = recorded(quiet.settings(grants=(grant("Key Vault Secrets User"),)), LOGICAL)
    quiet = quiet.knowing(role_assignments=(row(quiet, A.upper(), USER.upper()),))
    roles, notes, faults = planned(quiet)
    assert isinstance(roles[LOGICAL].decision, Keep)
    assert roles[LOGICAL].name == NAME
    assert (notes, faults) == ([], [])


def test_a_role_of_ours_is_adopted_when_the_state_was_lost(quiet: Any) -> None:
    """Its deterministic name says whose it is, and its id is taken verbatim."""
    scope = resource_id(quiet.wanted, Kind.VAULT)
    live = row(quiet, A, USER, role_assignment_name("holdfast", "prod", scope, A, USER))
    quiet = quiet.settings(grants=(grant("Key Vault Secrets User"),)).knowing(role_assignments=(live,))
    assert planned(quiet)[0][LOGICAL].decision == Adopt("our-name", live.id)


def test_a_role_that_somebody_else_assigned_is_used_as_it_is(quiet: Any) -> None:
    """A second one would be answered with 409 RoleAssignmentExists."""
    live = row(quiet, A, USER)
    quiet = quiet.settings(grants=(grant("Key Vault Secrets User"),)).knowing(role_assignments=(live,))
    roles, _, _ = planned(quiet)
    assert roles[LOGICAL].decision == Refer("already-granted", live.id)
    assert roles[LOGICAL].name == NAME


def test_a_role_at_another_scope_is_another_role(quiet: Any) -> None:
    """What a principal holds on the group is not what the settings list on the vault."""
    group = resource_id(quiet.wanted, Kind.GROUP)
    quiet = quiet.settings(grants=(grant("Key Vault Secrets User"),))
    quiet = quiet.knowing(role_assignments=(row(quiet, A, USER, scope=group),))
    assert planned(quiet)[0][LOGICAL].decision == Create("absent")


def test_a_role_of_ours_that_is_gone_is_refused_with_the_command_that_repairs(quiet: Any) -> None:
    """The engine would not notice: it believes its state."""
    quiet = recorded(quiet.settings(grants=(grant("Key Vault Secrets User"),)), LOGICAL)
    roles, _, faults = planned(quiet)
    assert isinstance(roles[LOGICAL].decision, Refuse)
    assert "`pulumi refresh`" in roles[LOGICAL].decision.fault.hint
    assert "Key Vault Secrets User" in roles[LOGICAL].decision.fault.message
    assert faults == ["gone-for-good"]


def test_a_role_that_is_listed_no_more_is_declared_and_named(quiet: Any) -> None:
    """A bad merge must not lock anyone out: what the program stops declaring, the engine deletes."""
    quiet = recorded(quiet, LOGICAL).knowing(role_assignments=(row(quiet, A, USER),))
    roles, notes, faults = planned(quiet)
    assert isinstance(roles[LOGICAL].decision, Keep)
    assert (roles[LOGICAL].principal, roles[LOGICAL].role, roles[LOGICAL].name) == (A, USER, NAME)
    assert (notes, faults) == (["grant-dropped"], [])


def test_a_role_that_is_listed_no_more_and_gone_is_forgotten(quiet: Any) -> None:
    """Somebody took it away and nobody wants it."""
    roles, notes, faults = planned(recorded(quiet, LOGICAL))
    assert (roles, notes, faults) == ({}, [], [])


@pytest.mark.parametrize("listed", [("Key Vault Secrets User",), ()])
def test_a_revoked_role_of_ours_is_declared_no_more(quiet: Any, listed: tuple[str, ...]) -> None:
    """Named by its role or by its principal alone: the engine deletes the assignment, and the preview says so."""
    quiet = recorded(quiet, LOGICAL).settings(grants=(grant(*listed, state=GrantState.REVOKED),))
    quiet = quiet.knowing(role_assignments=(row(quiet, A, USER),))
    assert planned(quiet) == ({}, ["grant-revoked"], [])


def test_revoking_one_role_leaves_the_other_declared(quiet: Any) -> None:
    """Revocation takes what is asked and nothing else; the rest is listed no more, so it is named."""
    other, reader = f"role-{A}-key-vault-reader", KEY_VAULT_ROLES["Key Vault Reader"]
    second = NAME.replace("1", "2")
    quiet = recorded(recorded(quiet, LOGICAL), other, second)
    quiet = quiet.settings(grants=(grant("Key Vault Secrets User", state=GrantState.REVOKED),))
    quiet = quiet.knowing(role_assignments=(row(quiet, A, USER), row(quiet, A, reader, second)))
    roles, notes, _ = planned(quiet)
    assert list(roles) == [other]
    assert notes == ["grant-dropped", "grant-revoked"]


@pytest.mark.parametrize("listed", [("Key Vault Secrets User",), ()])
def test_a_revoked_role_that_is_not_ours_stays_and_is_named(quiet: Any, listed: tuple[str, ...]) -> None:
    """An assignment has one owner; taking away somebody else's is not a redeploy's business, and not silent."""
    live = row(quiet, A.upper(), USER)
    quiet = quiet.settings(grants=(grant(*listed, state=GrantState.REVOKED),)).knowing(role_assignments=(live,))
    plan, _ = decide(quiet.wanted, quiet.facts)
    assert plan.roles == ()
    assert [note.id for note in plan.notes] == ["revocation-not-ours"]
    assert live.id in plan.notes[0].message


def test_another_role_of_a_revoked_principal_is_not_in_question(quiet: Any) -> None:
    """Only what is listed is said to stay."""
    live = row(quiet, A, KEY_VAULT_ROLES["Key Vault Reader"])
    revoked = grant("Key Vault Secrets User", state=GrantState.REVOKED)
    assert planned(quiet.settings(grants=(revoked,)).knowing(role_assignments=(live,))) == ({}, [], [])


def test_unreadable_role_assignments_are_not_absent_ones(quiet: Any) -> None:
    """Nothing is created on a guess."""
    quiet = quiet.settings(grants=(grant("Key Vault Secrets User"),))
    quiet = quiet.knowing(role_assignments=Unreadable(403, "AuthorizationFailed", "no"))
    plan, faults = decide(quiet.wanted, quiet.facts)
    assert plan.roles == ()
    assert [(fault.id, fault.blame) for fault in faults] == [("unreadable", Blame.AZURE)]


@pytest.mark.parametrize("known", [False, True])
def test_a_principal_under_never_restore_is_not_handed_its_role_back(quiet: Any, known: bool) -> None:
    """Neither created nor refused as gone, in the state or not: only named."""
    world = quiet.settings(grants=(grant("Key Vault Secrets User"),), never_restore=frozenset({A}))
    world = recorded(world, LOGICAL) if known else world
    assert planned(world) == ({}, ["grant-never-restored"], [])


def test_a_principal_under_never_restore_keeps_what_it_holds(quiet: Any) -> None:
    """Not to hand back is not to take away."""
    world = quiet.settings(grants=(grant("Key Vault Secrets User"),), never_restore=frozenset({A}))
    world = recorded(world, LOGICAL)
    world = world.knowing(role_assignments=(row(world, A, USER),))
    roles, notes, faults = planned(world)
    assert isinstance(roles[LOGICAL].decision, Keep)
    assert (notes, faults) == ([], [])


def test_a_revocation_works_on_our_own_roles_in_a_vault_that_is_referred_to(quiet: Any) -> None:
    """A role assignment is a resource of its own: no note says that it would stay."""
    quiet = recorded(quiet, LOGICAL).settings(grants=(grant(state=GrantState.REVOKED),))
    state = {name: found for name, found in quiet.facts.state.items() if name != "vault"}
    quiet = quiet.knowing(state=state, role_assignments=(row(quiet, A, USER),)).live(Kind.VAULT, tags={})
    quiet = quiet.resource(Kind.VAULT, when_exists=WhenExists.REFER)
    assert planned(quiet) == ({}, ["grant-revoked"], [])


def test_a_vault_that_counts_access_policies_now_does_not_cost_anybody_a_role(world: Any) -> None:
    """The permission model was changed in the portal: our roles would drop out of the program and be deleted."""
    world = recorded(world, LOGICAL)
    _, faults = decide(world.wanted, world.facts)
    assert [fault.id for fault in faults] == ["authorization-changed"]
    assert LOGICAL in str(faults[0])
