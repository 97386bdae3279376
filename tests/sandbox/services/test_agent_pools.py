"""Do agent pools behave, on their own and within their cluster?"""

from __future__ import annotations

import pytest
from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceModifiedError
from azure.mgmt.containerservice import ContainerServiceClient

from holdfast_sandbox.arm.services.containerservice.usable import hindrance
from holdfast_sandbox.arm.store import Resource, Store

VERSION = "2025-09-01"
REST = "learn.microsoft.com/rest/api/aks/agent-pools/create-or-update"
SYSTEM_POOL = {"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_D2s_v3", "osType": "Linux"}
USER = {"count": 1, "vmSize": "Standard_D4s_v3"}


@pytest.fixture
def cluster(sandbox, group) -> str:
    """The id of a cluster with one system pool."""
    return new_cluster(sandbox, group)


def new_cluster(sandbox, group: str, **properties) -> str:
    where = f"{sandbox.subscription}/resourceGroups/{group}/providers"
    path = f"{where}/Microsoft.ContainerService/managedClusters/aks"
    body = {
        "location": "westeurope",
        "identity": {"type": "SystemAssigned"},
        "properties": {"dnsPrefix": "mine", "agentPoolProfiles": [SYSTEM_POOL], **properties},
    }
    sandbox.settled(sandbox.request("PUT", path, VERSION, body), VERSION)
    return path


def put(sandbox, cluster: str, name: str = "work", **properties):
    return sandbox.request("PUT", f"{cluster}/agentPools/{name}", VERSION, {"properties": {**USER, **properties}})


def get(sandbox, path: str) -> dict:
    answer = sandbox.request("GET", path, VERSION)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refusal(answer) -> tuple[int, str, str]:
    body = answer.json()
    return answer.status_code, body["code"], body["message"]


@pytest.mark.source(REST)
def test_a_pool_lives_its_life_in_azure_mgmt_containerservice(sandbox, group, cluster) -> None:
    """Created, read, scaled, listed and deleted; its cluster shows it among its profiles."""
    pools = sandbox.client(ContainerServiceClient).agent_pools
    wanted = {"nodeLabels": {"for": "training"}, "nodeTaints": ["gpu=yes:NoSchedule"], "tags": {"a": "b"}}
    made = pools.begin_create_or_update(group, "aks", "work", {"properties": {**USER, **wanted}}).result()
    assert made.id == f"{cluster}/agentPools/work".replace("resourceGroups", "resourcegroups")
    assert (made.type, made.mode, made.provisioning_state) == (
        "Microsoft.ContainerService/managedClusters/agentPools",
        "User",
        "Succeeded",
    )
    assert (made.node_labels, made.node_taints) == ({"for": "training"}, ["gpu=yes:NoSchedule"])
    scaled = pools.begin_create_or_update(group, "aks", "work", {"properties": {**USER, "count": 3}}).result()
    assert (scaled.count, scaled.node_labels) == (3, None)
    assert [pool.name for pool in pools.list(group, "aks")] == ["system", "work"]
    profiles = get(sandbox, cluster)["properties"]["agentPoolProfiles"]
    assert [(pool["name"], pool["count"]) for pool in profiles] == [("system", 1), ("work", 3)]
    pools.begin_delete(group, "aks", "work").result()
    with pytest.raises(HttpResponseError) as gone:
        pools.get(group, "aks", "work")
    assert gone.value.status_code == 404
    assert sandbox.request("DELETE", f"{cluster}/agentPools/work", VERSION).status_code == 204


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-parent-resource")
def test_a_pool_needs_its_cluster(sandbox, group, cluster) -> None:
    """A pool of nothing: ParentResourceNotFound."""
    answer = put(sandbox, cluster + "x")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ParentResourceNotFound")


