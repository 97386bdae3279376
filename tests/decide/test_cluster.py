"""What of the AKS cluster, its pools, its extension and its computes do the settings ask for, and whose are they?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.decide.bodies.cluster import cluster_body, dns_prefix
from holdfast.decide.bodies.computes import compute_body
from holdfast.decide.bodies.extension import extension_body
from holdfast.decide.bodies.pools import SPOT_TAINT, pool_body, system_profile
from holdfast.decide.compare import differences, fragment
from holdfast.decide.parts import decide_part, settle_part
from holdfast.model.decision import Adopt, Create, Keep, Refuse, Within
from holdfast.model.existing import Absent, Live, Recorded
from holdfast.model.kinds import Kind
from holdfast.model.names import part_id, resource_id
from holdfast.model.sorts import Sort
from holdfast.model.wanted import Wanted, WantedPart

KEPT = Keep("in-state", "/cluster")


def asked(world: Any, **settings: Any) -> Wanted:
    """What is wanted where the settings say that of the cluster."""
    wanted: Wanted = replace(world.wanted, settings={Kind.CLUSTER: settings})
    return wanted


def pool(name: str = "gpu", *, inline: bool = False, **settings: Any) -> WantedPart:
    return WantedPart(Sort.POOL, name, "cluster", settings, key="cluster.pools[0]", inline=inline)


def properties(body: Any) -> dict[str, Any]:
    """What a new one is made with."""
    found: dict[str, Any] = body.creation["properties"]
    return found


# --- the cluster


def test_silence_makes_a_small_cluster_and_asks_for_nothing(world: Any) -> None:
    """What nobody wrote is never compared: the cluster may be any."""
    body = cluster_body(asked(world))
    assert (body.explicit, body.later) == ({}, {})
    made = properties(body)
    assert made["networkProfile"] == {"networkPlugin": "azure", "networkPluginMode": "overlay"}
    (system,) = made["agentPoolProfiles"]
    assert (system["name"], system["mode"], system["minCount"], system["maxCount"]) == ("system", "System", 1, 3)
    assert system["tags"]["holdfast-stack"] == "prod"
    assert not made["disableLocalAccounts"]
    assert body.creation["sku"] == {"name": "Base", "tier": "Free"}


def test_everything_that_is_written_is_asked_for_but_the_system_pool(world: Any) -> None:
    """The pool is made in the cluster's body and never compared there: a PUT of the cluster could take others away."""
    body = cluster_body(
        asked(
            world,
            version="1.34",
            tier="standard",
            upgradeChannel="stable",
            localAccounts=False,
            authorizedRanges=["203.0.113.0/24"],
            subnet="/subnet",
            network={
                "plugin": "azure",
                "mode": "overlay",
                "policy": "cilium",
                "podCidr": "10.244.0.0/16",
                "serviceCidr": "10.1.0.0/16",
                "dnsServiceIp": "10.1.0.10",
                "outbound": "userDefinedRouting",
            },
            systemPool={"name": "first", "size": "S", "count": 2, "zones": [3, 1]},
        )
    )
    assert body.explicit == {
        "sku": {"tier": "Standard"},
        "properties": {
            "kubernetesVersion": "1.34",
            "autoUpgradeProfile": {"upgradeChannel": "stable"},
            "disableLocalAccounts": True,
            "apiServerAccessProfile": {"authorizedIPRanges": ["203.0.113.0/24"]},
            "networkProfile": {
                "networkPlugin": "azure",
                "networkPluginMode": "overlay",
                "networkPolicy": "cilium",
                "networkDataplane": "cilium",
                "podCidr": "10.244.0.0/16",
                "serviceCidr": "10.1.0.0/16",
                "dnsServiceIP": "10.1.0.10",
                "outboundType": "userDefinedRouting",
            },
        },
    }
    (system,) = properties(body)["agentPoolProfiles"]
    expected = {"name": "first", "vmSize": "S", "count": 2, "vnetSubnetID": "/subnet", "availabilityZones": ["1", "3"]}
    assert {key: system[key] for key in expected} == expected
    assert "minCount" not in system
    assert body.creation["sku"] == {"name": "Base", "tier": "Standard"}


