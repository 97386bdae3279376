"""What is a valid private endpoint, and what does its interface look like? Bodies in, stored properties out.

After learn.microsoft.com/rest/api/virtualnetwork/private-endpoints/create-or-update.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from holdfast_sandbox.arm.services.network import exceptions, models
from holdfast_sandbox.arm.services.network.targets import Member
from holdfast_sandbox.arm.services.network.usage import ENDPOINT, INTERFACE
from holdfast_sandbox.arm.store import Json, Resource

APPROVED: Json = {"status": "Approved", "description": "", "actionsRequired": "None"}
_LISTS = ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections")


@dataclass(frozen=True)
class Wanted:
    """What the body of a PUT asks for; a `manual` connection waits until the target's owner approves."""

    subnet_id: str
    connection: str
    target_id: str
    group: str
    manual: bool
    message: str
    interface_name: str
    addresses: tuple[str, ...]


def wanted(given: Json, endpoint_id: str) -> Wanted:
    """The checked body; what is missing is refused in Azure's words."""
    if given.get("applicationSecurityGroups"):
        raise exceptions.not_served("applicationSecurityGroups")
    subnet = given.get("subnet")
    subnet_id = subnet.get("id") if isinstance(subnet, dict) else None
    if not isinstance(subnet_id, str):
        raise exceptions.invalid_format(f"Private endpoint {endpoint_id} needs a subnet.")
    found = [(name, one) for name in _LISTS for one in given.get(name) or []]
    if len(found) != 1 or not isinstance(found[0][1], dict):
        raise exceptions.invalid_format(f"Private endpoint {endpoint_id} needs one private link service connection.")
    kind, connection = found[0]
    name, properties = connection.get("name"), models.properties_of(connection)
    target_id, groups = properties.get("privateLinkServiceId"), properties.get("groupIds") or []
    if not isinstance(name, str) or not isinstance(target_id, str):
        raise exceptions.invalid_format("A private link service connection needs a name and a privateLinkServiceId.")
    connection_id = f"{endpoint_id}/{kind}/{name}"
    if not groups:
        raise exceptions.missing_group_id(connection_id)
    if len(groups) > 1:
        raise exceptions.only_one_group_id(connection_id, groups, target_id)
    return Wanted(
        subnet_id,
        name,
        target_id.rstrip("/"),
        str(groups[0]),
        kind == _LISTS[1],
        properties.get("requestMessage") or "",
        given.get("customNetworkInterfaceName") or "",
        tuple(str(models.properties_of(one).get("privateIPAddress")) for one in given.get("ipConfigurations") or []),
    )


def endpoint_properties(asked: Wanted, given: Json, before: Json | None, interface_id: str) -> Json:
    """The stored properties; the connection's state and the names are filled in when it is shown."""
    return {
        "provisioningState": "Updating",
        "resourceGuid": (before or {}).get("resourceGuid") or str(uuid.uuid4()),
        "manualPrivateLinkServiceConnections": [],
        "privateLinkServiceConnections": [],
        "customNetworkInterfaceName": asked.interface_name,
        "subnet": {"id": asked.subnet_id},
        "ipConfigurations": given.get("ipConfigurations") or [],
        "networkInterfaces": [{"id": interface_id}],
        "customDnsConfigs": [],
    }


def connection(endpoint_id: str, notes: Json, state: Json) -> tuple[str, Json]:
    """The list that the connection stands in, and the connection as a GET of the endpoint answers it."""
    kind = _LISTS[1] if notes["manual"] else _LISTS[0]
    properties: Json = {
        "provisioningState": "Succeeded",
        "privateLinkServiceId": notes["target"],
        "groupIds": [notes["group"]],
        "privateLinkServiceConnectionState": state,
    }
    if notes["message"]:
        properties["requestMessage"] = notes["message"]
    return kind, {
        "name": notes["connection"],
        "id": f"{endpoint_id}/{kind}/{notes['connection']}",
        "etag": models.etag(),
        "properties": properties,
        "type": f"{ENDPOINT}/{kind}",
    }


def interface(
    endpoint: Resource, name: str, members: Sequence[Member], addresses: Sequence[str], group: str, subnet_id: str
) -> Resource:
    """The network interface of an endpoint: one IP configuration for each member."""
    interface_id = f"{endpoint.id.rpartition('/providers/')[0]}/providers/{INTERFACE}/{name}"
    made = Resource(interface_id, INTERFACE, name, endpoint.subscription, endpoint.group)
    configurations = [
        {
            "name": f"privateEndpointIpConfig.{index}",
            "id": f"{interface_id}/ipConfigurations/privateEndpointIpConfig.{index}",
            "etag": models.etag(),
            "type": f"{INTERFACE}/ipConfigurations",
            "properties": {
                "provisioningState": "Succeeded",
                "privateIPAddress": address,
                "privateIPAllocationMethod": "Dynamic",
                "subnet": {"id": subnet_id},
                "primary": index == 0,
                "privateIPAddressVersion": "IPv4",
                "privateLinkConnectionProperties": {
                    "groupId": group,
                    "requiredMemberName": member.name,
                    "fqdns": [one.fqdn for one in member.names],
                },
            },
        }
        for index, (member, address) in enumerate(zip(members, addresses, strict=True))
    ]
    made.body = {
        "etag": models.etag(),
        "location": endpoint.location,
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": str(uuid.uuid4()),
            "ipConfigurations": configurations,
            "dnsSettings": {"dnsServers": [], "appliedDnsServers": []},
            "enableAcceleratedNetworking": False,
            "enableIPForwarding": False,
            "privateEndpoint": {"id": endpoint.id},
            "nicType": "Standard",
        },
    }
    return made
