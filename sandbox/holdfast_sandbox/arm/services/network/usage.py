"""Who is in a subnet? What keeps it from being deleted, and which of its addresses are taken."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast_sandbox.arm.store import Json, Resource, Store

INTERFACE = "Microsoft.Network/networkInterfaces"
ENDPOINT = "Microsoft.Network/privateEndpoints"
_GROUP = "Microsoft.ContainerInstance/containerGroups"
_CLUSTER = "Microsoft.ContainerService/managedClusters"


def users(store: Store, subnet_id: str) -> Iterator[str]:
    """The ids of what is in the subnet: interfaces' configurations, container groups, clusters' pools."""
    for interface in store.find(INTERFACE):
        for one in interface.body["properties"]["ipConfigurations"]:
            if same(one["properties"]["subnet"]["id"], subnet_id):
                yield str(one["id"])
    for group in store.find(_GROUP):
        if any(same(one.get("id"), subnet_id) for one in group.body["properties"].get("subnetIds") or []):
            yield group.id
    for cluster in store.find(_CLUSTER):
        pools = cluster.body["properties"].get("agentPoolProfiles") or []
        if any(same(pool.get("vnetSubnetID"), subnet_id) for pool in pools):
            yield cluster.id


def taken(store: Store, subnet_id: str) -> Iterator[str]:
    """The addresses that interfaces have in the subnet."""
    for interface in store.find(INTERFACE):
        for one in interface.body["properties"]["ipConfigurations"]:
            if same(one["properties"]["subnet"]["id"], subnet_id):
                yield str(one["properties"]["privateIPAddress"])


def shown(store: Store, subnet: Resource) -> Json:
    """A subnet as a GET answers it: with what is in it."""
    answer = subnet.answer()
    properties = dict(answer["properties"])
    configurations = [{"id": user} for user in users(store, subnet.id) if "/ipconfigurations/" in user.lower()]
    endpoints = [
        {"id": endpoint.id}
        for endpoint in store.find(ENDPOINT)
        if same(endpoint.body["properties"]["subnet"]["id"], subnet.id)
    ]
    if configurations:
        properties["ipConfigurations"] = configurations
    if endpoints:
        properties["privateEndpoints"] = endpoints
        properties["purpose"] = "PrivateEndpoints"
    return {**answer, "properties": properties}


def same(one: object, other: str) -> bool:
    return str(one).lower() == other.lower()
