"""What do a vault's records say together? Cases from ledgers.yaml, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast.model.permissions import Permissions, PolicyEntry, wire_entry
from holdfast.verify.ledger import Ledger, as_shown_by, read_ledger, without
from holdfast.verify.receipt import through_applications
from holdfast.verify.records import Record, by_principal, holdings, is_about, read_record

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("ledgers.yaml").read_text(encoding="utf-8"))
VAULT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"
Make = Callable[..., Any]


def wire(entries: Iterable[PolicyEntry]) -> list[dict[str, Any]]:
    return [wire_entry(entry) for entry in entries]


def body_of(case: dict[str, Any], number: int, entries: Make) -> dict[str, Any]:
    """A record's file as it lies on the machine."""
    time = f"2026-01-{number + 1:02}T12:00:00+00:00"
    lost = wire(entries(case.get("lost")))
    if case["by"] == "incident":
        back = wire(entries(case.get("back")))
        return {
            "incident": "tripwire",
            "vault": VAULT,
            "write": "the PATCH",
            "time": time,
            "gone": lost,
            "putBack": back,
        }
    before, after = entries(case["before"]), None if case["after"] is None else entries(case["after"])
    was, now = by_principal(holdings(before)), by_principal(holdings(after or ()))
    states = {entries(f"{who}:")[0].principal: state for who, state in case.get("states", {}).items()}
    whose = {entries(f"{who}:")[0].principal: said for who, said in case.get("whose", {}).items()}
    rows = [
        {
            "principal": who,
            "whose": whose.get(who, "theirs"),
            "before": was.get(who, Permissions()).wire(),
            "after": None if after is None else now.get(who, Permissions()).wire(),
            "state": states.get(who, "kept"),
        }
        for who in sorted({*was, *now, *states})
    ]
    head = {"command": case["by"]} if case["by"] in ("revoke", "restore") else {"project": "p", "stack": case["by"]}
    return {
        "schema": 1,
        "time": time,
        "vault": {"id": VAULT.upper(), "authorization": "access-policies"},
        **head,
        "policies": rows,
        "lost": lost,
        "applications": wire(through_applications(before if after is None else after)),
        "neverRestore": [entries(f"{who}:")[0].principal for who in case.get("never", "")],
        "aKeyOfALaterVersion": {"is": "passed over"},
    }


def records_of(case: dict[str, Any], entries: Make) -> list[Record]:
    bodies = [body_of(row, number, entries) for number, row in enumerate(case.get("records", ()))]
    assert all(is_about(body, VAULT) for body in bodies)
    found = [read_record(body, f"file-{number}") for number, body in enumerate(bodies)]
    return [record for record in found if record is not None]


