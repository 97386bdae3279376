"""Does every combination of state, Azure, tag, `whenExists`, `id` and parent get the decision that a part is due?"""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast.decide.parts import decide_part
from holdfast.model.decision import Adopt, Create, Keep, Refer, Refuse
from holdfast.model.errors import Blame
from holdfast.model.existing import Absent, Live, Recorded, SoftDeleted, Unreadable
from holdfast.model.names import logical_id, part_id
from holdfast.model.sorts import SORTS, Sort, Tagged
from holdfast.model.wanted import WantedPart, WhenExists

AXES = {
    "state": ("no", "yes"),
    "azure": ("absent", "live", "elsewhere", "deleted", "unreadable"),
    "tag": ("none", "ours", "other", "half"),
    "whenExists": ("refer", "adopt", "refuse"),
    "id": ("no", "yes"),
    "parent": ("kept", "adopted", "part"),
    "child": ("no", "yes"),
    "located": ("no", "yes"),
}
ROWS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("parts.yaml").read_text(encoding="utf-8"))
TAGS = {
    "none": {},
    "ours": {"holdfast-project": "holdfast", "HOLDFAST-STACK": "prod"},
    "other": {"holdfast-project": "platform", "holdfast-stack": "prod"},
    "half": {"holdfast-stack": "prod"},
}
PARENTS = {"kept": Keep("in-state", "/parent"), "adopted": Adopt("our-tag", "/parent"), "part": None}
COMBINATIONS = [dict(zip(AXES, values, strict=True)) for values in itertools.product(*AXES.values())]
USUAL = {"state": "no", "azure": "live", "tag": "none", "whenExists": "refuse", "id": "no", "parent": "kept"}


def rows_for(case: dict[str, str]) -> list[dict[str, Any]]:
    return [row for row in ROWS if all(case[axis] in row.get(axis, AXES[axis]) for axis in AXES)]


def cases_of(sort: Sort) -> list[dict[str, str]]:
    """Those that a sort can be in: it is a child or none, and it has a location or none."""
    facts = {"child": SORTS[sort].child, "located": SORTS[sort].located}
    return [case for case in COMBINATIONS if all((case[axis] == "yes") is facts[axis] for axis in facts)]


def arranged(world: Any, sort: Sort, case: dict[str, str]) -> tuple[WantedPart, Any, Any]:
    """What is wanted, found and recorded where a combination holds."""
    named = "/subscriptions/other/theirs" if case["id"] == "yes" else None
    part = WantedPart(sort, "Mine", SORTS[sort].parent, {}, named, WhenExists(case["whenExists"]), "parts[0]")
    where = part_id(world.wanted, part).replace("resourceGroups", "resourcegroups")
    place = "northeurope" if case["azure"] == "elsewhere" else "West Europe"
    live = Live(where, "mine", place)
    if SORTS[sort].tagged is Tagged.PROPERTIES:
        live = replace(live, properties={"tags": TAGS[case["tag"]]})
    else:
        live = replace(live, tags=TAGS[case["tag"]], properties={"tags": None})
    found = {
        "absent": Absent(),
        "live": live,
        "elsewhere": live,
        "deleted": SoftDeleted(where, "westeurope"),
        "unreadable": Unreadable(403, "AuthorizationFailed", "no"),
    }
    recorded = Recorded("urn:mine", SORTS[sort].token, "mine") if case["state"] == "yes" else None
    return part, found[case["azure"]], recorded


def decided(world: Any, sort: Sort, case: dict[str, str]) -> Any:
    part, found, recorded = arranged(world, sort, case)
    return decide_part(world.wanted, part, found, recorded, PARENTS[case["parent"]], "westeurope")


def test_the_table_answers_every_combination_exactly_once() -> None:
    """No combination is left open, and none has two answers."""
    wrong = {str(case): len(rows) for case in COMBINATIONS if len(rows := rows_for(case)) != 1}
    assert wrong == {}
    used = {id(row) for case in COMBINATIONS for row in rows_for(case)}
    assert [row["why"] for row in ROWS if id(row) not in used] == []


@pytest.mark.parametrize("sort", list(Sort))
def test_each_combination_is_decided_as_the_table_says(world: Any, sort: Sort) -> None:
    """Decision and reason are the row's, for every sort and every combination that it can be in."""
    got, expected = {}, {}
    for case in cases_of(sort):
        (row,) = rows_for(case)
        decision = decided(world, sort, case)
        got[str(case)] = (type(decision).__name__.lower(), decision.reason)
        expected[str(case)] = (row["decision"], row["reason"])
    assert len(got) == len(COMBINATIONS) / 4
    assert {case: answer for case, answer in got.items() if answer != expected[case]} == {}


@pytest.mark.parametrize("sort", list(Sort))
def test_what_is_decided_keeps_the_promises(world: Any, sort: Sort) -> None:
    """Ids come verbatim from Azure, nothing in the state is imported, and every refusal says what to do."""
    for case in cases_of(sort):
        _, found, _ = arranged(world, sort, case)
        match decided(world, sort, case):
            case Adopt(_, taken) | Refer(_, taken):
                assert (taken, case["state"]) == (found.id, "no")
            case Keep(_, taken):
                assert (taken, case["state"]) == (found.id, "yes")
            case Refuse(reason, fault):
                assert fault.id == reason
                assert fault.message
                assert fault.evidence
                assert fault.hint
                assert (fault.blame is Blame.AZURE) == (reason == "unreadable")
            case other:
                assert other == Create("absent")
                assert case["azure"] in ("absent", "deleted")


