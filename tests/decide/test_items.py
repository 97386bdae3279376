"""Do all kinds and all parts come together into one plan: bodies, changes, notes, faults, tags and places?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from holdfast.decide import decide, items
from holdfast.decide.bodies import KIND_BODIES, PART_BODIES
from holdfast.model.bodies import Body
from holdfast.model.decision import Adopt, Create, Keep, Refer, Refuse
from holdfast.model.existing import Absent, Live, Recorded, SoftDeleted, Unreadable
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import part_id
from holdfast.model.plan import Change
from holdfast.model.sorts import SORTS, Sort
from holdfast.model.wanted import WantedPart, WhenExists

OURS = {"team": "ml", "holdfast-project": "holdfast", "holdfast-stack": "prod"}
CPU = WantedPart(Sort.COMPUTE, "cpu", "workspace", {}, key="computes[0]")
STORE = WantedPart(Sort.DATASTORE, "data", "workspace", {}, key="datastores[0]")
ME = WantedPart(Sort.IDENTITY, "train", "group", {}, key="identities[0]")


def sort_body(_wanted: Any, part: WantedPart) -> Body:
    """A body that asks for what the part's settings say."""
    explicit: dict[str, Any] = {"properties": dict(part.settings)} if part.settings else {}
    return Body(explicit, {"properties": {"secure": True}}, needs=("storage",))


@pytest.fixture(autouse=True)
def bodies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop is tested here; what each sort is made of, beside its own module."""
    monkeypatch.setattr(items, "PART_BODIES", dict.fromkeys(Sort, sort_body))


def said(plan: Any) -> list[str]:
    """The ids of the notes, but for the one that this world's vault without entries always earns."""
    return [note.id for note in plan.notes if note.id != "workspace-identity-unseen"]


def with_parts(world: Any, *parts: WantedPart, found: Mapping[str, Any] | None = None, known: bool = True) -> Any:
    """A world in which those parts are wanted, live as they should be and in the state."""
    world = replace(world, wanted=replace(world.wanted, parts=parts))
    there = {}
    for part in parts:
        id = part_id(world.wanted, part)
        there[part.logical] = Live(
            id, part.name, "westeurope", OURS if SORTS[part.sort].located else {}, body={"id": id}
        )
        if known:
            world = world.record(part.logical, SORTS[part.sort].token, name=part.name)
    return world.knowing(parts={**there, **(found or {})})


def test_everything_as_it_should_be_is_nothing_to_do(world: Any) -> None:
    """Kinds and parts are kept; no change, no note, no tag."""
    here = with_parts(world, CPU, STORE, ME)
    plan, faults = decide(here.wanted, here.facts)
    assert faults == ()
    assert {part.logical: type(part.decision) for part in plan.parts} == {
        "identity-train": Keep,
        "compute-cpu": Keep,
        "datastore-data": Keep,
    }
    assert (plan.changes, said(plan), plan.lacking_tags) == ((), [], {})


def test_parts_come_in_the_order_in_which_one_may_need_another(world: Any) -> None:
    """Whatever the order of the settings."""
    here = with_parts(world, STORE, CPU, ME)
    assert [part.sort for part in decide(here.wanted, here.facts)[0].parts] == [
        Sort.IDENTITY,
        Sort.COMPUTE,
        Sort.DATASTORE,
    ]


def test_a_part_that_nobody_read_is_made(world: Any) -> None:
    """With its place, its tags, its parent among its needs, and what a new one gets."""
    here = with_parts(world, CPU, STORE, ME, known=False).knowing(parts={})
    me, cpu, store = decide(here.wanted, here.facts)[0].parts
    assert {part.decision for part in (me, cpu, store)} == {Create("absent")}
    assert cpu.body.creation == {"location": "westeurope", "tags": OURS, "properties": {"secure": True}}
    assert cpu.body.needs == ("workspace", "storage")
    assert store.body.creation == {"properties": {"tags": OURS, "secure": True}}
    assert me.body.needs == ("group", "storage")
    assert me.id.endswith("/providers/Microsoft.ManagedIdentity/userAssignedIdentities/train")


def test_a_sort_without_tags_gets_none(world: Any) -> None:
    """Azure would refuse them."""
    extension = WantedPart(Sort.EXTENSION, "ml", "cluster")
    here = with_parts(world, extension, known=False).knowing(parts={})
    (plan,) = decide(here.wanted, here.facts)[0].parts
    assert plan.body.creation == {"properties": {"secure": True}}


