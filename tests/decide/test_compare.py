"""Is a difference what the settings ask for and Azure does not hold, and nothing else?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
import yaml
from hypothesis import given, settings

from holdfast.decide.compare import Difference, differences, fragment, in_detail
from holdfast.model.bodies import Body, merged_body

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("compare.yaml").read_text(encoding="utf-8"))

names = st.sampled_from(["a", "b", "sku", "value", "command", "labels", "properties"])
scalars = st.sampled_from([None, True, False, 0, 1, 1.5, "", "x", "X", "West Europe", "westeurope", "PT60M", "PT1H"])


def maps(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    named = st.dictionaries(names, inner, max_size=2).flatmap(
        lambda rest: st.sampled_from(["one", "ONE", "two", "three"]).map(lambda name: {**rest, "name": name})
    )
    lists = st.lists(inner, max_size=3) | st.lists(named, max_size=3, unique_by=lambda item: item["name"])
    return st.dictionaries(names, inner | lists, max_size=3)


bodies = maps(st.recursive(scalars, maps, max_leaves=8))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_each_case_differs_as_it_says(case: dict[str, Any]) -> None:
    """By path, in the order of the settings."""
    assert [one.path for one in differences(case["wanted"], case["live"])] == case.get("differs", [])


@pytest.mark.slow
@given(bodies, bodies)
def test_what_is_merged_in_is_no_difference(live: Any, wanted: Any) -> None:
    """A PUT of what is live with what is wanted leaves nothing to be done."""
    assert differences(wanted, merged_body(live, wanted)) == []


@pytest.mark.slow
@given(bodies, bodies)
def test_a_written_fragment_leaves_nothing_to_be_done(live: Any, wanted: Any) -> None:
    """What differs is enough: a second run writes nothing."""
    assert differences(wanted, merged_body(live, fragment(differences(wanted, live)))) == []


@pytest.mark.slow
@given(bodies, bodies)
def test_a_fragment_holds_nothing_but_what_is_wanted(live: Any, wanted: Any) -> None:
    """Nothing that the settings do not say is ever sent."""

    def within(part: Any, whole: Any) -> bool:
        if isinstance(part, dict) and isinstance(whole, dict):
            return all(name in whole and within(value, whole[name]) for name, value in part.items())
        return bool(part == whole)

    assert within(fragment(differences(wanted, live)), wanted)


@pytest.mark.slow
@given(bodies)
def test_what_is_live_differs_in_nothing_from_itself(body: Any) -> None:
    """And nothing is asked for by an empty body."""
    assert differences(body, body) == []
    assert differences({}, body) == []
    assert fragment([]) == {}


@pytest.mark.slow
@given(
    st.lists(st.builds(dict, name=st.sampled_from("abcdef"), n=scalars), unique_by=lambda item: item["name"]), st.data()
)
def test_the_order_of_named_items_does_not_matter(items: list[Any], data: Any) -> None:
    """Azure gives a list back in an order of its own."""
    assert differences({"pools": items}, {"pools": data.draw(st.permutations(items))}) == []


@pytest.mark.slow
@given(bodies, bodies)
def test_every_difference_is_told_in_detail(live: Any, wanted: Any) -> None:
    """None gets lost on the way into a message, and what is told lies within it."""
    for difference in differences(wanted, live):
        told = in_detail(difference)
        assert told
        assert all(one.keys[: len(difference.keys)] == difference.keys for one in told)


def test_detail_goes_into_the_items_of_the_same_names() -> None:
    """And stops where the names are others, or where there are none."""
    wanted = [{"name": "x", "env": [{"name": "A", "value": "b"}], "size": 1}, {"name": "y"}]
    live = [{"name": "y"}, {"name": "x", "env": [{"name": "A", "value": "c"}], "size": 2}]
    told = in_detail(Difference(("containers",), live, wanted))
    assert [(one.path, one.live, one.wanted) for one in told] == [
        ("containers.x.env.A.value", "c", "b"),
        ("containers.x.size", 2, 1),
    ]
    other = Difference(("containers",), [{"name": "z"}], [{"name": "x"}])
    assert in_detail(other) == [other]
    assert in_detail(Difference(("a",), 1, 2)) == [Difference(("a",), 1, 2)]
    twice = Difference(("a",), [{"name": "x"}, {"name": "x"}], [{"name": "x"}])
    assert in_detail(twice) == [twice]


def test_a_merged_item_keeps_what_azure_knows_of_it() -> None:
    """By its name, in whatever letter case; an item of the very name comes first."""
    live = {"pools": [{"name": "System", "version": 1}, {"name": "b"}], "env": [{"name": "A", "x": 1}, {"name": "a"}]}
    over = {"pools": [{"name": "system", "count": 2}, "text"], "env": [{"name": "a", "y": 1}, {"name": "A"}]}
    assert merged_body(live, over) == {
        "pools": [{"name": "system", "version": 1, "count": 2}, "text"],
        "env": [{"name": "a", "y": 1}, {"name": "A", "x": 1}],
    }


def test_a_new_resource_is_made_with_both(world: Any) -> None:
    """What the settings ask for goes over what a new one gets where they are silent."""
    body = Body({"properties": {"a": 1}}, {"sku": "x", "properties": {"a": 2, "b": 3}})
    assert body.creation == {"sku": "x", "properties": {"a": 1, "b": 3}}