def test_every_sort_of_combination_is_some_sorts() -> None:
    """The table is not about sorts that there are none of, but for a child of the group without a location."""
    there = {(SORTS[sort].child, SORTS[sort].located) for sort in Sort}
    assert {(True, True), (True, False), (False, True)} <= there


def test_a_refusal_names_the_owner_and_the_settings_key(world: Any) -> None:
    """A fault is mended in the stack file, at the item that it is about."""
    elsewhere = decided(world, Sort.COMPUTE, {**USUAL, "tag": "other"}).fault
    assert "`platform/prod`" in elsewhere.message
    assert "`parts[0]`" in elsewhere.hint
    assert "stacks/Pulumi.prod.yaml" in elsewhere.hint
    unclaimed = decided(world, Sort.CONTAINER, USUAL).fault
    assert "`parts[0].whenExists: adopt`" in unclaimed.hint
    ours = decided(world, Sort.COMPUTE, {**USUAL, "state": "yes", "id": "yes"}).fault
    assert "`pulumi state delete 'urn:mine'`" in ours.hint
    gone = decided(world, Sort.POOL, {**USUAL, "state": "yes", "azure": "absent"}).fault
    assert "`pulumi refresh`" in gone.hint
    assert "/agentPools/Mine" in dict(gone.evidence)["found"]


def test_no_answer_is_called_that(world: Any) -> None:
    """A status of 0 is none of Azure's."""
    part, _, _ = arranged(world, Sort.COMPUTE, USUAL)
    refused = decide_part(world.wanted, part, Unreadable(0, "NoAnswer", "x"), None, None, "westeurope")
    assert isinstance(refused, Refuse)
    assert dict(refused.fault.evidence)["answer"] == "no answer NoAnswer"


def test_a_name_in_another_letter_case_is_the_same_resource_of_the_state(world: Any) -> None:
    """Else the engine would import the one and delete the other, and both are one."""
    shouted, said = WantedPart(Sort.COMPUTE, "CPU", "workspace"), WantedPart(Sort.COMPUTE, "cpu", "workspace")
    assert shouted.logical == said.logical == "compute-cpu"
    wanted = replace(world.wanted, parts=(shouted,))
    assert logical_id(wanted, "compute-CPU") == part_id(wanted, shouted)
    assert logical_id(wanted, "workspace") in part_id(wanted, shouted)


@pytest.mark.parametrize("sort", [sort for sort in Sort if SORTS[sort].child and not SORTS[sort].of_part])
def test_a_child_in_another_subscription_is_refused(world: Any, sort: Sort) -> None:
    """azure-native writes to one subscription: what belongs to a workspace elsewhere would land in ours."""
    parent = SORTS[sort].parent
    theirs = logical_id(world.wanted, parent).replace(world.wanted.subscription, "5a4db0c5-5b5c-4000-8000-0000000000ff")
    part = WantedPart(sort, "mine", parent, {}, key="parts[0]")
    wanted = world.resource(parent, id=theirs).wanted
    decision = decide_part(wanted, part, Absent(), None, Refer("named-by-id", theirs), "westeurope")
    if SORTS[sort].anywhere:
        assert decision == Create("absent")
        return
    assert isinstance(decision, Refuse)
    assert (decision.reason, decision.fault.blame) == ("other-subscription", Blame.USER)
    assert theirs in dict(decision.fault.evidence)["asked"]
    assert "`parts[0]`" in decision.fault.hint


def test_a_row_without_a_location_has_not_moved(world: Any) -> None:
    """A list may leave out what a resource has."""
    part = WantedPart(Sort.COMPUTE, "cpu", "workspace")
    found = Live(part_id(world.wanted, part), "cpu", "")
    recorded = Recorded("urn:mine", "t", "cpu")
    assert decide_part(world.wanted, part, found, recorded, None, "westeurope") == Keep("in-state", found.id)


@pytest.mark.parametrize("found", [Absent(), Live("/any/mine-1", "mine-1", "westeurope")])
def test_another_name_in_azure_is_no_reason_to_make_it_anew(world: Any, found: Any) -> None:
    """An endpoint with another name is another endpoint, with other keys. In another letter case it is the same."""
    part = WantedPart(Sort.SERVING, "mine", SORTS[Sort.SERVING].parent, {}, key="services[0]", azure_name="mine-1")
    if isinstance(found, Live):
        found = replace(found, id=part_id(world.wanted, part))
    refused = decide_part(world.wanted, part, found, Recorded("urn:mine", "t", "mine-0"), PARENTS["kept"], "westeurope")
    assert isinstance(refused, Refuse)
    assert refused.fault.id == "change-would-replace"
    assert "services[0].endpointName: mine-0" in refused.fault.hint
    kept = decide_part(world.wanted, part, found, Recorded("urn:mine", "t", "MINE-1"), PARENTS["kept"], "westeurope")
    assert isinstance(kept, Keep) == isinstance(found, Live)
