"""What does Microsoft.Network answer about private endpoints and their network interfaces?

The target is asked while the PUT is checked (group id, SKU) and told when the endpoint is provisioned: only then its
connection stands in the target's body. The caller of the sandbox may approve everything, so that a connection that is
not manual is approved by itself.
"""

from __future__ import annotations

import uuid

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.locks import refuse_locked_scope
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.services.containerregistry import exceptions as registry
from holdfast_sandbox.arm.services.network import (
    addresses,
    connections,
    endpoint_models,
    exceptions,
    models,
    targets,
    usage,
    zone_groups,
)
from holdfast_sandbox.arm.services.network.endpoint_models import APPROVED, Wanted
from holdfast_sandbox.arm.services.network.usage import ENDPOINT, INTERFACE
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.arm.tracked import checked_location, checked_tags

CREATE_SECONDS, UPDATE_SECONDS, DELETE_SECONDS = 30, 10, 20


def put_endpoint(call: Call) -> Answer:
    """201 or 200, then polled by Azure-AsyncOperation."""
    name, body = models.checked_name(call.params["privateEndpointName"]), call.json()
    existing = call.store.get(call.id)
    location, tags = checked_location(call, body, existing), checked_tags(body)
    _refuse_while_busy(call)
    if body.get("extendedLocation"):
        raise exceptions.not_served("extendedLocation")
    endpoint_id, given = existing.id if existing else call.id, models.properties_of(body)
    asked = endpoint_models.wanted(given, endpoint_id)
    subnet = _subnet(call, endpoint_id, asked.subnet_id, location)
    target = _target(call, asked)
    members = targets.members(target, asked.group)
    notes: Json = {
        "target": asked.target_id,
        "group": asked.group,
        "connection": asked.connection,
        "manual": asked.manual,
        "message": asked.message,
    }
    if existing is not None:
        _refuse_other(existing, asked, notes)
        existing.body |= {"etag": models.etag(), "tags": tags}
        existing.body["properties"]["provisioningState"] = "Updating"
        existing.private["notes"] = notes
        call.plane.save(existing)
        return _begun(call, existing, 200, UPDATE_SECONDS)
    endpoint = Resource(call.id, ENDPOINT, name, call.subscription, call.group)
    endpoint.body = {"location": location}
    endpoint.private["notes"] = notes
    found = _addresses(call.plane, subnet, asked, len(members))
    interface = endpoint_models.interface(
        endpoint, asked.interface_name or f"{name}.nic.{uuid.uuid4()}", members, found, asked.group, subnet.id
    )
    properties = endpoint_models.endpoint_properties(asked, given, None, interface.id)
    endpoint.body = {"etag": models.etag(), "location": location, "tags": tags, "properties": properties}
    call.plane.save(interface)
    call.plane.save(endpoint)
    return _begun(call, endpoint, 201, CREATE_SECONDS)


def get_endpoint(call: Call) -> Answer:
    return Answer(200, _shown(call.plane, call.existing()))


def list_endpoints(call: Call) -> Answer:
    found = call.store.find(ENDPOINT, subscription=call.subscription, group=call.group or None)
    return call.page([_shown(call.plane, endpoint) for endpoint in found])


def delete_endpoint(call: Call) -> Answer:
    """The target gives its connection up when the operation is carried out; a lock on it makes that fail."""
    endpoint = call.store.get(call.id)
    if endpoint is None:
        return Answer(204)
    _refuse_while_busy(call)
    endpoint.body["properties"]["provisioningState"] = "Deleting"
    call.plane.save(endpoint)
    operation = call.plane.operations.start(
        call, "network.endpoint-deleted", seconds=DELETE_SECONDS, target=endpoint.id
    )
    return Answer(202, None, operation.headers(call))


def get_interface(call: Call) -> Answer:
    return Answer(200, call.existing().answer())


def list_interfaces(call: Call) -> Answer:
    found = call.store.find(INTERFACE, subscription=call.subscription, group=call.group or None)
    return call.page([interface.answer() for interface in found])


# -- completions -----------------------------------------------------------------------------------------------------


def endpoint_written(plane: Plane, operation: Operation) -> None:
    endpoint = plane.store.get(operation.target)
    if endpoint is None:
        return
    target = plane.store.get(endpoint.private["notes"]["target"])
    failed = operation.failure is not None or target is None
    endpoint.body["properties"]["provisioningState"] = "Failed" if failed else "Succeeded"
    plane.save(endpoint)
    if target is not None and not failed:
        notes = endpoint.private["notes"]
        pending = {"status": "Pending", "description": notes["message"], "actionsRequired": "None"}
        connections.add(plane, target, endpoint, notes["group"], pending if notes["manual"] else APPROVED)


def endpoint_deleted(plane: Plane, operation: Operation) -> None:
    endpoint = plane.store.get(operation.target)
    if endpoint is None:
        return
    target = plane.store.get(endpoint.private["notes"]["target"])
    connection = connections.of_endpoint(target, endpoint.id)
    try:
        if target is not None and connection is not None:
            refuse_locked_scope(plane.store, connection["id"], deleting=True)
    except ArmError as error:
        kind = targets.type_of(endpoint.private["notes"]["target"]).type
        operation.failure = exceptions.target_refused(error.status, error.code, kind, error.message).error()
    if operation.failure is not None:
        endpoint.body["properties"]["provisioningState"] = "Failed"
        plane.save(endpoint)
        return
    released(plane, endpoint)


