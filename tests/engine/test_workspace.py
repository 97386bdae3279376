"""The workspace on the real engine: its own settings, and what it stands on in another group, which is only used."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from azure.mgmt.resource.resources import ResourceManagementClient

from holdfast_sandbox.rehearsal import Outcome, Project, Stranger

pytestmark = [pytest.mark.engine, pytest.mark.slow]

ML = "2025-12-01"
CPU = {"name": "cpu", "size": "Standard_DS3_v2"}
SETTINGS = {
    "managedNetwork": "internetOutbound",
    "highBusinessImpact": True,
    "description": "Made by a test",
    "friendlyName": "The Workspace",
    "imageBuildCompute": "cpu",
    "systemDatastoresAuthMode": "identity",
}
#: What a workspace stands on: the type, the API version, and the body of the least of each.
KINDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "storage": (
        "Microsoft.Storage/storageAccounts",
        "2024-01-01",
        {"sku": {"name": "Standard_LRS"}, "kind": "StorageV2", "properties": {}},
    ),
    "vault": (
        "Microsoft.KeyVault/vaults",
        "2024-11-01",
        {"properties": {"sku": {"family": "A", "name": "standard"}, "enableRbacAuthorization": True}},
    ),
    "logs": ("Microsoft.OperationalInsights/workspaces", "2023-09-01", {"properties": {"sku": {"name": "PerGB2018"}}}),
    "insights": ("Microsoft.Insights/components", "2020-02-02", {"kind": "web", "properties": {}}),
    "registry": ("Microsoft.ContainerRegistry/registries", "2023-01-01-preview", {"sku": {"name": "Standard"}}),
}


@pytest.fixture
def anything(stranger: Stranger) -> ResourceManagementClient:
    """Microsoft's own client for resources of whatever type."""
    return stranger.ask_with(ResourceManagementClient)


@pytest.fixture
def theirs(anything: ResourceManagementClient, settings: dict[str, Any], stranger: Stranger) -> dict[str, str]:
    """The ids of a team's resources in a group of theirs, by kind."""
    group = f"{settings['resourceGroup'][:60]}-theirs"
    scope = anything.resource_groups.create_or_update(group, {"location": "westeurope"}).id
    # Some names are taken for all groups.
    mark, ids = f"t{hashlib.sha256(group.encode()).hexdigest()[:8]}", dict[str, str]()
    for kind, (arm_type, version, body) in KINDS.items():
        ids[kind] = f"{scope}/providers/{arm_type}/{mark}{kind}"
        properties = dict(body.get("properties") or {})
        if kind == "vault":
            properties["tenantId"] = stranger.tenant
        if kind == "insights":
            properties = {"Application_Type": "web", "WorkspaceResourceId": ids["logs"]}
        whole = {**body, "location": "westeurope", "properties": properties}
        anything.resources.begin_create_or_update_by_id(ids[kind], whole, api_version=version).result()
    return ids


def seen(client: ResourceManagementClient, ids: dict[str, str]) -> dict[str, Any]:
    """The bodies of those resources, whole."""
    return {kind: client.resources.get_by_id(id, api_version=KINDS[kind][1]).as_dict() for kind, id in ids.items()}


def workspace_of(client: ResourceManagementClient, id: str) -> dict[str, Any]:
    """A workspace's properties, as somebody else reads them."""
    return dict(client.resources.get_by_id(id, api_version=ML).properties)


def written(done: Outcome) -> list[tuple[str, str]]:
    """Method and the resource's own name of every write."""
    return [(write.method, write.path.partition("?")[0].rpartition("/")[2]) for write in done.writes]


def _set_of_workspace(setting: dict[str, Any], environment: dict[str, Any]) -> None:
    environment["workspace"].update(setting)


def test_a_workspace_lives_through_its_settings(project: Project, anything: ResourceManagementClient) -> None:
    """All of it by the first run; then one PATCH a change, and what Azure fixes is refused before a write."""
    project.change(lambda environment: environment.update(workspace=dict(SETTINGS), computes=[CPU]))
    project.up()
    id = project.resource_id("workspace")
    has = workspace_of(anything, id)
    assert has["managedNetwork"]["isolationMode"] == "AllowInternetOutbound"
    assert (has["hbiWorkspace"], has["description"], has["friendlyName"]) == (True, "Made by a test", "The Workspace")
    assert (has["imageBuildCompute"], has["systemDatastoresAuthMode"]) == ("cpu", "identity")
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])

    def change(environment: dict[str, Any]) -> None:
        environment["workspace"] |= {"description": "made by a Test", "managedNetwork": "approvedOutbound"}

    project.change(change)
    assert written(project.up()) == [("PATCH", id.rpartition("/")[2])]
    has = workspace_of(anything, id)
    assert (has["description"], has["imageBuildCompute"]) == ("made by a Test", "cpu")
    assert has["managedNetwork"]["isolationMode"] == "AllowOnlyApprovedOutbound"

    project.lose_state()
    adopted = project.up()
    assert not adopted.writes
    assert project.resource_id("workspace") == id

    for setting, error in (
        ({"managedNetwork": "disabled"}, "managed-network-is-final"),
        ({"managedNetwork": "approvedOutbound", "highBusinessImpact": False}, "change-would-replace"),
    ):
        project.change(partial(_set_of_workspace, setting))
        refused = project.up(expect=255)
        assert f"error: {error}" in refused.text
        assert not refused.writes


