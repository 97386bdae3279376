"""Do management locks hold, for azure-mgmt-resource-locks and for raw requests?"""

from __future__ import annotations

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.resource.locks import ManagementLockClient
from azure.mgmt.storage import StorageManagementClient

VERSION = "2020-05-01"
STORAGE = "2024-01-01"
PLAIN = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}


@pytest.fixture
def scope(sandbox, group) -> str:
    """The id of a fresh resource group."""
    return f"{sandbox.subscription}/resourceGroups/{group}"


@pytest.fixture
def account(sandbox, scope, unique) -> str:
    """The id of a storage account in the group."""
    path = f"{scope}/providers/Microsoft.Storage/storageAccounts/{unique('st')}"
    sandbox.settled(sandbox.request("PUT", path, STORAGE, PLAIN), STORAGE)
    return path


def lock(sandbox, scope: str, level: str, name: str = "keep"):
    path = f"{scope}/providers/Microsoft.Authorization/locks/{name}"
    answer = sandbox.request("PUT", path, VERSION, {"properties": {"level": level}})
    assert answer.status_code in (200, 201), answer.text
    return path


def locked(scope: str, operation: str, *by: str) -> tuple[int, str, str]:
    """What a forbidden operation answers."""
    return (
        409,
        "ScopeLocked",
        f"The scope '{scope}' cannot perform {operation} operation because following scope(s) are locked: "
        f"'{','.join(by)}'. Please remove the lock and try again.",
    )


def error(answer) -> tuple[int, str, str]:
    body = answer.json()["error"]
    return answer.status_code, body["code"], body["message"]


@pytest.mark.source("learn.microsoft.com/rest/api/resources/management-locks (azure-mgmt-resource-locks 1.0.0)")
def test_a_lock_lives_its_life_in_azure_mgmt_resource_locks(sandbox, group, scope, account) -> None:
    """A lock is made, changed, read, listed and deleted at a group, a resource and a scope by Microsoft's client."""
    client = sandbox.client(ManagementLockClient).management_locks
    made = client.create_or_update_at_resource_group_level(group, "keep", {"level": "CanNotDelete", "notes": "why"})
    assert made.id == f"{scope}/providers/Microsoft.Authorization/locks/keep"
    assert (made.name, made.type, made.level, made.notes) == (
        "keep",
        "Microsoft.Authorization/locks",
        "CanNotDelete",
        "why",
    )
    client.create_or_update_by_scope(scope, "keep", {"level": "ReadOnly"})
    assert client.get_at_resource_group_level(group, "keep").level == "ReadOnly"
    assert client.get_at_resource_group_level(group, "keep").notes is None
    kind, name = "storageAccounts", account.rpartition("/")[2]
    client.delete_at_resource_group_level(group, "keep")
    client.create_or_update_at_resource_level(group, "Microsoft.Storage", "", kind, name, "mine", {"level": "ReadOnly"})
    assert client.get_by_scope(account, "mine").level == "ReadOnly"
    assert [one.name for one in client.list_at_resource_group_level(group)] == ["mine"]
    client.delete_by_scope(account, "mine")
    client.delete_by_scope(account, "mine")
    assert list(client.list_at_resource_group_level(group)) == []
    with pytest.raises(HttpResponseError) as gone:
        client.get_by_scope(account, "mine")
    assert gone.value.status_code == 404