def released(plane: Plane, endpoint: Resource) -> None:
    """Takes away the endpoint, its interface, its records and its connection; also when its group goes."""
    target = plane.store.get(endpoint.private["notes"]["target"])
    connection = connections.of_endpoint(target, endpoint.id)
    if target is not None and connection is not None:
        connections.remove(plane, target, connection["name"])
    zone_groups.drop_all(plane, endpoint)
    for one in endpoint.body["properties"]["networkInterfaces"]:
        interface = plane.store.get(one["id"])
        if interface is not None:
            plane.remove(interface)
    plane.remove(endpoint)


def _begun(call: Call, endpoint: Resource, status: int, seconds: float) -> Answer:
    operation = call.plane.operations.start(call, "network.endpoint-written", seconds=seconds, target=endpoint.id)
    return Answer(status, _shown(call.plane, endpoint), operation.headers(call, "async"))


def _refuse_while_busy(call: Call) -> None:
    if call.plane.operations.under_way(call.plane, call.id) is not None:
        raise arm.another_operation_in_progress(call.id)


def _subnet(call: Call, endpoint_id: str, subnet_id: str, location: str) -> Resource:
    subnet = call.store.get(subnet_id)
    if subnet is None or subnet.type != models.SUBNET:
        raise exceptions.not_referenced(subnet_id, endpoint_id)
    network = call.store.get(subnet.id.rpartition("/subnets/")[0])
    if network is None or network.location != location:
        raise exceptions.not_referenced(subnet_id, endpoint_id)
    if subnet.body["properties"]["delegations"]:
        raise exceptions.subnet_delegated(endpoint_id, subnet.id)
    return subnet


def _target(call: Call, asked: Wanted) -> Resource:
    kind = targets.type_of(asked.target_id)
    target = call.store.get(asked.target_id)
    if target is None:
        name, group = asked.target_id.rpartition("/")[2], (asked.target_id.split("/") + [""] * 5)[4]
        missing = arm.resource_not_found(kind.type, name, group)
        raise exceptions.target_refused(missing.status, missing.code, kind.type, missing.message)
    if kind.type == "Microsoft.ContainerRegistry/registries" and target.body["sku"]["name"] != "Premium":
        refused = registry.feature_not_supported("private endpoint", target.body["sku"]["name"])
        raise exceptions.target_refused(refused.status, refused.code, kind.type, refused.message)
    return target


def _refuse_other(existing: Resource, asked: Wanted, notes: Json) -> None:
    """An endpoint keeps its subnet and its target for life (pulumi-azure-native#3883 on the subnet)."""
    if not usage.same(existing.body["properties"]["subnet"]["id"], asked.subnet_id):
        raise exceptions.invalid_format("The subnet of a private endpoint cannot be changed.")
    if any(str(existing.private["notes"][key]).lower() != str(notes[key]).lower() for key in ("target", "group")):
        raise exceptions.invalid_format("The target of a private endpoint cannot be changed.")


def _addresses(plane: Plane, subnet: Resource, asked: Wanted, count: int) -> list[str]:
    prefix = models.subnet_prefixes(subnet.body["properties"])[0]
    used = set(usage.taken(plane.store, subnet.id))
    for address in asked.addresses:
        if address in used or not addresses.holds(prefix, address):
            raise exceptions.invalid_format(f"The private IP address {address} is not free in subnet {subnet.id}.")
    chosen = list(asked.addresses[:count])
    found = addresses.free(prefix, used | set(chosen), count - len(chosen))
    if len(chosen) + len(found) < count:
        raise exceptions.subnet_full(subnet.id, count, len(found))
    return [*chosen, *found]


def _shown(plane: Plane, endpoint: Resource) -> Json:
    """With its connection's state as the target has it; names only while no zone group takes care of them."""
    answer, notes = endpoint.answer(), endpoint.private["notes"]
    properties = dict(answer["properties"])
    target = plane.store.get(notes["target"])
    connection = connections.of_endpoint(target, endpoint.id)
    state = APPROVED if not notes["manual"] else {**APPROVED, "status": "Pending", "description": notes["message"]}
    if connection is not None:
        state = connection["properties"]["privateLinkServiceConnectionState"]
    elif properties["provisioningState"] == "Succeeded":
        state = {**APPROVED, "status": "Disconnected", "description": "The connection was removed."}
    kind, shown = endpoint_models.connection(endpoint.id, notes, state)
    properties[kind] = [{**shown, "etag": endpoint.body.get("etag")}]
    properties["customDnsConfigs"] = [] if zone_groups.of(plane, endpoint.id) else _names(plane, endpoint)
    return {**answer, "properties": properties}


def _names(plane: Plane, endpoint: Resource) -> list[Json]:
    found: list[Json] = []
    for one in endpoint.body["properties"]["networkInterfaces"]:
        interface = plane.store.get(one["id"])
        for configuration in interface.body["properties"]["ipConfigurations"] if interface else []:
            its = configuration["properties"]
            found += [
                {"fqdn": fqdn, "ipAddresses": [its["privateIPAddress"]]}
                for fqdn in its["privateLinkConnectionProperties"]["fqdns"]
            ]
    return found
