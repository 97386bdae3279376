"""Does every combination of state, Azure, tag, `whenExists` and `id` get the decision of the design's table?"""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast.decide import decide
from holdfast.decide.ownership import decide_resource
from holdfast.model.decision import Adopt, Create, Keep, Recover, Refer, Refuse
from holdfast.model.errors import Blame
from holdfast.model.existing import Absent, Live, SoftDeleted, Unreadable
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.wanted import WhenExists

AXES = {
    "state": ("no", "same", "renamed", "nameless"),
    "azure": ("absent", "taken", "live", "elsewhere", "deleted", "deletedElsewhere", "unreadable"),
    "tag": ("none", "ours", "other", "half"),
    "whenExists": ("refer", "adopt", "refuse"),
    "id": ("no", "yes"),
}
ROWS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("ownership.yaml").read_text(encoding="utf-8"))
TAGS = {
    "none": {},
    "ours": {"holdfast-project": "holdfast", "HOLDFAST-STACK": "prod"},
    "other": {"holdfast-project": "platform", "holdfast-stack": "prod"},
    "half": {"holdfast-stack": "prod"},
}
COMBINATIONS = [dict(zip(AXES, values, strict=True)) for values in itertools.product(*AXES.values())]


def rows_for(case: dict[str, str]) -> list[dict[str, Any]]:
    return [row for row in ROWS if all(case[axis] in row.get(axis, AXES[axis]) for axis in AXES)]


def arranged(world: Any, kind: Kind, case: dict[str, str]) -> Any:
    """The world in which a combination holds for `kind`."""
    named = "/subscriptions/other/resourceGroups/theirs/providers/x/y/theirs"
    own = resource_id(world.wanted, kind)
    where = named if case["id"] == "yes" else own.replace("resourceGroups", "resourcegroups")
    place = "northeurope" if case["azure"] == "elsewhere" else "West Europe"
    live = Live(where, where.rsplit("/", 1)[-1], place, TAGS[case["tag"]])
    found = {
        "absent": Absent(),
        "live": live,
        "elsewhere": live,
        "taken": Absent("The name is already in use."),
        "deleted": SoftDeleted(where, "westeurope", "2026-01-01", tags=TAGS[case["tag"]]),
        "deletedElsewhere": SoftDeleted(where, "northeurope", "2026-01-01", tags=TAGS[case["tag"]]),
        "unreadable": Unreadable(403, "AuthorizationFailed", "no"),
    }
    world = world.found(kind, found[case["azure"]])
    world = world.resource(kind, when_exists=WhenExists(case["whenExists"]), id=named if case["id"] == "yes" else None)
    if case["state"] == "no":
        return world.forget(str(kind))
    recorded = world.facts.state[str(kind)]
    name = {"same": recorded.name.upper(), "renamed": "another", "nameless": ""}[case["state"]]
    state = {**world.facts.state, str(kind): replace(recorded, name=name)}
    return world.knowing(state=state)


def decided(world: Any, kind: Kind) -> Any:
    return decide_resource(world.wanted, kind, world.facts.existing[kind], world.facts.state.get(str(kind)))


def test_the_table_answers_every_combination_exactly_once() -> None:
    """No combination is left open, and none has two answers."""
    wrong = {str(case): len(rows) for case in COMBINATIONS if len(rows := rows_for(case)) != 1}
    assert wrong == {}
    used = {id(row) for case in COMBINATIONS for row in rows_for(case)}
    assert [row["why"] for row in ROWS if id(row) not in used] == []


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["why"])
def test_each_row_is_decided_as_the_table_says(world: Any, row: dict[str, Any], kind: Kind) -> None:
    """Decision and reason are the row's, for every kind and every combination that the row stands for."""
    said = row.get("group", row) if kind is Kind.GROUP else row
    expected = (said["decision"], said["reason"].format(kind=kind))
    got = {}
    for case in COMBINATIONS:
        if rows_for(case) == [row]:
            decision = decided(arranged(world, kind, case), kind)
            got[str(case)] = (type(decision).__name__.lower(), decision.reason)
    assert got
    assert {case: answer for case, answer in got.items() if answer != expected} == {}


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_decided_keeps_the_promises(world: Any, kind: Kind) -> None:
    """Ids come verbatim from Azure, nothing in the state is imported, and every refusal says what to do."""
    for case in COMBINATIONS:
        here = arranged(world, kind, case)
        assert_promises(case, here.facts.existing[kind], decided(here, kind))


def assert_promises(case: dict[str, str], found: Any, decision: Any) -> None:
    match decision:
        case Adopt(_, taken) | Refer(_, taken):
            assert taken == found.id
            assert case["state"] == "no"
        case Keep(_, taken, tag_lost):
            assert taken == found.id
            assert case["state"] != "no"
            assert tag_lost == (case["tag"] != "ours")
        case Recover(_, taken, location, recorded, deleted):
            assert (taken, location, deleted) == (found.id, found.location, found.deleted)
            assert recorded == (case["state"] != "no")
        case Refuse(reason, fault):
            assert fault.message
            assert fault.evidence
            assert fault.hint
            assert fault.id == reason
        case _:
            assert decision == Create("absent")
            assert case["azure"] == "absent"


