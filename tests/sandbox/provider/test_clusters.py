"""Clusters and agent pools: the provider against the sandbox's own server, and what replaces them."""

from __future__ import annotations

import base64
import inspect
import json
import re
from typing import Any

import pytest
from azure.mgmt.containerservice import models
from pulumi.runtime.proto import provider_pb2

from holdfast_sandbox.provider import types

pytestmark = pytest.mark.slow

GROUP = "azure-native:resources:ResourceGroup"
CLUSTER = "azure-native:containerservice:ManagedCluster"
POOL = "azure-native:containerservice:AgentPool"
SYSTEM_POOL = {"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_D2s_v3"}
REPLACES = "pulumi-azure-native: provider/pkg/resources (forceNew by hand), ManagedCluster and AgentPool"


def checked(provider: Any, token: str, news: dict[str, Any], olds: dict[str, Any] | None = None) -> dict[str, Any]:
    inputs, failures = provider.check(token, news, olds)
    assert failures == []
    return dict(inputs)


def wanted(group: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceGroupName": group,
        "resourceName": "aks",
        "dnsPrefix": "mine",
        "agentPoolProfiles": [SYSTEM_POOL],
        "identity": {"type": "SystemAssigned"},
        **more,
    }


@pytest.mark.source("pulumi-azure-native: upgrade test containerservice-agentpool, recorded with 2.76.0")
def test_a_cluster_and_a_pool_live_their_lives(sandboxed: Any, group: str) -> None:
    """Created, refreshed, imported, updated, deleted; a pool of its own survives an update of its cluster."""
    inputs = checked(sandboxed, CLUSTER, wanted(group))
    cluster_id, state = sandboxed.create(CLUSTER, inputs)
    assert f"/resourcegroups/{group}/" in cluster_id
    assert state["type"] == "Microsoft.ContainerService/ManagedClusters"
    assert state["identityProfile"]["kubeletidentity"].keys() == {"clientId", "objectId", "resourceId"}
    read_id, outputs, refreshed = sandboxed.read(CLUSTER, cluster_id, inputs, state)
    assert (read_id, outputs) == (cluster_id, state)
    assert sandboxed.diff(CLUSTER, inputs, refreshed, state).changes == provider_pb2.DiffResponse.DIFF_NONE
    assert sandboxed.read(CLUSTER, cluster_id)[2]["dnsPrefix"] == "mine"

    pool = checked(
        sandboxed,
        POOL,
        {
            "resourceGroupName": group,
            "resourceName": "aks",
            "agentPoolName": "work",
            "count": 1,
            "mode": "User",
            "vmSize": "Standard_D4s_v3",
        },
    )
    pool_id, pool_state = sandboxed.create(POOL, pool)
    assert (pool_state["type"], pool_state["osDiskSizeGB"]) == ("VirtualMachineScaleSets", 128)
    assert sandboxed.read(POOL, pool_id, pool, pool_state)[:2] == (pool_id, pool_state)
    more = {**pool, "enableAutoScaling": True, "minCount": 1, "maxCount": 4, "nodeLabels": {"for": "work"}}
    assert sandboxed.update(POOL, pool_id, pool, more, pool_state)["maxCount"] == 4

    ranged = {**inputs, "apiServerAccessProfile": {"authorizedIPRanges": ["203.0.113.0/24"]}, "tags": {"a": "b"}}
    after = sandboxed.update(CLUSTER, cluster_id, inputs, ranged, state)
    assert [one["name"] for one in after["agentPoolProfiles"]] == ["system", "work"]
    assert after["apiServerAccessProfile"]["authorizedIPRanges"] == ["203.0.113.0/24"]
    assert after["eTag"] != state["eTag"]
    found = sandboxed.invoke("azure-native:containerservice:getAgentPool", **{k: pool[k] for k in list(pool)[:3]})
    assert found["mode"] == "User"
    again = sandboxed.invoke(
        "azure-native:containerservice:getManagedCluster", resourceGroupName=group, resourceName="aks"
    )
    assert again["id"] == cluster_id

    sandboxed.delete(POOL, pool_id, more)
    assert sandboxed.read(POOL, pool_id, more, pool_state)[0] == ""
    sandboxed.delete(CLUSTER, cluster_id, ranged)
    assert sandboxed.read(CLUSTER, cluster_id, ranged, after)[0] == ""


@pytest.mark.source("learn.microsoft.com/rest/api/aks/managed-clusters (list cluster user / admin credentials)")
def test_credentials_are_functions(sandboxed: Any, group: str) -> None:
    """Both lists give a kubeconfig in base64; Azure's flat refusal is the provider's own message."""
    inputs = checked(sandboxed, CLUSTER, wanted(group))
    cluster_id, state = sandboxed.create(CLUSTER, inputs)
    arguments = {"resourceGroupName": group, "resourceName": "aks"}
    for who, name in (("User", "clusterUser"), ("Admin", "clusterAdmin")):
        token = f"azure-native:containerservice:listManagedCluster{who}Credentials"
        (found,) = sandboxed.invoke(token, **arguments)["kubeconfigs"]
        assert found["name"] == name
        assert json.loads(base64.b64decode(found["value"]))["kind"] == "Config"
    sandboxed.update(CLUSTER, cluster_id, inputs, {**inputs, "disableLocalAccounts": True}, state)
    with pytest.raises(Exception, match='Status=400 Code="BadRequest" Message="Getting static credential is not'):
        sandboxed.invoke("azure-native:containerservice:listManagedClusterAdminCredentials", **arguments)


