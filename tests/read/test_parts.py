"""Are parts read by one list for each place, and asked for themselves only where a list does not answer?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.arm import Answer
from holdfast.model.existing import Absent, Live, Recorded, Unreadable
from holdfast.model.kinds import Kind
from holdfast.model.names import part_id, resource_id
from holdfast.model.sorts import SORTS, Sort
from holdfast.model.wanted import Wanted, WantedPart
from holdfast.read import read

CPU = WantedPart(Sort.COMPUTE, "cpu", "workspace")
GPU = WantedPart(Sort.COMPUTE, "GPU", "workspace")
DATA = WantedPart(Sort.DATASTORE, "data", "workspace")
ME = WantedPart(Sort.IDENTITY, "train", "group")
POOL = WantedPart(Sort.POOL, "extra", "cluster")


def refused(status: int, code: str) -> Answer:
    return Answer(status, {"error": {"code": code, "message": "said so"}})


def with_parts(wanted: Wanted, *parts: WantedPart) -> Wanted:
    return replace(wanted, parts=parts)


def list_of(wanted: Wanted, part: WantedPart) -> str:
    return part_id(wanted, part).lower().rpartition("/")[0]


def put(arm: Any, wanted: Wanted, part: WantedPart, *, listed: bool = True) -> dict[str, Any]:
    """Let there be a part; its list shows it in another letter case."""
    body = {
        "id": part_id(wanted, part),
        "name": part.name,
        "location": "westeurope",
        "properties": {"a": 1, "tags": {"t": "1"}},
    }
    arm.put(body, listed=False)
    rows = arm.lists.setdefault(list_of(wanted, part), [[]])[0]
    if listed:
        rows.append({**body, "id": body["id"].upper()})
    return body


def recorded(state: Any, *parts: WantedPart) -> dict[str, Recorded]:
    return {**state, **{part.logical: Recorded("urn", SORTS[part.sort].token, part.name) for part in parts}}


@pytest.mark.parametrize("count", [1, 10, 100])
def test_the_reads_of_a_run_with_nothing_to_do_do_not_grow_with_the_parts(
    arm: Any, wanted: Wanted, state: Any, count: int
) -> None:
    """Three for the environment, and one for each sort and parent."""
    parts = [replace(one, name=f"{one.name}{n}") for n in range(count) for one in (CPU, DATA, ME, POOL)]
    wanted = with_parts(wanted, *parts)
    for part in parts:
        put(arm, wanted, part)
    facts = read(arm, wanted, recorded(state, *parts), "T")
    assert len(arm.asked) == 3 + 4
    assert set(facts.parts) == {part.logical for part in parts}
    assert all(isinstance(found, Live) for found in facts.parts.values())


def test_without_parts_nothing_more_is_asked(arm: Any, wanted: Wanted, state: Any) -> None:
    """Not a list."""
    assert read(arm, wanted, state, "T").parts == {}
    assert len(arm.asked) == 3


def test_each_list_is_asked_where_the_sort_stands_in_its_own_version(arm: Any, wanted: Wanted, state: Any) -> None:
    """Below its parent's id, or below the group."""
    wanted = with_parts(wanted, CPU, ME, POOL)
    read(arm, wanted, state, "T")
    asked = dict(arm.asked)
    assert asked[f"{resource_id(wanted, Kind.WORKSPACE)}/computes"] == SORTS[Sort.COMPUTE].api_version
    assert asked[f"{resource_id(wanted, Kind.CLUSTER)}/agentPools"] == SORTS[Sort.POOL].api_version
    identities = f"{resource_id(wanted, Kind.GROUP)}/providers/Microsoft.ManagedIdentity/userAssignedIdentities"
    assert asked[identities] == SORTS[Sort.IDENTITY].api_version


