"""What is done about a setting that differs: is it written, left, refused, or said to be somebody else's?"""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.decide.changes import Subject, settle, settle_by_engine
from holdfast.model.bodies import Body
from holdfast.model.decision import Adopt, Create, Keep, Recover, Refer, Refuse, Replace, Update
from holdfast.model.errors import Blame, Fault
from holdfast.model.existing import Absent, Existing, Live, Recorded
from holdfast.model.plan import Change

ID = "/subscriptions/S/resourceGroups/rg/providers/N/t/mine"
KEEP = Keep("in-state", ID)


def subject(**changes: Any) -> Subject:
    usual = {"named": "Thing `mine`", "key": "things[0]", "file": "f.yaml", "api_version": "v", "whole_put": False}
    return Subject(**(usual | changes))


def live(**body: Any) -> Live:
    return Live(ID, "mine", "westeurope", body={"id": ID, **body})


def test_what_differs_is_one_change_that_the_preview_names() -> None:
    """The id comes verbatim from Azure, and nothing but what differs is in the fragment."""
    body = Body({"sku": {"name": "Premium"}, "properties": {"admin": False, "days": 7}})
    found = live(sku={"name": "Basic", "tier": "Basic"}, properties={"days": 7})
    decision, changes, notes = settle(subject(whole_put=True), KEEP, body, found)
    assert decision is KEEP
    assert changes == (Change(ID, "v", {"sku": {"name": "Premium"}}, whole_put=True),)
    assert [(note.id, note.message) for note in notes] == [
        ("setting-changes", "Thing `mine`: `sku.name` is Basic, will be Premium")
    ]


@pytest.mark.parametrize("found", [live(properties={"a": 1}), Absent()])
@pytest.mark.parametrize("decision", [KEEP, Adopt("our-tag", ID), Refer("named-by-id", ID)])
@pytest.mark.parametrize(
    "body", [Body(), Body(secure={"properties": {"a": 2, "b": 3}}), Body({"properties": {"a": 1}})]
)
def test_silence_of_the_settings_changes_nothing(body: Body, decision: Any, found: Existing) -> None:
    """What a new one would get is no wish of the settings; nor is what is live already."""
    assert settle(subject(), decision, body, found) == (decision, (), [])
    assert settle_by_engine(subject(), decision, body, found, None) == (decision, None, [])


@pytest.mark.parametrize(
    "decision",
    [Create("absent"), Refuse("x", Fault("x", "X.")), Recover("x", ID, "l")],
    ids=lambda decision: type(decision).__name__,
)
def test_what_is_not_there_to_be_kept_is_not_changed(decision: Any) -> None:
    """A new one is made as the settings say; what is refused is nobody's business."""
    body = Body({"a": 2})
    assert settle(subject(), decision, body, live(a=1)) == (decision, (), [])
    assert settle_by_engine(subject(), decision, body, live(a=1), None) == (decision, None, [])


def test_an_adopted_one_is_changed_like_any_other() -> None:
    """Whoever says `adopt` says that the settings hold from now on."""
    decision, changes, _ = settle(subject(), Adopt("consent", ID), Body({"a": 2}), live(a=1))
    assert isinstance(decision, Adopt)
    assert changes == (Change(ID, "v", {"a": 2}, whole_put=False),)


def test_a_referred_one_is_never_written_and_that_is_said() -> None:
    """A setting without any effect must not pass for one that has."""
    for settled in (
        settle(subject(), Refer("named-by-id", ID), Body({"a": 2}), live(a=1)),
        settle_by_engine(subject(), Refer("named-by-id", ID), Body({"a": 2}), live(a=1), None),
    ):
        assert isinstance(settled[0], Refer)
        assert not settled[1]
        (note,) = settled[2]
        assert note.id == "setting-of-referred"
        assert "`a` is 1, the settings say 2" in note.message


@pytest.mark.parametrize(
    ("fixed", "differs"),
    [
        ("properties.size", True),
        ("properties", True),
        ("properties.si", False),
        ("properties.size.inner", False),
        ("properties.other", False),
    ],
)
def test_what_azure_fixes_at_creation_is_refused(fixed: str, differs: bool) -> None:
    """A path stands for itself and all below; the refusal says what is, what is wanted and which key to set back."""
    decision, changes, notes = settle(
        subject(fixed=(fixed,)), KEEP, Body({"properties": {"size": "L", "a": 1}}), live(properties={"size": "S"})
    )
    assert isinstance(decision, Refuse) is differs
    assert bool(changes) is not differs
    assert bool(notes) is not differs
    if isinstance(decision, Refuse):
        assert decision.fault.id == decision.reason == "change-would-replace"
        assert decision.fault.blame is Blame.USER
        assert ("properties.size", "is S, the settings say L") in decision.fault.evidence
        assert "`things[0]` in f.yaml" in decision.fault.hint


