"""Do the environment's own identities hold the roles that they need, whoever gave them?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.decide import decide
from holdfast.decide.assignments import assignment_logical, scope_id
from holdfast.model.decision import Adopt, Create, Keep, Refer, Refuse, Replace
from holdfast.model.existing import Absent, Live, RoleAssignment, Unreadable
from holdfast.model.kinds import Kind
from holdfast.model.names import part_id, resource_id, role_assignment_name
from holdfast.model.plan import AssignmentPlan
from holdfast.model.roles import ROLES, WantedRole, role_name
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedPart, WhenExists

WORKSPACE = "aaaaaaaa-0000-4000-8000-000000000001"
TRAINER = "bbbbbbbb-0000-4000-8000-000000000002"
OTHER = "cccccccc-0000-4000-8000-000000000003"
PUSH = WantedRole("workspace", "registry", ROLES["AcrPush"], "workspace")
PULL = WantedRole("identity-id-train", "registry", ROLES["AcrPull"], "identities[0].roles[0]")
TRAIN = WantedPart(Sort.IDENTITY, "id-train", "group", key="identities[0]")
TOKEN = "azure-native:authorization:RoleAssignment"


def want(world: Any, *roles: WantedRole) -> Any:
    """A world in which these roles are wanted, none of which anybody holds."""
    wanted = replace(world.wanted, roles=roles, parts=(TRAIN,))
    live = Live(
        part_id(wanted, TRAIN),
        "id-train",
        "westeurope",
        {"holdfast-project": "holdfast", "holdfast-stack": "prod", "team": "ml"},
        {"principalId": TRAINER},
    )
    world = replace(world, wanted=wanted).knowing(parts={TRAIN.logical: live}, role_assignments=())
    return world.record(TRAIN.logical, "azure-native:managedidentity:UserAssignedIdentity", name="id-train")


def name_of(world: Any, role: WantedRole) -> str:
    return role_assignment_name("holdfast", "prod", scope_id(world.wanted, role.scope), role.subject, role.role)


def row(world: Any, role: WantedRole, principal: str, *, scope: str = "", name: str = "") -> RoleAssignment:
    """A live assignment, by default the one that is ours."""
    where = scope or scope_id(world.wanted, role.scope)
    called = name or name_of(world, role)
    return RoleAssignment(f"{where}/x/{called}", called.upper(), where, principal.upper(), role.role)


def notes_of(plan: Any) -> list[str]:
    """But for the one about the vault, where nobody holds anything here."""
    return [note.id for note in plan.notes if note.id != "workspace-identity-unseen"]


def plan_of(world: Any) -> AssignmentPlan:
    plan, _ = decide(world.wanted, world.facts)
    (one,) = plan.assignments
    return one


def test_an_identity_without_its_role_gets_it(world: Any) -> None:
    """With a name that a lost state finds again, and its principal where it is known."""
    world = want(world, PUSH)
    one = plan_of(world)
    assert (one.decision, one.principal, one.name) == (Create("absent"), WORKSPACE, name_of(world, PUSH))
    assert (one.logical, one.scope_of) == ("assignment-workspace-registry-acrpush", "registry")
    assert one.scope == resource_id(world.wanted, Kind.REGISTRY)


def test_of_a_new_identity_the_engine_alone_knows_the_principal(world: Any) -> None:
    """A part, or the workspace itself."""
    world = want(world, PULL).knowing(parts={TRAIN.logical: Absent()}).forget(TRAIN.logical)
    assert (plan_of(world).principal, plan_of(world).decision) == (None, Create("absent"))


def test_a_principal_is_read_from_our_state_too(world: Any) -> None:
    """The group's list shows no properties: our state holds the kubelet's principal."""
    role = replace(PUSH, subject="cluster")
    world = want(world, role).record("cluster", "t", identityProfile={"kubeletidentity": {"objectId": OTHER.upper()}})
    assert plan_of(world).principal == OTHER


def test_a_principal_may_be_a_guid(world: Any) -> None:
    """Somebody that no resource is."""
    assert plan_of(want(world, replace(PUSH, subject=OTHER.upper()))).principal == OTHER


def test_what_is_in_the_state_and_live_is_kept(world: Any) -> None:
    """In any letter case."""
    world = want(world, PULL)
    mine = row(world, PULL, TRAINER)
    world = world.record(assignment_logical(PULL), TOKEN, name=mine.name).knowing(role_assignments=(mine,))
    assert plan_of(world).decision == Keep("in-state", mine.id)


def test_a_lost_state_finds_its_own_by_its_name(world: Any) -> None:
    """Adopted, without a write."""
    world = want(world, PULL)
    mine = row(world, PULL, TRAINER)
    one = plan_of(world.knowing(role_assignments=(mine,)))
    assert (one.decision, one.name) == (Adopt("our-name", mine.id), mine.name)


@pytest.mark.parametrize(
    "scope", ["", "/subscriptions/S", "/", "/providers/Microsoft.Management/managementGroups/root"]
)
def test_what_somebody_else_gave_is_as_good(world: Any, scope: str) -> None:
    """At the place itself, or from above."""
    world = want(world, PULL)
    subscription = f"/subscriptions/{world.wanted.subscription}"
    theirs = row(world, PULL, TRAINER, scope=scope.replace("/subscriptions/S", subscription.upper()), name="theirs")
    assert plan_of(world.knowing(role_assignments=(theirs,))).decision == Refer("already-granted", theirs.id)


def test_a_role_that_is_as_good_will_do(world: Any) -> None:
    """And one that is given is kept, however much more the identity holds by now."""
    role = replace(PULL, instead=(ROLES["Contributor"],))
    world = want(world, role)
    wider = row(world, replace(role, role=ROLES["Contributor"]), TRAINER, name="wider")
    assert plan_of(world.knowing(role_assignments=(wider,))).decision == Refer("already-granted", wider.id)
    mine = row(world, role, TRAINER)
    assert plan_of(world.knowing(role_assignments=(wider, mine))).decision == Adopt("our-name", mine.id)


def test_what_azure_gives_with_the_resource_is_not_given_before(world: Any) -> None:
    """To a new one nothing; to one that is there, and lost it, what it needs."""
    role = replace(PULL, by_azure=True)
    world = want(world, role)
    assert plan_of(world).decision == Create("absent")
    new = world.knowing(parts={TRAIN.logical: Absent()}).forget(TRAIN.logical)
    assert not decide(new.wanted, new.facts)[0].assignments
    # Ours of before is not dropped: whoever had it is gone, and a new one may come without.
    assert isinstance(plan_of(new.record(assignment_logical(role), TOKEN, name="x")).decision, Replace)


@pytest.mark.parametrize("scope", ["/subscriptions/other", "below"])
def test_what_holds_elsewhere_is_none(world: Any, scope: str) -> None:
    """In another subscription, or only on something within."""
    world = want(world, PULL)
    where = f"{scope_id(world.wanted, 'registry')}/tokens/one" if scope == "below" else scope
    theirs = row(world, PULL, TRAINER, scope=where, name="theirs")
    assert plan_of(world.knowing(role_assignments=(theirs,))).decision == Create("absent")


def test_one_of_ours_that_is_gone_is_refused(world: Any) -> None:
    """Somebody took it away, and it is not made anew in silence."""
    world = want(world, PULL).record(assignment_logical(PULL), TOKEN, name="")
    decision = plan_of(world).decision
    assert isinstance(decision, Refuse)
    assert decision.fault.id == "gone-for-good"
    assert [fault.id for fault in decide(world.wanted, world.facts)[1]] == ["gone-for-good"]


def test_one_of_ours_that_is_gone_and_not_needed_is_forgotten(world: Any) -> None:
    """Somebody replaced it by a wider one."""
    world = want(world, PULL).record(assignment_logical(PULL), TOKEN, name="gone")
    theirs = row(world, PULL, TRAINER, name="theirs")
    assert plan_of(world.knowing(role_assignments=(theirs,))).decision == Refer("already-granted", theirs.id)


@pytest.mark.parametrize("new", [True, False])
def test_an_identity_made_anew_gets_its_roles_anew(world: Any, new: bool) -> None:
    """What is there is its predecessor's, and gives nobody anything."""
    world = want(world, PULL)
    old = row(world, PULL, OTHER)
    world = world.record(assignment_logical(PULL), TOKEN, name=old.name).knowing(role_assignments=(old,))
    if new:
        world = world.knowing(parts={TRAIN.logical: Absent()}).forget(TRAIN.logical)
    plan, faults = decide(world.wanted, world.facts)
    (one,) = plan.assignments
    assert isinstance(one.decision, Replace)
    assert one.decision.id.endswith(f"/roleAssignments/{old.name.lower()}")
    assert notes_of(plan) == ["role-moved"]
    assert not faults


