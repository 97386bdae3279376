"""Does a restore give back what is lacking, and never more; does a revocation take what it is to take?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.model.permissions import Permissions, PolicyEntry, lost, merged
from holdfast.verify.ledger import without
from holdfast.verify.receipt import NOTHING
from holdfast.verify.records import holdings
from holdfast.verify.repair import Withheld, appeared, plan_restore, plan_revocation

Make = Callable[..., Any]

_WORDS = st.frozensets(st.sampled_from(["get", "list", "set", "all"]))
_PERMISSIONS = st.builds(Permissions, keys=_WORDS, secrets=_WORDS)
_PRINCIPALS = st.sampled_from(["a", "b", "c"])
_KEYS = st.tuples(_PRINCIPALS, st.sampled_from(["", "x"]))
_HELD = st.dictionaries(_KEYS, _PERMISSIONS, max_size=5)


def listed(held: dict[tuple[str, str], Permissions]) -> tuple[PolicyEntry, ...]:
    """As Azure lists them, in a letter case of its own."""
    return tuple(PolicyEntry(who.upper(), "T", what, through) for (who, through), what in held.items())


@given(_HELD, _HELD, st.dictionaries(_PRINCIPALS, _PERMISSIONS), st.sets(_PRINCIPALS), st.sets(_PRINCIPALS))
def test_a_restore_never_narrows_and_never_gives_more_than_was_shown(
    shown: Any, present: Any, revoked: Any, never: Any, only: Any
) -> None:
    """For every vault and record: the vault after it holds all that it held, and beyond that only what was shown."""
    live = listed(present)
    plan = plan_restore(shown, live, "T", revoked, never, only)
    after = holdings(merged([*live, *plan.add]))
    assert lost(live, merged([*live, *plan.add])) == ()
    for entry in plan.add:
        key = (entry.principal, entry.application)
        assert entry.permissions
        assert not shown[key].lacks(entry.permissions)
        assert not entry.permissions & present.get(key, NOTHING)
        assert entry.principal not in never
        assert not only or entry.principal in only
        assert not entry.permissions & revoked.get(entry.principal, NOTHING)
    assert plan.entries == len(after)
    # Whoever is not barred, not passed over and not revoked has everything back.
    for key, held in shown.items():
        if key[0] not in never and (not only or key[0] in only) and not revoked.get(key[0]):
            assert not after.get(key, NOTHING).lacks(held)


@given(_HELD, _HELD)
def test_what_was_restored_is_lacking_no_more(shown: Any, present: Any) -> None:
    """A second restore has nothing to do."""
    live = listed(present)
    plan = plan_restore(shown, live, "T", {})
    assert plan_restore(shown, merged([*live, *plan.add]), "T", {}).add == ()


@given(_HELD, _PRINCIPALS, _PERMISSIONS)
def test_a_revocation_takes_from_one_principal_alone(present: Any, principal: str, asked: Permissions) -> None:
    """No more than was asked for, and no more than is held."""
    live = listed(present)
    plan = plan_revocation(live, principal, asked)
    for entry in plan.take:
        assert entry.principal.lower() == principal
        assert not asked.lacks(entry.permissions)
        assert not present[entry.principal.lower(), entry.application].lacks(entry.permissions)


def test_each_reason_to_withhold_is_told(entries: Make) -> None:
    """Whoever is never to be restored, and the part that was revoked; the rest is given."""
    a, b, c = (entries(f"{who}: get list")[0] for who in "abc")
    shown = holdings([a, b, c])
    revoked = {b.principal: Permissions(secrets=frozenset({"get"}))}
    plan = plan_restore(shown, entries("c: get"), "T", revoked, {a.principal.upper()})
    assert [(entry.principal, str(entry.permissions), entry.tenant) for entry in plan.add] == [
        (b.principal, "secrets: list", "T"),
        (c.principal, "secrets: list", "T"),
    ]
    assert plan.withheld == (
        Withheld(PolicyEntry(a.principal, "T", a.permissions), "never-restore"),
        Withheld(PolicyEntry(b.principal, "T", Permissions(secrets=frozenset({"get"}))), "revoked"),
    )
    assert plan.entries == 2


def test_what_was_revoked_whole_is_not_given_at_all(entries: Make) -> None:
    """It is told, and nothing is added."""
    shown = holdings(entries("a: get"))
    plan = plan_restore(shown, (), "T", {entries("a:")[0].principal: Permissions(secrets=frozenset({"all"}))})
    assert (plan.add, [held.reason for held in plan.withheld], plan.entries) == ((), ["revoked"], 0)


def test_what_appeared_is_what_the_record_does_not_show(entries: Make) -> None:
    """A new entry, and the new part of one; an application's entry is one of its own."""
    found = appeared(holdings(entries("a: get; b: get")), entries("A: get; b: get set; c/x: get; b/x: get"))
    assert [(entry.principal[0], entry.application, str(entry.permissions)) for entry in found] == [
        ("b", "", "secrets: set"),
        ("c", "x", "secrets: get"),
        ("b", "x", "secrets: get"),
    ]


@pytest.mark.parametrize(
    ("asked", "taken", "within"),
    [
        ("all", {"": "secrets: all", "x": "secrets: get, list"}, "nothing"),
        ("get", {"x": "secrets: get"}, "secrets: get"),
        ("set", {}, "secrets: set"),
    ],
)
def test_a_part_of_all_is_told_and_not_taken(entries: Make, asked: str, taken: dict[str, str], within: str) -> None:
    """Entries through an application are the principal's, too."""
    live = entries("A: all; a/x: get list; b: get")
    plan = plan_revocation(live, live[1].principal, Permissions(secrets=frozenset({asked})))
    assert {entry.application: str(entry.permissions) for entry in plan.take} == taken
    assert str(plan.within_all) == within


def test_without_a_choice_everything_is_taken(entries: Make) -> None:
    """Each entry of the principal as it stands, and nobody else's."""
    live = entries("A: all; a/x: get list; b: get")
    assert plan_revocation(live, live[1].principal).take == live[:2]


def test_without_takes_nothing_where_nothing_was_taken(entries: Make) -> None:
    """The usual case."""
    held = entries("a: get all")[0].permissions
    assert without(held, NOTHING) == held
