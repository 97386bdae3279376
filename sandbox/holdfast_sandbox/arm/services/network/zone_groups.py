"""How do a private endpoint's addresses get into private DNS zones? Its zone group, which writes their A records.

An endpoint has one group, with at most five zones (learn.microsoft.com/azure/private-link/private-endpoint-dns).
"""

from __future__ import annotations

from collections.abc import Mapping

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.services.network import exceptions, models, targets
from holdfast_sandbox.arm.services.network.usage import ENDPOINT
from holdfast_sandbox.arm.services.privatedns import zones
from holdfast_sandbox.arm.store import Json, Resource

GROUP = f"{ENDPOINT}/privateDnsZoneGroups"
MOST, WRITE_SECONDS = 5, 10


def put_group(call: Call) -> Answer:
    """201 or 200, then polled by Azure-AsyncOperation; the records are written when it is carried out."""
    endpoint, name = _endpoint(call, writing=True), models.checked_name(call.params["privateDnsZoneGroupName"])
    existing = call.store.get(call.id)
    if existing is None and of(call.plane, endpoint.id):
        raise exceptions.zone_groups_full(endpoint.id)
    group = existing or Resource(
        f"{endpoint.id}/privateDnsZoneGroups/{name}", GROUP, name, endpoint.subscription, endpoint.group
    )
    configs = _configs(call, models.properties_of(call.json()), group.id)
    group.body = {
        "etag": models.etag(),
        "properties": {"provisioningState": "Updating", "privateDnsZoneConfigs": configs},
    }
    call.plane.save(group)
    operation = call.plane.operations.start(call, "network.zones-written", seconds=WRITE_SECONDS, target=group.id)
    return Answer(200 if existing else 201, group.answer(), operation.headers(call, "async"))


def get_group(call: Call) -> Answer:
    _endpoint(call)
    return Answer(200, call.existing().answer())


def list_groups(call: Call) -> Answer:
    return call.page([group.answer() for group in of(call.plane, _endpoint(call).id)])


def delete_group(call: Call) -> Answer:
    group = call.store.get(call.id)
    if group is None:
        return Answer(204)
    group.body["properties"]["provisioningState"] = "Deleting"
    call.plane.save(group)
    operation = call.plane.operations.start(call, "network.zones-dropped", seconds=WRITE_SECONDS, target=group.id)
    return Answer(202, None, operation.headers(call))


def of(plane: Plane, endpoint_id: str) -> list[Resource]:
    """The endpoint's groups: one or none."""
    return plane.store.find(GROUP, under=endpoint_id)


def drop_all(plane: Plane, endpoint: Resource) -> None:
    """Takes the endpoint's records away; its groups go with it."""
    zones.drop_records(plane, endpoint.id)


# -- completions -----------------------------------------------------------------------------------------------------


def written(plane: Plane, operation: Operation) -> None:
    group = plane.store.get(operation.target)
    endpoint = plane.store.get(operation.target.rpartition("/privateDnsZoneGroups/")[0])
    if group is None or endpoint is None:
        return
    group.body["properties"]["provisioningState"] = "Failed" if operation.failure is not None else "Succeeded"
    if operation.failure is None:
        zones.drop_records(plane, endpoint.id)
        found = _addresses(plane, endpoint)
        for config in group.body["properties"]["privateDnsZoneConfigs"]:
            config["properties"]["recordSets"] = _written_to(plane, endpoint, config, found)
    plane.save(group)


def dropped(plane: Plane, operation: Operation) -> None:
    group = plane.store.get(operation.target)
    if group is None:
        return
    if operation.failure is not None:
        group.body["properties"]["provisioningState"] = "Failed"
        plane.save(group)
        return
    zones.drop_records(plane, group.id.rpartition("/privateDnsZoneGroups/")[0])
    plane.remove(group)


def _written_to(plane: Plane, endpoint: Resource, config: Json, found: Mapping[str, str]) -> list[Json]:
    """The records of the names that belong into the config's zone."""
    zone = plane.store.get(config["properties"]["privateDnsZoneId"])
    target = plane.store.get(endpoint.private["notes"]["target"])
    if zone is None or target is None:
        return []
    return [
        zones.write_record(plane, zone, name.record, endpoint, [found[member.name]])
        for member in targets.members(target, endpoint.private["notes"]["group"])
        for name in member.names
        if name.zone in f".{zone.name}.".lower()
    ]


def _addresses(plane: Plane, endpoint: Resource) -> Mapping[str, str]:
    """The address of each member."""
    found: dict[str, str] = {}
    for one in endpoint.body["properties"]["networkInterfaces"]:
        interface = plane.store.get(one["id"])
        for configuration in interface.body["properties"]["ipConfigurations"] if interface else []:
            its = configuration["properties"]
            found[its["privateLinkConnectionProperties"]["requiredMemberName"]] = its["privateIPAddress"]
    return found


def _configs(call: Call, given: Json, group_id: str) -> list[Json]:
    configs = given.get("privateDnsZoneConfigs") or []
    if not isinstance(configs, list) or not all(isinstance(one, dict) and one.get("name") for one in configs):
        raise exceptions.invalid_format("privateDnsZoneConfigs must be a list of objects with names.")
    if len(configs) > MOST:
        raise exceptions.invalid_format(f"A private DNS zone group has at most {MOST} zones.")
    stored = []
    for one in configs:
        zone_id = models.properties_of(one).get("privateDnsZoneId")
        zone = call.store.get(str(zone_id))
        if zone is None or zone.type != zones.ZONE:
            raise exceptions.not_referenced(str(zone_id), group_id)
        stored.append(
            {
                "name": one["name"],
                "id": f"{group_id}/privateDnsZoneConfigs/{one['name']}",
                "etag": models.etag(),
                "type": f"{GROUP}/privateDnsZoneConfigs",
                "properties": {"provisioningState": "Succeeded", "privateDnsZoneId": zone_id, "recordSets": []},
            }
        )
    return stored


def _endpoint(call: Call, *, writing: bool = False) -> Resource:
    group = f"/subscriptions/{call.subscription}/resourceGroups/{call.group}"
    name = call.params["privateEndpointName"]
    endpoint = call.store.get(f"{group}/providers/{ENDPOINT}/{name}")
    if writing and endpoint is not None and call.plane.operations.under_way(call.plane, endpoint.id) is not None:
        raise arm.another_operation_in_progress(endpoint.id)
    if endpoint is None and writing:
        raise arm.parent_not_found(GROUP, name, f"{group}/providers/{ENDPOINT}/{name}")
    if endpoint is None:
        raise arm.resource_not_found(ENDPOINT, name, call.group)
    return endpoint