def test_what_is_left_of_an_identity_that_is_gone_is_told(world: Any) -> None:
    """Without the state nobody can give it to another principal: Azure refuses that."""
    world = want(world, PULL)
    decision = plan_of(world.knowing(role_assignments=(row(world, PULL, OTHER),))).decision
    assert isinstance(decision, Refuse)
    assert decision.fault.id == "role-assignment-left-over"


def test_a_role_that_nobody_asks_for_any_more_is_named(world: Any) -> None:
    """The engine deletes it."""
    world = want(world).record(assignment_logical(PULL), TOKEN, name="x")
    plan, _ = decide(world.wanted, world.facts)
    assert notes_of(plan) == ["role-dropped"]
    assert not plan.assignments


def test_a_role_that_is_asked_for_twice_is_one(world: Any) -> None:
    """By the settings, and because a resource needs it."""
    assert plan_of(want(world, PULL, replace(PULL, key="containerGroups[0]"))).subject == PULL.subject


def test_a_resource_without_an_identity_gets_none(world: Any) -> None:
    """A workspace that has a user-assigned one alone, a cluster of a service principal."""
    world = want(world, PUSH).live(Kind.WORKSPACE, properties={"identity": {"type": "UserAssigned"}})
    plan, faults = decide(world.wanted, world.facts)
    assert (notes_of(plan), plan.assignments, faults) == (["identity-unknown"], (), ())


