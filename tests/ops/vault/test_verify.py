"""`holdfast vault verify` and `history`: what is gone since the last receipt, and how did it come to that?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from holdfast.home import home, keep

#: Several commands a test, each with a login of its own.
pytestmark = pytest.mark.slow

APPLICATION = "aaaaaaaa-0000-4000-8000-00000000000a"


def test_what_is_gone_ends_with_4_and_is_named(holdfast: Any, vault: Any, person: Any, receipt: Any) -> None:
    """A whole entry, a part of one and an application's; what appeared is told and counts as no failure."""
    ann, bob, cid, new = person("Ann"), person("Bob"), person("Cid"), person("New")
    vault.put({ann: {"secrets": ["get", "list"]}, bob: {"secrets": ["get"]}, cid: {"secrets": ["get"]}})
    vault.through(cid, APPLICATION, "set")
    from holdfast.model.permissions import read_entries

    through = read_entries(
        [
            {"objectId": cid, "permissions": {"secrets": ["get"]}},
            {"objectId": cid, "permissions": {"secrets": ["set"]}, "applicationId": APPLICATION},
        ]
    )
    held = {ann: {"secrets": ["get", "list"]}, bob: {"secrets": ["get"]}, cid: {"secrets": ["get", "set"]}}
    receipt(vault.id, held, whose={bob: "ours"}, applications=list(through))
    same = holdfast("verify", vault.name)
    assert (same.exit_code, same.stdout) == (0, "")
    assert "nothing is gone" in same.stderr
    vault.put({ann: {"secrets": ["get"]}, cid: {"secrets": ["get"]}, new: {"keys": ["sign"]}})
    done = holdfast("verify", vault.name)
    assert done.exit_code == 4
    lines = {" ".join(line.split()) for line in done.stdout.splitlines()[1:]}
    assert lines == {
        f"gone Ann user {ann} theirs secrets: list",
        f"gone Bob user {bob} ours secrets: get",
        f"gone Cid user {cid} through {APPLICATION} theirs secrets: set",
        f"appeared New user {new} - keys: sign",
    }
    assert "3 gone; `holdfast vault restore" in done.stderr
    assert "compared with holdfast/prod, 2026-01-01T12:00:00+00:00" in done.stderr


def test_json_says_all_of_it(holdfast: Any, vault: Any, person: Any, receipt: Any) -> None:
    """With the receipt that it was compared with, and why something is not to come back."""
    ann, barred, early = person("Ann"), person("Barred"), person("Early")
    receipt(vault.id, {early: {"secrets": ["get"]}}, day=1)
    receipt(vault.id, {}, day=2)
    held = {ann: {"secrets": ["get"]}, barred: {"secrets": ["get"]}}
    path = receipt(vault.id, held, day=3, neverRestore=[barred.upper()], aKeyOfLater=[1])
    done = holdfast("verify", vault.id, "--json")
    assert done.exit_code == 4
    body = json.loads(done.stdout)
    assert body["against"] == {"time": "2026-01-03T12:00:00+00:00", "by": "holdfast/prod", "path": str(path)}
    assert [(row["objectId"], row["name"]) for row in body["gone"]] == [(ann, "Ann")]
    assert [(row["objectId"], row["reason"]) for row in body["withheld"]] == [(barred, "never-restore")]
    assert [row["objectId"] for row in body["older"]] == [early]
    assert body["appeared"] == []


def test_every_stack_counts_and_one_receipt_can_be_chosen(
    holdfast: Any, vault: Any, person: Any, receipt: Any, tmp_path: Path
) -> None:
    """The newest look at the vault is another stack's; an older receipt may lie anywhere."""
    ann, bob = person("Ann"), person("Bob")
    vault.put({ann: {"secrets": ["get"]}})
    old = receipt(vault.id, {ann: {"secrets": ["get"]}, bob: {"secrets": ["set"]}}, day=1)
    receipt(vault.id, {ann: {"secrets": ["get"]}}, day=2, stack="other", before={ann: {"secrets": ["get"]}})
    receipt(vault.id, {ann: {"secrets": ["get"]}}, day=3, stack="other")
    receipt(f"{vault.id}x", {bob: {"secrets": ["all"]}}, day=4, stack="elsewhere")
    assert holdfast("verify", vault.name).exit_code == 0
    moved = tmp_path / "from-another-machine.json"
    old.rename(moved)
    done = holdfast("verify", vault.name, "--against", str(moved))
    assert done.exit_code == 4
    assert bob in done.stdout


@pytest.mark.parametrize("command", ["verify", "restore", "history"])
def test_without_a_receipt_nothing_is_claimed(holdfast: Any, vault: Any, command: str) -> None:
    """Exit code 2, and where it was looked for."""
    done = holdfast(command, vault.id)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("error: no-receipt\n")
    assert str(home() / "receipts") in done.stderr


def test_a_file_that_is_no_receipt_of_this_vault_is_refused(
    holdfast: Any, vault: Any, person: Any, receipt: Any, tmp_path: Path
) -> None:
    """Not there, no JSON, an incident, of another vault: each says what it is."""
    other = receipt(f"{vault.id}x", {})
    text, listed = tmp_path / "text.json", tmp_path / "list.json"
    text.write_text("not json")
    listed.write_text("[]")
    incident = keep(tmp_path, "incident.json", {"incident": "tripwire", "vault": vault.id, "gone": []})
    for path in (tmp_path / "nowhere.json", text, listed, incident):
        done = holdfast("verify", vault.name, "--against", str(path))
        assert (done.exit_code, done.stderr.splitlines()[0]) == (2, "error: receipt-unreadable")
    done = holdfast("verify", vault.name, "--against", str(other))
    assert (done.exit_code, done.stderr.splitlines()[0]) == (2, "error: receipt-of-another-vault")
    assert vault.id in done.stderr


