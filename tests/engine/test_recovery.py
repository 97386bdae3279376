"""Soft-deleted vaults and workspaces: announced by the preview, brought back by the run, with everything in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.machinelearningservices import MachineLearningServicesMgmtClient
from azure.mgmt.resource.resources import ResourceManagementClient

from holdfast_sandbox.rehearsal import Outcome, Project, Stranger

pytestmark = [pytest.mark.engine, pytest.mark.slow]

PIPELINE = "c1c1c1c1-0000-4000-8000-000000000001"


def delete_vault(stranger: Stranger, vault: str) -> None:
    """Softly: Azure has no other way."""
    stranger.client.vaults.delete(vault.split("/")[4], vault.split("/")[8])


def delete_workspace(stranger: Stranger, workspace: str) -> None:
    """Softly, which is Azure's default."""
    client = stranger.ask_with(MachineLearningServicesMgmtClient)
    client.workspaces.begin_delete(workspace.split("/")[4], workspace.split("/")[8]).result()


def own_path(request: Any) -> str:
    return str(request.path).partition("?")[0].lower()


def puts(done: Outcome, id: str) -> int:
    """How many PUTs there were of that very resource."""
    return sum(request.method == "PUT" and own_path(request) == id.lower() for request in done.writes)


def announced(project: Project) -> Outcome:
    """The preview, which says that something will be recovered and writes nothing."""
    preview = project.preview()
    assert "recovered:" in preview.text
    assert preview.writes == []
    return preview


def nothing_to_do(project: Project) -> None:
    again = project.up()
    assert (again.operations, again.writes) == ({}, []), again.text


def test_a_soft_deleted_vault_comes_back_with_every_entry(project: Project, stranger: Stranger) -> None:
    """In our state: one PUT recovers it before anything else, every entry and secret is as it was, and a setting that
    changed meanwhile is one PATCH. Out of our state: the same, and it is adopted."""
    project.up()
    vault = project.resource_id("vault")
    stranger.add(vault, *(stranger.entry(stranger.principal(n), secrets=["get"]) for n in range(5)))
    stranger.secret(vault, "db-password", "s3cret")
    before = stranger.policies(vault)
    delete_vault(stranger, vault)
    announced(project)
    project.change(lambda environment: environment["vault"].update(publicAccess=True))
    done = project.up()
    assert own_path(done.writes[0]) == vault.lower()
    assert puts(done, vault) == 1
    assert [request.method for request in done.writes] == ["PUT", "PATCH"]
    assert stranger.policies(vault) == before
    assert stranger.secrets(vault) == ["db-password"]
    assert {row["state"] for row in project.receipt()["policies"]} <= {"put-back", "kept", "added"}
    nothing_to_do(project)

    made = project.managed()
    delete_vault(stranger, vault)
    project.lose_state()
    announced(project)
    done = project.up()
    assert puts(done, vault) == len(done.writes) == 1
    assert done.changes.get("import") == len(made)
    assert project.managed() == made
    assert stranger.policies(vault) == before
    nothing_to_do(project)


def test_roles_of_a_recovered_vault_are_made_again(
    make_project: Callable[..., Project], settings: dict[str, Any], stranger: Stranger
) -> None:
    """Azure takes the role assignments away with the vault: ours come back under their names, strangers' are gone."""
    settings["vault"] = {"grants": [{"principal": PIPELINE, "roles": ["Key Vault Secrets User"]}]}
    project = make_project(settings)
    project.up()
    vault = project.resource_id("vault")
    client = stranger.ask_with(AuthorizationManagementClient)

    def held() -> dict[str, str]:
        rows = client.role_assignments.list_for_scope(vault, filter="atScope()")
        return {str(row.name): str(row.principal_id) for row in rows if str(row.scope).lower() == vault.lower()}

    before = held()
    assert PIPELINE in before.values()
    delete_vault(stranger, vault)
    assert "put-back" in announced(project).text
    done = project.up()
    assert puts(done, vault) == 1
    ours = [name for name, principal in before.items() if principal == PIPELINE]
    assert held()[ours[0]] == PIPELINE
    # The workspace's own role is ensured by principal and role: Azure may have given it another name.
    assert sorted(held().values()) == sorted(before.values())
    nothing_to_do(project)


def test_a_soft_deleted_workspace_comes_back_with_what_is_in_it(project: Project, stranger: Stranger) -> None:
    """Its datastores come back with it, its computes are made again; with the state and without it."""

    def add(environment: dict[str, Any]) -> None:
        environment["computes"] = [{"name": "cpu", "size": "Standard_DS3_v2", "max": 2}]
        environment["datastores"] = [{"name": "training", "container": "training"}]

    project.change(add)
    project.up()
    workspace, vault, made = project.resource_id("workspace"), project.resource_id("vault"), project.managed()
    anything = stranger.ask_with(ResourceManagementClient)

    def seen(path: str) -> dict[str, Any]:
        return dict(anything.resources.get_by_id(f"{workspace}{path}", api_version="2025-12-01").properties)

    known, before = seen("")["workspaceId"], stranger.policies(vault)
    for lost in (False, True):
        delete_workspace(stranger, workspace)
        if lost:
            project.lose_state()
        announced(project)
        done = project.up()
        assert puts(done, workspace) == 1
        assert puts(done, f"{workspace}/computes/cpu") == 1
        assert puts(done, f"{workspace}/datastores/training") == 0
        assert seen("")["workspaceId"] == known
        assert project.managed() == made
        assert stranger.policies(vault) == before
        nothing_to_do(project)


def test_a_deleted_group_comes_back_from_what_is_left(project: Project, stranger: Stranger) -> None:
    """Everything was deleted with the group: refused until a refresh forgets it, then vault and workspace are recovered
    and the rest is made anew around them."""
    project.up()
    vault, workspace = project.resource_id("vault"), project.resource_id("workspace")
    stranger.add(vault, stranger.entry(stranger.principal(1), secrets=["get"]))
    before = stranger.policies(vault)
    anything = stranger.ask_with(ResourceManagementClient)
    anything.resource_groups.begin_delete(vault.split("/")[4]).result()
    refused = project.up(expect=None)
    assert refused.code != 0
    assert "gone-for-good" in refused.text
    assert refused.writes == []
    project.pulumi("refresh", "--yes", "--skip-preview", "--stack", project.stack, expect=0)
    announced(project)
    done = project.up()
    assert (puts(done, vault), puts(done, workspace)) == (1, 1)
    assert stranger.policies(vault) == before
    nothing_to_do(project)


def test_a_vault_that_is_soft_deleted_elsewhere_is_refused(
    make_project: Callable[..., Project], settings: dict[str, Any], stranger: Stranger
) -> None:
    """A recovery brings a vault back to its own group and location: another one is refused, with the ways out."""
    settings["vault"]["name"] = "kv-elsewhere-1"
    first = make_project(settings)
    first.up()
    vault = first.resource_id("vault")
    delete_vault(stranger, vault)
    moved = make_project(settings, stack="moved", folder="moved", **{"azure-native:location": "northeurope"})
    other = make_project({**settings, "resourceGroup": "rg-elsewhere-2"}, stack="other", folder="other")
    for project, way in ((moved, "vault-owned-elsewhere"), (other, "vault-owned-elsewhere")):
        done = project.up(expect=None)
        assert done.code != 0
        assert f"error: {way}" in done.text
        assert done.writes == []
    first.lose_state()
    first.settings(settings, **{"azure-native:location": "northeurope"})
    done = first.up(expect=None)
    assert "error: soft-deleted-elsewhere" in done.text
    assert "azure-native:location: westeurope" in done.text
    assert done.writes == []
