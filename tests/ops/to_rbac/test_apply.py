"""Does a vault change over with everybody's access, and stay as it was whenever something fails on the way?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from azure.mgmt.authorization import AuthorizationManagementClient

from holdfast.arm import ArmClient
from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.model.roles import KEY_VAULT_ROLES
from holdfast.ops.vault import to_rbac_apply
from holdfast.ops.vault.to_rbac_record import assignment_name

pytestmark = pytest.mark.slow

READER, WRITER, NEW = (f"{letter * 8}-0000-4000-8000-000000000001" for letter in "abc")
POLICIES = {READER: {"secrets": ["get", "list"]}, WRITER: {"secrets": ["get", "list", "set"]}}
HELD = {READER: ["get", "list"], WRITER: ["get", "list", "set"]}
USER, OFFICER, ADMINISTRATOR = "Key Vault Secrets User", "Key Vault Secrets Officer", "Key Vault Administrator"
ASSIGN = "PUT .*/roleAssignments/"


def apply(run: Any, vault: Any, *words: str, input: str | None = None) -> Any:
    """Without waiting for what the sandbox does at once."""
    return run(vault.id, "--apply", "--wait", "0", *words, input=input)


def name_of(vault: Any, principal: str, role: str) -> str:
    """The GUID of the assignment that the command makes."""
    return assignment_name(vault.id, principal, KEY_VAULT_ROLES[role])


def in_force(vault: Any) -> bool:
    """Whether the access policies count, and are all there."""
    return not vault.counts_roles and vault.policies() == HELD


def test_roles_come_first_and_the_vault_is_switched_by_one_patch(
    azure: Any, vault: Any, run: Any, records: Any
) -> None:
    """Everybody has a role, the workspace its own; the policies are kept; the record tells; twice is nothing to do."""
    vault.make(**POLICIES)
    principal = vault.make_workspace()
    before = vault.policies()
    mark = azure.mark()
    done = apply(run, vault, "--yes")
    assert done.exit_code == 0, done.output
    assert azure.writes(mark) == [*["PUT roleAssignments 201"] * 3, "PATCH vaults 200"]
    assert vault.counts_roles
    assert vault.policies() == before
    assert vault.roles() == {(READER, USER), (WRITER, OFFICER), (principal, ADMINISTRATOR)}
    assert done.stdout.startswith("vault:\n  authorization: rbac\n")
    assert "The data plane was not asked" in done.stderr
    (record,) = records()
    assert [step["step"] for step in record["steps"]] == ["begun", "assigned", "switched"]
    assert {entry["objectId"] for entry in record["before"]["accessPolicies"]} == set(before)
    assert [row["role"] for row in record["assignments"]] == [USER, OFFICER, ADMINISTRATOR]
    mark = azure.mark()
    again = apply(run, vault, "--yes", "--json")
    assert (again.exit_code, json.loads(again.stdout)["switched"], azure.writes(mark)) == (0, False, [])
    planned = run(vault.id, "--plan")
    assert (planned.exit_code, "nothing to do" in planned.stdout) == (0, True)
    assert planned.stdout.endswith(done.stdout)
    assert json.loads(run(vault.id, "--plan", "--json").stdout)["grants"] == json.loads(again.stdout)["grants"]


@pytest.mark.parametrize("answer", ["n\n", None])
def test_without_a_yes_nothing_is_written(azure: Any, vault: Any, run: Any, records: Any, answer: str | None) -> None:
    """No is no, and so is nobody there to answer; the plan is shown before the question."""
    vault.make(**POLICIES)
    mark = azure.mark()
    done = apply(run, vault, input=answer)
    assert (done.exit_code, "error: not-confirmed" in done.stderr) == (2, True)
    assert USER in done.stdout
    assert (azure.writes(mark), records()) == ([], [])
    assert apply(run, vault, input="y\n").exit_code == 0
    assert vault.counts_roles


def test_an_assignment_refused_halfway_leaves_the_policies_in_force(
    azure: Any, vault: Any, run: Any, records: Any
) -> None:
    """403 at the second: nothing is switched, and the next run finds the first one again and goes on."""
    vault.make(**POLICIES)
    azure.fault(f"{ASSIGN}(?!{name_of(vault, READER, USER)})", status=403)
    done = apply(run, vault, "--yes")
    assert (done.exit_code, "error: roles-not-assigned" in done.stderr) == (3, True)
    assert WRITER in done.stderr
    assert in_force(vault)
    assert vault.roles() == {(READER, USER)}
    assert [step["step"] for step in records()[0]["steps"]] == ["begun", "stopped"]
    azure.server.ask("DELETE", "faults")
    mark = azure.mark()
    assert apply(run, vault, "--yes").exit_code == 0
    assert azure.writes(mark) == ["PUT roleAssignments 200", "PUT roleAssignments 201", "PATCH vaults 200"]


def test_a_refused_patch_leaves_the_policies_in_force(azure: Any, vault: Any, run: Any, records: Any) -> None:
    """Azure's own words are told, and nothing is switched back that was never switched."""
    vault.make(**POLICIES)
    azure.fault("PATCH .*/vaults/", status=403)
    mark = azure.mark()
    done = apply(run, vault, "--yes")
    assert (done.exit_code, "error: vault-write-refused" in done.stderr) == (3, True)
    assert "switched-back" not in done.stderr
    assert in_force(vault)
    assert [line for line in azure.writes(mark) if line.startswith("PATCH")] == ["PATCH vaults 403"]
    assert records()[0]["steps"][-1]["step"] == "not-switched"