@pytest.mark.parametrize(
    ("network", "profile"),
    [
        ({"plugin": "kubenet"}, {"networkPlugin": "kubenet"}),
        ({"mode": "flat"}, {"networkPlugin": "azure"}),
        ({"policy": "calico"}, {"networkPlugin": "azure", "networkPluginMode": "overlay", "networkPolicy": "calico"}),
    ],
)
def test_overlay_is_given_where_nothing_else_is_asked_for(
    world: Any, network: dict[str, Any], profile: dict[str, Any]
) -> None:
    """Another plugin knows no modes."""
    assert properties(cluster_body(asked(world, network=network)))["networkProfile"] == profile


def test_flat_is_no_overlay(world: Any) -> None:
    """It can be told from a live cluster, though Azure has no word for it."""
    body = cluster_body(asked(world, network={"mode": "flat"}))
    (found,) = differences(body.asked, {"properties": {"networkProfile": {"networkPluginMode": "overlay"}}})
    assert (found.path, found.wanted) == ("properties.networkProfile.networkPluginMode", None)
    assert not differences(body.asked, {"properties": {"networkProfile": {"networkPlugin": "azure"}}})


@pytest.mark.parametrize(("name", "prefix"), [("aks_ml", "aks-ml"), ("a" * 53 + "_b", "a" * 53), ("aks", "aks")])
def test_a_dns_prefix_is_made_of_the_name(name: str, prefix: str) -> None:
    """54 letters, digits and hyphens, a letter or digit first and last."""
    assert dns_prefix(name) == prefix


# --- pools


def test_a_pool_gets_what_is_written_and_grows_from_nothing(world: Any) -> None:
    """Nobody pays for a pool that nobody uses; how many nodes it has is not compared."""
    body = pool_body(world.wanted, pool(size="S"))
    assert body.explicit == {"properties": {"vmSize": "S"}}
    made = properties(body)
    assert (made["mode"], made["minCount"], made["maxCount"], made["count"]) == ("User", 0, 3, 0)
    system = properties(pool_body(world.wanted, pool(size="S", mode="System")))
    assert (system["mode"], system["minCount"], system["count"]) == ("System", 1, 1)


def test_bounds_are_compared_and_the_number_of_nodes_is_not(world: Any) -> None:
    """The autoscaler counts: three nodes of one to four are as they should be."""
    body = pool_body(world.wanted, pool(size="S", min=1, max=4))
    assert properties(body)["count"] == 1
    live = {"properties": {"vmSize": "s", "enableAutoScaling": True, "minCount": 1, "maxCount": 4, "count": 3}}
    assert not differences(body.asked, live)


def test_a_number_of_nodes_ends_the_autoscaler_and_its_bounds(world: Any) -> None:
    """Azure refuses bounds beside it, so that they are taken away in the same write; a new pool is sent none."""
    body = pool_body(world.wanted, pool(size="S", count=2))
    assert properties(body) == {
        "mode": "User",
        "type": "VirtualMachineScaleSets",
        "osType": "Linux",
        "vmSize": "S",
        "enableAutoScaling": False,
        "count": 2,
    }
    live = {"properties": {"vmSize": "S", "enableAutoScaling": True, "minCount": 1, "maxCount": 4, "count": 3}}
    assert fragment(differences(body.asked, live)) == {
        "properties": {"enableAutoScaling": False, "count": 2, "minCount": None, "maxCount": None}
    }
    assert not differences(body.asked, {"properties": {"vmSize": "S", "count": 2}})


