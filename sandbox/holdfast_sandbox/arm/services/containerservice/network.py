"""How is a cluster connected? The network profile: what is allowed, what is left out, and what never changes.

Defaults and rules after learn.microsoft.com/rest/api/aks/managed-clusters/create-or-update
(ContainerServiceNetworkProfile) and the real provider's recorded cluster: without a plugin a cluster gets Azure CNI in
overlay mode. Pods a node: learn.microsoft.com/azure/aks/quotas-skus-regions, "Maximum pods per node".
"""

from __future__ import annotations

import ipaddress
import re
import uuid
from ipaddress import IPv4Network
from typing import Any

from holdfast_sandbox.arm.call import Plane
from holdfast_sandbox.arm.services.containerservice import exceptions
from holdfast_sandbox.arm.services.containerservice.values import chosen, refuse_what_is_not_served, same, typed
from holdfast_sandbox.arm.store import Json

_AT = "networkProfile"
_POD_CIDR, _SERVICE_CIDR = "10.244.0.0/16", "10.0.0.0/16"
_CHOICES: dict[str, tuple[str, ...]] = {
    "loadBalancerSku": ("standard",),
    "networkDataplane": ("azure", "cilium"),
    "networkPlugin": ("azure", "kubenet", "none"),
    "networkPluginMode": ("overlay",),
    "networkPolicy": ("none", "azure", "calico", "cilium"),
    "outboundType": ("loadBalancer", "userDefinedRouting", "managedNATGateway", "userAssignedNATGateway", "none"),
}
_TEXTS = ("dnsServiceIP", "podCidr", "serviceCidr")
_LISTS = ("ipFamilies", "podCidrs", "serviceCidrs")
_NOT_SERVED = ("advancedNetworking", "networkMode", "staticEgressGatewayProfile")
_FIXED = (
    *("dnsServiceIP", "loadBalancerSku", "networkPlugin", "networkPluginMode", "networkPolicy", "podCidr"),
    *("podCidrs", "serviceCidr", "serviceCidrs"),
)
_NEED_SUBNET = ("userDefinedRouting", "userAssignedNATGateway")
_SUBNET = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourcegroups/(?P<group>[^/]+)/providers/microsoft\.network"
    r"/virtualnetworks/(?P<vnet>[^/]+)/subnets/(?P<subnet>[^/]+)",
    re.IGNORECASE,
)


def wanted(given: Any, before: Json | None, has_subnet: bool) -> Json:
    """The profile after the write."""
    asked = _asked(given if isinstance(given, dict) else {})
    if before is not None:
        return _updated(asked, before)
    profile = _new(asked)
    if profile["outboundType"] in _NEED_SUBNET and not has_subnet:
        raise exceptions.invalid_parameter(f"{_AT}.outboundType")
    return profile


def max_pods(profile: Json) -> int:
    """A node's default."""
    if profile["networkPlugin"] == "kubenet":
        return 110
    return 30 if profile["networkPlugin"] == "azure" and profile.get("networkPluginMode") != "overlay" else 250


def outbound_addresses(profile: Json, node_group: str) -> list[Json]:
    """What a load balancer gets when the cluster is there."""
    count = ((profile.get("loadBalancerProfile") or {}).get("managedOutboundIPs") or {}).get("count", 0)
    known = (profile.get("loadBalancerProfile") or {}).get("effectiveOutboundIPs") or []
    where = f"{node_group}/providers/Microsoft.Network/publicIPAddresses"
    more = [{"id": f"{where}/{uuid.uuid4()}"} for _ in range(count - len(known))]
    return [*known, *more][:count]


def check_subnet(plane: Plane, given: str, path: str, where: str) -> None:
    """Refuses what is no id of a subnet, and one that is not there as far as the sandbox has networks.

    `path` is the place in the body, as the front door names it; `where` the property, as the service does.
    """
    if not given.startswith("/subscriptions/") or len(given.strip("/").split("/")) % 2:
        raise exceptions.linked_invalid_id(given, path)
    found = _SUBNET.fullmatch(given)
    if found is None:
        raise exceptions.invalid_parameter(where)
    if "microsoft.network/virtualnetworks" not in plane.registry.types or plane.store.get(given) is not None:
        return
    vnet = plane.store.get(given.rpartition("/subnets/")[0])
    inline = ((vnet.body.get("properties") or {}).get("subnets") or []) if vnet is not None else []
    if not any(str(one.get("name", "")).lower() == found["subnet"].lower() for one in inline):
        raise exceptions.subnet_not_found(found["subnet"], found["vnet"], found["group"], found["subscription"])


