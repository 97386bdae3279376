"""What is the AKS cluster made with, and what of it do the settings ask for?

The pool that it is made with stands in its body at creation only; from then on it is a part, changed by its own id
(docs/decisions, system pool). Source of the shapes: azure-rest-api-specs, containerservice 2025-09-01, ManagedCluster.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from holdfast.decide.bodies.identity import SYSTEM, identity_body
from holdfast.decide.bodies.pools import system_profile
from holdfast.model.bodies import Body, merged_body
from holdfast.model.kinds import Kind
from holdfast.model.names import identity_logical, logical_id, wanted_tags
from holdfast.model.wanted import Wanted

_NETWORK = {
    "plugin": "networkPlugin",
    "policy": "networkPolicy",
    "podCidr": "podCidr",
    "serviceCidr": "serviceCidr",
    "dnsServiceIp": "dnsServiceIP",
    "outbound": "outboundType",
}


def cluster_body(wanted: Wanted) -> Body:
    """One small system pool that grows, patches by themselves, local accounts on: the Machine Learning extension needs
    them (Microsoft Learn, "Attach a Kubernetes cluster")."""
    settings = wanted.settings.get(Kind.CLUSTER, {})
    properties: dict[str, Any] = {}
    if "version" in settings:
        properties["kubernetesVersion"] = settings["version"]
    if "upgradeChannel" in settings:
        properties["autoUpgradeProfile"] = {"upgradeChannel": settings["upgradeChannel"]}
    if "localAccounts" in settings:
        properties["disableLocalAccounts"] = not settings["localAccounts"]
    if "authorizedRanges" in settings:
        properties["apiServerAccessProfile"] = {"authorizedIPRanges": list(settings["authorizedRanges"])}
    identity, needs = identity_body(wanted, settings), list[str]()
    if "kubeletIdentity" in settings:
        kubelet = identity_logical(settings["kubeletIdentity"])
        properties["identityProfile"] = {"kubeletidentity": {"resourceId": logical_id(wanted, kubelet)}}
        needs.append(kubelet)
    network = _network(settings.get("network", {}))
    explicit = merged_body({"properties": properties} if properties else {}, network.explicit)
    explicit |= identity.explicit
    if "tier" in settings:
        explicit["sku"] = {"tier": settings["tier"].capitalize()}
    secure = {
        **SYSTEM,
        "sku": {"name": "Base", "tier": "Free"},
        "properties": {
            "dnsPrefix": dns_prefix(wanted.resources[Kind.CLUSTER].name),
            "enableRBAC": True,
            "disableLocalAccounts": False,
            # Whoever pays for a machine asks for its tags.
            "agentPoolProfiles": [{**system_profile(wanted), "tags": wanted_tags(wanted)}],
            "autoUpgradeProfile": {"upgradeChannel": "patch"},
        },
    }
    return Body(explicit, merged_body(secure, network.secure), (*identity.needs, *needs), later=network.later)


def dns_prefix(name: str) -> str:
    """A cluster's name may be longer than its DNS prefix, and hold underscores."""
    return re.sub("_+", "-", name)[:54].strip("-")


def _network(settings: Mapping[str, Any]) -> Body:
    """Azure CNI with a range of its own for pods, where nothing else is said."""
    explicit = {name: settings[key] for key, name in _NETWORK.items() if key in settings}
    if settings.get("policy") == "cilium":
        explicit["networkDataplane"] = "cilium"
    if settings.get("mode") == "overlay":
        explicit["networkPluginMode"] = "overlay"
    secure = {"networkPlugin": "azure"}
    if settings.get("plugin", "azure") == "azure" and settings.get("mode") != "flat":
        secure["networkPluginMode"] = "overlay"
    later = {"networkPluginMode": None} if settings.get("mode") == "flat" else {}
    return Body(_nested(explicit), _nested(secure), later=_nested(later))


def _nested(profile: Mapping[str, Any]) -> dict[str, Any]:
    return {"properties": {"networkProfile": dict(profile)}} if profile else {}
