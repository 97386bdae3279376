"""The AKS cluster, its pools, its extension and its computes under the real engine."""

from __future__ import annotations

import json
from typing import Any

import pytest
from azure.mgmt.containerservice import ContainerServiceClient
from azure.mgmt.kubernetesconfiguration.extensions import KubernetesConfigurationExtensionsMgmtClient
from azure.mgmt.machinelearningservices import MachineLearningServicesMgmtClient

from holdfast_sandbox.rehearsal import Outcome, Project, Stranger

pytestmark = [pytest.mark.engine, pytest.mark.slow]

SIZE = "Standard_D4s_v3"


@pytest.fixture
def clusters(stranger: Stranger) -> ContainerServiceClient:
    """Microsoft's own client."""
    return stranger.ask_with(ContainerServiceClient)


@pytest.fixture
def wanted(project: Project) -> None:
    """A cluster with two pools of its own and a namespace as a compute."""
    cluster = {
        "tier": "standard",
        "systemPool": {"size": SIZE, "min": 1, "max": 3},
        "pools": [
            {"name": "cpu", "size": SIZE, "min": 0, "max": 4, "labels": {"example.com/team": "ml"}},
            {"name": "gpu", "size": SIZE, "count": 1, "taints": ["sku=gpu:NoSchedule"]},
        ],
    }
    small = {"name": "small", "cpu": "1", "memory": "2Gi", "nodeSelector": {"example.com/team": "ml"}}
    compute = {"name": "aks", "kind": "kubernetes", "namespace": "team", "instanceTypes": [small]}
    project.change(lambda environment: environment.update(cluster=cluster, computes=[compute]))


def place(project: Project) -> tuple[str, str]:
    """Group and name of the cluster."""
    parts = project.resource_id("cluster").split("/")
    return parts[4], parts[-1]


def asked(done: Outcome) -> list[str]:
    """What a run wrote: method, and the last two parts of the path."""
    return [f"{one.method} {'/'.join(one.path.partition('?')[0].split('/')[-2:])}" for one in done.writes]


def nothing(project: Project) -> None:
    """A run finds nothing to do."""
    done = project.up()
    assert (done.operations, done.writes) == ({}, []), done.text


def command(project: Project) -> str:
    """How one gets into the cluster."""
    outputs: dict[str, Any] = json.loads(project.pulumi("stack", "output", "--json", expect=0).text)
    return str(outputs["kubeconfigCommand"])


