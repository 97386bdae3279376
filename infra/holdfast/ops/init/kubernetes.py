"""Which settings describe an AKS cluster that is live, its pools, the extension on it, and its namespaces as computes?

The inverse of `decide.bodies` for them. A version is not written: Azure upgrades, and a version of the settings is the
least that a cluster has. Nor is the network, which is for life.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.model.existing import Live
from holdfast.ops.init.found import Found, at, written

#: The extension that computes of kind `kubernetes` need (decide.bodies.extension).
EXTENSION_TYPE = "microsoft.azureml.kubernetes"

#: What Azure gives to every spot pool by itself.
_SPOT = "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"
_FLAGS = {
    "training": "enableTraining",
    "inference": "enableInference",
    "allowInsecure": "allowInsecureConnections",
    "highAvailability": "inferenceRouterHA",
}
_ROUTERS = {"loadbalancer": "loadBalancer", "nodeport": "nodePort", "clusterip": "clusterIP"}


def cluster_settings(found: Live) -> Found:
    """Tier, upgrades, accounts, and who may ask it; pools and extension are parts."""
    properties = found.properties
    channel = at(found.body, "properties.autoUpgradeProfile.upgradeChannel")
    closed = properties.get("disableLocalAccounts")
    settings = written(
        tier={"free": "free", "standard": "standard"}.get(str(at(found.body, "sku.tier")).lower()),
        upgradeChannel=str(channel) if channel else None,
        localAccounts=not closed if closed is not None else None,
        authorizedRanges=at(found.body, "properties.apiServerAccessProfile.authorizedIPRanges") or None,
    )
    private = at(found.body, "properties.apiServerAccessProfile.enablePrivateCluster")
    return Found(settings, ("that its API server is private",) if private else ())


def pool_settings(found: Live) -> Found | str:
    """A node pool beside the one that the cluster was made with."""
    properties = found.properties
    if str(properties.get("osType") or "Linux") != "Linux":
        return f"a node pool of {properties['osType']} has no settings"
    scaled = bool(properties.get("enableAutoScaling"))
    spot = str(properties.get("scaleSetPriority") or "Regular").lower() == "spot"
    labels = properties.get("nodeLabels") or {}
    own = {name: text for name, text in labels.items() if not name.partition("/")[0].endswith("kubernetes.azure.com")}
    taints = [taint for taint in properties.get("nodeTaints") or () if taint != _SPOT]
    return Found(
        written(
            mode=properties.get("mode"),
            size=properties.get("vmSize"),
            min=properties.get("minCount") if scaled else None,
            max=properties.get("maxCount") if scaled else None,
            count=None if scaled else properties.get("count"),
            labels=own or None,
            taints=taints or None,
            maxPods=properties.get("maxPods"),
            subnet=properties.get("vnetSubnetID"),
            zones=[int(zone) for zone in properties.get("availabilityZones") or ()] or None,
            spot=True if spot else None,
        )
    )


def extension_settings(found: Live) -> Found | str:
    """The Machine Learning extension; others are somebody's."""
    properties = found.properties
    if str(properties.get("extensionType")).lower() != EXTENSION_TYPE:
        return f"no setting is for an extension of type {properties.get('extensionType')}"
    asked = properties.get("configurationSettings") or {}
    flags = {key: _flag(asked.get(name)) for key, name in _FLAGS.items()}
    return Found(
        written(
            **flags,
            router=_ROUTERS.get(str(asked.get("inferenceRouterServiceType")).lower()),
            internal=True if asked.get("internalLoadBalancerProvider") == "azure" else None,
            sslCname=asked.get("sslCname") or None,
            sslSecret=asked.get("sslSecret") or None,
        )
    )


def namespace_settings(found: Live) -> Found:
    """A compute of kind `kubernetes`; `cluster` is left out again where it is the environment's own."""
    inner = at(found.body, "properties.properties") or {}
    types = [_instance_type(name, one) for name, one in sorted((inner.get("instanceTypes") or {}).items())]
    chosen = inner.get("defaultInstanceType")
    known = [one for one in types if isinstance(one, dict)]
    unsaid = tuple(f"its instance type `{one}`" for one in types if isinstance(one, str) and one != _AZURES)
    return Found(
        written(
            kind="kubernetes",
            cluster=at(found.body, "properties.resourceId"),
            namespace=inner.get("namespace"),
            instanceTypes=known or None,
            defaultInstanceType=chosen if chosen in [one["name"] for one in known] else None,
        ),
        unsaid,
    )


_AZURES = "defaultinstancetype"


def _instance_type(name: str, one: Mapping[str, Any]) -> dict[str, Any] | str:
    """As the settings say it, or its name where they can't: a pod's limit is what it asks for."""
    asked, limits = at(one, "resources.requests") or {}, at(one, "resources.limits") or {}
    if name == _AZURES or not asked.get("cpu") or not asked.get("memory") or limits != asked:
        return name
    gpu = asked.get("nvidia.com/gpu")
    return written(
        name=name,
        cpu=str(asked["cpu"]),
        memory=str(asked["memory"]),
        gpu=int(gpu) if gpu else None,
        nodeSelector=one.get("nodeSelector") or None,
    )


def _flag(text: Any) -> bool | None:
    return {"true": True, "false": False}.get(str(text).lower())
