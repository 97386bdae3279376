"""Which paths does Azure Private DNS serve, and after which documents?"""

from __future__ import annotations

from holdfast_sandbox.arm.routing import GROUP, SUBSCRIPTION, Handler, ResourceType, Route, Service
from holdfast_sandbox.arm.services.privatedns import links, zones

_VERSIONS = ("2024-06-01", "2020-06-01", "2020-01-01", "2018-09-01")
ZONES = ResourceType(zones.ZONE, _VERSIONS, tracked=True, locations=("global",))
LINKS = ResourceType(zones.LINK, _VERSIONS, tracked=True, locations=("global",))
RECORDS = ResourceType(zones.RECORD, _VERSIONS)
ALL_RECORDS = ResourceType(f"{zones.ZONE}/ALL", _VERSIONS)

_ALL = f"/providers/{zones.ZONE}"
_ONE = f"{GROUP}{_ALL}/{{privateZoneName}}"
_LINK = f"{_ONE}/virtualNetworkLinks/{{virtualNetworkLinkName}}"
_REST = "learn.microsoft.com/rest/api/dns/privatedns"


def _write(
    method: str, path: str, kind: ResourceType, handler: Handler, operation: str, source: str, seconds: float = 1
) -> Route:
    return Route(method, path, kind, handler, operation, f"{_REST}/{source}", seconds=seconds, exclusive=path)


SERVICE = Service(
    "Microsoft.Network",
    types=[ZONES, LINKS, RECORDS, ALL_RECORDS],
    routes=[
        _write("PUT", _ONE, ZONES, zones.put_zone, "create or update", "private-zones/create-or-update"),
        _write("PATCH", _ONE, ZONES, zones.patch_zone, "patch (tags)", "private-zones/update"),
        Route("GET", _ONE, ZONES, zones.get_zone, "read", f"{_REST}/private-zones/get"),
        _write("DELETE", _ONE, ZONES, zones.delete_zone, "delete", "private-zones/delete"),
        Route(
            "GET",
            f"{GROUP}{_ALL}",
            ZONES,
            zones.list_zones,
            "list by group",
            f"{_REST}/private-zones/list-by-resource-group",
        ),
        Route("GET", f"{SUBSCRIPTION}{_ALL}", ZONES, zones.list_zones, "list", f"{_REST}/private-zones/list"),
        _write("PUT", _LINK, LINKS, links.put_link, "create or update", "virtual-network-links/create-or-update"),
        _write("PATCH", _LINK, LINKS, links.patch_link, "patch", "virtual-network-links/update"),
        Route("GET", _LINK, LINKS, links.get_link, "read", f"{_REST}/virtual-network-links/get"),
        _write("DELETE", _LINK, LINKS, links.delete_link, "delete", "virtual-network-links/delete"),
        Route(
            "GET",
            f"{_ONE}/virtualNetworkLinks",
            LINKS,
            links.list_links,
            "list",
            f"{_REST}/virtual-network-links/list",
        ),
        Route(
            "GET", f"{_ONE}/A/{{relativeRecordSetName}}", RECORDS, zones.get_record, "read", f"{_REST}/record-sets/get"
        ),
        Route("GET", f"{_ONE}/A", RECORDS, zones.list_records, "list", f"{_REST}/record-sets/list-by-type"),
        Route("GET", f"{_ONE}/ALL", ALL_RECORDS, zones.list_all_records, "list", f"{_REST}/record-sets/list"),
    ],
    completions={
        "privatedns.written": zones.written,
        "privatedns.linked": links.linked,
        "privatedns.deleted": zones.deleted,
    },
)