def test_somebody_elses_workspace_is_their_business(world: Any) -> None:
    """One that is only used gets no role from us."""
    world = want(world, PUSH).forget("workspace").resource(Kind.WORKSPACE, when_exists=WhenExists.REFER)
    world = world.live(Kind.WORKSPACE, tags={})
    assert not decide(world.wanted, world.facts)[0].assignments


def test_a_subject_that_is_refused_adds_nothing(world: Any) -> None:
    """Its own fault is enough."""
    world = want(world, PULL).knowing(parts={TRAIN.logical: Unreadable(403, "AuthorizationFailed", "no")})
    plan, faults = decide(world.wanted, world.facts)
    assert not plan.assignments
    assert [fault.id for fault in faults] == ["unreadable"]
    world = want(world, PULL).knowing(parts={})
    assert [fault.id for fault in decide(world.wanted, world.facts)[1]] == ["gone-for-good"]


@pytest.mark.parametrize("rbac", [True, False])
def test_what_could_not_be_read_is_refused_once(world: Any, rbac_world: Any, rbac: bool) -> None:
    """Whether or not the vault's own roles are asked for, too."""
    world = want(rbac_world if rbac else world, PUSH).knowing(role_assignments=Unreadable(0, "", "no"))
    assert [fault.id for fault in decide(world.wanted, world.facts)[1]] == ["unreadable"]


@pytest.mark.parametrize(("held", "notes"), [(False, ["grant-never-restored"]), (True, [])])
def test_nothing_in_the_vault_is_handed_back_under_never_restore(world: Any, held: bool, notes: list[str]) -> None:
    """What it still holds stays."""
    role = replace(PULL, scope="vault", role=ROLES["Key Vault Secrets User"])
    world = want(world, role).settings(never_restore=frozenset({TRAINER}))
    if held:
        world = world.knowing(role_assignments=(row(world, role, TRAINER),))
    plan, _ = decide(world.wanted, world.facts)
    assert notes_of(plan) == notes
    assert bool(plan.assignments) is held


def test_never_restore_is_about_the_vault_alone(world: Any) -> None:
    """A role somewhere else is given."""
    assert plan_of(want(world, PULL).settings(never_restore=frozenset({TRAINER}))).decision == Create("absent")


def test_roles_and_scopes_have_names(world: Any) -> None:
    """A role that is not known, and a scope that is an id."""
    role = replace(PULL, scope="/subscriptions/S/resourceGroups/G", role=OTHER)
    assert role_name(OTHER) == OTHER
    assert assignment_logical(role) == f"assignment-identity-id-train-s-resourcegroups-g-{OTHER}"
    assert scope_id(world.wanted, role.scope) == role.scope