def test_every_key_of_a_pool_arrives(world: Any) -> None:
    """The cluster's subnet is each pool's, but for one with a subnet of its own."""
    settings: dict[str, Any] = {
        "size": "S",
        "labels": {"a": "b"},
        "taints": ["c=d:NoSchedule"],
        "maxPods": 40,
        "zones": [2, 1],
    }
    body = pool_body(asked(world, subnet="/subnet"), pool(**settings, mode="User", min=0, max=1, spot=False))
    assert body.explicit["properties"] == {
        "mode": "User",
        "vmSize": "S",
        "nodeLabels": {"a": "b"},
        "nodeTaints": ["c=d:NoSchedule"],
        "maxPods": 40,
        "vnetSubnetID": "/subnet",
        "availabilityZones": ["1", "2"],
        "scaleSetPriority": "Regular",
        "enableAutoScaling": True,
        "minCount": 0,
        "maxCount": 1,
    }
    own = pool_body(asked(world, subnet="/subnet"), pool(size="S", subnet="/own"))
    assert own.explicit["properties"]["vnetSubnetID"] == "/own"


@pytest.mark.parametrize(
    ("settings", "taints"),
    [
        ({}, None),
        ({"taints": ["a=b:NoSchedule"]}, ["a=b:NoSchedule", SPOT_TAINT]),
        ({"taints": [SPOT_TAINT]}, [SPOT_TAINT]),
    ],
)
def test_a_spot_pool_keeps_the_taint_that_azure_gives_it(
    world: Any, settings: dict[str, Any], taints: list[str] | None
) -> None:
    """Whoever lists taints lists all of them; where nobody does, Azure's own is nobody's business."""
    body = pool_body(world.wanted, pool(size="S", spot=True, **settings))
    assert body.explicit["properties"].get("nodeTaints") == taints
    made = properties(body)
    assert (made["scaleSetPriority"], made["scaleSetEvictionPolicy"], made["spotMaxPrice"]) == ("Spot", "Delete", -1)


def test_the_system_pool_has_a_size_where_none_is_written(world: Any) -> None:
    """A new cluster needs one; of a live pool it is not asked."""
    assert system_profile(world.wanted)["vmSize"] == "Standard_D4s_v3"
    assert pool_body(world.wanted, pool("system", inline=True, min=1, max=5)).explicit["properties"] == {
        "enableAutoScaling": True,
        "minCount": 1,
        "maxCount": 5,
    }


@pytest.mark.parametrize(
    ("wanted", "live", "differs"),
    [
        ({"nodeTaints": ["a", "b"]}, {"nodeTaints": ["b", "a"]}, False),
        ({"nodeTaints": ["a"]}, {"nodeTaints": ["b", "a"]}, True),
        ({"nodeTaints": ["a"]}, {}, True),
        ({"kubernetesVersion": "1.34"}, {"kubernetesVersion": "1.34.2"}, False),
        ({"kubernetesVersion": "1.34"}, {"kubernetesVersion": "1.35"}, False),
        ({"kubernetesVersion": "1.34.2"}, {"kubernetesVersion": "1.34.10"}, False),
        ({"kubernetesVersion": "1.34"}, {"kubernetesVersion": "1.33.9"}, True),
        ({"kubernetesVersion": "1.34.2"}, {"kubernetesVersion": "1.34"}, True),
        (
            {"kubernetesVersion": "1.34.2"},
            {"kubernetesVersion": "1.34", "currentKubernetesVersion": "1.34.3"},
            False,
        ),
        ({"kubernetesVersion": "1.34"}, {}, True),
    ],
)
def test_lists_without_an_order_and_versions_that_grow(
    wanted: dict[str, Any], live: dict[str, Any], differs: bool
) -> None:
    """Azure gives a list back in an order of its own, and upgrades by itself."""
    assert bool(differences(wanted, live)) is differs


# --- whose


def live_pool(world: Any, part: WantedPart, **changes: Any) -> Live:
    id = part_id(world.wanted, part)
    body = {"id": id, "properties": {"mode": "System", "minCount": 1, "maxCount": 3, **changes}}
    return Live(id, part.name, "", body=body)


