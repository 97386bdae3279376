"""What a good file makes of the AKS cluster: its own settings, its pools, its extension, and who stands on it."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.model.kinds import Kind
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedPart, WhenExists

GROUP = "/subscriptions/5a4db0c5-5b5c-4000-8000-000000000002/resourceGroups/x"
CLUSTER = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks"
SUBNET = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/n/subnets/s"
ON_IT = {"name": "aks", "kind": "kubernetes"}


def parts(load: Any, sort: Sort, **environment: Any) -> tuple[WantedPart, ...]:
    """The parts of a sort that a file makes."""
    return tuple(part for part in load({"resourceGroup": "rg", **environment}).parts if part.sort is sort)


def test_no_cluster_no_parts(load: Any) -> None:
    """It costs money by the hour, so it is asked for by its key; a bare one says nothing, and nothing is read of it."""
    assert not parts(load, Sort.POOL)
    assert not parts(load, Sort.POOL, cluster={})
    assert not parts(load, Sort.EXTENSION, cluster={})
    assert Kind.CLUSTER not in load({"resourceGroup": "rg", "cluster": {}}).settings


def test_pools_and_the_extension_are_parts_and_no_settings_of_the_cluster(load: Any) -> None:
    """What is written about the cluster itself is compared with the cluster alone."""
    cluster = {
        "tier": "standard",
        "authorizedRanges": ["203.0.113.7/32"],
        "network": {"mode": "overlay", "serviceCidr": "10.1.0.0/16", "dnsServiceIp": "10.1.0.10"},
        "systemPool": {"name": "nodepool1", "min": 1, "max": 2, "zones": [1, 2]},
        "pools": [{"name": "gpu", "size": "S", "count": 1, "labels": {"a": "b"}, "whenExists": "adopt"}],
        "extension": True,
    }
    wanted = load({"resourceGroup": "rg", "cluster": cluster})
    assert wanted.settings[Kind.CLUSTER] == {
        "tier": "standard",
        "authorizedRanges": ["203.0.113.7/32"],
        "network": {"mode": "overlay", "serviceCidr": "10.1.0.0/16", "dnsServiceIp": "10.1.0.10"},
        "systemPool": {"name": "nodepool1", "min": 1, "max": 2, "zones": [1, 2]},
    }
    system, gpu, extension = wanted.parts
    assert (system.logical, system.inline, system.key) == ("pool-nodepool1", True, "cluster.systemPool")
    assert system.settings == {"min": 1, "max": 2, "zones": [1, 2]}
    assert (gpu.logical, gpu.inline, gpu.when_exists) == ("pool-gpu", False, WhenExists.ADOPT)
    assert gpu.settings == {"size": "S", "count": 1, "labels": {"a": "b"}}
    assert (extension.sort, extension.own_name, extension.settings) == (Sort.EXTENSION, True, {})
    assert {part.parent for part in wanted.parts} == {"cluster"}


@pytest.mark.parametrize("cluster", [{"subnet": SUBNET}, {"systemPool": {"maxPods": 50}}])
def test_the_system_pool_is_compared_where_something_is_said_about_it(load: Any, cluster: dict[str, Any]) -> None:
    """The subnet of all nodes is its subnet, too."""
    (system,) = parts(load, Sort.POOL, cluster=cluster)
    assert (system.name, system.inline) == ("system", True)


@pytest.mark.parametrize(
    ("cluster", "computes", "installed"),
    [
        ({}, [ON_IT], True),
        ({}, [], False),
        ({"extension": False}, [ON_IT], False),
        ({"extension": {"training": True}}, [ON_IT], True),
        ({"extension": True}, [], True),
        ({}, [{**ON_IT, "cluster": CLUSTER}], False),
        ({"id": CLUSTER}, [ON_IT], False),
        ({"id": CLUSTER, "extension": True}, [], True),
    ],
)
def test_the_extension_is_installed_where_it_is_needed(
    load: Any, cluster: dict[str, Any], computes: list[Any], installed: bool
) -> None:
    """On a cluster of ours by itself, on somebody's where it is written; not for what stands on another cluster."""
    assert bool(parts(load, Sort.EXTENSION, cluster=cluster, computes=computes)) is installed


def test_the_extensions_name_is_the_stacks_or_the_users(load: Any) -> None:
    """The same name in every run of a stack, another one in another stack; only such a name says whose it is."""
    names = {
        stack: load({"resourceGroup": "rg", "cluster": {"extension": True}}, stack=stack).parts[0].name
        for stack in ("dev", "prod")
    }
    assert len(set(names.values())) == 2
    assert names == {
        stack: load({"resourceGroup": "rg", "cluster": {"extension": True}}, stack=stack).parts[0].name
        for stack in names
    }
    assert all(name.startswith("azureml-") for name in names.values())
    theirs = {"install": True, "name": "azureml", "whenExists": "refer"}
    (extension,) = parts(load, Sort.EXTENSION, cluster={"extension": theirs})
    assert (extension.name, extension.own_name, extension.when_exists) == ("azureml", False, WhenExists.REFER)


def test_a_compute_on_kubernetes_keeps_what_is_written(load: Any) -> None:
    """Its namespace, its instance types, and the cluster where it is another one."""
    small = {"name": "small", "cpu": "500m", "memory": "2Gi", "gpu": 1, "nodeSelector": {"a": "b"}}
    compute = {**ON_IT, "cluster": CLUSTER, "namespace": "team", "instanceTypes": [small]}
    compute["defaultInstanceType"] = "small"
    (part,) = parts(load, Sort.COMPUTE, computes=[compute])
    assert part.settings == {name: value for name, value in compute.items() if name != "name"}


def test_before_a_login_no_cluster_is_far(load: Any) -> None:
    """The settings are checked without a subscription first."""
    nowhere = "00000000-0000-0000-0000-000000000000"
    assert load({"resourceGroup": "rg", "computes": [{**ON_IT, "cluster": CLUSTER}]}, subscription=nowhere).parts


def test_home_is_the_workspaces_subscription(load: Any) -> None:
    """A workspace that is named by its id may be in another one than the login's; a bad id says nothing."""
    far = CLUSTER.replace("5a4db0c5", "99999999")
    workspace = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/mlw".replace("5a4db0c5", "99999999")
    file = {"resourceGroup": "rg", "workspace": {"id": workspace}, "computes": [{**ON_IT, "cluster": far}]}
    assert load(file).parts