def test_a_record_that_can_not_be_read_is_told_and_the_others_count(
    holdfast: Any, vault: Any, person: Any, receipt: Any
) -> None:
    """A half-written file, and one of a later version."""
    ann = person("Ann")
    vault.put({ann: {"secrets": ["get"]}})
    path = receipt(vault.id, {ann: {"secrets": ["get"]}})
    path.with_name("receipt-half.json").write_text('{"schema": 1,')
    keep(path.parent, "receipt-later.json", {"schema": 2, "vault": {"id": vault.id}})
    done = holdfast("verify", vault.name)
    assert done.exit_code == 0
    assert done.stderr.count("is no record of this version, and is passed over") == 2


def test_a_vault_that_can_not_be_read_is_no_empty_vault(holdfast: Any, vault: Any, azure: Any, receipt: Any) -> None:
    """Exit code 3, and nothing is said to be gone."""
    receipt(vault.id, {"a": {"secrets": ["get"]}})
    azure.fault(f"GET .*/vaults/{vault.name}", status=403, code="AuthorizationFailed")
    done = holdfast("verify", vault.id)
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.startswith("error: vault-unreadable\n")


def told(done: Any) -> list[str]:
    return [" ".join(line.split()) for line in done.stdout.splitlines()[2:]]


def test_the_history_tells_what_every_record_shows(holdfast: Any, vault: Any, person: Any, receipt: Any) -> None:
    """Of all stacks in the order of their time, with who did it; the vault itself may be gone."""
    ann, bob = person("Ann"), person("Bob")
    both = {ann: {"secrets": ["get"]}, bob: {"secrets": ["get"]}}
    receipt(vault.id, both, day=1)
    receipt(
        vault.id,
        {ann: {"secrets": ["get"]}},
        day=2,
        stack="other",
        before={},
        states={ann: "put-back", bob: "still-lost"},
        lost=[{"objectId": who, "permissions": what} for who, what in both.items()],
    )
    entry = [{"objectId": ann, "permissions": {"secrets": ["get"]}}]
    incident = {"incident": "tripwire", "vault": vault.id, "write": "the PATCH", "gone": entry, "putBack": entry}
    keep(home() / "receipts", "incident-20260103T120000.json", {**incident, "time": "2026-01-03T12:00:00+00:00"})
    vault.delete()
    done = holdfast("history", vault.name)
    assert (done.exit_code, done.stderr) == (0, "")
    assert sorted(told(done)[:2]) == [
        "2026-01-01T12:00:00 seen Ann (user) secrets: get somebody, before holdfast/prod",
        "2026-01-01T12:00:00 seen Bob (user) secrets: get somebody, before holdfast/prod",
    ]
    assert told(done)[4:] == [
        "2026-01-02T12:00:00 put-back Ann (user) secrets: get holdfast/other",
        "2026-01-03T12:00:00 lost Ann (user) secrets: get the PATCH",
        "2026-01-03T12:00:00 put-back Ann (user) secrets: get the PATCH",
    ]
    only = holdfast("history", vault.id, "--principal", bob.upper())
    assert told(only) == [
        "2026-01-01T12:00:00 seen Bob (user) secrets: get somebody, before holdfast/prod",
        "2026-01-02T12:00:00 lost Bob (user) secrets: get somebody, before holdfast/other",
    ]
    body = json.loads(holdfast("history", vault.name, "--principal", bob, "--json").stdout)
    assert [(row["what"], row["name"], row["by"], row["foundBy"]) for row in body["events"]] == [
        ("seen", "Bob", None, "holdfast/prod"),
        ("lost", "Bob", None, "holdfast/other"),
    ]
    assert [row["by"] for row in body["records"]] == ["holdfast/prod", "holdfast/other", "the PATCH"]
    assert holdfast("history", vault.name, "--principal", "bob").stderr.startswith("error: invalid-principal\n")


def test_the_history_needs_no_azure(
    holdfast: Any, vault: Any, person: Any, receipt: Any, azure: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--ids` asks nobody; without a login the names are what is lacking, and that is said."""
    ann = person("Ann")
    receipt(vault.id, {ann: {"secrets": ["get"]}})
    before = azure.mark()
    assert ann in holdfast("history", vault.name, "--ids").stdout
    assert azure.since(before) == []
    monkeypatch.setenv("ARM_METADATA_HOSTNAME", "127.0.0.1:1")
    done = holdfast("history", vault.name)
    assert (done.exit_code, ann in done.stdout) == (0, True)
    assert "note: ids are shown without their names" in done.stderr


def test_a_name_that_stands_for_two_vaults_is_not_guessed(holdfast: Any, vault: Any, receipt: Any) -> None:
    """Another subscription may have had one of that name: the id tells."""
    receipt(vault.id, {}, day=1)
    receipt(vault.id.replace("rg-vaults", "rg-other"), {}, day=2)
    done = holdfast("history", vault.name)
    assert (done.exit_code, done.stderr.splitlines()[0]) == (2, "error: vault-ambiguous")