@pytest.mark.source("kubernetes-sigs/cluster-api-provider-azure#1355; pulumi/pulumi-azure-native#1575")
def test_the_last_system_pool_stays(sandbox, cluster) -> None:
    """It can't be deleted, nor become a user pool; with another one it can."""
    system = f"{cluster}/agentPools/system"
    alone = sandbox.request("DELETE", system, VERSION)
    assert refusal(alone) == (400, "OperationNotAllowed", "There has to be at least one agent pool.")
    assert put(sandbox, cluster).status_code == 201
    among = sandbox.request("DELETE", system, VERSION)
    assert refusal(among) == (400, "OperationNotAllowed", "There has to be at least one system agent pool.")
    turned = sandbox.request("PUT", system, VERSION, {"properties": {"mode": "User"}})
    assert refusal(turned)[2] == "There has to be at least one system agent pool."
    assert put(sandbox, cluster, mode="System").status_code == 200
    assert sandbox.request("DELETE", system, VERSION).status_code == 202


@pytest.mark.source("pulumi-azure-native#959; azure-cli#29520")
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"vmSize": "Standard_D8s_v3"}, "properties.vmSize"),
        ({"osDiskSizeGB": 256}, "properties.osDiskSizeGB"),
        ({"maxPods": 50}, "properties.maxPods"),
        ({"osType": "Windows"}, "properties.osType"),
        ({"availabilityZones": ["1"]}, "properties.availabilityZones"),
        ({"osSKU": "AzureLinux"}, "agentPoolProfile.OSSKU"),
    ],
)
def test_what_a_pool_keeps_for_life_is_refused(sandbox, cluster, change, named) -> None:
    """PropertyChangeNotAllowed names the property."""
    assert put(sandbox, cluster).status_code == 201
    assert refusal(put(sandbox, cluster, **change)) == (
        400,
        "PropertyChangeNotAllowed",
        f"Changing property '{named}' is not allowed.",
    )


@pytest.mark.source(f"{REST} (count, minCount, maxCount); pulumi-azure-native#2943; cluster-api-provider-azure#5947")
@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"count": None}, "Required parameter properties.count is missing (null)."),
        ({"count": 1001}, "agentPoolProfile.count was 1001. It must be greater or equal to minCount:0 and"),
        ({"count": 0, "mode": "System"}, "agentPoolProfile.count was 0. It must be greater or equal to minCount:1 and"),
        ({"enableAutoScaling": True, "maxCount": 3}, "Required parameter properties.minCount is missing (null)."),
        ({"enableAutoScaling": True, "minCount": 4, "maxCount": 3}, "The value of parameter agentPoolProfile.maxCount"),
        (
            {"enableAutoScaling": True, "minCount": 0, "maxCount": 3, "mode": "System"},
            "The value of parameter agentPoolProfile.minCount",
        ),
        ({"minCount": 1, "maxCount": 3}, "The value of parameter agentPoolProfile.minCount"),
        ({"nodeTaints": ["gpu:Never"]}, "The value of parameter properties.nodeTaints"),
        ({"nodeLabels": {"bad key": "x"}}, "The value of parameter properties.nodeLabels"),
        ({"maxPods": 5}, "The value of parameter properties.maxPods"),
        ({"osType": "Windows", "mode": "System"}, "The value of parameter properties.osType"),
        ({"vmSize": None}, "Required parameter properties.vmSize is missing (null)."),
    ],
)
def test_counts_and_names_have_rules(sandbox, cluster, properties, words) -> None:
    """InvalidParameter with what is wrong; user pools may be empty, system pools not."""
    status, code, message = refusal(put(sandbox, cluster, **properties))
    assert (status, code) == (400, "InvalidParameter")
    assert message.startswith(words)


