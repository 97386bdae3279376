"""What does a receipt say of every principal, and is what it says true? Cases from receipts.yaml."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.permissions import Permissions
from holdfast.verify import build

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("receipts.yaml").read_text(encoding="utf-8"))
Make = Callable[..., Any]


def receipt_of(case: dict[str, Any], wanted: Make, plan: Make, entries: Make) -> Any:
    def listed(key: str) -> Any:
        return entries(case.get(key))

    def vault(key: str) -> Any:
        found = case.get(key, "")
        return None if found is None else entries(found)

    settings = wanted(frozenset(entry.principal for entry in entries(f"{case['never']}:" if "never" in case else "")))
    gift = listed("gift")
    run = plan(
        wanted=listed("wanted"), revoke=listed("revoke"), dropped=listed("dropped"), gift=gift[0] if gift else None
    )
    last = None
    if "last" in case:
        # The last receipt as the last run left it: through JSON, as a file.
        last = json.loads(json.dumps(build(settings, plan(), listed("last"), listed("last")).to_json()))
    return build(settings, run, vault("before"), vault("after"), listed("granted"), last)


def as_dict(found: Any) -> dict[str, Permissions]:
    return {entry.principal.lower(): entry.permissions for entry in found}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_each_case_has_the_receipt_that_the_file_says(
    wanted: Make, plan: Make, entries: Make, valid: Make, case: dict[str, Any]
) -> None:
    """The state of every principal, whose it is, and the four lists; in the shape that is published."""
    receipt = receipt_of(case, wanted, plan, entries)
    valid(receipt.to_json())
    expected = {entries(f"{who}:")[0].principal: said for who, said in case.get("rows", {}).items()}
    assert {row.principal: f"{row.state} {row.whose}" for row in receipt.rows} == expected
    assert as_dict(receipt.lost) == as_dict(entries(case.get("lost")))
    assert as_dict(receipt.put_back) == as_dict(entries(case.get("put_back")))
    assert as_dict(receipt.missing) == as_dict(entries(case.get("missing")))
    assert as_dict(receipt.dropped) == as_dict(entries(case.get("is_dropped")))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_every_entry_before_and_after_is_in_the_receipt(
    wanted: Make, plan: Make, entries: Make, case: dict[str, Any]
) -> None:
    """Nobody is left out, and what a row says of before and after is what the vault held."""
    receipt = receipt_of(case, wanted, plan, entries)
    rows = {row.principal: row for row in receipt.rows}
    for key in ("before", "after"):
        for entry in entries(case.get(key)):
            assert not getattr(rows[entry.principal.lower()], key).lacks(entry.permissions)


def test_what_could_not_be_read_is_remembered_as_it_was(wanted: Make, plan: Make, entries: Make) -> None:
    """A receipt that could not see the vault afterwards loses nobody: the next one compares with what was before."""
    unread = build(wanted(), plan(), entries("a: get"), None).to_json()
    assert unread["policies"][0]["after"] is None
    receipt = build(wanted(), plan(), entries(""), entries(""), (), unread)
    assert as_dict(receipt.lost) == as_dict(entries("a: get"))


@pytest.mark.parametrize("change", [{"schema": 0}, {"vault": {"id": "/another"}}, {"vault": None}])
def test_a_receipt_of_another_vault_or_shape_is_no_memory(
    wanted: Make, plan: Make, entries: Make, change: dict[str, Any]
) -> None:
    """Nobody has lost in this vault what was seen in another."""
    last = build(wanted(), plan(), entries("a: get"), entries("a: get")).to_json() | change
    receipt = build(wanted(), plan(), entries(""), entries(""), (), last)
    assert (receipt.rows, receipt.lost) == ((), ())


def test_entries_that_one_row_can_not_tell_apart_are_listed_as_they_are(
    wanted: Make, plan: Make, entries: Make
) -> None:
    """All of a principal that has one through an application, from after the run, or from before where it is unread."""
    held = entries("a: get; b: get; b/x: set")
    for before, after in ((entries(""), held), (held, None)):
        listed = build(wanted(), plan(), before, after).to_json()["applications"]
        assert [(row["objectId"][0], row.get("applicationId"), row["permissions"]) for row in listed] == [
            ("b", None, {"secrets": ["get"]}),
            ("b", "x", {"secrets": ["set"]}),
        ]


@pytest.mark.parametrize("schema", [1, 2])
def test_a_receipt_of_an_earlier_shape_is_still_a_memory(wanted: Make, plan: Make, entries: Make, schema: int) -> None:
    """Whoever updates Holdfast loses nobody's entry out of sight: each shape only adds."""
    last = build(wanted(), plan(), entries("a: get"), entries("a: get")).to_json() | {"schema": schema}
    assert as_dict(build(wanted(), plan(), (), (), (), last).lost) == as_dict(entries("a: get"))