def test_the_system_pool_is_made_with_its_cluster_and_declared_by_nobody(world: Any) -> None:
    """Before there is a cluster and after; whatever its own tags say."""
    part = pool("system", inline=True, min=1, max=5)
    id = part_id(world.wanted, part)
    before = decide_part(world.wanted, part, Absent(), None, Create("absent"), "westeurope")
    assert before == Within("made-with-parent", id)
    found = live_pool(world, part)
    assert decide_part(world.wanted, part, found, None, KEPT, "westeurope") == Within("made-with-parent", id)


def test_a_setting_of_the_system_pool_is_changed_by_the_pools_own_id(world: Any) -> None:
    """One PUT of the pool; what Azure fixes is refused as it is of any pool."""
    part = pool("system", inline=True, min=1, max=5)
    found, decision = live_pool(world, part), Within("made-with-parent", part_id(world.wanted, part))
    settled, changes, (note,) = settle_part(world.wanted, part, decision, pool_body(world.wanted, part), found, None)
    (change,) = changes
    assert (settled, change.id, change.whole_put) == (decision, part_id(world.wanted, part), True)
    assert change.fragment == {"properties": {"enableAutoScaling": True, "maxCount": 5}}
    assert note.id == "setting-changes"
    sized = pool("system", inline=True, size="L")
    settled, changes, _ = settle_part(world.wanted, sized, decision, pool_body(world.wanted, sized), found, None)
    assert isinstance(settled, Refuse)
    assert (settled.reason, changes) == ("change-would-replace", ())


@pytest.mark.parametrize("parent", [KEPT, Adopt("our-tag", "/cluster")])
def test_a_system_pool_that_a_live_cluster_lacks_is_made_by_nobody(world: Any, parent: Any) -> None:
    """Its name is another one, and the fault says where to write it."""
    decision = decide_part(world.wanted, pool("system", inline=True), Absent(), None, parent, "westeurope")
    assert isinstance(decision, Refuse)
    assert decision.reason == "made-with-parent"
    assert "cluster.pools[0].name" in decision.fault.hint


def test_a_pool_of_the_state_does_not_become_the_system_pool(world: Any) -> None:
    """It would fall out of the program, and the engine would delete it."""
    part = pool("system", inline=True)
    recorded = Recorded("urn:pool", "token", "system")
    decision = decide_part(world.wanted, part, live_pool(world, part), recorded, KEPT, "westeurope")
    assert isinstance(decision, Refuse)
    assert decision.reason == "managed-by-this-stack"


def test_an_extension_of_our_own_name_is_what_a_killed_run_left(world: Any) -> None:
    """It has no tags; a name that a user chose says nothing."""
    part = WantedPart(Sort.EXTENSION, "azureml-1a2b3c", "cluster", own_name=True)
    found = Live(part_id(world.wanted, part), part.name, "")
    assert decide_part(world.wanted, part, found, None, KEPT, "westeurope") == Adopt("our-name", found.id)
    chosen = decide_part(world.wanted, replace(part, own_name=False), found, None, KEPT, "westeurope")
    assert isinstance(chosen, Refuse)
    assert chosen.reason == "part-exists"


def test_an_extension_of_another_name_stands_in_the_way(world: Any) -> None:
    """A cluster takes one of the kind: the fault names the one that is there."""
    part = WantedPart(Sort.EXTENSION, "azureml-1a2b3c", "cluster", key="cluster.extension", own_name=True)
    there = part_id(world.wanted, replace(part, name="azureml"))
    decision = decide_part(world.wanted, part, Live(there, "azureml", ""), None, KEPT, "westeurope")
    assert isinstance(decision, Refuse)
    assert decision.reason == "one-alone"
    assert "cluster.extension.name: azureml`" in decision.fault.hint


# --- the extension and what stands on it


