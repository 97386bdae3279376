"""Datastores on the real engine: on identity, made once, one of them the default, found again, refused when gone."""

from __future__ import annotations

from typing import Any

import pytest
from azure.mgmt.resource.resources import ResourceManagementClient

from holdfast_sandbox.rehearsal import Outcome, Project, Stranger

pytestmark = [pytest.mark.engine, pytest.mark.slow]

ML = "2025-12-01"
THEIRS = (
    "/subscriptions/5a4db0c5-5b5c-4000-8000-0000000000ff/resourceGroups/rg-data/providers/Microsoft.Storage"
    "/storageAccounts/stdata"
)
DATASTORES = [
    {"name": "training", "container": "training", "default": True},
    {"name": "notes", "kind": "file", "share": "notes", "description": "Notes"},
    {"name": "lake", "kind": "dataLake", "filesystem": "lake", "account": THEIRS},
]


@pytest.fixture
def anything(stranger: Stranger) -> ResourceManagementClient:
    """Microsoft's own client for resources of whatever type."""
    return stranger.ask_with(ResourceManagementClient)


@pytest.fixture
def with_datastores(project: Project) -> Project:
    """A project with one datastore of each kind, provisioned."""
    project.change(lambda environment: environment.update(datastores=[dict(one) for one in DATASTORES]))
    project.up()
    return project


def written(done: Outcome) -> list[tuple[str, str]]:
    """Method and the resource's own name of every write."""
    return sorted((write.method, write.path.partition("?")[0].rpartition("/")[2]) for write in done.writes)


def test_datastores_live_through_their_changes(with_datastores: Project, anything: ResourceManagementClient) -> None:
    """The default is set by the run that makes it; a text is one PUT; another place is refused before a write."""
    project = with_datastores

    def seen(name: str) -> dict[str, Any]:
        id = f"{project.resource_id('workspace')}/datastores/{name}"
        return dict(anything.resources.get_by_id(id, api_version=ML).properties)

    training, lake = seen("training"), seen("lake")
    assert (training["datastoreType"], training["containerName"]) == ("AzureBlob", "training")
    assert training["accountName"] == project.resource_id("storage").rpartition("/")[2]
    assert training["credentials"] == {"credentialsType": "None"}
    assert training["serviceDataAccessAuthIdentity"] == "WorkspaceSystemAssignedIdentity"
    assert [seen(name)["isDefault"] for name in ("training", "notes", "workspaceblobstore")] == [True, False, False]
    assert (lake["subscriptionId"], lake["resourceGroup"], lake["accountName"]) == (
        THEIRS.split("/")[2],
        "rg-data",
        "stdata",
    )
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])

    def change(environment: dict[str, Any]) -> None:
        environment["datastores"][0]["default"] = False
        environment["datastores"][1] |= {"default": True, "description": "notes"}

    project.change(change)
    assert written(project.up()) == [("PUT", "notes")]
    assert (seen("notes")["description"], seen("notes")["isDefault"]) == ("notes", True)
    assert not seen("training")["isDefault"]
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])

    project.change(lambda environment: environment["datastores"][0].update(container="other"))
    refused = project.up(expect=255)
    assert "error: change-would-replace" in refused.text
    assert not refused.writes


def test_datastores_are_found_again_refused_when_gone_and_forgotten_when_unlisted(
    with_datastores: Project, anything: ResourceManagementClient
) -> None:
    """Adopted with their workspace; gone behind the engine's back; somebody else's; out of the list."""
    project = with_datastores
    workspace = project.resource_id("workspace")
    project.lose_state()
    adopted = project.up()
    assert not adopted.writes
    assert project.resource_id("datastore-lake") == f"{workspace}/datastores/lake"

    anything.resources.begin_delete_by_id(f"{workspace}/datastores/lake", api_version=ML).result()
    gone = project.up(expect=255)
    assert "error: gone-for-good" in gone.text
    assert not gone.writes
    project.pulumi("refresh", "--yes", "--skip-preview", "--stack", project.stack, expect=0)

    foreign = {"datastoreType": "AzureBlob", "accountName": "stx", "containerName": "c"}
    body = {"properties": {**foreign, "credentials": {"credentialsType": "None"}}}
    id = f"{workspace}/datastores/foreign"
    anything.resources.begin_create_or_update_by_id(id, body, api_version=ML).result()
    listed = {"name": "foreign", "container": "c", "account": "stx"}
    project.change(lambda environment: environment.update(datastores=[*DATASTORES[:2], listed]))
    refused = project.up(expect=255)
    assert "error: part-exists" in refused.text
    assert not refused.writes
    project.change(lambda environment: environment["datastores"][2].update(whenExists="adopt"))
    taken = project.up()
    assert taken.operations.get("import") == 1
    assert written(taken) == []

    project.change(lambda environment: environment.update(datastores=DATASTORES[:1]))
    assert written(project.up()) == [("DELETE", "foreign"), ("DELETE", "notes")]