def test_the_last_receipt_is_found_whatever_case_the_id_has(wanted: Make, plan: Make, entries: Make) -> None:
    """A vault's id has no letter case."""
    last = build(wanted(), plan(), entries("a: get"), entries("a: get")).to_json()
    last["vault"]["id"] = last["vault"]["id"].upper()
    assert build(wanted(), plan(), entries(""), entries(""), (), last).lost


def test_the_head_says_what_was_decided_and_written(wanted: Make, plan: Make, entries: Make) -> None:
    """Every kind with its decision, reason and id; the notes; the PATCH; never more than ids and permissions."""
    body = build(wanted(), plan(), entries(""), entries("")).to_json()
    assert (body["schema"], body["project"], body["stack"]) == (3, "holdfast", "prod")
    assert body["vault"] == {
        "id": resource_id(wanted(), Kind.VAULT),
        "authorization": "access-policies",
        "apiVersion": "2024-11-01",
    }
    assert (body["identity"], body["commit"], body["versions"]) == (None, {"id": None, "dirty": None}, {})
    assert body["vaultChanges"] == {"settings": {"publicNetworkAccess": "Disabled"}, "tags": {"team": "ml"}}
    assert body["notes"] == [{"id": "grant-lost", "message": "somebody lost something"}]
    decisions = {row["kind"]: row for row in body["decisions"]}
    assert set(decisions) == {str(kind) for kind in Kind}
    assert decisions["storage"] == {
        "name": "storage",
        "kind": "storage",
        "type": "Microsoft.Storage/storageAccounts",
        "decision": "adopt",
        "reason": "our-tag",
        "id": "/adopted",
    }
    assert decisions["logs"]["decision"] == "create"
    assert decisions["logs"]["id"] == resource_id(wanted(), Kind.LOGS)


def test_the_terminal_gets_one_line_and_a_table_of_what_changed(wanted: Make, plan: Make, entries: Make) -> None:
    """Who is simply kept is counted; everybody else has a line, in the order of the principals."""
    case = next(case for case in CASES if case["name"] == "what strangers lost is told, and is theirs to restore")
    receipt = receipt_of({**case, "before": "a: get", "after": "a: get; c: set"}, wanted, plan, entries)
    assert receipt.summary() == "access policies: 1 kept, 1 still-lost, 1 added; lost since the last record: 1"
    lines = receipt.table().splitlines()
    assert [line.split()[0] for line in lines] == ["still-lost", "added"]
    assert lines[1].endswith("cccccccc-0000-4000-8000-000000000001  secrets: set")


def test_a_row_of_the_table_shows_what_was_there_when_nothing_is_left(wanted: Make, plan: Make, entries: Make) -> None:
    """A revoked principal's line says what it had."""
    receipt = build(wanted(), plan(revoke=entries("a: get")), entries("a: get"), entries(""))
    assert receipt.table().split() == ["revoked", "theirs", entries("a:")[0].principal, "secrets:", "get"]


def test_an_empty_vault_has_an_empty_table(wanted: Make, plan: Make, entries: Make) -> None:
    """No entry, no line."""
    receipt = build(wanted(), plan(), None, entries(""))
    assert receipt.table() == ""
    assert receipt.summary() == "access policies: none; lost since the last record: 0"
