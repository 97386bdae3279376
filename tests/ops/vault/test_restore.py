"""`holdfast vault restore`: does a vault get back what the record shows, and nobody more than that?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from holdfast.model.permissions import read_entries

#: Several commands a test, each with a login of its own.
pytestmark = pytest.mark.slow

APPLICATION = "aaaaaaaa-0000-4000-8000-00000000000a"


def writes(azure: Any, since: int) -> list[str]:
    """The writes after a mark, from the vault's name on."""
    return [request.path.rpartition("/vaults/")[2] for request in azure.since(since) if request.is_write]


def test_what_a_wipe_took_is_given_back_by_one_addition(
    holdfast: Any, vault: Any, azure: Any, person: Any, receipt: Any, kept: Any
) -> None:
    """Strangers too, whole and through applications; who was widened meanwhile keeps that; a second run has nothing."""
    ours, stranger, through, wider = person("Pipeline"), person("Ann"), person("Web"), person("Bob")
    held = {
        ours: {"secrets": ["get", "list"]},
        stranger: {"secrets": ["get"], "keys": ["wrapKey"]},
        through: {"secrets": ["get", "set"]},
        wider: {"secrets": ["get"]},
    }
    apart = read_entries(
        [
            {"objectId": through, "permissions": {"secrets": ["get"]}},
            {"objectId": through, "permissions": {"secrets": ["set"]}, "applicationId": APPLICATION},
        ]
    )
    receipt(vault.id, held, day=1, whose={ours: "ours"}, applications=list(apart))
    vault.put({wider: {"secrets": ["get", "backup"]}, ours: {"secrets": ["get"]}})
    shown = holdfast("restore", vault.name, "--dry-run")
    assert shown.exit_code == 0
    assert "4 entries would be added back; nothing was written" in shown.stderr
    assert kept() == []
    before = azure.mark()
    done = holdfast("restore", vault.name, "--yes")
    assert done.exit_code == 0
    assert done.stdout == shown.stdout
    assert writes(azure, before) == [f"{vault.name}/accessPolicies/add"]
    assert vault.policies()[wider] == {"secrets": ["backup", "get"]}
    assert vault.policies()[stranger] == {"secrets": ["get"], "keys": ["wrapkey"]}
    assert vault.entries() == {
        (ours, "", "get list"),
        (stranger, "", "get"),
        (through, "", "get"),
        (through, APPLICATION, "set"),
        (wider, "", "backup get"),
    }
    (record,) = kept()
    assert record["command"] == "holdfast vault restore"
    states = {row["principal"]: (row["state"], row["whose"]) for row in record["policies"]}
    assert states[ours] == ("put-back", "ours")
    assert states[wider] == ("kept", "theirs")
    before = azure.mark()
    again = holdfast("restore", vault.name, "--yes")
    assert (again.exit_code, again.stdout, writes(azure, before)) == (0, "", [])
    assert "nothing to restore" in again.stderr
    assert holdfast("verify", vault.name).exit_code == 0
    assert "put-back" in holdfast("history", vault.name).stdout


def test_strangers_whom_a_run_saw_lost_are_given_back(holdfast: Any, vault: Any, person: Any, receipt: Any) -> None:
    """The run put ours back and named the stranger; that is the usual case. What an older run named is only told."""
    ours, stranger, early = person("Pipeline"), person("Ann"), person("Early")
    receipt(vault.id, {early: {"secrets": ["get"]}}, day=1)
    receipt(vault.id, {ours: {"secrets": ["get"]}, stranger: {"secrets": ["get"]}}, day=2)
    receipt(
        vault.id,
        {ours: {"secrets": ["get"]}},
        day=3,
        before={},
        states={ours: "put-back", stranger: "still-lost"},
        lost=[{"objectId": stranger, "permissions": {"secrets": ["get"]}}],
    )
    vault.put({ours: {"secrets": ["get"]}})
    done = holdfast("restore", vault.name, "--yes")
    assert done.exit_code == 0
    assert set(vault.policies()) == {ours, stranger}
    assert "note: 1 more were lost before" in done.stderr