def test_lost_answers_cost_nobody_anything(azure: Any, vault: Any, run: Any) -> None:
    """An assignment's and the PATCH's: what happened is asked, not guessed."""
    vault.make(**POLICIES)
    azure.fault(ASSIGN, lose_answer=True, times=1)
    azure.fault("PATCH .*/vaults/", lose_answer=True, times=1)
    done = apply(run, vault, "--yes")
    assert done.exit_code == 0, done.output
    assert vault.counts_roles
    assert vault.roles() == {(READER, USER), (WRITER, OFFICER)}


def test_a_patch_that_never_came_leaves_the_policies_in_force(azure: Any, vault: Any, run: Any) -> None:
    """The connection breaks every time: the vault says that nothing has changed."""
    vault.make(**POLICIES)
    azure.fault("PATCH .*/vaults/", drop=True)
    assert apply(run, vault, "--yes").exit_code == 3
    assert in_force(vault)


def test_roles_that_azure_does_not_list_are_not_counted_on(
    azure: Any, vault: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list that can't be read, before the first write or after it: no switch."""
    vault.make(**POLICIES)
    azure.fault("GET .*/roleAssignments[?]", status=403)
    mark = azure.mark()
    done = apply(run, vault, "--yes")
    assert (done.exit_code, "error: unreadable" in done.stderr, azure.writes(mark)) == (3, True, [])

    def unreadable(client: ArmClient, vault_id: str) -> Any:
        raise HoldfastError([Fault("unreadable", "the list is gone", blame=Blame.AZURE)])

    azure.server.ask("DELETE", "faults")
    monkeypatch.setattr(to_rbac_apply, "held_roles", unreadable)
    done = apply(run, vault, "--yes")
    assert (done.exit_code, "error: unreadable" in done.stderr) == (3, True)
    assert in_force(vault)


def test_an_assignment_that_does_not_appear_ends_the_wait(
    azure: Any, vault: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bounded, with what is lacking named; the vault is not switched."""
    vault.make(**POLICIES)
    whole = to_rbac_apply.held_roles

    def late(client: ArmClient, vault_id: str) -> Any:
        return tuple(row for row in whole(client, vault_id) if row.principal != WRITER)

    monkeypatch.setattr(to_rbac_apply, "held_roles", late)
    done = apply(run, vault, "--yes")
    assert (done.exit_code, "error: roles-not-visible" in done.stderr) == (3, True)
    assert WRITER in done.stderr
    assert in_force(vault)


def test_who_got_access_while_we_waited_is_not_locked_out(
    azure: Any, vault: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A policy that is newer than the plan has no role: no switch; the next run has one for it."""
    vault.make(**POLICIES)
    waited = to_rbac_apply._until_working

    def meanwhile(seconds: int, tell: Any) -> None:
        waited(seconds, tell)
        vault.set_policies("add", {"objectId": NEW, "permissions": {"secrets": ["get", "list"]}})

    monkeypatch.setattr(to_rbac_apply, "_until_working", meanwhile)
    done = apply(run, vault, "--yes")
    assert (done.exit_code, "error: policies-changed" in done.stderr) == (2, True)
    assert NEW in done.stderr
    assert not vault.counts_roles
    monkeypatch.setattr(to_rbac_apply, "_until_working", waited)
    assert apply(run, vault, "--yes").exit_code == 0
    assert (NEW, USER) in vault.roles()


def test_who_was_revoked_meanwhile_does_not_come_back_by_a_role(
    azure: Any, vault: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Revoked while we waited: no switch; the next run takes the role away that the first one assigned."""
    vault.make(**POLICIES)
    waited = to_rbac_apply._until_working

    def meanwhile(seconds: int, tell: Any) -> None:
        waited(seconds, tell)
        vault.set_policies("remove", {"objectId": WRITER, "permissions": {"secrets": ["get", "list", "set"]}})

    monkeypatch.setattr(to_rbac_apply, "_until_working", meanwhile)
    done = apply(run, vault, "--yes")
    assert (done.exit_code, "error: policies-changed" in done.stderr) == (2, True)
    assert not vault.counts_roles
    assert (WRITER, OFFICER) in vault.roles()
    monkeypatch.setattr(to_rbac_apply, "_until_working", waited)
    mark = azure.mark()
    assert apply(run, vault, "--yes").exit_code == 0
    assert azure.writes(mark) == ["PUT roleAssignments 200", "DELETE roleAssignments 200", "PATCH vaults 200"]
    assert vault.roles() == {(READER, USER)}


@pytest.mark.parametrize("fails", ["the check", "the way back, too"])
def test_a_check_that_fails_switches_back_at_once(
    azure: Any, vault: Any, run: Any, records: Any, fails: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workspace's role goes within the switch: the policies are in force again, or the command says how."""
    vault.make()
    principal = vault.make_workspace()
    switch = to_rbac_apply.switch

    def and_lose_the_role(client: ArmClient, vault_id: str, *, rbac: bool) -> Any:
        done = switch(client, vault_id, rbac=rbac)
        if rbac:
            name = name_of(vault, principal, ADMINISTRATOR)
            path = f"{vault_id}/providers/Microsoft.Authorization/roleAssignments/{name}"
            assert client.request("DELETE", path, "2022-04-01").ok
            if fails != "the check":
                azure.fault("PATCH .*/vaults/", status=403)
        return done

    monkeypatch.setattr(to_rbac_apply, "switch", and_lose_the_role)
    done = apply(run, vault, "--yes")
    assert done.exit_code == 3
    assert "error: workspace-without-role" in done.stderr
    assert principal in done.stderr
    if fails == "the check":
        assert "error: switched-back" in done.stderr
        assert not vault.counts_roles
        assert records()[0]["steps"][-1]["step"] == "switched-back"
    else:
        assert "error: not-switched-back" in done.stderr
        assert f"az keyvault update --name {vault.name} --enable-rbac-authorization false" in done.stderr


def test_an_interrupt_after_the_switch_switches_back(
    azure: Any, vault: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C before it is known that all is well."""
    vault.make(**POLICIES)

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(to_rbac_apply, "check", interrupted)
    done = apply(run, vault, "--yes")
    assert "error: interrupted" in done.stderr
    assert "error: switched-back" in done.stderr
    assert in_force(vault)


def test_who_the_directory_does_not_know_is_left_out_once_it_is_accepted(azure: Any, vault: Any, run: Any) -> None:
    """An entry of somebody who is gone: refused with the option, then skipped and named."""
    vault.make(**POLICIES)
    azure.fault(f"{ASSIGN}{name_of(vault, WRITER, OFFICER)}", status=400, code="PrincipalNotFound")
    done = apply(run, vault, "--yes")
    assert (done.exit_code, f"--accept-uncovered {WRITER}" in done.stderr) == (3, True)
    assert in_force(vault)
    done = apply(run, vault, "--yes", "--accept-uncovered", WRITER.upper(), "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["skipped"] == [WRITER]
    assert vault.roles() == {(READER, USER)}


def test_what_no_role_covers_is_lost_by_those_alone_who_were_accepted(azure: Any, vault: Any, run: Any) -> None:
    """Storage permissions have no role: refused, and applied with the option."""
    vault.make(**{READER: {"secrets": ["get", "list"], "storage": ["get"]}})
    mark = azure.mark()
    done = apply(run, vault, "--yes")
    assert (done.exit_code, "error: policy-uncovered" in done.stderr, azure.writes(mark)) == (2, True, [])
    assert apply(run, vault, "--yes", "--accept-uncovered", READER).exit_code == 0
    assert vault.roles() == {(READER, USER)}


def test_a_workspace_without_its_role_on_an_rbac_vault_is_told(azure: Any, vault: Any, run: Any) -> None:
    """An apply on a vault that counts roles already checks, and writes nothing."""
    vault.make()
    principal = vault.make_workspace()
    assert apply(run, vault, "--yes").exit_code == 0
    client = azure.client(AuthorizationManagementClient)
    client.role_assignments.delete(vault.id, name_of(vault, principal, ADMINISTRATOR))
    mark = azure.mark()
    done = apply(run, vault, "--yes")
    assert (done.exit_code, "error: workspace-without-role" in done.stderr, azure.writes(mark)) == (3, True, []), repr(
        done.exception
    )