@pytest.mark.source("learn.microsoft.com/azure/aks/cluster-autoscaler; Azure/azure-cli-extensions#1606")
def test_the_autoscaler_owns_the_count(sandbox, cluster) -> None:
    """With it on, a client's count counts no more; raising the minimum raises it."""
    scaling = {"enableAutoScaling": True, "minCount": 1, "maxCount": 5}
    assert put(sandbox, cluster, count=2, **scaling).status_code == 201
    put(sandbox, cluster, count=4, **scaling)
    assert get(sandbox, f"{cluster}/agentPools/work")["properties"]["count"] == 2
    put(sandbox, cluster, count=2, **{**scaling, "minCount": 3})
    assert get(sandbox, f"{cluster}/agentPools/work")["properties"]["count"] == 3
    put(sandbox, cluster, count=1, enableAutoScaling=False)
    off = get(sandbox, f"{cluster}/agentPools/work")["properties"]
    assert (off["count"], "minCount" in off, "maxCount" in off) == (1, False, False)


@pytest.mark.source("learn.microsoft.com/azure/aks/quotas-skus-regions; concepts-storage (OS disk sizing)")
def test_defaults_follow_the_network_and_the_size(sandbox, group) -> None:
    """30 pods a node with Azure CNI in the nodes' own subnet; larger sizes have larger disks, ephemeral if it fits."""
    cluster = new_cluster(sandbox, group, networkProfile={"networkPlugin": "azure", "podCidr": "10.244.0.0/16"})
    assert "podCidr" not in get(sandbox, cluster)["properties"]["networkProfile"]
    put(sandbox, cluster, "small", vmSize="Standard_DS3_v2")
    small = get(sandbox, f"{cluster}/agentPools/small")["properties"]
    assert (small["maxPods"], small["osDiskSizeGB"], small["osDiskType"]) == (30, 128, "Ephemeral")
    put(sandbox, cluster, "large", vmSize="Standard_D8s_v3")
    large = get(sandbox, f"{cluster}/agentPools/large")["properties"]
    assert (large["osDiskSizeGB"], large["osDiskType"]) == (256, "Managed")


@pytest.mark.source("learn.microsoft.com/azure/aks/use-etags")
def test_a_pools_etag_is_its_own(sandbox, group, cluster) -> None:
    """A write to a pool changes its tag and not the cluster's; a write to the cluster changes both."""
    pools = sandbox.client(ContainerServiceClient).agent_pools
    made = pools.begin_create_or_update(group, "aks", "work", {"properties": USER}).result()
    tag = get(sandbox, cluster)["eTag"]
    held = {"etag": made.e_tag, "match_condition": MatchConditions.IfNotModified}
    after = pools.begin_create_or_update(group, "aks", "work", made, **held).result()
    assert after.e_tag != made.e_tag
    assert get(sandbox, cluster)["eTag"] == tag
    with pytest.raises(ResourceModifiedError):
        pools.begin_delete(group, "aks", "work", **held)
    assert sandbox.request("PATCH", cluster, VERSION, {"tags": {"a": "b"}}).status_code == 200
    changed = get(sandbox, cluster)
    assert changed["eTag"] != tag
    assert changed["properties"]["agentPoolProfiles"][1]["eTag"] != after.e_tag


@pytest.mark.source("github.com/rancher/rancher/issues/33426; learn.microsoft.com/rest/api/aks/agent-pools")
def test_a_pool_is_never_newer_than_its_cluster(sandbox, cluster) -> None:
    """A newer minor version is incompatible; available and upgrade versions stay within the control plane's."""
    current = get(sandbox, cluster)["properties"]["currentKubernetesVersion"]
    major, minor, _ = current.split(".")
    status, code, message = refusal(put(sandbox, cluster, orchestratorVersion=f"{major}.{int(minor) + 1}"))
    assert (status, code) == (400, "NodePoolMcVersionIncompatible")
    assert (
        f"Minor version of node pool version {int(minor) + 1} is bigger than control plane version {minor}" in message
    )
    offered = get(sandbox, f"{cluster}/availableAgentPoolVersions")["properties"]["agentPoolVersions"]
    assert [one["kubernetesVersion"] for one in offered if one.get("default")] == [current]
    older = next(one["kubernetesVersion"] for one in offered if one["kubernetesVersion"] != current)
    assert put(sandbox, cluster, orchestratorVersion=older).status_code == 201
    upgrades = get(sandbox, f"{cluster}/agentPools/work/upgradeProfiles/default")["properties"]
    assert upgrades["kubernetesVersion"] == older
    assert upgrades["upgrades"][-1]["kubernetesVersion"] == current
    assert put(sandbox, cluster, orchestratorVersion=current).status_code == 200
    assert refusal(put(sandbox, cluster, orchestratorVersion=older))[1] == "AgentPoolUpgradeVersionNotAllowed"


