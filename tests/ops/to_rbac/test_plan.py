"""What does `--plan` say of a vault, and of every vault?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from holdfast_sandbox.arm import identity

pytestmark = pytest.mark.slow

OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
READER, STRANGER, KEEPER = (f"{letter * 8}-0000-4000-8000-000000000001" for letter in "abc")


def test_a_plan_names_each_principals_roles_and_writes_nothing(azure: Any, vault: Any, run: Any) -> None:
    """Roles, what they allow beyond the policy, the workspace's own need, the login's rights, the lines to paste."""
    vault.make(**{READER: {"secrets": ["Get", "List"]}, STRANGER: {"keys": ["get", "list", "unwrapKey"]}})
    principal = vault.make_workspace()
    name = "11111111-0000-4000-8000-000000000009"
    role = f"{azure.subscription}/providers/Microsoft.Authorization/roleDefinitions/{OFFICER}"
    above = f"{vault.scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
    azure.put(above, "2022-04-01", {"properties": {"roleDefinitionId": role, "principalId": KEEPER}})
    mark = azure.mark()
    done = run(vault.id, "--plan", "--json")
    assert done.exit_code == 0, done.output
    body = json.loads(done.stdout)
    assert (body["schema"], body["applicable"], body["against"]) == (1, True, [])
    rows = {row["principal"]: row for row in body["principals"]}
    assert {who: [role["name"] for role in row["roles"]] for who, row in rows.items()} == {
        READER: ["Key Vault Secrets User"],
        STRANGER: ["Key Vault Crypto Service Encryption User"],
        principal: ["Key Vault Administrator"],
    }
    assert rows[STRANGER]["roles"][0]["beyond"] == {"keys": ["wrapkey"]}
    assert rows[READER]["policy"] == {"secrets": ["get", "list"]}
    assert rows[principal]["workspace"] == body["workspaces"][principal]
    assert set(body["rights"].values()) == {"granted"}
    assert body["present"] == [{"principal": KEEPER, "role": "Key Vault Secrets Officer", "scope": vault.scope}]
    assert body["grants"] == [
        {"principal": READER, "roles": ["Key Vault Secrets User"]},
        {"principal": STRANGER, "roles": ["Key Vault Crypto Service Encryption User"]},
    ]
    told = run(vault.name, "--plan")
    assert told.exit_code == 0
    for word in (
        READER,
        "Key Vault Secrets User",
        "wrapkey",
        "secrets: all but purge",
        "can be applied: 3 role assignments for 3 principals",
    ):
        assert word in told.stdout
    assert "authorization: rbac\n  grants:\n  - principal: aaaaaaaa" in told.stdout
    assert azure.writes(mark) == []


def test_what_stands_against_it_ends_a_plan_with_2(azure: Any, vault: Any, run: Any) -> None:
    """Storage, and an entry through an application: named, each with the option that accepts it."""
    vault.make(**{READER: {"secrets": ["get"], "storage": ["get"]}})
    vault.set_policies(
        "add", {"objectId": STRANGER, "applicationId": KEEPER, "permissions": {"secrets": ["get", "list"]}}
    )
    done = run(vault.id, "--plan")
    assert done.exit_code == 2
    assert "error: policy-uncovered" in done.stderr
    assert "not yet: policy-uncovered" in done.stdout
    accepted = [f"--accept-uncovered={one}" for one in (READER, STRANGER)]
    assert all(one.replace("=", " ") in done.stderr for one in accepted)
    assert run(vault.id, "--plan", *accepted).exit_code == 0


@pytest.mark.parametrize(
    ("match", "id"),
    [
        ("GET .*/Microsoft.Authorization/permissions", "rights-unreadable"),
        ("GET .*/Microsoft.MachineLearningServices/workspaces", "workspaces-unreadable"),
        ("GET /subscriptions[?]", "workspaces-unreadable"),
    ],
)
def test_what_could_not_be_read_stands_against_it(azure: Any, vault: Any, run: Any, match: str, id: str) -> None:
    """Not being shown a workspace, or one's own rights, is no leave to go on; and apply refuses for the same reason."""
    vault.make(**{READER: {"secrets": ["get", "list"]}})
    azure.fault(match, status=403)
    planned = json.loads(run(vault.id, "--plan", "--json").stdout)
    assert ([fault["id"] for fault in planned["against"]], planned["applicable"]) == ([id], False)
    mark = azure.mark()
    refused = run(vault.id, "--apply", "--yes", "--wait", "0")
    assert refused.exit_code == 3
    assert f"error: {id}" in refused.stderr
    assert azure.writes(mark) == []


def test_a_workspace_that_only_a_receipt_knows_is_one(azure: Any, vault: Any, run: Any, tmp_path: Any) -> None:
    """A receipt of a stack on this machine names the identity; what is no receipt says nothing."""
    vault.make(**{READER: {"secrets": ["get"]}, STRANGER: {"secrets": ["get"]}})
    folder = tmp_path / "receipts/holdfast/prod"
    folder.mkdir(parents=True)
    rows = [{"principal": READER, "whose": "workspace"}, {"principal": KEEPER, "whose": "workspace"}]
    body = {"vault": {"id": vault.id.upper()}, "policies": rows}
    (folder / "receipt-1.json").write_text("no receipt")
    (folder / "receipt-2.json").write_text(json.dumps(body))
    (tmp_path / "receipts/holdfast/other").mkdir()
    (tmp_path / "receipts/holdfast/other/receipt-1.json").write_text("[]")
    planned = json.loads(run(vault.id, "--plan", "--json").stdout)
    assert planned["workspaces"] == {READER: "the workspace of holdfast/prod"}
    assert planned["principals"][0]["roles"][0]["name"] == "Key Vault Administrator"


def test_every_vault_is_one_row(azure: Any, vault: Any, run: Any) -> None:
    """With the worst as the exit code; the sandbox's subscription holds other tests' vaults, too."""
    vault.make(**{READER: {"secrets": ["get"], "storage": ["get"]}})
    mark = azure.mark()
    done = run("--plan", "--all-subscriptions", "--json")
    assert done.exit_code == 2, done.output
    body = json.loads(done.stdout)
    (row,) = [row for row in body["vaults"] if row["name"] == vault.name]
    assert (row["authorization"], row["applicable"], row["uncovered"]) == ("access-policies", False, [READER])
    assert (row["principals"], row["roleAssignments"], body["unread"]) == (1, 1, [])
    told = run("--plan", "--all-subscriptions")
    assert vault.name in told.stdout
    assert "Holdfast sandbox" in told.stdout
    assert azure.writes(mark) == []


def test_a_subscription_that_could_not_be_read_is_said(azure: Any, vault: Any, run: Any) -> None:
    """A short list does not pass for a whole one; without any subscription there is no list at all."""
    vault.make()
    azure.fault("GET .*/providers/Microsoft.KeyVault/vaults[?]", status=403)
    done = run("--plan", "--all-subscriptions", "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["unread"][0]["said"] == "403 AuthorizationFailed"
    assert identity.SUBSCRIPTION_ID in done.stderr
    azure.fault("GET /subscriptions[?]", status=403)
    assert "error: unreadable" in run("--plan", "--all-subscriptions").stderr


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["kv-ml"],
        ["--plan"],
        ["--apply"],
        ["kv-ml", "--plan", "--all-subscriptions"],
        ["kv-ml", "--plan", "--remove-roles"],
    ],
)
def test_words_that_do_not_go_together_are_refused(run: Any, words: list[str]) -> None:
    """Before anybody is asked."""
    done = run(*words)
    assert done.exit_code == 2
    assert "Usage:" in done.stderr