@pytest.mark.source("github.com/Azure/azure-cli/issues/20232; github.com/Azure/azure-cli/issues/2688")
@pytest.mark.parametrize("level", ["CanNotDelete", "ReadOnly"])
def test_nothing_that_is_locked_is_deleted(sandbox, scope, account, level) -> None:
    """A resource's own lock and its group's forbid its deletion; without them it goes, and the lock with it."""
    own = lock(sandbox, account, level)
    assert error(sandbox.request("DELETE", account, STORAGE)) == locked(account, "delete", account)
    above = lock(sandbox, scope, level)
    assert error(sandbox.request("DELETE", account, STORAGE)) == locked(account, "delete", scope, account)
    for path in (own, above):
        assert sandbox.request("DELETE", path, VERSION).status_code == 200
    assert sandbox.request("DELETE", account, STORAGE).status_code == 200


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/lock-resources")
def test_a_group_with_a_locked_resource_inside_stays(sandbox, scope, account) -> None:
    """The deletion of the group is refused as a whole and names the locked resource."""
    own = lock(sandbox, account, "CanNotDelete")
    assert error(sandbox.request("DELETE", scope, "2024-03-01")) == locked(scope, "delete", account)
    assert sandbox.request("GET", account, STORAGE).status_code == 200
    sandbox.request("DELETE", own, VERSION)
    assert sandbox.request("DELETE", scope, "2024-03-01").status_code == 202


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/lock-resources")
def test_a_resource_that_may_not_be_deleted_may_be_changed(sandbox, account) -> None:
    """CanNotDelete lets writes and actions pass."""
    lock(sandbox, account, "CanNotDelete")
    assert sandbox.request("PUT", account, STORAGE, {**PLAIN, "tags": {"a": "1"}}).status_code == 200
    assert sandbox.request("PATCH", account, STORAGE, {"tags": {"a": "2"}}).status_code == 200
    assert sandbox.request("POST", f"{account}/listKeys", STORAGE).status_code == 200


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/lock-resources (list keys is a POST)")
def test_what_is_read_only_takes_no_write(sandbox, scope, account) -> None:
    """ReadOnly on a group refuses PUT, PATCH and POST in it, new resources among them; reads pass."""
    lock(sandbox, scope, "ReadOnly")
    refused = locked(account, "write", scope)
    assert error(sandbox.request("PUT", account, STORAGE, PLAIN)) == refused
    assert error(sandbox.request("PATCH", account, STORAGE, {})) == refused
    assert error(sandbox.request("POST", f"{account}/listKeys", STORAGE)) == refused
    new = f"{account}2"
    assert error(sandbox.request("PUT", new, STORAGE, PLAIN)) == locked(new, "write", scope)
    assert error(sandbox.request("PATCH", scope, "2024-03-01", {"tags": {}})) == locked(scope, "write", scope)
    client = sandbox.client(StorageManagementClient).storage_accounts
    assert client.get_properties(scope.split("/")[4], account.split("/")[-1]).id == account


@pytest.mark.source("github.com/Azure/enterprise-azure-policy-as-code/pull/933")
def test_a_locked_scope_keeps_its_role_assignments(sandbox, scope) -> None:
    """An assignment at a locked scope can't be deleted; another one can be made under CanNotDelete."""
    lock(sandbox, scope, "CanNotDelete")
    assignment = f"{scope}/providers/Microsoft.Authorization/roleAssignments/5a4db0c5-01d0-4000-8000-0000000000ee"
    role = (
        f"{sandbox.subscription}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
    )
    wanted = {"properties": {"roleDefinitionId": role, "principalId": "a11ce000-0000-4000-8000-00000000a11c"}}
    assert sandbox.request("PUT", assignment, "2022-04-01", wanted).status_code == 201
    assert error(sandbox.request("DELETE", assignment, "2022-04-01")) == locked(assignment, "delete", scope)


@pytest.mark.source("learn.microsoft.com/powershell/module/az.resources/get-azresourcelock (-AtScope)")
def test_a_list_shows_locks_above_and_below_or_not_as_asked(sandbox, scope, account) -> None:
    """Without a filter: at, above and below; atScope(): at and above."""
    lock(sandbox, scope, "CanNotDelete", "above")
    lock(sandbox, account, "CanNotDelete", "below")

    def names(where: str, **query: str) -> list[str]:
        answer = sandbox.request("GET", f"{where}/providers/Microsoft.Authorization/locks", VERSION, **query)
        return [one["name"] for one in answer.json()["value"]]

    assert names(scope) == ["below", "above"] or names(scope) == ["above", "below"]
    assert names(scope, **{"$filter": "atScope()"}) == ["above"]
    assert sorted(names(account, **{"$filter": "atScope()"})) == ["above", "below"]
    assert {"above", "below"} <= set(names(sandbox.subscription))


@pytest.mark.source("learn.microsoft.com/rest/api/resources/management-locks/create-or-update-by-scope")
@pytest.mark.parametrize(
    "properties",
    [{}, {"level": "Sometimes"}, {"level": "ReadOnly", "notes": "n" * 513}, {"level": "ReadOnly", "owners": 1}],
)
def test_a_malformed_lock_is_refused(sandbox, scope, properties) -> None:
    """The level is required and one of two, notes have at most 512 characters."""
    path = f"{scope}/providers/Microsoft.Authorization/locks/keep"
    assert sandbox.request("PUT", path, VERSION, {"properties": properties}).status_code == 400
    assert sandbox.request("PUT", f"{path}%3Ax", VERSION, {"properties": {"level": "ReadOnly"}}).status_code == 400


@pytest.mark.source("github.com/hashicorp/terraform-provider-azurerm/issues/20923 (404 for a scope that is not there)")
def test_what_is_not_there_is_not_locked(sandbox, scope) -> None:
    """A lock needs an existing scope."""
    path = f"{scope}/providers/Microsoft.Storage/storageAccounts/nothere/providers/Microsoft.Authorization/locks/keep"
    answer = sandbox.request("PUT", path, VERSION, {"properties": {"level": "ReadOnly"}})
    assert error(answer)[:2] == (404, "ResourceNotFound")