def test_the_extension_trains_and_serves_nothing_unless_it_is_asked_to(world: Any) -> None:
    """It is told where it is, as the az CLI tells it."""
    body = extension_body(world.wanted, WantedPart(Sort.EXTENSION, "azureml", "cluster"))
    assert body.explicit == {"properties": {"extensionType": "Microsoft.AzureML.Kubernetes"}}
    made = properties(body)
    settings = made["configurationSettings"]
    assert (settings["enableTraining"], settings["enableInference"]) == ("True", "False")
    assert settings["clusterId"] == resource_id(world.wanted, Kind.CLUSTER)
    assert settings["location"] == "westeurope"
    assert made["scope"] == {"cluster": {"releaseNamespace": "azureml"}}


def test_what_is_asked_of_the_extension_are_texts(world: Any) -> None:
    """Of Azure's own names; a certificate is named by its secret, never sent."""
    settings = {
        "training": False,
        "inference": True,
        "router": "loadBalancer",
        "internal": True,
        "highAvailability": False,
        "allowInsecure": False,
        "sslCname": "models.example.com",
        "sslSecret": "models-tls",
    }
    body = extension_body(world.wanted, WantedPart(Sort.EXTENSION, "azureml", "cluster", settings))
    assert body.explicit["properties"]["configurationSettings"] == {
        "enableTraining": "False",
        "enableInference": "True",
        "inferenceRouterServiceType": "loadBalancer",
        "internalLoadBalancerProvider": "azure",
        "inferenceRouterHA": "False",
        "allowInsecureConnections": "False",
        "sslCname": "models.example.com",
        "sslSecret": "models-tls",
    }


def on_kubernetes(world: Any, *more: WantedPart, **settings: Any) -> Any:
    part = WantedPart(Sort.COMPUTE, "aks", "workspace", {"kind": "kubernetes", **settings})
    return compute_body(replace(world.wanted, parts=(part, *more)), part)


def test_a_compute_on_kubernetes_waits_for_the_extension(world: Any) -> None:
    """For the cluster, where somebody else installs it; for nothing, where the cluster is another one."""
    extension = WantedPart(Sort.EXTENSION, "azureml", "cluster")
    cluster = resource_id(world.wanted, Kind.CLUSTER)
    body = on_kubernetes(world, extension)
    assert body.explicit == {"properties": {"computeType": "Kubernetes", "resourceId": cluster}}
    assert properties(body)["properties"] == {"namespace": "default"}
    assert body.needs == ("extension-azureml",)
    assert on_kubernetes(world).needs == ("cluster",)
    other = on_kubernetes(world, extension, cluster="/another")
    assert (other.needs, other.explicit["properties"]["resourceId"]) == ((), "/another")


def test_an_instance_type_promises_what_it_takes(world: Any) -> None:
    """A pod's requests are its limits."""
    types = [
        {"name": "small", "cpu": "500m", "memory": "2Gi"},
        {"name": "gpu", "cpu": "4", "memory": "16Gi", "gpu": 1, "nodeSelector": {"sku": "gpu"}},
    ]
    body = on_kubernetes(world, namespace="team", instanceTypes=types, defaultInstanceType="small")
    small, gpu = {"cpu": "500m", "memory": "2Gi"}, {"cpu": "4", "memory": "16Gi", "nvidia.com/gpu": "1"}
    assert body.explicit["properties"]["properties"] == {
        "namespace": "team",
        "defaultInstanceType": "small",
        "instanceTypes": {
            "small": {"resources": {"requests": small, "limits": small}},
            "gpu": {"nodeSelector": {"sku": "gpu"}, "resources": {"requests": gpu, "limits": gpu}},
        },
    }


def test_a_compute_that_is_named_by_its_id_is_asked_nothing(world: Any) -> None:
    """It may be of a kind that nobody here makes."""
    part = WantedPart(Sort.COMPUTE, "old", "workspace", {"kind": "cluster"}, id="/old")
    assert compute_body(world.wanted, part).explicit == {}
