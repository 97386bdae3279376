"""Which entries are added, taken away, named or watched? Cases from grants.yaml, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast.decide import decide
from holdfast.decide.grants import refuse_overfull
from holdfast.model.existing import Absent, Live
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.permissions import Permissions, PolicyEntry, wire_entry
from holdfast.model.plan import GrantsPlan
from holdfast.model.wanted import Authorization, Grant, GrantState, WhenExists

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("grants.yaml").read_text(encoding="utf-8"))
TENANT = "5a4db0c5-7e0a-4000-8000-000000000001"


def principal(letter: str) -> str:
    guid = f"{letter.lower() * 8}-0000-4000-8000-000000000001"
    return guid.upper() if letter.isupper() else guid


def permissions(words: str) -> Permissions:
    found: dict[str, list[str]] = {}
    for word in words.split():
        kind, _, name = word.rpartition(":")
        found.setdefault(kind or "secrets", []).append(name)
    return Permissions.of(found)


def entry(who: str, words: str) -> PolicyEntry:
    letter, _, application = who.partition("/")
    return PolicyEntry(principal(letter), TENANT, permissions(words), application)


def entries(found: dict[str, str] | None) -> tuple[PolicyEntry, ...]:
    return tuple(entry(who, words) for who, words in (found or {}).items())


def grant(letter: str, words: str) -> Grant:
    state = GrantState.REVOKED if words.startswith("revoked") else GrantState.PRESENT
    return Grant(principal(letter), permissions(words.removeprefix("revoked")), (), state)


def arranged(world: Any, case: dict[str, Any]) -> Any:
    gift = entries(case.get("gift"))
    vault_id = resource_id(world.wanted, Kind.VAULT)
    world = world.settings(
        grants=tuple(grant(letter, words) for letter, words in case.get("grants", {}).items()),
        never_restore=frozenset(map(principal, case.get("never", ()))),
        authorization=Authorization.ACCESS_POLICIES,
    )
    world = world.knowing(policies=entries(case.get("live"))).record(
        "vault-grants",
        "pulumi-python:dynamic/holdfast:VaultGrants",
        vaultId=vault_id.upper(),
        granted=[wire_entry(one) for one in entries(case.get("granted"))],
        gift=wire_entry(gift[0]) if gift else None,
    )
    identity = {"identity": {"principalId": principal("W")}} if case.get("identity", True) else {}
    world = world.live(Kind.WORKSPACE, properties=identity)
    world = as_decided(world, Kind.WORKSPACE, case.get("workspace", "refer"))
    world = as_decided(world, Kind.VAULT, case.get("vault", "keep"))
    return world.knowing(policies=None) if case.get("vault") == "create" else world


def as_decided(world: Any, kind: Kind, decision: str) -> Any:
    """Arrange for `decision` to be what is decided about `kind`."""
    match decision:
        case "keep":
            return world
        case "create":
            return drop(world, kind).found(kind, Absent())
        case "adopt":
            return drop(world, kind)
        case _:
            return drop(world, kind).live(kind, tags={}).resource(kind, when_exists=WhenExists.REFER)


def drop(world: Any, kind: Kind) -> Any:
    state = {name: row for name, row in world.facts.state.items() if name != kind}
    return world.knowing(state=state)


def by_key(found: tuple[PolicyEntry, ...]) -> dict[tuple[str, str, str], Permissions]:
    assert len({one.key for one in found}) == len(found), "one entry for each principal"
    return {one.key: one.permissions for one in found}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_each_case_is_planned_as_the_file_says(
    world: Any, note_ids: Callable[[Any], list[str]], case: dict[str, Any]
) -> None:
    """What is missing, to be revoked, dropped, recorded, and what the preview says."""
    world = arranged(world, case)
    plan, faults = decide(world.wanted, world.facts)
    assert faults == ()
    got = plan.grants
    assert by_key(got.missing) == by_key(entries(case.get("missing")))
    assert by_key(got.revoke) == by_key(entries(case.get("revoke")))
    assert by_key(got.dropped) == by_key(entries(case.get("dropped")))
    assert by_key((got.gift,) if got.gift else ()) == by_key(entries(case.get("keeps")))
    assert got.record is case.get("record", False)
    assert note_ids(plan) == case.get("notes", [])


def test_what_was_given_in_another_vault_is_nobodys_due_in_this_one(world: Any, note_ids: Any) -> None:
    """The record of another vault neither restores the workspace's entry here nor calls anything ours."""
    a, w = entry("a", "get"), entry("w", "get list")
    other = {"vaultId": "/other", "granted": [wire_entry(a)], "gift": wire_entry(w)}
    world = (
        world.record("vault-grants", "t", **other)
        .knowing(policies=(a,))
        .live(Kind.WORKSPACE, properties={"identity": {"principalId": w.principal}})
    )
    plan, _ = decide(world.wanted, world.facts)
    assert (plan.grants.missing, plan.grants.dropped, plan.grants.known) == ((), (), ())
    assert note_ids(plan) == ["workspace-identity-unseen"]


