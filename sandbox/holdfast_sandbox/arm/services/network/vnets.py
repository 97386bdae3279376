"""What does Microsoft.Network answer about virtual networks and their subnets?

Subnets are resources under their network; a network's answer is composed of both. A PUT of a network with a list of
subnets replaces them all; one without the property leaves them (techcommunity.microsoft.com, "Azure virtual network
now supports updates without subnet property").
"""

from __future__ import annotations

from collections.abc import Mapping

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.services.network import exceptions, models, usage
from holdfast_sandbox.arm.services.network.models import NETWORK, SUBNET
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.arm.tracked import checked_location, checked_tags

WRITE_SECONDS, DELETE_SECONDS = 4, 10


def put_network(call: Call) -> Answer:
    """201 or 200, then polled by Azure-AsyncOperation until the network says Succeeded."""
    name, body = models.checked_name(call.params["virtualNetworkName"]), call.json()
    existing = call.store.get(call.id)
    location, tags = checked_location(call, body, existing), checked_tags(body)
    network_id = existing.id if existing else call.id
    _refuse_while_busy(call, network_id)
    if body.get("extendedLocation"):
        raise exceptions.not_served("extendedLocation")
    given = models.properties_of(body)
    before = existing.body["properties"] if existing else None
    properties = models.network_properties(given, before, network_id)
    old = {one.name.lower(): one for one in _subnets(call.plane, network_id)}
    if "subnets" in given:
        wanted = _given_subnets(given["subnets"], network_id)
    else:
        wanted = {one.name: one.body["properties"] for one in old.values()}
    models.check_ranges(name, network_id, properties["addressSpace"]["addressPrefixes"], wanted)
    network = existing or Resource(call.id, NETWORK, name, call.subscription, call.group)
    network.body = {"etag": models.etag(), "location": location, "tags": tags, "properties": properties}
    call.plane.save(network)
    kept = {one.lower() for one in wanted}
    for gone in (one for key, one in old.items() if key not in kept):
        _refuse_in_use(call.plane, gone)
        call.plane.remove(gone)
    if "subnets" in given:
        for subnet_name, stored in wanted.items():
            _save_subnet(call.plane, network, subnet_name, stored, old.get(subnet_name.lower()))
    return _begun(call, network, Answer(200 if existing else 201, _shown(call.plane, network)), "network.written")


def patch_network(call: Call) -> Answer:
    """Tags, at once (learn.microsoft.com/rest/api/virtualnetwork/virtual-networks/update-tags)."""
    network = call.existing()
    network.body["tags"] = checked_tags(call.json())
    network.body["etag"] = models.etag()
    call.plane.save(network)
    return Answer(200, _shown(call.plane, network))


def get_network(call: Call) -> Answer:
    return Answer(200, _shown(call.plane, call.existing()))


def list_networks(call: Call) -> Answer:
    found = call.store.find(NETWORK, subscription=call.subscription, group=call.group or None)
    return call.page([_shown(call.plane, network) for network in found])


def delete_network(call: Call) -> Answer:
    network = call.store.get(call.id)
    if network is None:
        return Answer(204)
    _refuse_while_busy(call, network.id)
    for subnet in _subnets(call.plane, network.id):
        _refuse_in_use(call.plane, subnet)
    return _deletion(call, network)


# -- subnets ---------------------------------------------------------------------------------------------------------


def put_subnet(call: Call) -> Answer:
    network, name = _network(call), models.checked_name(call.params["subnetName"])
    _refuse_while_busy(call, network.id)
    existing = call.store.get(call.id)
    subnet_id = existing.id if existing else f"{network.id}/subnets/{name}"
    properties = models.subnet_properties(models.properties_of(call.json()), subnet_id)
    others = {one.name: one.body["properties"] for one in _subnets(call.plane, network.id)}
    others.pop(existing.name if existing else "", None)
    spaces = network.body["properties"]["addressSpace"]["addressPrefixes"]
    models.check_ranges(network.name, network.id, spaces, {**others, name: properties})
    subnet = _save_subnet(call.plane, network, name, properties, existing)
    answer = Answer(200 if existing else 201, usage.shown(call.store, subnet))
    return _begun(call, subnet, answer, "network.written")


