"""What is answered about a resource while its operation is under way?"""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow

PLAIN = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}


def error(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.fixture
def scope(slow_sandbox) -> str:
    """A group on the slow server."""
    path = f"{slow_sandbox.subscription}/resourceGroups/rg"
    assert slow_sandbox.request("PUT", path, "2024-03-01", {"location": "westeurope"}).status_code == 201
    return path


@pytest.mark.source("github.com/Azure/azure-sdk-for-go: StorageAccountOperationInProgress")
def test_a_storage_account_that_is_being_made_takes_no_other_write(slow_sandbox, scope) -> None:
    """While it is Creating: read as such, polled with 202 and Retry-After, and refused to other writers."""
    path, version = f"{scope}/providers/Microsoft.Storage/storageAccounts/stunderway", "2024-01-01"
    first = slow_sandbox.request("PUT", path, version, PLAIN)
    assert int(first.headers["Retry-After"]) >= 1
    poll = first.headers["Location"].removeprefix(slow_sandbox.url).partition("?")[0]
    polled = slow_sandbox.request("GET", poll, version)
    assert (polled.status_code, "Location" in polled.headers) == (202, True)
    shown = slow_sandbox.request("GET", path, version).json()
    assert shown["properties"]["provisioningState"] == "Creating"
    for method in ("PUT", "PATCH", "DELETE"):
        answer = slow_sandbox.request(method, path, version, PLAIN)
        assert error(answer) == (409, "StorageAccountOperationInProgress")


@pytest.mark.unverified
def test_a_workspace_that_is_being_made_takes_no_other_write(slow_sandbox, scope) -> None:
    """While it is Creating it has its principal already, but no entry in the vault, and refuses other writers."""
    where, version = f"{scope}/providers", "2025-12-01"
    path = f"{where}/Microsoft.MachineLearningServices/workspaces/mlw-underway"
    storage = f"{where}/Microsoft.Storage/storageAccounts/stunderway"
    vault = f"{where}/Microsoft.KeyVault/vaults/kv-underway"
    insights = f"{where}/microsoft.insights/components/appi-underway"
    slow_sandbox.request("PUT", storage, "2024-01-01", PLAIN)
    properties = {
        "tenantId": "5a4db0c5-7e0a-4000-8000-000000000001",
        "sku": {"family": "A", "name": "standard"},
        "accessPolicies": [],
        "enableRbacAuthorization": False,
    }
    slow_sandbox.request("PUT", vault, "2024-11-01", {"location": "westeurope", "properties": properties})
    component = {"location": "westeurope", "kind": "web", "properties": {"Application_Type": "web"}}
    slow_sandbox.request("PUT", insights, "2020-02-02", component)
    stands_on = {"storageAccount": storage, "keyVault": vault, "applicationInsights": insights}
    body = {"location": "westeurope", "identity": {"type": "SystemAssigned"}, "properties": stands_on}
    assert slow_sandbox.request("PUT", path, version, body).status_code == 202
    shown = slow_sandbox.request("GET", path, version).json()
    assert shown["properties"]["provisioningState"] == "Creating"
    assert shown["identity"]["principalId"]
    for method in ("PUT", "PATCH", "DELETE"):
        assert error(slow_sandbox.request(method, path, version, body)) == (409, "AnotherOperationInProgress")
    policies = slow_sandbox.request("GET", vault, "2024-11-01").json()["properties"]["accessPolicies"]
    assert policies == []