def test_a_workspace_without_a_registry_is_given_ours_and_the_rest_is_only_used(
    make_project: Callable[..., Project],
    settings: dict[str, Any],
    theirs: dict[str, str],
    anything: ResourceManagementClient,
) -> None:
    """Vault, storage, logs and insights in another group: used by id, never written nor tagged. Adopting is no write;
    the registry is attached by the one PATCH, and nothing else that it stands on is exchanged."""
    group = anything.resource_groups.create_or_update(settings["resourceGroup"], {"location": "westeurope"}).id
    id = f"{group}/providers/Microsoft.MachineLearningServices/workspaces/mlw-old"
    stands_on = {"keyVault": "vault", "storageAccount": "storage", "applicationInsights": "insights"}
    body = {
        "location": "westeurope",
        "identity": {"type": "SystemAssigned"},
        "properties": {name: theirs[kind] for name, kind in stands_on.items()},
    }
    anything.resources.begin_create_or_update_by_id(id, body, api_version=ML).result()
    before = seen(anything, theirs)
    used = {kind: {"id": theirs[kind]} for kind in ("vault", "storage", "logs", "insights")}
    workspace = {"name": "mlw-old", "whenExists": "adopt"}
    project = make_project({"resourceGroup": settings["resourceGroup"], "prefix": "ml", **used, "workspace": workspace})
    preview = project.preview()
    assert "`properties.containerRegistry` is nothing, will be" in preview.text
    assert not preview.writes
    done = project.up()
    registry = project.resource_id("registry")
    assert sorted(method for method, name in written(done) if name == "mlw-old") == ["PATCH"]
    has = workspace_of(anything, id)
    assert has["containerRegistry"].lower() == registry.lower()
    assert {name: has[name] for name in stands_on} == {name: theirs[kind] for name, kind in stands_on.items()}
    assert seen(anything, theirs) == before
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])

    project.change(lambda environment: environment.update(registry={"id": theirs["registry"]}))
    refused = project.up(expect=255)
    assert "error: managed-by-this-stack" in refused.text
    project.change(lambda environment: (environment.pop("registry"), environment.update(storage={"name": "stnew1"})))
    refused = project.up(expect=255)
    assert "error: workspace-uses-another" in refused.text
    assert not refused.writes


def test_everything_by_id_and_children_of_a_workspace_in_another_group(
    project: Project,
    make_project: Callable[..., Project],
    settings: dict[str, Any],
    theirs: dict[str, str],
    anything: ResourceManagementClient,
) -> None:
    """A new workspace stands on five resources of another group. A second stack uses that workspace by its id, and
    manages a compute in it; it writes nothing else. A subscription that nobody sees is said to be that."""
    before = seen(anything, theirs)
    used = {kind: {"id": id} for kind, id in theirs.items()}
    project.settings({"resourceGroup": settings["resourceGroup"], "prefix": "ml", **used})
    project.up()
    id = project.resource_id("workspace")
    has = workspace_of(anything, id)
    assert [has[name] for name in ("keyVault", "storageAccount", "applicationInsights", "containerRegistry")] == [
        theirs[kind] for kind in ("vault", "storage", "insights", "registry")
    ]
    assert seen(anything, theirs) == before
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])

    whole = anything.resources.get_by_id(id, api_version=ML).as_dict()
    group = f"{settings['resourceGroup'][:60]}-second"
    anything.resource_groups.create_or_update(group, {"location": "westeurope"})
    environment = {"resourceGroup": group, "prefix": "ml", **used, "workspace": {"id": id}, "computes": [CPU]}
    second = make_project(environment, stack="second", folder="second")
    assert written(second.up()) == [("PUT", "cpu")]
    assert second.resource_id("compute-cpu") == f"{id}/computes/cpu"
    assert anything.resources.get_by_id(id, api_version=ML).as_dict() == whole
    assert seen(anything, theirs) == before
    again = second.up()
    assert (again.operations, again.writes) == ({}, [])

    subscription = theirs["storage"].split("/")[2]
    elsewhere = theirs["storage"].replace(subscription, "5a4db0c5-5b5c-4000-8000-0000000000ff")
    second.change(lambda environment: environment.update(storage={"id": elsewhere}))
    refused = second.up(expect=255)
    assert "error: unreadable" in refused.text
    assert "does not see the subscription" in refused.text
    assert not refused.writes
