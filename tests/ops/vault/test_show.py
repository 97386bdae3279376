"""`holdfast vault show` on the sandbox, over HTTPS: who may use a vault that no stack of ours made?"""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from azure.mgmt.authorization import AuthorizationManagementClient

#: Several commands a test, each with a login of its own.
pytestmark = pytest.mark.slow

READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
APPLICATION = "aaaaaaaa-0000-4000-8000-00000000000a"


def test_every_entry_is_shown_with_its_name_and_whose_it_is(
    holdfast: Any, vault: Any, person: Any, receipt: Any
) -> None:
    """By the vault's name, in a pipe: one line an entry, no frame; whom the directory does not know is nobody."""
    ann, team, nobody = person("Ann Example"), person("ML scientists", "group"), person()
    vault.put({ann: {"secrets": ["get", "list"]}, team: {"keys": ["sign"]}, nobody: {"secrets": ["get"]}})
    vault.through(nobody, APPLICATION, "set")
    receipt(vault.id.upper(), {ann: {"secrets": ["get"]}, team: {"keys": ["sign"]}}, whose={ann: "ours"})
    done = holdfast("show", vault.name)
    assert (done.exit_code, done.stderr) == (0, "")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines[:3] == [
        vault.id,
        "access-policies, 4 of 1024 access policies",
        "name kind id whose permissions",
    ]
    assert set(lines[3:]) == {
        f"Ann Example user {ann} ours (holdfast/prod) secrets: get, list",
        f"ML scientists group {team} theirs keys: sign",
        f"- nobody {nobody} - secrets: get",
        f"- nobody {nobody} through {APPLICATION} - secrets: set",
    }


def test_json_is_azures_shape_with_the_names(holdfast: Any, vault: Any, person: Any, receipt: Any) -> None:
    """What nobody knows is null."""
    ann, nobody = person("Ann Example"), person()
    vault.put({ann: {"secrets": ["get"]}, nobody: {"secrets": ["get"]}})
    receipt(vault.id, {ann: {"secrets": ["get"]}}, whose={ann: "workspace"})
    body = json.loads(holdfast("show", vault.id, "--json").stdout)
    assert (body["id"], body["name"], body["authorization"]) == (vault.id, vault.name, "access-policies")
    assert body["roleAssignments"] is None
    rows = {row["objectId"]: row for row in body["accessPolicies"]}
    assert rows[ann] == {
        "objectId": ann,
        "tenantId": vault.stranger.tenant,
        "permissions": {"secrets": ["get"]},
        "name": "Ann Example",
        "kind": "user",
        "orphan": False,
        "whose": "workspace",
        "stack": "holdfast/prod",
    }
    assert [rows[nobody][key] for key in ("name", "kind", "whose", "stack", "orphan")] == [None] * 4 + [True]


def test_without_graph_the_ids_are_shown_and_that_is_said_once(
    holdfast: Any, vault: Any, azure: Any, person: Any
) -> None:
    """A login without rights in the directory still sees the vault: exit code 0."""
    ann = person("Ann Example")
    vault.put({ann: {"secrets": ["get"]}})
    azure.fault("POST /graph/", status=403, code="Authorization_RequestDenied")
    done = holdfast("show", vault.name)
    assert done.exit_code == 0
    assert "Ann" not in done.stdout
    assert ann in done.stdout
    said = "note: ids are shown without their names: Microsoft Graph answered 403 Authorization_RequestDenied\n"
    assert done.stderr == said


@pytest.fixture
def rbac(vault: Any, person: Any) -> Any:
    """An RBAC vault with a role on it, one above it, and a policy that is kept."""
    vault.ann, vault.boss = person("Ann Example"), person("Boss")
    vault.put({vault.ann: {"secrets": ["get"]}}, enable_rbac_authorization=True)
    group = vault.id.partition("/providers/")[0]
    roles = vault.stranger.ask_with(AuthorizationManagementClient).role_assignments
    made = []
    for scope, who, role in ((vault.id, vault.ann, SECRETS_USER), (group, vault.boss, READER)):
        definition = f"/subscriptions/{scope.split('/')[2]}/providers/Microsoft.Authorization/roleDefinitions/{role}"
        body = {"properties": {"roleDefinitionId": definition, "principalId": who, "principalType": "User"}}
        made.append((scope, str(uuid.uuid4())))
        roles.create(*made[-1], body)
    yield vault
    for scope, name in made:
        roles.delete(scope, name)


@pytest.mark.source("learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest: atScope()")
def test_of_an_rbac_vault_the_roles_are_shown_and_the_policies_as_ignored(holdfast: Any, rbac: Any) -> None:
    """Inherited ones with the scope that they come from; the policies are there still."""
    done = holdfast("show", rbac.name)
    assert done.exit_code == 0
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines[1] == "rbac, 1 of 1024 access policies"
    group = rbac.id.partition("/providers/")[0]
    assert lines[3] == f"Ann Example user {rbac.ann} Key Vault Secrets User this vault"
    assert f"Boss user {rbac.boss} Reader inherited from {group}" in lines
    assert lines[-1] == f"Ann Example user {rbac.ann} - secrets: get"
    assert "ignores them" in done.stderr
    body = json.loads(holdfast("show", rbac.name, "--json").stdout)
    (own,) = [row for row in body["roleAssignments"] if not row["inherited"]]
    assert (own["principalId"], own["name"], own["role"]) == (rbac.ann, "Ann Example", "Key Vault Secrets User")
    assert rbac.boss in {row["principalId"] for row in body["roleAssignments"] if row["inherited"]}


def test_roles_that_can_not_be_read_are_not_shown_as_none(holdfast: Any, rbac: Any, azure: Any) -> None:
    """On an RBAC vault they are the answer: exit code 3, and nothing on stdout."""
    azure.fault("GET .*/roleAssignments", status=403, code="AuthorizationFailed")
    done = holdfast("show", rbac.name)
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.startswith("error: unreadable\n")


def test_a_vault_is_found_by_id_in_any_letter_case_and_by_name(holdfast: Any, vault: Any) -> None:
    """And one that is not there is named, with where it was looked for."""
    for given in (vault.id.upper(), vault.name.upper()):
        assert holdfast("show", given).stdout.splitlines()[0].lower() == vault.id.lower()
    missing = holdfast("show", "kv-not-there")
    assert missing.exit_code == 2
    assert missing.stderr.startswith("error: vault-missing\n")
    assert holdfast("show", "a/b").stderr.startswith("error: invalid-vault\n")
