"""Do managed identities behave alike in all services that have them? Shown on a storage account."""

from __future__ import annotations

import pytest

VERSION = "2024-01-01"
PLAIN = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}


@pytest.fixture
def account(sandbox, group, unique) -> str:
    """The id of a storage account without an identity."""
    path = f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts/{unique('st')}"
    sandbox.settled(sandbox.request("PUT", path, VERSION, PLAIN), VERSION)
    return path


def made(sandbox, group: str, name: str) -> dict:
    """A new user-assigned identity, as its PUT answers it."""
    where = f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.ManagedIdentity"
    path = f"{where}/userAssignedIdentities/{name}"
    answer = sandbox.request("PUT", path, "2023-01-31", {"location": "westeurope"})
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def user(sandbox, group) -> str:
    """The id of a user-assigned identity."""
    return made(sandbox, group, "mine")["id"]


@pytest.mark.source("learn.microsoft.com/azure/templates/microsoft.storage/storageaccounts (Identity)")
def test_both_kinds_go_together_and_one_leaves_alone(sandbox, account, user) -> None:
    """A system-assigned identity joins a user-assigned one; without the type the user-assigned one is gone."""

    def patched(identity: dict) -> dict:
        answer = sandbox.request("PATCH", account, VERSION, {"identity": identity})
        assert answer.status_code == 200, answer.text
        return answer.json()["identity"]

    shown = patched({"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {user: {}}})
    assert shown["type"] == "SystemAssigned,UserAssigned"
    assert shown["principalId"]
    assert set(shown["userAssignedIdentities"][user]) == {"principalId", "clientId"}
    alone = patched({"type": "SystemAssigned", "userAssignedIdentities": {user: None}})
    assert alone == {name: shown[name] for name in ("principalId", "tenantId")} | {"type": "SystemAssigned"}


@pytest.mark.unverified
def test_a_patch_merges_and_a_put_replaces_user_assigned_identities(sandbox, group, account, user) -> None:
    """A PATCH adds an identity and takes away what it nulls; a PUT has exactly what it names."""
    other = made(sandbox, group, "mine-too")["id"]
    for method, given, left in (
        ("PATCH", {user: {}}, {user}),
        ("PATCH", {other: {}}, {user, other}),
        ("PATCH", {user: None}, {other}),
        ("PUT", {user.upper(): {}}, {user.upper()}),
    ):
        body = {**PLAIN, "identity": {"type": "UserAssigned", "userAssignedIdentities": given}}
        answer = sandbox.request(method, account, VERSION, body)
        assert set(answer.json()["identity"]["userAssignedIdentities"]) == left


@pytest.mark.unverified
@pytest.mark.parametrize(
    "given",
    [
        {"type": "Robot"},
        {"type": "UserAssigned"},
        {"type": "UserAssigned", "userAssignedIdentities": {"/subscriptions/x": {}}},
        "SystemAssigned",
    ],
)
def test_what_is_no_identity_is_refused(sandbox, account, given) -> None:
    """An unknown type, user-assigned without any, an id of something else, a text: InvalidIdentityValues."""
    answer = sandbox.request("PATCH", account, VERSION, {"identity": given})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidIdentityValues")


@pytest.mark.source("learn.microsoft.com/rest/api/managedidentity/user-assigned-identities/get")
def test_a_resource_shows_its_users_real_principal_and_client(sandbox, group, account) -> None:
    """What the resource shows of a user-assigned identity is what that identity itself says, case of the id aside."""
    identity = made(sandbox, group, "real")
    body = {"identity": {"type": "UserAssigned", "userAssignedIdentities": {identity["id"].upper(): {}}}}
    (shown,) = sandbox.request("PATCH", account, VERSION, body).json()["identity"]["userAssignedIdentities"].values()
    assert shown == {name: identity["properties"][name] for name in ("principalId", "clientId")}


@pytest.mark.source("Azure/azure-policy#1311; Azure/azure-cli#31837")
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_an_identity_that_is_not_there_is_refused(sandbox, account, user, method) -> None:
    """A resource cannot have an identity that does not exist: FailedIdentityOperation, and nothing is changed."""
    gone = user + "-gone"
    body = {**PLAIN, "identity": {"type": "UserAssigned", "userAssignedIdentities": {gone: {}}}}
    answer = sandbox.request(method, account, VERSION, body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "FailedIdentityOperation")
    assert error["message"] == (
        f"Identity operation for resource '{account}' failed with error 'Failed to perform resource identity "
        f'operation. Status: \'BadRequest\'. Response: \'{{"error":{{"code":"BadRequest","message":"Resource '
        f"'{gone}' was not found.\"}}}}'.'."
    )
    assert "identity" not in sandbox.request("GET", account, VERSION).json()


@pytest.mark.source(
    "learn.microsoft.com/entra/identity/managed-identities-azure-resources/"
    "how-manage-user-assigned-managed-identities (Delete: references stay)"
)
def test_a_deleted_identity_leaves_its_reference_behind(sandbox, group, account) -> None:
    """Deleting an identity changes nothing at the resource that has it; naming it again is refused."""
    identity = made(sandbox, group, "fleeting")["id"]
    body = {"identity": {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}}}
    before = sandbox.request("PATCH", account, VERSION, body).json()["identity"]
    assert sandbox.request("DELETE", identity, "2023-01-31").status_code == 200
    assert sandbox.request("GET", account, VERSION).json()["identity"] == before
    assert sandbox.request("PATCH", account, VERSION, {"tags": {"a": "1"}}).json()["identity"] == before
    assert sandbox.request("PATCH", account, VERSION, body).status_code == 400
