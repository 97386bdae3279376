"""What holds for every plan, whatever is wanted and whatever is found?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from holdfast.decide import decide
from holdfast.model.decision import Adopt, Create, Recover, Refuse
from holdfast.model.existing import Absent, Live, SoftDeleted, Unreadable
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import resource_id
from holdfast.model.permissions import ALLOWED, Permissions, PolicyEntry, lost, wire_entry
from holdfast.model.wanted import Authorization, Grant, GrantState, WhenExists

pytestmark = pytest.mark.slow

# How long an example takes says nothing on a machine that is shared.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

TENANT = "5a4db0c5-7e0a-4000-8000-000000000001"
WORKSPACE = "aaaaaaaa-0000-4000-8000-000000000001"
PRINCIPALS = [WORKSPACE, *(f"{letter * 8}-0000-4000-8000-00000000000a" for letter in "bcde")]

permissions = st.builds(
    Permissions,
    keys=st.frozensets(st.sampled_from(sorted(ALLOWED["keys"])), max_size=3),
    secrets=st.frozensets(st.sampled_from(sorted(ALLOWED["secrets"])), max_size=4),
    certificates=st.frozensets(st.sampled_from(sorted(ALLOWED["certificates"])), max_size=2),
)
some = permissions.filter(bool)


def entries(applications: bool = False) -> st.SearchStrategy[tuple[PolicyEntry, ...]]:
    one = st.builds(
        PolicyEntry,
        st.sampled_from([*PRINCIPALS, *map(str.upper, PRINCIPALS)]),
        st.just(TENANT),
        some,
        st.sampled_from(["", "app"]) if applications else st.just(""),
    )
    return st.lists(one, max_size=6, unique_by=lambda entry: entry.key).map(tuple)


def a_grant(principal: str) -> st.SearchStrategy[Grant]:
    present = st.builds(Grant, st.just(principal), some, st.just(()), st.just(GrantState.PRESENT))
    revoked = st.builds(Grant, st.just(principal), permissions, st.just(()), st.just(GrantState.REVOKED))
    return present | revoked


grants = st.lists(st.sampled_from(PRINCIPALS), unique=True).flatmap(
    lambda principals: st.tuples(*(a_grant(principal) for principal in principals))
)


@st.composite
def policy_runs(draw: Any) -> Callable[[Any], Any]:
    """A function that puts any wishes, any entries and any record into a world with an access-policy vault."""
    wanted, never = draw(grants), draw(st.frozensets(st.sampled_from(PRINCIPALS), max_size=2))
    live, granted = draw(entries(applications=True)), draw(entries())
    gift = draw(st.none() | st.builds(PolicyEntry, st.sampled_from(PRINCIPALS), st.just(TENANT), some))
    mine = draw(st.booleans())

    def arrange(world: Any) -> Any:
        world = recorded(world.settings(grants=wanted, never_restore=never).knowing(policies=live), granted, gift)
        if mine:
            return world
        state = {name: row for name, row in world.facts.state.items() if name != "vault"}
        return world.knowing(state=state).live(Kind.VAULT, tags={}).resource(Kind.VAULT, when_exists=WhenExists.REFER)

    return arrange


def recorded(world: Any, granted: tuple[PolicyEntry, ...], gift: PolicyEntry | None) -> Any:
    return world.record(
        "vault-grants",
        "pulumi-python:dynamic/holdfast:VaultGrants",
        vaultId=resource_id(world.wanted, Kind.VAULT),
        granted=[wire_entry(entry) for entry in granted],
        gift=wire_entry(gift) if gift else None,
    )


def applied(live: tuple[PolicyEntry, ...], grants: Any) -> tuple[PolicyEntry, ...]:
    """What Azure makes of the plan: a union, then the removal of just what is listed."""
    there = {entry.key: entry for entry in live}
    for entry in grants.missing:
        old = there.get(entry.key, replace(entry, permissions=Permissions()))
        there[entry.key] = replace(old, permissions=old.permissions | entry.permissions)
    for entry in grants.revoke:
        old = there[entry.key]
        left = [getattr(old.permissions, kind) - getattr(entry.permissions, kind) for kind in ALLOWED]
        there[entry.key] = replace(old, permissions=Permissions(*left))
    return tuple(entry for entry in there.values() if entry.permissions)


@given(policy_runs())
def test_nobody_loses_what_was_not_revoked(world: Any, run: Callable[[Any], Any]) -> None:
    """Whatever a plan costs anyone is listed with `state: revoked`, permission by permission."""
    here = run(world)
    plan, _ = decide(here.wanted, here.facts)
    asked = {grant.principal: grant for grant in here.wanted.vault.grants if grant.state is GrantState.REVOKED}
    for entry in lost(here.facts.policies, applied(here.facts.policies, plan.grants)):
        grant = asked[entry.principal.lower()]
        assert not entry.application
        assert not grant.permissions or not grant.permissions.lacks(entry.permissions)


@given(policy_runs())
def test_what_is_added_was_asked_for_or_was_there(world: Any, run: Callable[[Any], Any]) -> None:
    """Only the settings' grants, and the workspace identity's own recorded entry; never to `neverRestore`."""
    here = run(world)
    plan, _ = decide(here.wanted, here.facts)
    allowed = {
        grant.principal: grant.permissions for grant in here.wanted.vault.grants if grant.state is GrantState.PRESENT
    }
    gift = here.facts.state["vault-grants"].outputs["gift"]
    if gift and gift["objectId"] == WORKSPACE:
        allowed[WORKSPACE] = allowed.get(WORKSPACE, Permissions()) | Permissions.of(gift["permissions"])
    for entry in plan.grants.missing:
        assert entry.principal not in here.wanted.vault.never_restore
        assert not allowed[entry.principal].lacks(entry.permissions)


@given(policy_runs())
def test_dropped_is_never_revoked(world: Any, run: Callable[[Any], Any]) -> None:
    """What falls out of the settings stays: no entry is both, and what is dropped is in the vault afterwards."""
    here = run(world)
    plan, _ = decide(here.wanted, here.facts)
    after = {entry.key: entry.permissions for entry in applied(here.facts.policies, plan.grants)}
    for entry in plan.grants.dropped:
        assert not after[entry.key].lacks(entry.permissions)


@given(policy_runs())
def test_a_second_run_has_nothing_to_do(world: Any, run: Callable[[Any], Any]) -> None:
    """The plan applied and recorded, the next plan adds nothing, takes nothing away and records nothing."""
    here = run(world)
    plan, _ = decide(here.wanted, here.facts)
    after = applied(here.facts.policies, plan.grants)
    seen = next((one for one in after if not one.application and one.principal.lower() == WORKSPACE), None)
    gift = plan.grants.gift or (seen if workspace_watched(plan) else None)
    again = recorded(here.knowing(policies=after), plan.grants.wanted, gift)
    second, _ = decide(again.wanted, again.facts)
    assert (second.grants.missing, second.grants.revoke, second.grants.record) == ((), (), False)


@given(policy_runs(), st.booleans())
def test_the_letter_case_of_ids_and_permissions_changes_nothing(
    world: Any, run: Callable[[Any], Any], upper: bool
) -> None:
    """Azure answers ids in the case that somebody once wrote: the plan is the same."""
    here = run(world)

    def turned(text: str) -> str:
        return text.upper() if upper else text.lower()

    policies = tuple(replace(entry, principal=turned(entry.principal)) for entry in here.facts.policies)
    existing = {kind: replace(found, id=turned(found.id)) for kind, found in here.facts.existing.items()}
    there = here.knowing(policies=policies, existing=existing)
    one, two = decide(here.wanted, here.facts)[0], decide(there.wanted, there.facts)[0]
    assert one.grants == two.grants
    assert {kind: type(decision) for kind, decision in one.decisions.items()} == {
        kind: type(decision) for kind, decision in two.decisions.items()
    }
    assert one.may_change_policies == two.may_change_policies


def workspace_watched(plan: Any) -> bool:
    """`VaultGrants` records the entry that it sees whenever it writes."""
    return bool(plan.grants.missing or plan.grants.revoke or plan.grants.record)


found = st.sampled_from(["live", "unclaimed", "other", "elsewhere", "absent", "deleted", "unreadable"])


@st.composite
def environments(draw: Any) -> Callable[[Any], Any]:
    """A function that makes every resource of a world what it may be, in the state or not, named or by id."""
    kinds = {kind: draw(st.tuples(found, st.booleans(), st.sampled_from(list(WhenExists)))) for kind in Kind}
    named = draw(st.frozensets(st.sampled_from(list(Kind)), max_size=2))
    authorization = draw(st.none() | st.sampled_from(list(Authorization)))

    def arrange(world: Any) -> Any:
        world = world.settings(authorization=authorization)
        for kind, (existing, known, when_exists) in kinds.items():
            live = world.facts.existing[kind]
            world = world.found(
                kind,
                {
                    "live": live,
                    "unclaimed": replace(live, tags={}),
                    "other": replace(live, tags={"holdfast-project": "p", "holdfast-stack": "s"}),
                    "elsewhere": replace(live, location="northeurope"),
                    "absent": Absent(),
                    "deleted": SoftDeleted(live.id, "westeurope"),
                    "unreadable": Unreadable(403, "AuthorizationFailed", "no"),
                }[existing],
            )
            world = world.resource(kind, when_exists=when_exists, id=live.id if kind in named else None)
            if not known:
                world = world.knowing(state={k: row for k, row in world.facts.state.items() if k != kind})
        if not isinstance(world.facts.existing[Kind.VAULT], Live):
            world = world.knowing(policies=None)
        return world

    return arrange


@given(environments())
def test_no_environment_is_created_over_imported_twice_or_recovered_in_silence(
    world: Any, run: Callable[[Any], Any]
) -> None:
    """Create only where nothing is, import only what is not in the state, a fault for every refusal, a note for
    every recovery."""
    here = run(world)
    plan, faults = decide(here.wanted, here.facts)
    ids = [fault.id for fault in faults]
    unreadable_group = isinstance(plan.decisions[Kind.GROUP], Refuse) and ids[:1] == ["unreadable"]
    for kind, decision in plan.decisions.items():
        match decision:
            case Create():
                assert isinstance(here.facts.existing[kind], Absent)
                assert str(kind) not in here.facts.state
            case Adopt(_, taken):
                assert isinstance(here.facts.existing[kind], Live)
                assert taken == here.facts.existing[kind].id
                assert str(kind) not in here.facts.state
            case Recover(_, taken, _, recorded):
                assert isinstance(here.facts.existing[kind], SoftDeleted)
                assert taken == here.facts.existing[kind].id
                assert recorded == (str(kind) in here.facts.state)
                assert "recovered" in [note.id for note in plan.notes]
            case Refuse(reason, fault):
                assert fault in faults or (unreadable_group and reason == "unreadable")
            case _:
                assert isinstance(here.facts.existing[kind], Live)
        assert set(plan.locations) == set(Kind)
    assert {row.token for row in here.facts.state.values()} >= {KINDS[k].token for k in Kind if k in here.facts.state}
