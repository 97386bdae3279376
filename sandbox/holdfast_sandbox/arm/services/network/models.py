"""What is a valid virtual network, and a valid subnet? Bodies in, stored properties out; no state.

After learn.microsoft.com/rest/api/virtualnetwork. What a body names and the sandbox does not serve is refused, for
ignoring it would promise what nobody keeps.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from holdfast_sandbox.arm.services.network import addresses, exceptions
from holdfast_sandbox.arm.store import Json

NETWORK = "Microsoft.Network/virtualNetworks"
SUBNET = f"{NETWORK}/subnets"

_NAME = re.compile(r"\w|\w[\w.-]{0,78}\w")
_ENDPOINT_POLICIES = ("Disabled", "Enabled", "NetworkSecurityGroupEnabled", "RouteTableEnabled")
_NETWORK_NOT_SERVED = (
    "bgpCommunities",
    "ddosProtectionPlan",
    "encryption",
    "extendedLocation",
    "ipAllocations",
    "virtualNetworkPeerings",
)
_SUBNET_NOT_SERVED = (
    "applicationGatewayIPConfigurations",
    "ipAllocations",
    "ipamPoolPrefixAllocations",
    "serviceEndpointPolicies",
    "serviceGateway",
    "sharingScope",
)
# Neighbours that a subnet may name; the sandbox has none of them, so that each is a reference to nothing.
_SUBNET_NEIGHBOURS = ("natGateway", "networkSecurityGroup", "routeTable")


def checked_name(name: str) -> str:
    """Up to 80 word characters, points and hyphens."""
    if not _NAME.fullmatch(name):
        raise exceptions.invalid_name(name)
    return name


def etag() -> str:
    return f'W/"{uuid.uuid4()}"'


def properties_of(body: Json) -> Json:
    given = body.get("properties")
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise exceptions.invalid_format("properties must be an object.")
    return {name: value for name, value in given.items() if value is not None}


def network_properties(given: Json, before: Json | None, network_id: str) -> Json:
    """The stored properties of a virtual network, without its subnets."""
    _refuse(given, _NETWORK_NOT_SERVED)
    space = given.get("addressSpace")
    prefixes = space.get("addressPrefixes") if isinstance(space, dict) else None
    if isinstance(space, dict) and space.get("ipamPoolPrefixAllocations"):
        raise exceptions.not_served("addressSpace.ipamPoolPrefixAllocations")
    if not isinstance(prefixes, list) or not prefixes:
        raise exceptions.invalid_format("addressSpace.addressPrefixes must name at least one prefix.")
    spaces = [addresses.parsed(prefix, network_id) for prefix in prefixes]
    for index, one in enumerate(spaces):
        for other in spaces[:index]:
            if one.overlaps(other):
                raise exceptions.spaces_overlap(str(other), str(one))
    stored: Json = {
        "provisioningState": "Updating",
        "resourceGuid": (before or {}).get("resourceGuid") or str(uuid.uuid4()),
        "addressSpace": {"addressPrefixes": list(prefixes)},
        "privateEndpointVNetPolicies": given.get("privateEndpointVNetPolicies", "Disabled"),
        "enableDdosProtection": given.get("enableDdosProtection", False),
    }
    for name in ("dhcpOptions", "flowTimeoutInMinutes", "enableVmProtection"):
        if name in given:
            stored[name] = given[name]
    if stored["enableDdosProtection"]:
        raise exceptions.not_served("enableDdosProtection")
    return stored


def subnet_prefixes(properties: Json) -> list[str]:
    one = properties.get("addressPrefix")
    return [one] if one else list(properties.get("addressPrefixes") or [])


def subnet_properties(given: Json, subnet_id: str) -> Json:
    """The stored properties of a subnet."""
    _refuse(given, _SUBNET_NOT_SERVED)
    for name in _SUBNET_NEIGHBOURS:
        if given.get(name):
            raise exceptions.not_referenced(str(given[name].get("id")), subnet_id)
    prefixes = subnet_prefixes(given)
    if not prefixes:
        raise exceptions.invalid_format(f"Subnet {subnet_id} has no address prefix.")
    stored: Json = {"provisioningState": "Updating"}
    if given.get("addressPrefix") or len(prefixes) == 1:
        stored["addressPrefix"] = prefixes[0]
    else:
        stored["addressPrefixes"] = prefixes
    stored["delegations"] = [_delegation(one, subnet_id) for one in _objects(given, "delegations")]
    if given.get("serviceEndpoints"):
        stored["serviceEndpoints"] = [_service_endpoint(one) for one in _objects(given, "serviceEndpoints")]
    stored["privateEndpointNetworkPolicies"] = _choice(
        given, "privateEndpointNetworkPolicies", _ENDPOINT_POLICIES, "Disabled"
    )
    stored["privateLinkServiceNetworkPolicies"] = _choice(
        given, "privateLinkServiceNetworkPolicies", ("Enabled", "Disabled"), "Enabled"
    )
    if given.get("defaultOutboundAccess") is not None:
        stored["defaultOutboundAccess"] = bool(given["defaultOutboundAccess"])
    return stored


def check_ranges(network: str, network_id: str, spaces: Iterable[str], subnets: Mapping[str, Json]) -> None:
    """Each subnet (by its name) lies in the address space, is no smaller than /29, and overlaps with no other."""
    known = [addresses.parsed(space, network_id) for space in spaces]
    seen: list[tuple[str, addresses.Network]] = []
    for name, properties in subnets.items():
        for prefix in subnet_prefixes(properties):
            own = addresses.parsed(prefix, f"{network_id}/subnets/{name}")
            small = own.version == 4 and own.prefixlen > addresses.SMALLEST
            if small or not addresses.lies_in(own, known):
                raise exceptions.invalid_subnet(name, network)
            for other, its in seen:
                if own.overlaps(its):
                    raise exceptions.overlap(name, other)
            seen.append((name, own))


def _delegation(one: Json, subnet_id: str) -> Json:
    service = properties_of(one).get("serviceName")
    name = one.get("name")
    if not isinstance(service, str) or "/" not in service or not isinstance(name, str):
        raise exceptions.invalid_format(f"A delegation of {subnet_id} needs a name and a properties.serviceName.")
    return {
        "name": name,
        "id": f"{subnet_id}/delegations/{name}",
        "etag": etag(),
        "properties": {
            "provisioningState": "Succeeded",
            "serviceName": service,
            "actions": properties_of(one).get("actions") or ["Microsoft.Network/virtualNetworks/subnets/action"],
        },
        "type": f"{SUBNET}/delegations",
    }


def _service_endpoint(one: Json) -> Json:
    if not isinstance(one.get("service"), str):
        raise exceptions.invalid_format("A service endpoint needs a service.")
    return {
        "provisioningState": "Succeeded",
        "service": one["service"],
        "locations": one.get("locations") or ["*"],
    }


def _objects(given: Json, name: str) -> list[Json]:
    items = given.get(name) or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise exceptions.invalid_format(f"{name} must be a list of objects.")
    return items


def _choice(given: Json, name: str, allowed: tuple[str, ...], default: str) -> str:
    value: Any = given.get(name, default)
    found = next((one for one in allowed if one.lower() == str(value).lower()), None)
    if found is None:
        raise exceptions.invalid_format(f"'{value}' is not one of {', '.join(allowed)} for {name}.")
    return found


def _refuse(given: Json, names: tuple[str, ...]) -> None:
    for name in names:
        if given.get(name):
            raise exceptions.not_served(name)