@pytest.mark.parametrize("kind", list(Kind))
def test_a_refusal_names_the_other_owner_and_a_key_that_exists(world: Any, kind: Kind) -> None:
    """The fault of another stack's resource names that stack, and its hint is a key that the settings have."""
    case = {"state": "no", "azure": "live", "tag": "other", "whenExists": "refuse", "id": "no"}
    fault = decided(arranged(world, kind, case), kind).fault
    assert "`platform/prod`" in fault.message
    key = "resourceGroup" if kind is Kind.GROUP else str(kind)
    assert f"`{key}.id: " in fault.hint
    assert "stacks/Pulumi.prod.yaml" in fault.hint


@pytest.mark.parametrize("kind", list(Kind))
def test_a_hint_spells_the_settings_key_of_the_kind(world: Any, kind: Kind) -> None:
    """`whenExists` and `name` are named under the key that the settings have: `resourceGroup`, not `group`."""
    key = "resourceGroup" if kind is Kind.GROUP else str(kind)
    unclaimed = {"state": "no", "azure": "live", "tag": "none", "whenExists": "refuse", "id": "no"}
    renamed = {**unclaimed, "state": "renamed"}
    assert f"`{key}.whenExists: adopt`" in decided(arranged(world, kind, unclaimed), kind).fault.hint
    assert f"`{key}.name: another`" in decided(arranged(world, kind, renamed), kind).fault.hint


def test_what_is_gone_for_good_is_repaired_by_the_command_that_the_refusal_names(world: Any) -> None:
    """Only a person may accept that a resource of the state is gone: `pulumi refresh`."""
    fault = decided(world.found(Kind.STORAGE, Absent()), Kind.STORAGE).fault
    assert "`pulumi refresh`" in fault.hint


@pytest.mark.parametrize(
    ("status", "said"), [(401, "log in anew"), (403, "Reader"), (0, "network"), (500, "run again once Azure answers")]
)
def test_unreadable_says_what_azure_answered_and_is_azures_fault(world: Any, status: int, said: str) -> None:
    """Each status has its own way out; no answer at all is called that."""
    world = world.found(Kind.VAULT, Unreadable(status, "Code", "Text"))
    fault = decided(world, Kind.VAULT).fault
    assert said in fault.hint
    assert fault.blame is Blame.AZURE
    assert dict(fault.evidence)["answer"] == f"{status or 'no answer'} Code"
    assert dict(fault.evidence)["said"] == "Text"


def test_a_subscription_that_is_not_seen_is_no_reason_to_run_again(world: Any) -> None:
    """What is named by its id may be in a subscription that the login does not see."""
    elsewhere = "5a4db0c5-5b5c-4000-8000-0000000000ff"
    named = resource_id(world.wanted, Kind.VAULT).replace(world.wanted.subscription, elsewhere)
    theirs = world.forget(Kind.VAULT).resource(Kind.VAULT, id=named, key="vault.id")
    fault = decided(theirs.found(Kind.VAULT, Unreadable(404, "SubscriptionNotFound", "Text")), Kind.VAULT).fault
    assert (fault.id, fault.blame) == ("unreadable", Blame.AZURE)
    assert f"does not see the subscription of {named}" in fault.hint


@pytest.mark.parametrize("kind", [Kind.VAULT, Kind.WORKSPACE])
def test_a_deleted_one_of_that_name_in_another_group_is_refused_with_the_ways_out(world: Any, kind: Kind) -> None:
    """It can only come back where it was: recovered there and named by its id, or another name here."""
    there = resource_id(world.wanted, kind).replace("rg-ml", "rg-theirs")
    for gone in (SoftDeleted(there, "westeurope", "2026-01-01", "2026-04-01"), SoftDeleted(there, "")):
        for here in (world, world.forget(str(kind))):
            fault = decided(here.found(kind, gone), kind).fault
            assert fault.id == "soft-deleted-elsewhere"
            assert there in fault.message
            assert f"`{kind}.id`" in fault.hint
            assert f"`{kind}.name`" in fault.hint
            assert "purged" in dict(fault.evidence)["decided"]


def test_a_vault_that_its_stack_deleted_is_told_from_a_live_one(world: Any) -> None:
    """It can be used by its id only when it is back."""
    case = {"state": "no", "azure": "deleted", "tag": "other", "whenExists": "refuse", "id": "no"}
    fault = decided(arranged(world, Kind.VAULT, case), Kind.VAULT).fault
    assert "soft-deleted" in dict(fault.evidence)["found"]
    assert "recovered it" in fault.hint


def test_all_refusals_of_a_run_come_at_once(world: Any) -> None:
    """Three resources are wrong for three reasons: three faults."""
    world = world.found(Kind.STORAGE, Absent()).found(Kind.LOGS, Unreadable(403, "AuthorizationFailed", "no"))
    world = world.forget("workspace").live(Kind.WORKSPACE, tags={})
    faults = decide(world.wanted, world.facts)[1]
    assert [fault.id for fault in faults] == ["gone-for-good", "unreadable", "workspace-exists"]


def test_what_follows_from_an_unreadable_group_is_not_said_six_times(world: Any) -> None:
    """The group's own fault stands for what is in it, and not for what is named by an id somewhere else."""
    refused = Unreadable(403, "AuthorizationFailed", "no")
    for kind in Kind:
        world = world.found(kind, refused)
    world = world.forget("logs").resource(Kind.LOGS, id="/subscriptions/x/resourceGroups/y/providers/z/w/logs")
    faults = decide(world.wanted, world.facts)[1]
    assert [dict(fault.evidence)["asked"] for fault in faults] == [
        resource_id(world.wanted, Kind.GROUP),
        "/subscriptions/x/resourceGroups/y/providers/z/w/logs",
    ]