@pytest.mark.source("pulumi_azure_native 3.29: ContainerServiceNetworkProfileArgs and its defaults")
def test_the_sdks_network_defaults_are_no_trouble(sandboxed: Any, group: str) -> None:
    """The SDK always sends a pod range; Azure CNI in the nodes' subnet has none, and a second run changes nothing."""
    network = {
        "networkPlugin": "azure",
        "outboundType": "loadBalancer",
        "podCidr": "10.244.0.0/16",
        "serviceCidr": "10.0.0.0/16",
    }
    inputs = checked(sandboxed, CLUSTER, wanted(group, networkProfile=network))
    cluster_id, state = sandboxed.create(CLUSTER, inputs)
    assert "podCidr" not in state["networkProfile"]
    tagged = {**inputs, "tags": {"a": "b"}}
    assert sandboxed.update(CLUSTER, cluster_id, inputs, tagged, state)["tags"] == {"a": "b"}


@pytest.mark.source(REPLACES)
@pytest.mark.parametrize(
    ("change", "replaced"),
    [
        ({"dnsPrefix": "other"}, "dnsPrefix"),
        ({"location": "northeurope"}, "location"),
        ({"nodeResourceGroup": "b"}, "nodeResourceGroup"),
        ({"networkProfile": {"serviceCidr": "10.9.0.0/16"}}, "networkProfile.serviceCidr"),
        ({"networkProfile": {"networkPlugin": "kubenet"}}, "networkProfile.networkPlugin"),
        ({"kubernetesVersion": "1.35"}, None),
        ({"agentPoolProfiles": [{**SYSTEM_POOL, "count": 2}]}, None),
        ({"agentPoolProfiles": [{**SYSTEM_POOL, "vmSize": "Standard_D4s_v3"}]}, None),
        ({"disableLocalAccounts": True}, None),
    ],
)
def test_what_replaces_a_cluster(provider: Any, change: dict[str, Any], replaced: str | None) -> None:
    """Names, place and network do; versions, accounts and inline pools do not."""
    olds = wanted(
        "rg",
        location="westeurope",
        nodeResourceGroup="a",
        kubernetesVersion="1.34",
        disableLocalAccounts=False,
        networkProfile={"networkPlugin": "azure", "serviceCidr": "10.0.0.0/16"},
    )
    news = {**olds, **change}
    if "networkProfile" in change:
        news["networkProfile"] = {**olds["networkProfile"], **change["networkProfile"]}
    found = provider.diff(CLUSTER, olds, news)
    assert found.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert list(found.replaces) == ([replaced] if replaced else [])


@pytest.mark.source(REPLACES)
def test_what_replaces_a_pool(provider: Any) -> None:
    """Another machine does, another number does not."""
    olds = {"resourceGroupName": "rg", "resourceName": "aks", "agentPoolName": "work", "count": 1, "vmSize": "A"}
    assert list(provider.diff(POOL, olds, {**olds, "vmSize": "B"}).replaces) == ["vmSize"]
    assert list(provider.diff(POOL, olds, {**olds, "count": 2}).replaces) == []


@pytest.mark.source("azure-mgmt-containerservice: the models' wire names")
@pytest.mark.parametrize(
    ("shape", "model"),
    [
        ("ManagedClusterPropertiesAutoScalerProfile", "ManagedClusterPropertiesAutoScalerProfile"),
        ("ManagedClusterAgentPoolProfile", "ManagedClusterAgentPoolProfileProperties"),
        ("ContainerServiceNetworkProfile", "ContainerServiceNetworkProfile"),
        ("ManagedClusterAPIServerAccessProfile", "ManagedClusterAPIServerAccessProfile"),
    ],
)
def test_wire_names_are_those_of_azures_own_client(shape: str, model: str) -> None:
    """The autoscaler's have hyphens, the others none; another generator over the same specification says so."""
    source = inspect.getsource(getattr(models, model))
    found = re.findall(r"^    (\w+): [^\n=]+ = rest_field\((.*?)\n?\s*\)$", source, re.M | re.S)
    named = [(attribute, re.search(r'name="([^"]+)"', arguments)) for attribute, arguments in found]
    theirs = {match[1] if match else attribute for attribute, match in named}
    ours = {prop.wire for prop in types.resource_type(CLUSTER).shapes[shape]} - {"name"}
    assert ours - theirs == set()
    assert len(ours) > 5