def test_a_part_lies_where_its_parent_does_and_one_in_the_group_where_the_settings_say(world: Any) -> None:
    """A group's location says where its own data lie, and nothing about what is in it."""
    here = with_parts(world, CPU, ME, WantedPart(Sort.COMPUTE, "inner", "compute-cpu"), known=False).knowing(parts={})
    here = here.live(Kind.GROUP, location="northeurope").live(Kind.WORKSPACE, location="West Europe")
    places = {part.logical: part.body.secure["location"] for part in decide(here.wanted, here.facts)[0].parts}
    assert places == {"identity-train": "westeurope", "compute-cpu": "West Europe", "compute-inner": "westeurope"}
    absent = here.found(Kind.WORKSPACE, Absent()).forget()
    assert items.location_of(absent.wanted, Kind.WORKSPACE, absent.facts) == "westeurope"


def test_what_differs_of_kinds_and_parts_is_one_list_of_changes(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind's by its own way, a part's by its sort's; each is told."""
    monkeypatch.setitem(KIND_BODIES, Kind.REGISTRY, lambda wanted: Body({"sku": {"name": "Premium"}}))
    here = with_parts(world, replace(CPU, settings={"description": "x"}))
    plan, faults = decide(here.wanted, here.facts)
    assert faults == ()
    registry = here.facts.existing[Kind.REGISTRY].id
    compute = here.facts.parts["compute-cpu"].id
    assert plan.changes == (
        Change(registry, KINDS[Kind.REGISTRY].api_version, {"sku": {"name": "Premium"}}, whole_put=False),
        Change(compute, SORTS[Sort.COMPUTE].api_version, {"properties": {"description": "x"}}, whole_put=True),
    )
    assert said(plan) == ["setting-changes", "setting-changes"]


def test_a_refused_change_of_a_kind_is_a_fault_of_the_run(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the kind's decision, so that nothing of it is carried out."""
    monkeypatch.setitem(KIND_BODIES, Kind.WORKSPACE, lambda wanted: Body({"properties": {"hbiWorkspace": True}}))
    plan, (fault,) = decide(world.wanted, world.facts)
    assert fault.id == "change-would-replace"
    assert isinstance(plan.decisions[Kind.WORKSPACE], Refuse)
    assert plan.changes == ()
    assert "`workspace`" in fault.hint


def test_a_refused_change_of_a_part_is_a_fault_of_the_run(world: Any) -> None:
    """Named by the item of the settings."""
    here = with_parts(world, replace(CPU, settings={"computeType": "Kubernetes"}))
    plan, (fault,) = decide(here.wanted, here.facts)
    assert fault.id == "change-would-replace"
    assert "`computes[0]`" in fault.hint
    assert plan.changes == ()


def test_what_the_engine_writes_is_no_change_of_ours(world: Any) -> None:
    """Its decision says it; a second writer would race."""
    group = WantedPart(Sort.CONTAINER, "score", "group", {"image": "x"})
    here = with_parts(world, group)
    plan, _ = decide(here.wanted, here.facts)
    assert plan.changes == ()
    assert said(plan) == ["setting-changes"]


@pytest.mark.parametrize("kind", [Kind.WORKSPACE, Kind.GROUP])
@pytest.mark.parametrize("above", [Unreadable(403, "AuthorizationFailed", "no"), Absent(), SoftDeleted("/x", "l")])
@pytest.mark.parametrize("below", [Unreadable(403, "AuthorizationFailed", "no"), Absent()])
def test_what_follows_from_the_parents_fault_is_not_said_of_every_part(
    world: Any, kind: Kind, above: Any, below: Any
) -> None:
    """A hundred computes of a workspace that is gone are one fault."""
    here = with_parts(world, CPU, STORE, found={"compute-cpu": below, "datastore-data": below}).found(kind, above)
    plan, faults = decide(here.wanted, here.facts)
    assert all(isinstance(part.decision, Refuse) for part in plan.parts)
    assert len(faults) == 1


def test_a_parts_own_fault_is_told_beside_its_parents(world: Any) -> None:
    """One that is named by id lies somewhere else; one that is another stack's has a fault of its own."""
    elsewhere = replace(CPU, name="far", id="/subscriptions/x/theirs")
    other = {"holdfast-project": "p", "holdfast-stack": "s"}
    here = with_parts(world, CPU, elsewhere, known=False, found={"compute-far": Absent()})
    cpu = here.facts.parts["compute-cpu"]
    here = here.knowing(parts={**here.facts.parts, "compute-cpu": replace(cpu, tags=other)})
    here = here.found(Kind.WORKSPACE, Absent())
    ids = [fault.id for fault in decide(here.wanted, here.facts)[1]]
    assert ids == ["gone-for-good", "part-owned-elsewhere", "referred-missing"]


def test_faults_of_parts_whose_parent_is_fine_are_all_told(world: Any) -> None:
    """All at once, as everywhere."""
    here = with_parts(world, CPU, STORE, found={"compute-cpu": Absent(), "datastore-data": Absent()})
    assert [fault.id for fault in decide(here.wanted, here.facts)[1]] == ["gone-for-good", "gone-for-good"]


def test_a_lost_state_adopts_the_parts_with_their_parent(world: Any) -> None:
    """By their tags, or because their workspace is ours."""
    here = with_parts(world, CPU, STORE, ME, known=False).forget()
    plan, faults = decide(here.wanted, here.facts)
    assert faults == ()
    assert [part.decision.reason for part in plan.parts] == ["our-tag", "our-tag", "parent-adopted"]
    assert all(isinstance(part.decision, Adopt) for part in plan.parts)


def test_only_what_stands_in_the_group_gets_tags_merged_in(world: Any) -> None:
    """A child's tags are its PUT's; what is only used gets none; Azure's merge leaves others' alone."""
    refer = replace(ME, name="theirs", when_exists=WhenExists.REFER)
    here = with_parts(world, CPU, ME, known=True)
    bare = {name: replace(found, tags={"their": "x"}) for name, found in here.facts.parts.items()}
    theirs = Live(part_id(here.wanted, refer), "theirs", "westeurope")
    parts = (*here.wanted.parts, refer)
    here = replace(here, wanted=replace(here.wanted, parts=parts)).knowing(parts={**bare, refer.logical: theirs})
    plan, _ = decide(here.wanted, here.facts)
    assert isinstance(next(part for part in plan.parts if part.name == "theirs").decision, Refer)
    assert plan.lacking_tags == {bare["identity-train"].id: OURS}


def test_what_the_engine_writes_whole_keeps_the_tags_of_others(world: Any) -> None:
    """An update by azure-native sends all tags: those that somebody added are among them."""
    group = WantedPart(Sort.CONTAINER, "score", "group", {"image": "x"})
    here = with_parts(world, group)
    found = replace(here.facts.parts["container-score"], tags={"cost": "1", "TEAM": "old"})
    here = here.knowing(parts={"container-score": found})
    (plan,) = decide(here.wanted, here.facts)[0].parts
    assert plan.body.secure["tags"] == {"cost": "1", **OURS}


def test_a_part_under_another_part_is_its_own_owner(world: Any) -> None:
    """Its parent's decision is none of a kind's: consent or tags decide."""
    inner = WantedPart(Sort.COMPUTE, "inner", "compute-cpu")
    here = with_parts(world, CPU, inner, known=False)
    plan, _ = decide(here.wanted, here.facts)
    assert [part.decision for part in plan.parts] == [
        Adopt("our-tag", here.facts.parts["compute-cpu"].id),
        Adopt("our-tag", here.facts.parts["compute-inner"].id),
    ]


def test_without_settings_nothing_of_a_kind_is_ever_compared(world: Any) -> None:
    """The list of a run with nothing to do shows no settings: an explicit body would be written every time."""
    assert {kind: body(world.wanted).explicit for kind, body in KIND_BODIES.items()} == {kind: {} for kind in Kind}


def test_what_a_body_needs_is_there_to_be_needed(world: Any) -> None:
    """By the logical name of a kind that the settings hold, and no kind of itself."""
    smaller = {kind: resource for kind, resource in world.wanted.resources.items() if kind is not Kind.CLUSTER}
    for resources in (world.wanted.resources, smaller):
        wanted = replace(world.wanted, resources=resources)
        for kind in resources:
            needs = KIND_BODIES[kind](wanted).needs
            assert {*needs} <= {one.value for one in resources} - {kind.value}


def test_what_is_recorded_without_outputs_is_kept(world: Any) -> None:
    """A creation that failed half-way and came to an end after all."""
    here = with_parts(world, CPU)
    here = here.knowing(state={**here.facts.state, "compute-cpu": Recorded("u", "t", "")})
    (plan,) = decide(here.wanted, here.facts)[0].parts
    assert isinstance(plan.decision, Keep)


def test_every_sort_that_the_settings_have_a_list_for_has_a_body() -> None:
    """Else the run would end in a KeyError."""
    from holdfast.settings.parts import LISTS

    assert set(LISTS) <= set(PART_BODIES)
