"""What does Azure Private DNS answer about zones, and about the records in them?

Records are written by the zone groups of private endpoints (`write_record`, `drop_records`); the sandbox lets nobody
else write any. After learn.microsoft.com/rest/api/dns/privatedns/private-zones.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.services.privatedns import exceptions
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.arm.tracked import checked_location, checked_tags

ZONE = "Microsoft.Network/privateDnsZones"
LINK = f"{ZONE}/virtualNetworkLinks"
RECORD = f"{ZONE}/A"
WRITE_SECONDS, DELETE_SECONDS, TTL = 20, 20, 10

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL}){{1,33}}", re.IGNORECASE)
# learn.microsoft.com/azure/dns/dns-zones-records, limits
_LIMITS: Json = {
    "maxNumberOfRecordSets": 25000,
    "maxNumberOfVirtualNetworkLinks": 1000,
    "maxNumberOfVirtualNetworkLinksWithRegistration": 100,
}


def put_zone(call: Call) -> Answer:
    """202, then polled by its headers."""
    name, body = call.params["privateZoneName"], call.json()
    if not _NAME.fullmatch(name):
        raise exceptions.invalid_zone_name(name)
    existing = call.store.get(call.id)
    location, tags = checked_location(call, body, existing), checked_tags(body)
    check_conditions(call, existing)
    zone = existing or Resource(call.id, ZONE, name, call.subscription, call.group)
    properties = zone.body.get("properties") or {"internalId": str(uuid.uuid4())}
    zone.body = {
        "etag": str(uuid.uuid4()),
        "location": location,
        "tags": tags,
        "properties": {**properties, "provisioningState": "Updating" if existing else "Creating"},
    }
    call.plane.save(zone)
    operation = call.plane.operations.start(call, "privatedns.written", seconds=WRITE_SECONDS, target=zone.id)
    return Answer(202, {}, operation.headers(call))


def patch_zone(call: Call) -> Answer:
    zone = call.existing()
    check_conditions(call, zone)
    zone.body |= {"tags": checked_tags(call.json()), "etag": str(uuid.uuid4())}
    call.plane.save(zone)
    return Answer(200, _shown(call.plane, zone))


def get_zone(call: Call) -> Answer:
    return Answer(200, _shown(call.plane, call.existing()))


def list_zones(call: Call) -> Answer:
    found = call.store.find(ZONE, subscription=call.subscription, group=call.group or None)
    return call.page([_shown(call.plane, zone) for zone in found])


def delete_zone(call: Call) -> Answer:
    """Refused while it is linked to a virtual network."""
    zone = call.store.get(call.id)
    if zone is None:
        return Answer(204)
    links = call.store.find(LINK, under=zone.id)
    if links:
        raise exceptions.nested_resources([f"{ZONE}/{zone.name}/virtualNetworkLinks/{one.name}" for one in links])
    return deletion(call, zone)


def get_record(call: Call) -> Answer:
    zone_of(call)
    return Answer(200, call.existing().answer())


def list_records(call: Call) -> Answer:
    return call.page([one.answer() for one in call.store.find(RECORD, under=zone_of(call).id)])


def list_all_records(call: Call) -> Answer:
    """The A records, and the zone's own SOA record."""
    zone = zone_of(call)
    soa: Json = {
        "id": f"{zone.id}/SOA/@",
        "name": "@",
        "type": f"{ZONE}/SOA",
        "etag": zone.body["etag"],
        "properties": {
            "fqdn": f"{zone.name}.",
            "ttl": 3600,
            "isAutoRegistered": False,
            "soaRecord": {
                "email": "azureprivatedns-host.microsoft.com",
                "expireTime": 2419200,
                "host": "azureprivatedns.net",
                "minimumTtl": 10,
                "refreshTime": 3600,
                "retryTime": 300,
                "serialNumber": 1,
            },
        },
    }
    return call.page([soa, *(one.answer() for one in call.store.find(RECORD, under=zone.id))])