def test_a_parent_that_is_named_by_id_is_asked_where_it_is(arm: Any, wanted: Wanted, state: Any) -> None:
    """In another group."""
    elsewhere = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w"
    resources = {**wanted.resources, Kind.WORKSPACE: replace(wanted.resources[Kind.WORKSPACE], id=elsewhere)}
    read(arm, replace(wanted, resources=resources, parts=(CPU,)), state, "T")
    assert f"{elsewhere}/computes" in arm.paths()


def test_what_the_list_shows_is_the_fact_with_its_whole_body(arm: Any, wanted: Wanted, state: Any) -> None:
    """In any letter case, for what is in the state: nothing of it is imported."""
    wanted = with_parts(wanted, GPU)
    body = put(arm, wanted, GPU)
    found = read(arm, wanted, recorded(state, GPU), "T").parts["compute-gpu"]
    assert isinstance(found, Live)
    assert found.id == body["id"].upper()
    assert (found.location, found.properties["a"]) == ("westeurope", 1)
    assert found.body["properties"] == body["properties"]


def test_what_our_state_lacks_is_asked_for_itself(arm: Any, wanted: Wanted, state: Any) -> None:
    """What may be imported is taken verbatim from the resource, or the engine replaces it."""
    wanted = with_parts(wanted, CPU, DATA)
    body = put(arm, wanted, CPU)
    put(arm, wanted, DATA)
    facts = read(arm, wanted, recorded(state, DATA), "T")
    found = facts.parts["compute-cpu"]
    assert isinstance(found, Live)
    assert found.id == body["id"]
    assert len(arm.asked) == 3 + 2 + 1


def test_a_list_that_lags_makes_nothing_absent(arm: Any, wanted: Wanted, state: Any) -> None:
    """What it does not show is asked for itself, and only a 404 about it is absence."""
    wanted = with_parts(wanted, CPU, GPU)
    put(arm, wanted, CPU, listed=False)
    facts = read(arm, wanted, recorded(state, CPU, GPU), "T")
    assert isinstance(facts.parts["compute-cpu"], Live)
    assert facts.parts["compute-gpu"] == Absent()


@pytest.mark.parametrize(
    "answer",
    [
        refused(403, "AuthorizationFailed"),
        refused(500, "InternalServerError"),
        Answer(0, {"error": {"code": "ForeignNextLink"}}),
        Answer(200, "<html>sign in</html>"),
        Answer(404, "<html>not here</html>"),
        refused(404, "InvalidResourceType"),
        [Answer(200, {"value": []}), refused(429, "TooManyRequests")],
    ],
)
def test_a_list_that_can_not_be_read_hides_nothing(arm: Any, wanted: Wanted, state: Any, answer: Any) -> None:
    """Then each part is asked for itself; one that can't be read either is no absent one."""
    wanted = with_parts(wanted, CPU, GPU)
    put(arm, wanted, CPU)
    arm.answers[list_of(wanted, CPU)] = answer
    arm.answers[part_id(wanted, GPU).lower()] = refused(403, "AuthorizationFailed")
    facts = read(arm, wanted, recorded(state, CPU, GPU), "T")
    assert isinstance(facts.parts["compute-cpu"], Live)
    assert facts.parts["compute-gpu"] == Unreadable(403, "AuthorizationFailed", "said so")


@pytest.mark.parametrize("code", ["ResourceNotFound", "ParentResourceNotFound", "ResourceGroupNotFound"])
def test_below_a_parent_that_is_not_there_nothing_is_asked_for(arm: Any, wanted: Wanted, state: Any, code: str) -> None:
    """The first run of an environment asks no hundred times for nothing."""
    wanted = with_parts(wanted, CPU, GPU, DATA)
    arm.answers[list_of(wanted, CPU)] = arm.answers[list_of(wanted, DATA)] = refused(404, code)
    facts = read(arm, wanted, recorded(state, CPU), "T")
    assert set(facts.parts.values()) == {Absent()}
    assert len(arm.asked) == 3 + 2