def test_a_record_without_a_vault_is_taken_as_this_ones(world: Any) -> None:
    """A checkpoint of a run that was killed may hold the resource without its outputs."""
    a = entry("a", "get")
    world = world.record("vault-grants", "t", granted=[wire_entry(a)]).knowing(policies=(a,))
    assert decide(world.wanted, world.facts)[0].grants.dropped == (a,)


def test_the_identity_of_a_workspace_is_read_from_the_state_where_the_list_lacks_it(world: Any) -> None:
    """The group's list answers without properties; our state recorded the identity."""
    w = principal("w")
    assert isinstance(world.facts.existing[Kind.WORKSPACE], Live)
    state = world.facts.state["workspace"]
    known = replace(state, outputs={**state.outputs, "identity": {"principalId": w}})
    world = world.live(Kind.WORKSPACE, properties={}).knowing(state={**world.facts.state, "workspace": known})
    assert decide(world.wanted, world.facts)[0].workspace_principal == w


def test_no_policy_is_planned_for_a_vault_that_is_refused(world: Any) -> None:
    """Nothing follows from a vault that nothing is known about."""
    world = world.settings(grants=(grant("a", "get"),)).live(Kind.VAULT, location="northeurope")
    plan, faults = decide(world.wanted, world.facts)
    assert plan.grants.missing == ()
    assert [fault.id for fault in faults] == ["change-would-replace"]


def test_the_identity_of_a_refused_workspace_is_not_watched(world: Any) -> None:
    """A workspace that can't be kept is nobody's to watch."""
    world = world.live(Kind.WORKSPACE, location="northeurope")
    assert decide(world.wanted, world.facts)[0].workspace_principal is None


def crowd(count: int, application: str = "") -> tuple[PolicyEntry, ...]:
    return tuple(
        PolicyEntry(f"{number:08x}-0000-4000-8000-000000000001", TENANT, permissions("get"), application)
        for number in range(count)
    )


@pytest.mark.parametrize(
    ("held", "wishes", "faults"),
    [
        pytest.param(crowd(1023), "a", [], id="the last one"),
        pytest.param(crowd(1024), "a", ["too-many-policies"], id="one too many"),
        pytest.param(crowd(1024), "", [], id="full, and nothing to add"),
        pytest.param((*crowd(1023), entry("a", "list")), "a", [], id="full, and one is widened"),
        pytest.param((*crowd(1023), entry("a/app", "get")), "a", ["too-many-policies"], id="an application's counts"),
        pytest.param(crowd(1022), "abc", ["too-many-policies"], id="one of three too many"),
    ],
)
def test_what_a_vault_takes_no_more_is_refused_before_it_is_written(
    world: Any, held: tuple[PolicyEntry, ...], wishes: str, faults: list[str]
) -> None:
    """Azure takes 1024 entries, whoever they are of: new keys count, wider permissions do not."""
    world = world.knowing(policies=held).settings(grants=tuple(grant(letter, "get") for letter in wishes))
    assert [fault.id for fault in decide(world.wanted, world.facts)[1]] == faults


def test_the_entry_that_azure_gives_a_new_workspace_counts(world: Any) -> None:
    """A workspace that is made in this run brings its own entry, so one place fewer is free for grants."""
    world = drop(world, Kind.WORKSPACE).found(Kind.WORKSPACE, Absent())
    world = world.settings(grants=(grant("a", "get"),))
    assert not decide(world.wanted, world.knowing(policies=crowd(1022)).facts)[1]
    (fault,) = decide(world.wanted, world.knowing(policies=crowd(1023)).facts)[1]
    assert fault.id == "too-many-policies"
    assert "kv-ml" in fault.message
    assert ("Azure adds", "1, of the workspace's own identity") in fault.evidence


def test_the_entry_of_an_identity_that_is_made_in_this_run_counts(world: Any) -> None:
    """Its principal is not known yet, and it takes a place all the same."""
    plan = GrantsPlan(own=permissions("get"))
    assert refuse_overfull(world.wanted, "/vaults/kv-ml", plan, crowd(1024), 0)
    assert not refuse_overfull(world.wanted, "/vaults/kv-ml", plan, crowd(1023), 0)
    assert not refuse_overfull(world.wanted, "/vaults/kv-ml", plan, None, 0)