@pytest.mark.usefixtures("wanted")
def test_a_cluster_lives_through_its_changes(
    project: Project, clusters: ContainerServiceClient, stranger: Stranger
) -> None:
    """Each setting is one write to the very resource that has it, and no pool touches another."""
    project.up()
    group, name = place(project)
    seen: Any = clusters.managed_clusters.get(group, name)
    assert (seen.sku.tier, seen.disable_local_accounts, seen.network_profile.network_plugin_mode) == (
        "Standard",
        False,
        "overlay",
    )
    pools = {one.name: one for one in clusters.agent_pools.list(group, name)}
    assert {one: (pool.mode, pool.min_count, pool.max_count) for one, pool in pools.items()} == {
        "system": ("System", 1, 3),
        "cpu": ("User", 0, 4),
        "gpu": ("User", None, None),
    }
    assert pools["gpu"].node_taints == ["sku=gpu:NoSchedule"]
    assert pools["system"].tags["holdfast-project"] == pools["cpu"].tags["holdfast-project"]
    parts = project.resource_id("workspace").split("/")
    compute: Any = stranger.ask_with(MachineLearningServicesMgmtClient).machine_learning_compute
    # That client's version has no class for this kind of compute.
    attached = compute.get(parts[4], parts[-1], "aks", cls=lambda answer, *_: answer.http_response.json())["properties"]
    assert attached["resourceId"].lower() == project.resource_id("cluster").lower()
    assert attached["properties"]["namespace"] == "team"
    assert attached["properties"]["instanceTypes"]["small"]["resources"]["limits"]["memory"] == "2Gi"
    assert command(project).startswith(f"az aks get-credentials --resource-group {group} --name {name} --subscription ")
    nothing(project)

    def change(environment: dict[str, Any]) -> None:
        cluster = environment["cluster"]
        cluster["systemPool"]["max"] = 5
        cluster["pools"][0]["labels"]["example.com/kind"] = "cpu"
        cluster["pools"][1] = {**cluster["pools"][1], "min": 1, "max": 2}
        del cluster["pools"][1]["count"]
        cluster["authorizedRanges"] = ["203.0.113.0/24"]

    project.change(change)
    preview = project.preview()
    assert "Node pool `system`: `properties.maxCount` is 3, will be 5" in preview.text
    assert not preview.writes
    done = project.up()
    assert sorted(asked(done)) == sorted(
        [f"PUT managedClusters/{name}", "PUT agentPools/system", "PUT agentPools/cpu", "PUT agentPools/gpu"]
    )
    assert asked(done)[0] == f"PUT managedClusters/{name}"  # a pool can't be written while its cluster is
    pools = {one.name: one for one in clusters.agent_pools.list(group, name)}
    assert {one: (pool.min_count, pool.max_count) for one, pool in pools.items()} == {
        "system": (1, 5),
        "cpu": (0, 4),
        "gpu": (1, 2),
    }
    assert pools["cpu"].node_labels == {"example.com/team": "ml", "example.com/kind": "cpu"}
    nothing(project)

    def back(environment: dict[str, Any]) -> None:
        cluster = environment["cluster"]
        cluster["pools"][1] = {"name": "gpu", "size": SIZE, "count": 2, "taints": ["sku=gpu:NoSchedule"]}
        cluster["version"] = "1.35"

    project.change(back)
    assert sorted(asked(project.up())) == ["PUT agentPools/gpu", f"PUT managedClusters/{name}"]
    gpu = clusters.agent_pools.get(group, name, "gpu")
    assert (gpu.count, gpu.enable_auto_scaling, gpu.min_count) == (2, False, None)
    assert clusters.managed_clusters.get(group, name).current_kubernetes_version.startswith("1.35")
    nothing(project)

    project.change(lambda environment: environment["cluster"].update(version="1.34"))  # nothing goes back
    nothing(project)

    def fixed(environment: dict[str, Any]) -> None:
        environment["cluster"]["pools"][0]["size"] = "Standard_D8s_v3"
        environment["cluster"]["systemPool"]["size"] = "Standard_D8s_v3"
        environment["cluster"]["network"] = {"mode": "flat"}
        environment["computes"][0]["namespace"] = "another"

    project.change(fixed)
    refused = project.up(expect=None)
    for subject in ("AKS cluster", "Node pool `cpu`", "Node pool `system`", "Compute `aks`"):
        assert subject in refused.text.partition("error: change-would-replace")[2]
    assert not refused.writes

    def repaired(environment: dict[str, Any]) -> None:
        environment["cluster"]["pools"].pop(1)
        environment["cluster"]["pools"][0]["size"] = SIZE
        environment["cluster"]["systemPool"]["size"] = SIZE
        del environment["cluster"]["network"]
        environment["computes"][0]["namespace"] = "team"

    project.change(repaired)
    assert asked(project.up()) == ["DELETE agentPools/gpu"]
    nothing(project)

    gone = [one for one in asked(project.destroy()) if "managedClusters" in one or "agentPools" in one]
    assert gone == ["DELETE agentPools/cpu", f"DELETE managedClusters/{name}"]  # the system pool goes with its cluster


@pytest.mark.usefixtures("wanted")
def test_a_lost_state_adopts_all_of_it(project: Project, clusters: ContainerServiceClient) -> None:
    """Pools by their tags, the extension by its name; the system pool is nobody's to adopt. What is deleted behind the
    back is not made anew."""
    project.up()
    group, name = place(project)
    project.lose_state()
    back = project.up()
    assert not back.writes
    assert set(back.operations) == {"import", "create"}  # what is created are our own dynamic resources
    nothing(project)
    clusters.agent_pools.begin_delete(group, name, "cpu").result()
    refused = project.up(expect=None)
    assert "error: gone-for-good" in refused.text
    assert "Node pool `cpu`" in refused.text
    assert not refused.writes

    def renamed(environment: dict[str, Any]) -> None:
        environment["cluster"]["pools"].pop(0)
        environment["cluster"]["systemPool"]["name"] = "nodepool1"

    project.change(renamed)
    refused = project.up(expect=None)
    assert "error: made-with-parent" in refused.text
    assert not refused.writes


