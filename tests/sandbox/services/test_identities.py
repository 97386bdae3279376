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


@pytest.fixture
def user(sandbox, group) -> str:
    """The id of a user-assigned identity."""
    where = f"{sandbox.subscription}/resourceGroups/{group}/providers"
    return f"{where}/Microsoft.ManagedIdentity/userAssignedIdentities/mine"


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
def test_a_patch_merges_and_a_put_replaces_user_assigned_identities(sandbox, account, user) -> None:
    """A PATCH adds an identity and takes away what it nulls; a PUT has exactly what it names."""
    other = user + "-too"
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