def _asked(given: Json) -> Json:
    refuse_what_is_not_served(given, _NOT_SERVED, _AT)
    asked = {**typed(given, _TEXTS, str, _AT), **typed(given, _LISTS, list, _AT), **chosen(given, _CHOICES, _AT)}
    if [str(family).lower() for family in asked.get("ipFamilies", ["IPv4"])] != ["ipv4"]:
        raise exceptions.not_served(f"{_AT}.ipFamilies")
    for one, many in (("podCidr", "podCidrs"), ("serviceCidr", "serviceCidrs")):
        if len(asked.get(many, [])) > 1:
            raise exceptions.not_served(f"{_AT}.{many}")
        for cidr in asked.pop(many, []):
            asked[one] = cidr
    for name in ("loadBalancerProfile", "natGatewayProfile"):
        if isinstance(given.get(name), dict):
            refuse_what_is_not_served(given[name], ("outboundIPs", "outboundIPPrefixes"), f"{_AT}.{name}")
            asked[name] = {key: value for key, value in given[name].items() if value is not None}
    return asked


def _new(asked: Json) -> Json:
    plugin = asked.get("networkPlugin", "azure")
    mode = asked.get("networkPluginMode") or ("overlay" if "networkPlugin" not in asked else None)
    if mode is not None and plugin != "azure":
        raise exceptions.invalid_parameter(f"{_AT}.networkPluginMode")
    service = _network(asked.get("serviceCidr", _SERVICE_CIDR), "serviceCidr")
    profile: Json = {
        "networkPlugin": plugin,
        **({"networkPluginMode": mode} if mode else {}),
        "networkDataplane": asked.get("networkDataplane", "azure"),
        **({"networkPolicy": asked["networkPolicy"]} if "networkPolicy" in asked else {}),
        "serviceCidr": str(service),
        "serviceCidrs": [str(service)],
        "dnsServiceIP": _dns(asked.get("dnsServiceIP"), service),
        "ipFamilies": ["IPv4"],
        "loadBalancerSku": "standard",
        "outboundType": asked.get("outboundType", "loadBalancer"),
    }
    if plugin == "kubenet" or mode == "overlay":
        pods = _network(asked.get("podCidr", _POD_CIDR), "podCidr")
        if pods.overlaps(service):
            raise exceptions.invalid_parameter(f"{_AT}.podCidr")
        profile |= {"podCidr": str(pods), "podCidrs": [str(pods)]}
    return _balanced(profile, asked)


def _balanced(profile: Json, asked: Json) -> Json:
    """The way out: a load balancer's or a NAT gateway's own profile, by the outbound type."""
    outbound = profile["outboundType"]
    if outbound == "loadBalancer":
        known = {**(profile.get("loadBalancerProfile") or {}), **asked.get("loadBalancerProfile", {})}
        known = {name: value for name, value in known.items() if name != "effectiveOutboundIPs"}
        if profile.get("loadBalancerProfile"):
            known["effectiveOutboundIPs"] = profile["loadBalancerProfile"].get("effectiveOutboundIPs") or []
        profile["loadBalancerProfile"] = {"managedOutboundIPs": {"count": 1}, **known}
    else:
        profile.pop("loadBalancerProfile", None)
    if outbound in ("managedNATGateway", "userAssignedNATGateway"):
        profile["natGatewayProfile"] = {"idleTimeoutInMinutes": 4, **asked.get("natGatewayProfile", {})}
    else:
        profile.pop("natGatewayProfile", None)
    return profile


def _updated(asked: Json, before: Json) -> Json:
    for name in _FIXED:
        # A pod range that the plugin does not use was left out of the cluster when it was made.
        unused = name == "podCidr" and "podCidr" not in before
        if name in asked and not unused and not same(asked[name], before.get(name)):
            raise exceptions.property_change_not_allowed(f"{_AT}.{name}")
    changed: Json = {name: asked[name] for name in ("outboundType", "networkDataplane") if name in asked}
    return _balanced({**before, **changed}, asked)


def _network(text: str, name: str) -> IPv4Network:
    try:
        return IPv4Network(text)
    except ValueError:
        raise exceptions.invalid_parameter(f"{_AT}.{name}") from None


def _dns(given: str | None, service: IPv4Network) -> str:
    """Within the services' range, and not its first address, which is Kubernetes' own."""
    if given is None:
        return str(service.network_address + 10)
    try:
        address = ipaddress.IPv4Address(given)
    except ValueError:
        raise exceptions.invalid_parameter(f"{_AT}.dnsServiceIP") from None
    if address not in service or address in (service.network_address, service.network_address + 1):
        raise exceptions.invalid_parameter(f"{_AT}.dnsServiceIP")
    return str(address)