def test_who_is_not_to_be_restored_stays_away(holdfast: Any, vault: Any, person: Any, receipt: Any) -> None:
    """By a stack's `neverRestore`, by `--never`, and by what was revoked since; `--principal` narrows the rest."""
    barred, never, revoked, ann, bob = (person() for _ in range(5))
    held = {who: {"secrets": ["get", "list"]} for who in (barred, never, revoked, ann, bob)}
    path = receipt(vault.id, held, day=1, neverRestore=[barred])
    receipt(
        vault.id,
        {**held, revoked: {"secrets": ["list"]}},
        before=held,
        day=2,
        states={revoked: "revoked"},
        neverRestore=[barred],
    )
    vault.put()
    options = ("--from", str(path), "--never", never.upper(), "--json")
    planned = json.loads(holdfast("restore", vault.name, "--dry-run", *options).stdout)
    assert planned["done"] is False
    assert [row["objectId"] for row in planned["add"]] == sorted([revoked, ann, bob])
    assert {(row["objectId"], row["reason"]) for row in planned["withheld"]} == {
        (barred, "never-restore"),
        (never, "never-restore"),
        (revoked, "revoked"),
    }
    done = holdfast("restore", vault.name, "--yes", "--principal", ann, "--principal", revoked, *options)
    assert json.loads(done.stdout)["done"] is True
    assert vault.policies() == {ann: {"secrets": ["get", "list"]}, revoked: {"secrets": ["list"]}}
    nobody = person()
    assert f"note: {nobody} is not in it" in holdfast("restore", vault.name, "--principal", nobody, "--dry-run").stderr


def test_what_vault_revoke_took_is_not_handed_back(holdfast: Any, vault: Any, person: Any, receipt: Any) -> None:
    """Whatever the receipts before it show."""
    ann, bob = person("Ann"), person("Bob")
    held = {ann: {"secrets": ["get"]}, bob: {"secrets": ["get"]}}
    path = receipt(vault.id, held)
    vault.put(held)
    assert holdfast("revoke", vault.name, ann, "--yes").exit_code == 0
    vault.put()
    for options in ((), ("--from", str(path))):
        done = holdfast("restore", vault.name, "--yes", *options)
        assert done.exit_code == 0
        assert set(vault.policies()) == {bob}
        vault.put()


def test_nothing_is_written_that_nobody_confirmed(
    holdfast: Any, vault: Any, azure: Any, person: Any, receipt: Any, kept: Any
) -> None:
    """In a pipe without --yes it refuses, after it has shown the plan."""
    ann = person("Ann")
    receipt(vault.id, {ann: {"secrets": ["get"]}})
    before = azure.mark()
    done = holdfast("restore", vault.name)
    assert done.exit_code == 2
    assert ann in done.stdout
    assert "error: not-confirmed" in done.stderr
    assert (writes(azure, before), kept()) == ([], [])


@pytest.mark.usefixtures("somebody")
@pytest.mark.parametrize(("answer", "code", "there"), [("y\n", 0, True), ("n\n", 2, False), ("\n", 2, False)])
def test_a_person_is_asked(
    holdfast: Any, vault: Any, person: Any, receipt: Any, answer: str, code: int, there: bool
) -> None:
    """On stderr, beside the plan; silence is a no."""
    ann = person("Ann")
    receipt(vault.id, {ann: {"secrets": ["get"]}})
    done = holdfast("restore", vault.name, given=answer)
    assert done.exit_code == code
    assert f"Add 1 entry to {vault.name}?" in done.stderr
    assert (ann in vault.policies()) is there


