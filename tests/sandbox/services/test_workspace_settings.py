"""Do a workspace's settings change, stay or go back to their defaults as Azure documents it?"""

from __future__ import annotations

from typing import Any

import pytest

from .test_machinelearning import VERSION, Environment, error, new_environment

pytestmark = pytest.mark.slow

UPDATE = "learn.microsoft.com/rest/api/azureml/workspaces/update (WorkspacePropertiesUpdateParameters)"
NETWORK = "learn.microsoft.com/azure/machine-learning/how-to-managed-network"
SENSITIVE = "learn.microsoft.com/azure/machine-learning/concept-customer-managed-keys (HBI_workspace flag)"
IDENTITY = "learn.microsoft.com/rest/api/azureml/workspaces/create-or-update (primaryUserAssignedIdentity)"


@pytest.fixture
def environment(sandbox, group, unique) -> Environment:
    """Storage, vault and insights in a fresh group."""
    return new_environment(sandbox, group, unique)


def patched(environment: Environment, **properties: Any) -> dict[str, Any]:
    """What a GET shows after a PATCH of these properties."""
    answer = environment.sandbox.request("PATCH", environment.path, VERSION, {"properties": properties})
    assert answer.status_code == 200, answer.text
    return environment.get().json()["properties"]


def new_identity(environment: Environment, name: str) -> str:
    path = f"{environment.scope}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}"
    made = environment.sandbox.request("PUT", path, "2023-01-31", {"location": "westeurope"})
    assert made.status_code == 201, made.text
    return path


@pytest.mark.source(UPDATE)
@pytest.mark.parametrize(
    "change",
    [
        {"friendlyName": "Ours"},
        {"description": "why"},
        {"publicNetworkAccess": "Disabled"},
        {"v1LegacyMode": True},
        {"imageBuildCompute": "builds"},
        {"systemDatastoresAuthMode": "identity"},
    ],
)
def test_a_patch_changes_one_setting_and_nothing_beside_it(environment, change) -> None:
    before = environment.make()["properties"]
    assert patched(environment, **change) == {**before, **change}


@pytest.mark.source(f"{NETWORK} (Configure image builds: an empty name switches back)")
def test_an_empty_name_ends_image_builds_on_a_compute(environment) -> None:
    environment.make(imageBuildCompute="builds")
    assert patched(environment, imageBuildCompute="")["imageBuildCompute"] == ""


@pytest.mark.source(SENSITIVE)
def test_the_business_impact_stays_as_it_was_at_creation(environment) -> None:
    """A PUT that leaves it out keeps it; one that carries the other value fails."""
    assert environment.make(hbiWorkspace=True)["properties"]["hbiWorkspace"] is True
    assert environment.make(description="why")["properties"]["hbiWorkspace"] is True
    assert environment.ended(environment.put(hbiWorkspace=False))[0] == "BadRequest"


@pytest.mark.source(f"{NETWORK} (Manually provision a managed VNet: provisionNetworkNow)")
@pytest.mark.parametrize(("now", "status"), [(True, "Active"), (False, "Inactive")])
def test_a_managed_network_is_provisioned_at_creation_when_asked(environment, now, status) -> None:
    network = {"isolationMode": "AllowInternetOutbound"}
    made = environment.make(managedNetwork=network, provisionNetworkNow=now)["properties"]["managedNetwork"]
    assert made["status"]["status"] == status


@pytest.mark.source(f"{NETWORK} (Limitations: can't be disabled once enabled)")
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_managed_network_is_never_disabled_again(environment, method) -> None:
    """Its mode may change between the two isolated ones; the network itself stays the same one."""
    first = environment.make(managedNetwork={"isolationMode": "AllowInternetOutbound"})["properties"]["managedNetwork"]
    strict = {"isolationMode": "AllowOnlyApprovedOutbound"}
    second = patched(environment, managedNetwork=strict)["managedNetwork"]
    assert second == {**first, **strict}
    off = environment.body(managedNetwork={"isolationMode": "Disabled"})
    refused = environment.sandbox.request(method, environment.path, VERSION, off)
    said = error(refused)[2] if refused.status_code >= 400 else environment.ended(refused)[1]
    assert "can't be disabled" in said
    assert environment.get().json()["properties"]["managedNetwork"] == second


@pytest.mark.source(IDENTITY)
def test_the_primary_identity_is_one_of_the_workspaces(environment, unique) -> None:
    """It changes to another that the same request attaches. A stranger can't represent the workspace: refused."""
    first, second = (new_identity(environment, unique("id-")) for _ in range(2))
    body = environment.body(primaryUserAssignedIdentity=first)
    assert error(environment.put(body))[:2] == (400, "ValidationError")
    body["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {first: {}}}
    done = environment.sandbox.settled(environment.put(body), VERSION)
    assert done.json()["status"] == "Succeeded", done.text
    refused = {"properties": {"primaryUserAssignedIdentity": second}}
    assert environment.sandbox.request("PATCH", environment.path, VERSION, refused).status_code == 400
    change = {**refused, "identity": {"type": "UserAssigned", "userAssignedIdentities": {first: {}, second: {}}}}
    assert environment.sandbox.request("PATCH", environment.path, VERSION, change).status_code == 200
    assert environment.get().json()["properties"]["primaryUserAssignedIdentity"] == second
