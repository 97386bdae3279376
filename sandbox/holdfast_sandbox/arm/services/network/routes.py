"""Which paths does Microsoft.Network serve, and after which documents?"""

from __future__ import annotations

from holdfast_sandbox.arm.routing import GROUP, SUBSCRIPTION, Handler, ResourceType, Route, Service
from holdfast_sandbox.arm.services.network import endpoints, models, usage, vnets, zone_groups

_VERSIONS = (
    "2026-03-01",
    "2025-07-01",
    "2025-05-01",
    "2025-03-01",
    "2025-01-01",
    "2024-10-01",
    "2024-07-01",
    "2024-05-01",
    "2024-03-01",
    "2024-01-01",
    "2023-11-01",
    "2023-09-01",
    "2023-06-01",
    "2023-05-01",
    "2023-04-01",
    "2023-02-01",
    "2022-11-01",
    "2022-09-01",
    "2022-07-01",
    "2022-05-01",
    "2022-01-01",
    "2021-08-01",
    "2021-05-01",
    "2021-02-01",
    "2020-11-01",
)
NETWORKS = ResourceType(models.NETWORK, _VERSIONS, tracked=True)
SUBNETS = ResourceType(models.SUBNET, _VERSIONS)
ENDPOINTS = ResourceType(usage.ENDPOINT, _VERSIONS, tracked=True, released=endpoints.released)
ZONE_GROUPS = ResourceType(zone_groups.GROUP, _VERSIONS)
INTERFACES = ResourceType(usage.INTERFACE, _VERSIONS, tracked=True)

_REST = "learn.microsoft.com/rest/api/virtualnetwork"
_NETWORK = f"{GROUP}/providers/{models.NETWORK}/{{virtualNetworkName}}"
_SUBNET = f"{_NETWORK}/subnets/{{subnetName}}"
_ENDPOINT = f"{GROUP}/providers/{usage.ENDPOINT}/{{privateEndpointName}}"
_ZONES = f"{_ENDPOINT}/privateDnsZoneGroups/{{privateDnsZoneGroupName}}"
_INTERFACE = f"{GROUP}/providers/{usage.INTERFACE}/{{networkInterfaceName}}"


def _write(
    method: str, path: str, kind: ResourceType, handler: Handler, operation: str, source: str, exclusive: str
) -> Route:
    """A write; overlapping ones within `exclusive` meet ARM's AnotherOperationInProgress."""
    return Route(method, path, kind, handler, operation, f"{_REST}/{source}", seconds=0.7, exclusive=exclusive)


def _lists(type_name: str, kind: ResourceType, handler: Handler, source: str) -> list[Route]:
    """A type's lists: of a group and of the subscription."""
    return [
        Route("GET", f"{where}/providers/{type_name}", kind, handler, operation, f"{_REST}/{source}/{page}")
        for where, operation, page in ((GROUP, "list by group", "list"), (SUBSCRIPTION, "list", "list-all"))
    ]


SERVICE = Service(
    "Microsoft.Network",
    types=[NETWORKS, SUBNETS, ENDPOINTS, ZONE_GROUPS, INTERFACES],
    routes=[
        _write(
            "PUT",
            _NETWORK,
            NETWORKS,
            vnets.put_network,
            "create or update",
            "virtual-networks/create-or-update",
            _NETWORK,
        ),
        _write(
            "PATCH", _NETWORK, NETWORKS, vnets.patch_network, "patch (tags)", "virtual-networks/update-tags", _NETWORK
        ),
        Route("GET", _NETWORK, NETWORKS, vnets.get_network, "read", f"{_REST}/virtual-networks/get"),
        _write("DELETE", _NETWORK, NETWORKS, vnets.delete_network, "delete", "virtual-networks/delete", _NETWORK),
        *_lists(models.NETWORK, NETWORKS, vnets.list_networks, "virtual-networks"),
        _write("PUT", _SUBNET, SUBNETS, vnets.put_subnet, "create or update", "subnets/create-or-update", _NETWORK),
        Route("GET", _SUBNET, SUBNETS, vnets.get_subnet, "read", f"{_REST}/subnets/get"),
        _write("DELETE", _SUBNET, SUBNETS, vnets.delete_subnet, "delete", "subnets/delete", _NETWORK),
        Route("GET", f"{_NETWORK}/subnets", SUBNETS, vnets.list_subnets, "list", f"{_REST}/subnets/list"),
        _write(
            "PUT",
            _ENDPOINT,
            ENDPOINTS,
            endpoints.put_endpoint,
            "create or update",
            "private-endpoints/create-or-update",
            _ENDPOINT,
        ),
        Route("GET", _ENDPOINT, ENDPOINTS, endpoints.get_endpoint, "read", f"{_REST}/private-endpoints/get"),
        _write(
            "DELETE", _ENDPOINT, ENDPOINTS, endpoints.delete_endpoint, "delete", "private-endpoints/delete", _ENDPOINT
        ),
        *_lists(usage.ENDPOINT, ENDPOINTS, endpoints.list_endpoints, "private-endpoints"),
        _write(
            "PUT",
            _ZONES,
            ZONE_GROUPS,
            zone_groups.put_group,
            "create or update",
            "private-dns-zone-groups/create-or-update",
            _ENDPOINT,
        ),
        Route("GET", _ZONES, ZONE_GROUPS, zone_groups.get_group, "read", f"{_REST}/private-dns-zone-groups/get"),
        _write(
            "DELETE",
            _ZONES,
            ZONE_GROUPS,
            zone_groups.delete_group,
            "delete",
            "private-dns-zone-groups/delete",
            _ENDPOINT,
        ),
        Route(
            "GET",
            f"{_ENDPOINT}/privateDnsZoneGroups",
            ZONE_GROUPS,
            zone_groups.list_groups,
            "list",
            f"{_REST}/private-dns-zone-groups/list",
        ),
        Route("GET", _INTERFACE, INTERFACES, endpoints.get_interface, "read", f"{_REST}/network-interfaces/get"),
        *_lists(usage.INTERFACE, INTERFACES, endpoints.list_interfaces, "network-interfaces"),
    ],
    completions={
        "network.written": vnets.written,
        "network.deleted": vnets.deleted,
        "network.endpoint-written": endpoints.endpoint_written,
        "network.endpoint-deleted": endpoints.endpoint_deleted,
        "network.zones-written": zone_groups.written,
        "network.zones-dropped": zone_groups.dropped,
    },
)
