"""What is answered about a resource while its operation is under way?"""

from __future__ import annotations

import time

import pytest

from holdfast_sandbox.arm import identity

pytestmark = pytest.mark.slow

PLAIN = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}


def error(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def workspace(server, scope: str) -> tuple[str, str, dict]:
    """Makes what a workspace stands on; the workspace's id, its vault's id and the body of its PUT."""
    where = f"{scope}/providers"
    storage = f"{where}/Microsoft.Storage/storageAccounts/stunderway"
    vault = f"{where}/Microsoft.KeyVault/vaults/kv-underway"
    insights = f"{where}/microsoft.insights/components/appi-underway"
    server.request("PUT", storage, "2024-01-01", PLAIN)
    properties = {
        "tenantId": identity.TENANT_ID,
        "sku": {"family": "A", "name": "standard"},
        "accessPolicies": [],
        "enableRbacAuthorization": False,
    }
    server.request("PUT", vault, "2024-11-01", {"location": "westeurope", "properties": properties})
    component = {"location": "westeurope", "kind": "web", "properties": {"Application_Type": "web"}}
    server.request("PUT", insights, "2020-02-02", component)
    stands_on = {"storageAccount": storage, "keyVault": vault, "applicationInsights": insights}
    body = {"location": "westeurope", "identity": {"type": "SystemAssigned"}, "properties": stands_on}
    return f"{where}/Microsoft.MachineLearningServices/workspaces/mlw-underway", vault, body


@pytest.fixture
def scope(slow_sandbox) -> str:
    """A group on the slow server."""
    path = f"{slow_sandbox.subscription}/resourceGroups/rg"
    assert slow_sandbox.request("PUT", path, "2024-03-01", {"location": "westeurope"}).status_code == 201
    return path


@pytest.mark.unverified
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
    version = "2025-12-01"
    path, vault, body = workspace(slow_sandbox, scope)
    assert slow_sandbox.request("PUT", path, version, body).status_code == 202
    shown = slow_sandbox.request("GET", path, version).json()
    assert shown["properties"]["provisioningState"] == "Creating"
    assert shown["identity"]["principalId"]
    for method in ("PUT", "PATCH", "DELETE"):
        assert error(slow_sandbox.request(method, path, version, body)) == (409, "AnotherOperationInProgress")
    policies = slow_sandbox.request("GET", vault, "2024-11-01").json()["properties"]["accessPolicies"]
    assert policies == []


@pytest.mark.source("learn.microsoft.com/azure/machine-learning/concept-enterprise-security")
def test_a_creation_outlives_a_kill_and_grants_once(slow_sandbox, scope, tmp_path, start) -> None:
    """After kill -9 in the middle of a creation the next server finishes it, the vault's entry included, once."""
    version = "2025-12-01"
    path, vault, body = workspace(slow_sandbox, scope)
    assert slow_sandbox.request("PUT", path, version, body).status_code == 202
    slow_sandbox.process.kill()
    slow_sandbox.process.wait(10)
    with start(tmp_path) as server:
        deadline = time.monotonic() + 60
        while (shown := server.request("GET", path, version).json())["properties"]["provisioningState"] == "Creating":
            assert time.monotonic() < deadline
            time.sleep(0.2)
        policies = server.request("GET", vault, "2024-11-01").json()["properties"]["accessPolicies"]
        assert [entry["objectId"] for entry in policies] == [shown["identity"]["principalId"]]
