"""Can permissions be compared without taking one for another?"""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from holdfast.model.permissions import (
    ALLOWED,
    EVERYTHING,
    Permissions,
    PolicyEntry,
    lost,
    merged,
    parse_policies,
    read_entries,
    wire_entry,
)

NOTHING = Permissions()


def some(kind: str) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(ALLOWED[kind])), max_size=4)


permissions = st.builds(Permissions, some("keys"), some("secrets"), some("certificates"), some("storage"))
entries = st.lists(
    st.builds(
        PolicyEntry,
        st.sampled_from(["a", "A", "b", "c"]),
        st.sampled_from(["t", "T"]),
        permissions,
        st.sampled_from(["", "app", "APP"]),
    ),
    max_size=6,
)


def secrets(words: str) -> Permissions:
    return Permissions(secrets=frozenset(words.split()))


@given(permissions, permissions)
def test_what_is_lacking_and_what_is_held_make_the_wish(have: Permissions, wish: Permissions) -> None:
    """Nothing is lacking once it is added, and only what was wished for is lacking."""
    lacking = have.lacks(wish)
    assert not (have | lacking).lacks(wish)
    assert (lacking & wish) == lacking


@given(permissions, permissions)
def test_a_union_lacks_neither_side(left: Permissions, right: Permissions) -> None:
    """`|` never narrows."""
    assert not (left | right).lacks(left)
    assert not (left | right).lacks(right)


@given(permissions, permissions)
def test_within_is_what_can_be_taken_away(held: Permissions, asked: Permissions) -> None:
    """It is a part of what is held, it is covered by what is asked, and what is left over is not."""
    taken = held.within(asked)
    assert (taken & held) == taken
    assert not asked.lacks(taken)
    left = Permissions(*(getattr(held, kind) - getattr(taken, kind) for kind in ALLOWED))
    assert not left.within(asked)


@given(permissions)
def test_everything_covers_everything(held: Permissions) -> None:
    """A revocation that lists nothing takes all."""
    assert held.within(EVERYTHING) == held
    assert held.all_beyond(EVERYTHING) == NOTHING


@given(permissions)
def test_the_wire_holds_all_of_it_in_any_letter_case(held: Permissions) -> None:
    """What Azure answers in its own letter case is what was sent."""
    wire = held.wire()
    assert Permissions.of(wire) == held
    assert Permissions.of({kind: [word.upper() for word in words] for kind, words in wire.items()}) == held
    assert all(words == sorted(words) for words in wire.values())
    assert bool(wire) == bool(held)


@given(entries)
def test_merging_loses_nobody_and_doubles_nobody(found: list[PolicyEntry]) -> None:
    """One entry for each of Azure's keys, holding all that any of its entries held."""
    joined = merged(found)
    assert len({entry.key for entry in joined}) == len(joined)
    assert lost(found, joined) == ()
    assert {entry.key for entry in joined} == {entry.key for entry in found}


@given(entries, entries)
def test_what_is_lost_is_just_what_has_to_be_added_again(before: list[PolicyEntry], after: list[PolicyEntry]) -> None:
    """Added to what is there, nothing is lost any more, and none of it was there."""
    after = list(merged(after))
    gone = lost(before, after)
    assert lost(before, merged([*after, *gone])) == ()
    there = {entry.key: entry.permissions for entry in after}
    assert all(not (entry.permissions & there.get(entry.key, NOTHING)) for entry in gone)
    assert all(entry.permissions for entry in gone)


@pytest.mark.parametrize(
    ("before", "after", "gone"),
    [
        ("get list", "get list", ""),
        ("get", "get list", ""),
        ("get list", "get", "list"),
        ("get", "all", ""),
        ("all", "get list", "all"),
        ("get", "", "get"),
        ("", "", ""),
    ],
)
def test_lost_is_told_permission_by_permission(before: str, after: str, gone: str) -> None:
    """`all` covers the rest of its object kind and is lost when it goes."""
    was, now = PolicyEntry("a", "t", secrets(before)), PolicyEntry("A", "T", secrets(after))
    assert [entry.permissions for entry in lost([was], [now])] == ([secrets(gone)] if gone else [])


def test_an_entry_through_an_application_is_another_entry() -> None:
    """Azure's key is (tenant, object, application)."""
    own, through = PolicyEntry("a", "t", secrets("get")), PolicyEntry("a", "t", secrets("get"), "app")
    assert lost([own], [through]) == (own,)
    assert lost([through], [own]) == (through,)


def test_all_of_one_object_kind_says_nothing_about_another() -> None:
    """`all` on keys is no permission on secrets."""
    keys = Permissions(keys=frozenset({"all"}))
    assert keys.lacks(secrets("get")) == secrets("get")
    assert keys.within(secrets("all")) == NOTHING


def test_a_permission_is_no_part_of_all() -> None:
    """It can't be taken out alone, so that it is told, and not pretended."""
    assert secrets("all").within(secrets("get")) == NOTHING
    assert secrets("all").all_beyond(secrets("get")) == secrets("get")
    assert secrets("get list").all_beyond(secrets("get")) == NOTHING


def test_permissions_are_written_for_people_too() -> None:
    """One object kind after the other, sorted; nothing is called that."""
    held = Permissions(keys=frozenset({"sign"}), secrets=frozenset({"set", "get"}))
    assert str(held) == "keys: sign; secrets: get, set"
    assert str(NOTHING) == "nothing"


@pytest.mark.source("Azure REST API, Vaults - Get, 2024-11-01: AccessPolicyEntry")
def test_entries_are_read_as_azure_answers_them() -> None:
    """Any letter case, nulls and missing keys; object kinds that are not known yet are passed over."""
    body: dict[str, Any] = {
        "accessPolicies": [
            {
                "objectId": "A",
                "tenantId": "T",
                "applicationId": None,
                "permissions": {"secrets": ["Get"], "keys": None},
            },
            {"objectId": "B", "tenantId": "T", "applicationId": "P", "permissions": {"managedHsm": ["Get"]}},
            {"objectId": "C"},
        ]
    }
    assert parse_policies(body) == (
        PolicyEntry("A", "T", secrets("get")),
        PolicyEntry("B", "T", NOTHING, "P"),
        PolicyEntry("C", "", NOTHING),
    )
    assert parse_policies({}) == parse_policies({"accessPolicies": None}) == ()


@given(entries)
def test_what_is_written_is_read_again(found: list[PolicyEntry]) -> None:
    """Our resources and receipts keep entries in Azure's own shape."""
    assert read_entries([wire_entry(entry) for entry in found]) == tuple(found)
    assert all(("applicationId" in wire_entry(entry)) == bool(entry.application) for entry in found)