def test_a_list_in_pages_is_one_list(arm: Any, wanted: Wanted, state: Any) -> None:
    """What is on the second page is there."""
    wanted = with_parts(wanted, CPU, GPU)
    put(arm, wanted, CPU)
    put(arm, wanted, GPU)
    place = list_of(wanted, CPU)
    rows = arm.lists[place][0]
    arm.lists[place] = [rows[:1], [], rows[1:]]
    facts = read(arm, wanted, recorded(state, CPU, GPU), "T")
    assert len(arm.asked) == 3 + 1
    assert all(isinstance(found, Live) for found in facts.parts.values())


def test_what_is_named_by_id_is_asked_for_by_it_alone(arm: Any, wanted: Wanted, state: Any) -> None:
    """Its list is none of ours, and its id comes verbatim from Azure."""
    far = replace(ME, id="/SUBSCRIPTIONS/x/far")
    arm.put({"id": "/subscriptions/x/far", "location": "westeurope"}, listed=False)
    found = read(arm, with_parts(wanted, far), state, "T").parts[far.logical]
    assert isinstance(found, Live)
    assert found.id == "/subscriptions/x/far"
    assert len(arm.asked) == 3 + 1


def test_a_sort_that_is_not_listed_is_asked_for_one_by_one(
    arm: Any, wanted: Wanted, state: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Azure has no list that shows what matters."""
    monkeypatch.setitem(SORTS, Sort.COMPUTE, replace(SORTS[Sort.COMPUTE], listed=False))
    wanted = with_parts(wanted, CPU, GPU)
    put(arm, wanted, CPU)
    facts = read(arm, wanted, recorded(state, CPU), "T")
    assert isinstance(facts.parts["compute-cpu"], Live)
    assert facts.parts["compute-gpu"] == Absent()
    assert len(arm.asked) == 3 + 2


def test_a_part_of_a_part_is_listed_below_it(arm: Any, wanted: Wanted, state: Any) -> None:
    """Its parent is found by its logical name."""
    inner = WantedPart(Sort.DATASTORE, "inner", "compute-cpu")
    wanted = with_parts(wanted, CPU, inner)
    put(arm, wanted, CPU)
    put(arm, wanted, inner)
    facts = read(arm, wanted, recorded(state, CPU, inner), "T")
    assert isinstance(facts.parts["datastore-inner"], Live)
    assert f"{part_id(wanted, CPU)}/datastores" in arm.paths()


def test_a_kind_with_settings_is_asked_itself(arm: Any, wanted: Wanted, state: Any) -> None:
    """The group's list shows no settings; one more read for each such kind, and none for parts."""
    wanted = replace(wanted, settings={Kind.REGISTRY: {"sku": "Basic"}, Kind.WORKSPACE: {}})
    arm.bodies[resource_id(wanted, Kind.REGISTRY).lower()]["sku"] = {"name": "Basic"}
    found = read(arm, wanted, state, "T").existing[Kind.REGISTRY]
    assert isinstance(found, Live)
    assert found.body["sku"] == {"name": "Basic"}
    assert len(arm.asked) == 3 + 1


@pytest.mark.parametrize(
    ("kind", "seen"),
    [("microsoft.azureml.kubernetes", "theirs"), ("microsoft.flux", None)],
)
def test_an_extension_of_another_name_is_found_where_a_cluster_takes_one(
    arm: Any, wanted: Wanted, kind: str, seen: str | None
) -> None:
    """The list that is read anyway tells it; one of another sort is in nobody's way."""
    part = WantedPart(Sort.EXTENSION, "azureml-1a2b3c", "cluster")
    asked = with_parts(wanted, part)
    id = part_id(asked, replace(part, name="theirs"))
    body = {"id": id, "name": "theirs", "properties": {"extensionType": kind}}
    arm.lists[list_of(asked, part)] = [[body]]
    found = read(arm, asked, {}, "T").parts[part.logical]
    assert (found.name if isinstance(found, Live) else None) == seen