def test_a_pool_and_an_extension_of_somebody_else_are_refused_unless_the_settings_consent(
    project: Project, clusters: ContainerServiceClient, stranger: Stranger
) -> None:
    """Nothing says whose they are; one cluster takes one extension of the kind, so theirs is named."""
    project.change(lambda environment: environment.update(cluster={}))
    project.up()
    group, name = place(project)
    theirs: Any = {"properties": {"count": 1, "vmSize": SIZE, "mode": "User"}}
    clusters.agent_pools.begin_create_or_update(group, name, "theirs", theirs).result()
    project.change(
        lambda environment: environment["cluster"].update(pools=[{"name": "theirs", "size": SIZE, "count": 2}])
    )
    refused = project.up(expect=None)
    assert "error: part-exists" in refused.text
    assert not refused.writes
    project.change(lambda environment: environment["cluster"]["pools"][0].update(whenExists="adopt"))
    adopted = project.up()
    assert adopted.operations.get("import") == 1
    assert asked(adopted) == ["PUT agentPools/theirs"]
    assert clusters.agent_pools.get(group, name, "theirs").count == 2
    nothing(project)

    extensions = stranger.ask_with(KubernetesConfigurationExtensionsMgmtClient).extensions
    body: Any = {
        "properties": {
            "extensionType": "microsoft.azureml.kubernetes",
            "configurationSettings": {"enableTraining": "True"},
        }
    }
    on = (group, "Microsoft.ContainerService", "managedClusters", name, "theirs")
    extensions.begin_create(*on, body).result()
    project.change(lambda environment: environment.update(computes=[{"name": "aks", "kind": "kubernetes"}]))
    refused = project.up(expect=None)
    assert "error: one-alone" in refused.text
    assert not refused.writes
    project.change(
        lambda environment: environment["cluster"].update(extension={"name": "theirs", "whenExists": "refer"})
    )
    used = project.up()
    assert asked(used) == ["PUT computes/aks"]
    nothing(project)


def test_the_extension_is_changed_by_a_patch_and_goes_with_its_last_compute(
    project: Project, stranger: Stranger
) -> None:
    """Serving is ordered, never given; the extension that nobody needs is removed, after what stands on it."""
    compute = {"name": "aks", "kind": "kubernetes"}
    project.change(lambda environment: environment.update(cluster={}, computes=[compute]))
    project.up()
    serving = {"inference": True, "router": "loadBalancer", "allowInsecure": True}
    project.change(lambda environment: environment["cluster"].update(extension=serving))
    done = project.up()
    assert [one.partition(" ")[0] for one in asked(done)] == ["PATCH"]
    assert "extensions/azureml-" in asked(done)[0]
    nothing(project)

    def unneeded(environment: dict[str, Any]) -> None:
        environment["computes"] = []
        del environment["cluster"]["extension"]

    project.change(unneeded)
    gone = asked(project.up())
    assert [one.split("/")[0] for one in gone] == ["DELETE computes", "DELETE extensions"]
    nothing(project)


def test_a_cluster_that_is_named_by_its_id_is_never_written(
    project: Project, make_project: Any, settings: dict[str, Any], clusters: ContainerServiceClient
) -> None:
    """Its extension is, where the settings ask for one; a compute stands on it like on any other."""
    project.change(lambda environment: environment.update(cluster={}))
    project.up()
    cluster = project.resource_id("cluster")
    other = {
        **settings,
        "resourceGroup": f"{settings['resourceGroup'][:60]}-2",
        "cluster": {"id": cluster, "extension": True},
        "computes": [{"name": "aks", "kind": "kubernetes"}],
    }
    second = make_project(other, stack="second", folder="second")
    made = second.up()
    assert not [one for one in made.writes if one.path.partition("?")[0].lower() == cluster.lower()]
    nothing(second)
    assert command(second).split()[6] == cluster.split("/")[-1]
    done = second.destroy()
    assert not [one for one in done.writes if one.path.partition("?")[0].lower() == cluster.lower()]
    assert clusters.managed_clusters.get(*place(project)).provisioning_state == "Succeeded"