@pytest.mark.source("github.com/Azure/AKS/issues/2927")
def test_all_pools_have_subnets_or_none(sandbox, cluster) -> None:
    """In a network that Azure made no pool names a subnet."""
    subnet = f"{cluster.partition('/providers/')[0]}/providers/Microsoft.Network/virtualNetworks/v/subnets/s"
    status, code, message = refusal(put(sandbox, cluster, vnetSubnetID=subnet))
    assert status == 400
    assert (code, message) in (
        ("BadRequest", "The Agentpool system does not have subnet defined."),
        ("SubnetNotFound", message),
    )


@pytest.mark.source("learn.microsoft.com/rest/api/aks/machines (not served)")
def test_machines_are_refused(sandbox, cluster) -> None:
    """What is not served is not there."""
    answer = sandbox.request("GET", f"{cluster}/agentPools/system/machines", VERSION)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "InvalidResourceType")


@pytest.mark.source("github.com/Azure/azure-cli-extensions/pull/9855")
@pytest.mark.slow
def test_pools_are_made_side_by_side_but_the_cluster_waits(start, tmp_path) -> None:
    """Two pools at once are fine; the same pool, or the cluster, meets 409 OperationNotAllowed."""
    with start(tmp_path, "--latency", "0.02") as slow:
        slow.request("PUT", f"{slow.subscription}/resourceGroups/rg", "2024-03-01", {"location": "westeurope"})
        clusters = slow.client(ContainerServiceClient, polling_interval=1).managed_clusters
        body = {
            "location": "westeurope",
            "identity": {"type": "SystemAssigned"},
            "properties": {"dnsPrefix": "mine", "agentPoolProfiles": [SYSTEM_POOL]},
        }
        path = clusters.begin_create_or_update("rg", "aks", body).result(60).id
        assert put(slow, path, "one").status_code == 201
        assert put(slow, path, "two").status_code == 201
        assert refusal(put(slow, path, "one", count=2))[:2] == (409, "OperationNotAllowed")
        status, code, message = refusal(slow.request("PUT", path, VERSION, body))
        assert (status, code) == (409, "OperationNotAllowed")
        assert "in progress create agent pool operation" in message


def test_what_hinders_the_use_of_a_cluster_is_told_by_a_word(tmp_path) -> None:
    """For the services that attach or extend clusters."""
    store = Store(tmp_path / "state.sqlite")
    path = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks"

    def having(state: str, power: str = "Running", **more) -> str | None:
        properties = {"provisioningState": state, "powerState": {"code": power}, **more}
        body = {"properties": properties}
        store.save(Resource(path, "Microsoft.ContainerService/managedClusters", "aks", "s", "rg", body))
        return hindrance(store, path.lower() + "/")

    ready = {"identityProfile": {"kubeletidentity": {}}}
    assert hindrance(store, path) == "absent"
    assert having("Creating") == "not-provisioned"
    assert having("Failed") == "not-provisioned"
    assert having("Deleting", identityProfile={"kubeletidentity": {"clientId": "c"}}) == "deleting"
    assert having("Succeeded", "Stopped", **ready) == "stopped"
    assert having("Updating", **ready) is None
    assert having("Succeeded", **ready) is None
    store.close()
