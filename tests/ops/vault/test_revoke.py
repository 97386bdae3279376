"""`holdfast vault revoke`: does one principal lose what it is to lose, and nobody else anything?"""

from __future__ import annotations

import json
from typing import Any

import pytest

#: Several commands a test, each with a login of its own.
pytestmark = pytest.mark.slow

APPLICATION = "aaaaaaaa-0000-4000-8000-00000000000a"


def test_all_entries_of_one_principal_go_and_nobody_elses(
    holdfast: Any, vault: Any, azure: Any, person: Any, kept: Any
) -> None:
    """Those through applications, too, in one request; it is recorded, and a second call has nothing to do."""
    ann, bob = person("Ann"), person("Bob")
    vault.put({ann: {"secrets": ["get", "list"], "keys": ["sign"]}, bob: {"secrets": ["get"]}})
    vault.through(ann, APPLICATION, "set")
    dry = holdfast("revoke", vault.name, ann, "--dry-run")
    assert (dry.exit_code, len(vault.entries())) == (0, 3)
    mark = azure.mark()
    done = holdfast("revoke", vault.name, ann.upper(), "--yes", "--json")
    body = json.loads(done.stdout)
    assert body["done"] is True
    assert [(row["name"], row.get("applicationId")) for row in body["take"]] == [("Ann", None), ("Ann", APPLICATION)]
    assert vault.policies() == {bob: {"secrets": ["get"]}}
    sent = [request for request in azure.since(mark) if request.is_write]
    assert [request.path.rpartition("/vaults/")[2] for request in sent] == [f"{vault.name}/accessPolicies/remove"]
    (record,) = kept()
    assert body["record"].endswith(".json")
    assert {row["principal"]: row["state"] for row in record["policies"]} == {ann: "revoked", bob: "kept"}
    again = holdfast("revoke", vault.name, ann, "--yes")
    assert (again.exit_code, again.stdout, len(kept())) == (0, "", 1)
    assert "nothing to revoke" in again.stderr


def test_single_permissions_can_be_taken(holdfast: Any, vault: Any, person: Any) -> None:
    """What is not held is passed over; the rest stays."""
    ann = person("Ann")
    vault.put({ann: {"secrets": ["get", "list", "set"], "keys": ["sign"]}})
    done = holdfast(
        "revoke", vault.name, ann, "--permission", "secrets:Set", "--permission", "keys:wrapKey",
        "--permission", "keys:all", "--yes",
    )  # fmt: skip
    assert done.exit_code == 0
    assert vault.policies() == {ann: {"secrets": ["get", "list"]}}


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["ann"], "invalid-principal"),
        (["{ann}", "--permission", "secrets:fly"], "unknown-permission"),
        (["{ann}", "--permission", "cats:get"], "unknown-permission"),
        (["{ann}", "--permission", "keys:get"], "held-by-all"),
    ],
)
def test_a_call_that_can_not_be_carried_out_writes_nothing(
    holdfast: Any, vault: Any, person: Any, words: list[str], error: str
) -> None:
    """One permission of `all` is no part that Azure could take."""
    ann = person()
    vault.put({ann: {"keys": ["all"], "secrets": ["get"]}})
    done = holdfast("revoke", vault.name, *(word.replace("{ann}", ann) for word in words), "--yes")
    assert (done.exit_code, done.stderr.splitlines()[0]) == (2, f"error: {error}")
    assert vault.policies() == {ann: {"keys": ["all"], "secrets": ["get"]}}


@pytest.mark.usefixtures("somebody")
def test_the_workspaces_identity_needs_a_louder_yes(holdfast: Any, vault: Any, person: Any, receipt: Any) -> None:
    """The vault's name has to be typed; a mere yes is none, and what follows is said before."""
    held = {person("mlw-prod", "servicePrincipal"): {"secrets": ["get"]}}
    (identity,) = held
    vault.put(held)
    receipt(vault.id, held, whose={identity: "workspace"})
    done = holdfast("revoke", vault.name, identity, given="y\n")
    assert done.exit_code == 2
    assert "image builds answer 500" in done.stderr
    assert set(vault.policies()) == {identity}
    assert holdfast("revoke", vault.name, identity, given=f"{vault.name}\n").exit_code == 0
    assert vault.policies() == {}


def test_what_a_stack_lists_comes_back_and_that_is_said(holdfast: Any, vault: Any, person: Any, receipt: Any) -> None:
    """Not confirmed in a pipe: nothing is written."""
    ann = person("Ann")
    vault.put({ann: {"secrets": ["get"]}})
    receipt(vault.id, {ann: {"secrets": ["get"]}}, whose={ann: "ours"})
    done = holdfast("revoke", vault.name, ann)
    assert done.exit_code == 2
    assert "stack holdfast/prod lists it" in done.stderr
    assert "error: not-confirmed" in done.stderr
    assert set(vault.policies()) == {ann}


def test_on_an_rbac_vault_it_is_said_that_policies_do_not_count(holdfast: Any, vault: Any, person: Any) -> None:
    """To take a kept entry away is allowed: it would count again after a switch back."""
    ann = person("Ann")
    vault.put({ann: {"secrets": ["get"]}}, enable_rbac_authorization=True)
    done = holdfast("revoke", vault.name, ann, "--yes")
    assert done.exit_code == 0
    assert "ignores them" in done.stderr
    assert vault.policies() == {}


def test_a_revocation_that_had_no_effect_is_never_called_done(
    holdfast: Any, vault: Any, azure: Any, person: Any, kept: Any
) -> None:
    """A refused request is Azure's fault, and leaves no record."""
    ann = person("Ann")
    vault.put({ann: {"secrets": ["get"]}})
    azure.fault(f"PUT .*/{vault.name}/accessPolicies/remove", status=403, code="AuthorizationFailed")
    done = holdfast("revoke", vault.name, ann, "--yes")
    assert done.exit_code == 3
    assert "error: vault-write-refused" in done.stderr
    assert kept() == []


def test_an_entry_that_is_there_still_is_told(
    holdfast: Any, vault: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody granted it again at the same moment: exit code 3, with what the vault holds."""
    from holdfast.ops.vault import act

    ann = person("Ann")
    vault.put({ann: {"secrets": ["get"]}})
    guarded = act.guarded

    def raced(*words: Any, **options: Any) -> Any:
        guarded(*words, **options)
        return options["taken"]

    monkeypatch.setattr(act, "guarded", raced)
    done = holdfast("revoke", vault.name, ann, "--yes")
    assert done.exit_code == 3
    assert "error: still-granted" in done.stderr
    assert f"{ann}: secrets: get" in done.stderr


def test_a_machine_that_can_not_record_it_says_so(holdfast: Any, vault: Any, person: Any, tmp_path: Any) -> None:
    """What was written stays written, and is no failure."""
    ann = person("Ann")
    vault.put({ann: {"secrets": ["get"]}})
    (tmp_path / "home").mkdir()
    (tmp_path / "home/receipts").write_text("a file where the folder should be")
    done = holdfast("revoke", vault.name, ann, "--yes")
    assert done.exit_code == 0
    assert "could not be recorded on this machine" in done.stderr
    assert vault.policies() == {}
