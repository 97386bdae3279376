"""What does Azure Private DNS answer about the links of a zone to virtual networks?

That a network may be linked to one zone of a name only is found out while the link is provisioned: the operation fails
then, and the link is not there.
"""

from __future__ import annotations

import uuid
from typing import Any

from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.services.privatedns import exceptions, zones
from holdfast_sandbox.arm.services.privatedns.zones import LINK, ZONE
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.arm.tracked import checked_location, checked_tags

_NETWORK = "Microsoft.Network/virtualNetworks"
_POLICIES = ("Default", "NxDomainRedirect")


def put_link(call: Call) -> Answer:
    """202, then polled by its headers."""
    zone, body = zones.zone_of(call), call.json()
    existing = call.store.get(call.id)
    location, tags = checked_location(call, body, existing), checked_tags(body)
    zones.check_conditions(call, existing)
    properties = _properties(call, body, existing)
    name = call.params["virtualNetworkLinkName"]
    link = existing or Resource(f"{zone.id}/virtualNetworkLinks/{name}", LINK, name, zone.subscription, zone.group)
    state = {"provisioningState": "Updating" if existing else "Creating", "virtualNetworkLinkState": "InProgress"}
    link.body = {
        "etag": str(uuid.uuid4()),
        "location": location,
        "tags": tags,
        "properties": {**properties, **state},
    }
    call.plane.save(link)
    operation = call.plane.operations.start(
        call, "privatedns.linked", seconds=zones.WRITE_SECONDS, target=link.id, new=existing is None
    )
    return Answer(202, {}, operation.headers(call))


def patch_link(call: Call) -> Answer:
    """Tags, registration and resolution policy, at once."""
    zones.zone_of(call)
    link, body = call.existing(), call.json()
    zones.check_conditions(call, link)
    given = {"virtualNetwork": link.body["properties"]["virtualNetwork"], **(body.get("properties") or {})}
    link.body["properties"].update(_properties(call, {"properties": given}, link))
    if body.get("tags") is not None:
        link.body["tags"] = checked_tags(body)
    link.body["etag"] = str(uuid.uuid4())
    call.plane.save(link)
    return Answer(200, link.answer())


def get_link(call: Call) -> Answer:
    zones.zone_of(call)
    return Answer(200, call.existing().answer())


def list_links(call: Call) -> Answer:
    return call.page([link.answer() for link in call.store.find(LINK, under=zones.zone_of(call).id)])


def delete_link(call: Call) -> Answer:
    link = call.store.get(call.id)
    return Answer(204) if link is None else zones.deletion(call, link)


def linked(plane: Plane, operation: Operation) -> None:
    """Completes a link, or fails because the network has a zone of that name already."""
    link = plane.store.get(operation.target)
    if link is None:
        return
    name = _zone_name(link)
    network = link.body["properties"]["virtualNetwork"]["id"].lower()
    for other in plane.store.find(LINK):
        its = other.body["properties"]["virtualNetwork"]["id"].lower()
        if other.key != link.key and its == network and _zone_name(other).lower() == name.lower():
            operation.failure = exceptions.overlapping(name, _zone_name(other)).error()
    if operation.failure is not None and operation.payload["new"]:
        plane.remove(link)
        return
    failed = operation.failure is not None
    link.body["properties"]["provisioningState"] = "Failed" if failed else "Succeeded"
    link.body["properties"]["virtualNetworkLinkState"] = "Completed"
    plane.save(link)


def _zone_name(link: Resource) -> str:
    return link.id.rpartition("/virtualNetworkLinks/")[0].rpartition("/")[2]


def _properties(call: Call, body: Json, existing: Resource | None) -> Json:
    given: Any = body.get("properties")
    network = (given.get("virtualNetwork") or {}).get("id") if isinstance(given, dict) else None
    if not isinstance(network, str):
        raise exceptions.bad_request(f"A link of a {ZONE} needs a properties.virtualNetwork.id.")
    found = call.store.get(network)
    if found is None or found.type != _NETWORK:
        raise exceptions.bad_request(f"The virtual network '{network}' could not be found.")
    if existing is not None and existing.body["properties"]["virtualNetwork"]["id"].lower() != network.lower():
        raise exceptions.bad_request("The virtual network of a link cannot be changed.")
    registers = given.get("registrationEnabled") or False
    policy = given.get("resolutionPolicy") or "Default"
    if not isinstance(registers, bool) or policy not in _POLICIES:
        raise exceptions.bad_request("registrationEnabled must be a boolean, resolutionPolicy one of two.")
    if registers:
        _refuse_second_registration(call, network, existing)
    return {"registrationEnabled": registers, "resolutionPolicy": policy, "virtualNetwork": {"id": network}}


def _refuse_second_registration(call: Call, network: str, existing: Resource | None) -> None:
    """One zone registers a network's machines (learn.microsoft.com/azure/dns/private-dns-autoregistration)."""
    for other in call.store.find(LINK):
        its = other.body["properties"]
        another = existing is None or other.key != existing.key
        if another and its["registrationEnabled"] and its["virtualNetwork"]["id"].lower() == network.lower():
            raise exceptions.bad_request(
                f"The virtual network '{network}' has a zone with registration enabled: '{_zone_name(other)}'."
            )