def test_the_1025th_entry_is_refused_before_anything_is_written(
    holdfast: Any, vault: Any, azure: Any, receipt: Any
) -> None:
    """Azure's limit; `--principal` restores those that fit."""
    full = {f"{number:08x}-0000-4000-8000-0000000000f0": {"secrets": ["get"]} for number in range(1023)}
    more = {f"{number:08x}-0000-4000-8000-0000000000f1": {"secrets": ["get"]} for number in range(2)}
    vault.put(full)
    receipt(vault.id, {**full, **more})
    before = azure.mark()
    done = holdfast("restore", vault.name, "--yes")
    assert done.exit_code == 2
    assert "error: vault-full" in done.stderr
    assert "1025, of 1024" in done.stderr
    assert writes(azure, before) == []
    assert holdfast("restore", vault.name, "--yes", "--principal", next(iter(more))).exit_code == 0
    assert len(vault.policies()) == 1024


def test_an_rbac_vault_is_told_and_needs_to_be_meant(
    holdfast: Any, vault: Any, azure: Any, person: Any, receipt: Any
) -> None:
    """Its policies are kept and ignored: only --yes writes them."""
    ann = person("Ann")
    vault.put(enable_rbac_authorization=True)
    receipt(vault.id, {ann: {"secrets": ["get"]}})
    before = azure.mark()
    refused = holdfast("restore", vault.name)
    assert refused.exit_code == 2
    assert "error: policies-ignored" in refused.stderr
    assert holdfast("restore", vault.name, "--dry-run").exit_code == 0
    assert writes(azure, before) == []
    done = holdfast("restore", vault.name, "--yes")
    assert done.exit_code == 0
    assert "ignores them" in done.stderr
    assert set(vault.policies()) == {ann}


def test_a_write_that_costs_somebody_an_entry_is_caught(
    holdfast: Any, vault: Any, azure: Any, person: Any, receipt: Any, tmp_path: Any
) -> None:
    """The tripwire is around a command's write, too: the entry is put back, and the incident kept."""
    ann, bob = person("Ann"), person("Bob")
    vault.put({bob: {"secrets": ["get"]}})
    receipt(vault.id, {ann: {"secrets": ["get"]}, bob: {"secrets": ["get"]}})
    azure.fault(f"PUT .*/{vault.name}/accessPolicies/add", hook=f"drop-policy={bob}", times=1)
    done = holdfast("restore", vault.name, "--yes")
    assert done.exit_code == 3
    assert "error: tripwire" in done.stderr
    assert set(vault.policies()) == {ann, bob}
    (incident,) = (tmp_path / "home/receipts").glob("incident-*.json")
    assert json.loads(incident.read_text())["write"] == "the restore"


def test_a_lost_answer_is_no_failure_where_the_write_had_its_effect(
    holdfast: Any, vault: Any, azure: Any, person: Any, receipt: Any
) -> None:
    """The vault is read afterwards, and tells."""
    ann = person("Ann")
    receipt(vault.id, {ann: {"secrets": ["get"]}})
    azure.fault(f"PUT .*/{vault.name}/accessPolicies/add", lose_answer=True, times=1)
    assert holdfast("restore", vault.name, "--yes").exit_code == 0
    assert set(vault.policies()) == {ann}


def test_a_refused_write_is_azures_and_named(
    holdfast: Any, vault: Any, azure: Any, person: Any, receipt: Any, kept: Any
) -> None:
    """Exit code 3, no record of something that was not done."""
    receipt(vault.id, {person(): {"secrets": ["get"]}})
    azure.fault(f"PUT .*/{vault.name}/accessPolicies/add", status=403, code="AuthorizationFailed")
    done = holdfast("restore", vault.name, "--yes")
    assert done.exit_code == 3
    assert "error: vault-write-refused" in done.stderr
    assert kept() == []


def test_what_azure_accepted_and_does_not_hold_is_told(
    holdfast: Any, vault: Any, azure: Any, person: Any, receipt: Any
) -> None:
    """Somebody may have been faster; it is never called restored."""
    ann = person("Ann")
    receipt(vault.id, {ann: {"secrets": ["get"]}})
    azure.fault(f"PUT .*/{vault.name}/accessPolicies/add", hook=f"drop-policy={ann}", times=1)
    done = holdfast("restore", vault.name, "--yes")
    assert done.exit_code == 3
    assert "error: grants-not-there" in done.stderr