def said(event: Any) -> str:
    who = event.principal[0]
    permissions = ", ".join(sorted(event.permissions.secrets))
    return f"{who} {event.what} {permissions}" + (f" by {event.by.removeprefix('p/')}" if event.by else "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_each_case_says_what_the_file_says(entries: Make, case: dict[str, Any]) -> None:
    """What is there, what was lost and when that was noticed, what was revoked, and every event in its order."""
    ledger = read_ledger(reversed(records_of(case, entries)))
    for name in ("present", "recent", "older"):
        assert getattr(ledger, name) == holdings(entries(case.get(name))), name
    assert ledger.revoked == by_principal(holdings(entries(case.get("revoked"))))
    assert [said(event) for event in ledger.events] == case.get("events", [])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_nothing_that_is_there_counts_as_lost_or_revoked(entries: Make, case: dict[str, Any]) -> None:
    """And no loss counts twice."""
    ledger = read_ledger(records_of(case, entries))
    for key, held in ledger.present.items():
        for lost in (ledger.recent, ledger.older):
            assert not lost.get(key, Permissions()) & held
        assert not ledger.revoked.get(key[0], Permissions()) & held
    for key in ledger.recent:
        assert not ledger.recent[key] & ledger.older.get(key, Permissions())


def test_what_is_shown_is_what_was_there_and_what_was_lost_last(entries: Make) -> None:
    """Not what an older run has told."""
    case = next(case for case in CASES if case["name"] == "restored by a command")
    assert read_ledger(records_of(case, entries)).shown == holdings(entries("b: get; c: get"))


def test_the_strongest_claim_of_any_stack_says_whose_an_entry_is(entries: Make) -> None:
    """By the newest run of each stack; a command claims nothing."""
    records = [
        {"by": "A", "before": "a: get; w: get", "after": "a: get; w: get", "whose": {"a": "theirs", "w": "ours"}},
        {"by": "A", "before": "a: get; w: get", "after": "a: get; w: get", "whose": {"a": "ours", "w": "workspace"}},
        {"by": "B", "before": "a: get; w: get", "after": "a: get; w: get", "whose": {"a": "theirs", "w": "theirs"}},
        {"by": "revoke", "before": "b: get", "after": "", "states": {"b": "revoked"}, "whose": {"b": "ours"}},
    ]
    whose = read_ledger(records_of({"records": records}, entries)).whose
    a, w, b = (entries(f"{who}:")[0].principal for who in "awb")
    assert (whose[a], whose[w]) == (("ours", "p/A"), ("workspace", "p/A"))
    assert b not in whose


def test_the_newest_run_of_each_stack_says_who_is_never_restored(entries: Make) -> None:
    """Another stack's list counts, too; a list that was taken out of the settings does not."""
    look = {"before": "", "after": ""}
    records = [{"by": "A", "never": "a", **look}, {"by": "B", "never": "b", **look}, {"by": "A", "never": "c", **look}]
    never = read_ledger(records_of({"records": records}, entries)).never
    assert never == {entries(f"{who}:")[0].principal for who in "bc"}


def test_one_receipt_alone_is_seen_with_what_was_revoked_after_it(entries: Make) -> None:
    """`--from`: what it shows, not what later ones show; a later revocation counts, one before it does not."""
    records = records_of(
        {
            "records": [
                {"by": "revoke", "before": "c: get", "after": "", "states": {"c": "revoked"}},
                {"by": "A", "before": "a: get; b: get; c: get", "after": "a: get; b: get; c: get", "lost": "d: set"},
                {"by": "A", "before": "a: get; e: get", "after": "a: get; e: get"},
                {"by": "revoke", "before": "a: get", "after": "", "states": {"a": "revoked"}},
            ]
        },
        entries,
    )
    found = as_shown_by(records[1], records)
    assert found.shown == holdings(entries("a: get; b: get; c: get; d: set"))
    assert set(found.revoked) == {entries("a:")[0].principal}
    assert found.older == {}


def test_a_receipt_that_knows_of_no_revocation_hands_nothing_back(entries: Make) -> None:
    """A stack's receipt calls lost what a command took before its run; and another stack's `neverRestore` counts."""
    records = records_of(
        {
            "records": [
                {"by": "B", "before": "a: get", "after": "a: get", "never": "b"},
                {"by": "revoke", "before": "a: get", "after": "", "states": {"a": "revoked"}},
                {"by": "A", "before": "", "after": "", "lost": "a: get", "states": {"a": "still-lost"}},
            ]
        },
        entries,
    )
    a, b = (entries(f"{who}: get")[0] for who in "ab")
    found = as_shown_by(records[2], records)
    assert found.shown == holdings([a])
    assert (found.revoked, found.never) == ({a.principal: a.permissions}, {b.principal})
    # All records together do not even show it.
    assert read_ledger(records).shown == {}


@pytest.mark.parametrize(
    "body",
    [{}, {"schema": 4, "policies": []}, {"schema": 1}, {"schema": 1, "policies": "none"}],
)
def test_a_file_of_another_shape_or_version_is_no_record(body: dict[str, Any]) -> None:
    """Half understood, it could hand somebody access."""
    assert read_record(body) is None


def test_a_record_with_next_to_nothing_in_it_says_nothing() -> None:
    """A key that is not there says nothing; a row that is none is passed over."""
    record = read_record({"schema": 1, "policies": [{}, "x"]})
    assert record is not None
    assert (record.after, record.unread) == ({}, True)
    incident = read_record({"incident": "tripwire"})
    assert incident is not None
    assert read_ledger([record, incident]).shown == {}


@pytest.mark.parametrize(
    ("body", "about"),
    [
        ({"vault": {"id": VAULT.upper() + "/"}}, True),
        ({"vault": VAULT}, True),
        ({"vault": {"id": VAULT + "2"}}, False),
        ({"vault": None}, False),
        ({}, False),
    ],
)
def test_a_record_is_about_one_vault(body: dict[str, Any], about: bool) -> None:
    """By its id, which has no letter case."""
    assert is_about(body, VAULT) is about


@pytest.mark.parametrize(
    ("held", "taken", "left"),
    [
        ("get list", "get", "list"),
        ("all", "get", ""),
        ("all", "all", ""),
        ("get", "all", ""),
        ("get", "", "get"),
        ("all get", "", "all get"),
    ],
)
def test_all_does_not_hand_back_the_part_that_was_taken(held: str, taken: str, left: str) -> None:
    """`all` covers what was revoked: it is withheld whole, in that object kind alone."""

    beside = frozenset({"sign"})
    whole = Permissions(keys=beside, secrets=frozenset(held.split()))
    expected = Permissions(keys=beside, secrets=frozenset(left.split()))
    assert without(whole, Permissions(secrets=frozenset(taken.split()))) == expected


def test_an_empty_ledger_shows_nothing() -> None:
    """No record, no claim."""
    assert read_ledger([]) == Ledger()