def get_subnet(call: Call) -> Answer:
    _network(call)
    return Answer(200, usage.shown(call.store, call.existing()))


def list_subnets(call: Call) -> Answer:
    return call.page([usage.shown(call.store, one) for one in _subnets(call.plane, _network(call).id)])


def delete_subnet(call: Call) -> Answer:
    subnet = call.store.get(call.id)
    if subnet is None:
        return Answer(204)
    _refuse_while_busy(call, subnet.id.rpartition("/subnets/")[0])
    _refuse_in_use(call.plane, subnet)
    return _deletion(call, subnet)


# -- completions -----------------------------------------------------------------------------------------------------


def written(plane: Plane, operation: Operation) -> None:
    """The network, or the subnet, and all subnets of a network, have their final state."""
    resource = plane.store.get(operation.target)
    if resource is None:
        return
    state = "Failed" if operation.failure is not None else "Succeeded"
    for one in (resource, *_subnets(plane, resource.id)):
        one.body["properties"]["provisioningState"] = state
        plane.save(one)


def deleted(plane: Plane, operation: Operation) -> None:
    resource = plane.store.get(operation.target)
    if resource is None:
        return
    if operation.failure is not None:
        resource.body["properties"]["provisioningState"] = "Failed"
        plane.save(resource)
        return
    plane.remove(resource)


def _given_subnets(given: object, network_id: str) -> Mapping[str, Json]:
    if not isinstance(given, list) or not all(isinstance(one, dict) and one.get("name") for one in given):
        raise exceptions.invalid_format("subnets must be a list of objects with names.")
    return {
        models.checked_name(one["name"]): models.subnet_properties(
            models.properties_of(one), f"{network_id}/subnets/{one['name']}"
        )
        for one in given
    }


def _save_subnet(plane: Plane, network: Resource, name: str, properties: Json, old: Resource | None) -> Resource:
    if old is not None:
        gone = set(models.subnet_prefixes(old.body["properties"])) - set(models.subnet_prefixes(properties))
        if gone and next(usage.users(plane.store, old.id), None) is not None:
            raise exceptions.prefix_in_use(old.name, sorted(gone)[0])
    made = old or Resource(f"{network.id}/subnets/{name}", SUBNET, name, network.subscription, network.group)
    made.body = {"etag": models.etag(), "properties": properties}
    plane.save(made)
    return made


def _refuse_while_busy(call: Call, network_id: str) -> None:
    """A network and its subnets are written one after another (pulumi-azure-native retries AnotherOperationInProgress,
    which is why parallel subnets are slow).
    """
    for one in (network_id, *(subnet.id for subnet in _subnets(call.plane, network_id))):
        if call.plane.operations.under_way(call.plane, one) is not None:
            raise arm.another_operation_in_progress(one)


def _refuse_in_use(plane: Plane, subnet: Resource) -> None:
    user = next(usage.users(plane.store, subnet.id), None)
    if user is not None:
        raise exceptions.subnet_in_use(subnet.name, user)


def _network(call: Call) -> Resource:
    group = f"/subscriptions/{call.subscription}/resourceGroups/{call.group}"
    name = call.params["virtualNetworkName"]
    network = call.store.get(f"{group}/providers/{NETWORK}/{name}")
    if network is None:
        raise arm.resource_not_found(NETWORK, name, call.group)
    return network


def _subnets(plane: Plane, network_id: str) -> list[Resource]:
    return plane.store.find(SUBNET, under=network_id)


def _shown(plane: Plane, network: Resource) -> Json:
    answer = network.answer()
    subnets = [usage.shown(plane.store, one) for one in _subnets(plane, network.id)]
    return {**answer, "properties": {**answer["properties"], "subnets": subnets, "virtualNetworkPeerings": []}}


def _begun(call: Call, resource: Resource, answer: Answer, completion: str) -> Answer:
    operation = call.plane.operations.start(call, completion, seconds=WRITE_SECONDS, target=resource.id)
    answer.headers = operation.headers(call, "async")
    return answer


def _deletion(call: Call, resource: Resource) -> Answer:
    resource.body["properties"]["provisioningState"] = "Deleting"
    call.plane.save(resource)
    operation = call.plane.operations.start(call, "network.deleted", seconds=DELETE_SECONDS, target=resource.id)
    return Answer(202, None, operation.headers(call))
