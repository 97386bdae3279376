"""User-assigned identities on the real engine: made once, kept, adopted, refused when gone or somebody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure.mgmt.msi import ManagedServiceIdentityClient

from holdfast_sandbox.rehearsal import Project, Stranger

pytestmark = pytest.mark.engine

Msi = Callable[[Project], ManagedServiceIdentityClient]


@pytest.fixture
def msi() -> Msi:
    """Microsoft's own client for identities."""

    return lambda project: Stranger(project.environ).ask_with(ManagedServiceIdentityClient)


def test_an_identity_is_made_once_and_found_again(project: Project, settings: dict[str, Any], msi: Msi) -> None:
    """Made, kept without a write, found again without the state, made anew only on purpose."""
    group = settings["resourceGroup"]
    project.change(lambda environment: environment.update(identities=[{"name": "id-train"}], tags={"team": "ml"}))
    project.up()
    seen = msi(project).user_assigned_identities.get(group, "id-train")
    assert (seen.location, seen.tags["team"]) == ("westeurope", "ml")
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
    project.lose_state()
    adopted = project.up()
    assert not adopted.writes
    assert set(adopted.operations) == {"import", "create"}  # what is created are our own dynamic resources
    assert msi(project).user_assigned_identities.get(group, "id-train").principal_id == seen.principal_id
    msi(project).user_assigned_identities.delete(group, "id-train")
    gone = project.up(expect=None)
    assert gone.code != 0
    assert "error: gone-for-good" in gone.text
    assert "id-train" in gone.text
    assert not gone.writes


def test_somebody_elses_identity_is_refused_adopted_or_used(
    project: Project, settings: dict[str, Any], msi: Msi
) -> None:
    """By `whenExists`, and by its id, which is consent to use it."""
    project.up()
    made = msi(project).user_assigned_identities.create_or_update(
        settings["resourceGroup"], "id-theirs", {"location": "westeurope"}
    )
    project.change(lambda environment: environment.update(identities=[{"name": "id-theirs"}]))
    refused = project.up(expect=None)
    assert "error: part-exists" in refused.text
    assert not refused.writes
    project.change(lambda environment: environment.update(identities=[{"name": "short", "id": made.id}]))
    used = project.up()
    assert (used.operations, used.writes) == ({}, [])
    project.change(lambda environment: environment.update(identities=[{"name": "id-theirs", "whenExists": "adopt"}]))
    adopted = project.up()
    assert adopted.operations.get("import") == 1
    assert {request.method for request in adopted.writes} <= {"PATCH"}  # its tags alone
    assert not project.up().writes


@pytest.mark.parametrize("authorization", ["access-policies", "rbac"])
def test_a_workspace_on_a_user_assigned_identity_is_let_in_before_it_is_made(
    project: Project, settings: dict[str, Any], authorization: str
) -> None:
    """Azure gives such an identity nothing: its roles and its way into the vault are ours, and come first."""
    vault = {"authorization": authorization, "publicAccess": False}
    project.change(
        lambda environment: environment.update(
            resourceGroup=f"{settings['resourceGroup']}-{authorization}",
            vault=vault,
            identities=[{"name": "id-ml"}],
            workspace={"identity": {"user": "id-ml"}},
        )
    )
    first = project.up()
    writes = [request.path.partition("?")[0].lower() for request in first.writes]
    made = next(at for at, path in enumerate(writes) if "/microsoft.machinelearningservices/workspaces/" in path)
    into_vault = "/accesspolicies/add" if authorization == "access-policies" else "/vaults/"
    assert any(into_vault in path for path in writes[:made])
    before = [path for path in writes[:made] if "/roleassignments/" in path]
    assert len(before) == (
        5 if authorization == "access-policies" else 6
    )  # four times Contributor, the data, the vault
    workspace = next(row for row in project.state() if row["urn"].endswith("::workspace"))["outputs"]
    identity = next(row for row in project.state() if row["urn"].endswith("::identity-id-ml"))
    assert workspace["identity"]["type"] == "UserAssigned"
    assert workspace["primaryUserAssignedIdentity"].lower() == identity["id"].lower()
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
    project.lose_state()
    assert not project.up().writes
    assert project.up().operations == {}
    project.change(lambda environment: environment.update(workspace={"identity": "system"}))
    refused = project.up(expect=None)
    assert "error: change-would-replace" in refused.text
    assert not refused.writes


def test_a_cluster_and_its_nodes_on_user_assigned_identities(project: Project) -> None:
    """The control plane may hand the kubelet's to the nodes before the cluster is made, and nodes may pull."""
    names = [{"name": "id-plane"}, {"name": "id-kubelet"}]
    cluster = {"identity": {"user": "id-plane"}, "kubeletIdentity": "id-kubelet"}
    project.change(lambda environment: environment.update(identities=names, cluster=cluster))
    project.up()
    state = {row["urn"].rpartition("::")[2]: row for row in project.state()}
    made = state["cluster"]["outputs"]
    kubelet = state["identity-id-kubelet"]["outputs"]["principalId"]
    assert made["identity"]["type"] == "UserAssigned"
    assert made["identityProfile"]["kubeletidentity"]["objectId"] == kubelet
    assert state["assignment-identity-id-kubelet-registry-acrpull"]["outputs"]["principalId"] == kubelet
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
    project.lose_state()
    assert not project.up().writes
    project.change(
        lambda environment: environment.update(
            cluster={"identity": {"user": "id-plane"}, "kubeletIdentity": "id-plane"}
        )
    )
    refused = project.up(expect=None)
    assert "error: change-would-replace" in refused.text
    assert not refused.writes


def test_a_cluster_of_its_own_identity_pulls_and_changes_to_another(project: Project) -> None:
    """Its kubelet's principal is Azure's, known when the cluster is made; the control plane's changes in place."""
    project.change(lambda environment: environment.update(cluster={}))
    project.up()
    state = {row["urn"].rpartition("::")[2]: row.get("outputs", {}) for row in project.state()}
    kubelet = state["cluster"]["identityProfile"]["kubeletidentity"]["objectId"]
    assert state["assignment-cluster-registry-acrpull"]["principalId"] == kubelet
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
    user = {"identity": {"user": "id-plane"}}
    project.change(lambda environment: environment.update(identities=[{"name": "id-plane"}], cluster=user))
    changed = project.up()
    assert [request.method for request in changed.writes if "/managedClusters/" in request.path] == ["PUT"]
    assert not project.up().writes