@pytest.mark.parametrize(
    ("wanted", "fixed"),
    [
        ([{"name": "x", "properties": {"cpu": 2, "image": "a"}}], True),
        ([{"name": "x", "properties": {"cpu": 1, "image": "b"}}], False),
        ([{"name": "y", "properties": {"cpu": 1, "image": "a"}}], True),
        ([{"name": "x", "properties": {"cpu": 1, "image": "a"}}, {"name": "y"}], True),
    ],
)
def test_a_fixed_path_through_a_list_is_that_of_every_item(wanted: list[Any], fixed: bool) -> None:
    """`containers[].properties.cpu`; another item is another one, and fixed as well."""
    found = live(containers=[{"name": "x", "properties": {"cpu": 1, "image": "a"}}])
    decision, _, _ = settle(subject(fixed=("containers[].properties.cpu",)), KEEP, Body({"containers": wanted}), found)
    assert isinstance(decision, Refuse) is fixed
    nothing, _, _ = settle(subject(fixed=("containers[].a",)), KEEP, Body({"containers": wanted}), live())
    assert isinstance(nothing, Refuse)


def test_what_only_an_action_changes_is_a_post_of_its_own() -> None:
    """Its body is the last name of the path; the rest goes the usual way."""
    acts = subject(whole_put=True, actions={"properties.idle": "updateIdle"})
    found = live(properties={"idle": "PT1H", "size": 1})
    _, changes, notes = settle(acts, KEEP, Body({"properties": {"idle": "PT2H", "size": 2}}), found)
    assert changes == (
        Change(ID, "v", {"properties": {"size": 2}}, whole_put=True),
        Change(ID, "v", {"idle": "PT2H"}, whole_put=False, action="updateIdle"),
    )
    assert len(notes) == 1
    _, changes, _ = settle(acts, KEEP, Body({"properties": {"idle": "PT2H", "size": 1}}), found)
    assert [change.action for change in changes] == ["updateIdle"]
    assert settle(acts, KEEP, Body({"properties": {"idle": "PT60M"}}), found)[1] == ()


def test_a_long_value_is_cut_and_kept_on_one_line() -> None:
    """A note is read by people."""
    _, _, (note,) = settle(subject(), KEEP, Body({"a": "x" * 500}), live(a="one\n   two"))
    assert "`a` is one two, will be" in note.message
    assert len(note.message) < 200
    _, _, (note,) = settle(subject(), KEEP, Body({"a": 1}), live())
    assert "`a` is nothing, will be 1" in note.message


@pytest.mark.parametrize("recorded", [None, Recorded("u", "t", "mine"), Recorded("u", "t", "mine", {"a": 1})])
def test_what_the_engine_writes_is_an_update_or_a_replacement(recorded: Recorded | None) -> None:
    """By azure-native from the settings; the preview names either."""
    body, found = Body({"properties": {"a": 2, "b": 1}}), live(properties={"a": 1, "b": 1})
    decision, _, (note,) = settle_by_engine(subject(), KEEP, body, found, recorded)
    assert decision == Update("setting-changes", ID, ("properties.a",))
    assert note.id == "setting-changes"
    decision, _, (note,) = settle_by_engine(subject(fixed=("properties.a",)), KEEP, body, found, recorded)
    assert decision == Replace("fixed-setting-changes", ID, ("properties.a",))
    assert note.id == "part-replaced"


def test_what_the_state_does_not_know_of_is_told_and_left() -> None:
    """The engine compares with its state, which holds what the settings say: it would do nothing."""
    recorded = Recorded("u", "t", "mine", {"a": 2})
    body, found = Body({"properties": {"a": 2}}), live(properties={"a": 1})
    for fixed in ((), ("properties.a",)):
        decision, _, (note,) = settle_by_engine(subject(fixed=fixed), KEEP, body, found, recorded)
        assert decision is KEEP
        assert note.id == "changed-behind-the-state"
        assert "pulumi refresh" in note.message


@pytest.mark.parametrize("fixed", [(), ("properties.a",)])
def test_what_the_engine_adopts_it_changes_in_the_run_after(fixed: tuple[str, ...]) -> None:
    """An import that is a replacement at once would be an error half-way, an update without one a second creation."""
    decision = Adopt("our-tag", ID)
    settled = settle_by_engine(
        subject(fixed=fixed), decision, Body({"properties": {"a": 2}}), live(properties={"a": 1}), None
    )
    assert settled[:2] == (decision, None)
    (note,) = settled[2]
    assert note.id == "setting-changes"
    assert "the run after" in note.message