def written(plane: Plane, operation: Operation) -> None:
    """The zone or the link has its final state."""
    resource = plane.store.get(operation.target)
    if resource is not None:
        failed = operation.failure is not None
        resource.body["properties"]["provisioningState"] = "Failed" if failed else "Succeeded"
        plane.save(resource)


def deleted(plane: Plane, operation: Operation) -> None:
    resource = plane.store.get(operation.target)
    if resource is None:
        return
    if operation.failure is not None:
        resource.body["properties"]["provisioningState"] = "Failed"
        plane.save(resource)
        return
    plane.remove(resource)


# -- for zone groups -------------------------------------------------------------------------------------------------


def write_record(plane: Plane, zone: Resource, name: str, owner: Resource, found: Sequence[str]) -> Json:
    """Writes the A record of a private endpoint, over one that is there; gives what a zone group shows of it."""
    record = Resource(f"{zone.id}/A/{name}", RECORD, name, zone.subscription, zone.group)
    guid = owner.body["properties"]["resourceGuid"]
    record.private["owner"] = owner.id
    record.body = {
        "etag": str(uuid.uuid4()),
        "properties": {
            "metadata": {"creator": f"created by private endpoint {owner.name} with resource guid {guid}"},
            "fqdn": f"{name}.{zone.name}.",
            "ttl": TTL,
            "aRecords": [{"ipv4Address": address} for address in found],
            "isAutoRegistered": False,
        },
    }
    plane.save(record)
    return {
        "recordType": "A",
        "recordSetName": name,
        "fqdn": f"{name}.{zone.name}",
        "ttl": TTL,
        "ipAddresses": list(found),
        "provisioningState": "Succeeded",
    }


def drop_records(plane: Plane, owner_id: str) -> None:
    """Takes away every record that an endpoint owns."""
    for record in plane.store.find(RECORD):
        if record.private.get("owner", "").lower() == owner_id.lower():
            plane.remove(record)


# -- shared with links -----------------------------------------------------------------------------------------------


def zone_of(call: Call) -> Resource:
    """The zone that the path names; 404 when there is none."""
    group = f"/subscriptions/{call.subscription}/resourceGroups/{call.group}"
    name = call.params["privateZoneName"]
    zone = call.store.get(f"{group}/providers/{ZONE}/{name}")
    if zone is None:
        raise arm.resource_not_found(ZONE, name, call.group)
    return zone


def check_conditions(call: Call, existing: Resource | None) -> None:
    """If-None-Match: * (only a new one), If-Match (only this version)."""
    current = existing.body.get("etag", "") if existing else ""
    if call.headers.get("if-none-match") == "*" and existing is not None:
        raise exceptions.precondition_failed("If-None-Match", "*", current)
    wanted = call.headers.get("if-match")
    if wanted and wanted not in ("*", current):
        raise exceptions.precondition_failed("If-Match", wanted, current)


def deletion(call: Call, resource: Resource) -> Answer:
    check_conditions(call, resource)
    resource.body["properties"]["provisioningState"] = "Deleting"
    call.plane.save(resource)
    operation = call.plane.operations.start(call, "privatedns.deleted", seconds=DELETE_SECONDS, target=resource.id)
    return Answer(202, None, operation.headers(call))


def _shown(plane: Plane, zone: Resource) -> Json:
    links, answer = plane.store.find(LINK, under=zone.id), zone.answer()
    registering = [one for one in links if one.body["properties"]["registrationEnabled"]]
    properties = {
        **_LIMITS,
        "numberOfRecordSets": 1 + len(plane.store.find(RECORD, under=zone.id)),
        "numberOfVirtualNetworkLinks": len(links),
        "numberOfVirtualNetworkLinksWithRegistration": len(registering),
        **answer["properties"],
    }
    return {**answer, "properties": properties}
