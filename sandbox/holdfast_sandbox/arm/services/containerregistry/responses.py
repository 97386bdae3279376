"""What does Microsoft.ContainerRegistry answer? Handlers for registries, their credentials, usages and names."""

from __future__ import annotations

import base64
import secrets

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.actions import acted_on
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.managed_identity import checked_identity
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.services.containerregistry import exceptions, models, tiers
from holdfast_sandbox.arm.services.containerregistry.policies import dated
from holdfast_sandbox.arm.store import Json, Resource, Store
from holdfast_sandbox.arm.tracked import checked_location, checked_tags

REGISTRY = "Microsoft.ContainerRegistry/registries"
CREATE_SECONDS, DELETE_SECONDS = 12, 8


def put_registry(call: Call) -> Answer:
    """Creates (201, then polled by Azure-AsyncOperation) or replaces (200) a registry; what is left out is reset."""
    name, body = models.checked_name(call.name), call.json()
    existing = call.store.get(call.id)
    location = checked_location(call, body, existing)
    _refuse_while_busy(call)
    if existing is None:
        _refuse_taken(call.store, name)
    now = _now(call)
    before = existing.body["properties"] if existing else None
    kept = models.born(name, now) if before is None else {key: before[key] for key in models.born(name, now)}
    properties = {**kept, **models.defaults()}
    changed = _changed(call, body, existing, properties, location)
    changed["tags"] = checked_tags(body)
    if existing is not None:
        existing.body = changed
        call.plane.save(existing)
        return Answer(200, _shown(call, existing))
    registry = Resource(call.id, REGISTRY, name, call.subscription, call.group, changed)
    registry.private["passwords"] = {slot: _password() for slot in models.PASSWORDS}
    call.plane.save(registry)
    operation = call.plane.operations.start(
        call, "containerregistry.created", seconds=CREATE_SECONDS, target=registry.id
    )
    return Answer(201, _shown(call, registry), operation.headers(call, "async"))


def registry_created(plane: Plane, operation: Operation) -> None:
    registry = plane.store.get(operation.target)
    if registry is not None:
        state = "Failed" if operation.failure is not None else "Succeeded"
        registry.body["properties"]["provisioningState"] = state
        plane.save(registry)


def patch_registry(call: Call) -> Answer:
    """Changes what the body carries, at once."""
    registry, body = call.existing(), call.json()
    _refuse_while_busy(call)
    changed = _changed(call, body, registry, registry.body["properties"], registry.location)
    changed["tags"] = checked_tags(body) if body.get("tags") is not None else registry.tags
    registry.body = changed
    call.plane.save(registry)
    return Answer(200, _shown(call, registry))


def _changed(call: Call, body: Json, existing: Resource | None, base: Json, location: str) -> Json:
    """The registry's body after a write, apart from tags: the body's properties upon `base`."""
    before = existing.body if existing else {}
    sku = tiers.checked_sku(body, before.get("sku") if call.method == "PATCH" else None)
    wanted = models.checked_properties(body, base, call.api_version)
    properties = {**base, **wanted}
    old = before.get("properties", {})
    properties["policies"] = dated(properties["policies"], old.get("policies"), _now(call))
    properties["status"] = None
    properties["dataEndpointHostNames"] = models.data_endpoints(call.name, location, properties["dataEndpointEnabled"])
    properties["privateEndpointConnections"] = old.get("privateEndpointConnections", [])
    tiers.refuse_unfit(sku["name"], properties, wanted, before.get("properties"), location)
    changed: Json = {"location": location, "sku": sku}
    identity = checked_identity(call, body, before.get("identity"), merge=call.method == "PATCH")
    if identity is not None:
        changed["identity"] = identity
    return {**changed, "properties": properties, "systemData": call.system_data(existing)}


def get_registry(call: Call) -> Answer:
    return Answer(200, _shown(call, call.existing()))


def list_registries(call: Call) -> Answer:
    found = call.store.find(REGISTRY, subscription=call.subscription, group=call.group or None)
    return call.page([_shown(call, registry) for registry in found])


def delete_registry(call: Call) -> Answer:
    """202, then polled by Location; 204 when nothing is there."""
    registry = call.store.get(call.id)
    if registry is None:
        return Answer(204)
    _refuse_while_busy(call)
    registry.body["properties"]["provisioningState"] = "Deleting"
    call.plane.save(registry)
    operation = call.plane.operations.start(
        call, "containerregistry.deleted", seconds=DELETE_SECONDS, target=registry.id
    )
    return Answer(202, None, operation.headers(call, "location"))


def registry_deleted(plane: Plane, operation: Operation) -> None:
    registry = plane.store.get(operation.target)
    if registry is None:
        return
    if operation.failure is None:
        remove_registry(plane, registry)
        return
    registry.body["properties"]["provisioningState"] = "Failed"
    plane.save(registry)


def remove_registry(plane: Plane, registry: Resource) -> None:
    """Removes it with its runs and images; a build that is under way ends."""
    if plane.builds is not None:
        plane.builds.forget(f"{registry.id}/", models.login_server(registry.name))
    plane.remove(registry)


def list_credentials(call: Call) -> Answer:
    registry = acted_on(call)
    found = credentials(call.store, registry.id)
    if found is None:
        raise exceptions.admin_user_disabled(registry.id)
    return Answer(200, found)


def regenerate_credential(call: Call) -> Answer:
    registry, wanted = acted_on(call), call.json().get("name")
    if not registry.body["properties"]["adminUserEnabled"]:
        raise exceptions.admin_user_disabled(registry.id)
    if wanted not in models.PASSWORDS:
        raise arm.invalid_request_content(f"name: '{wanted}' is not one of {', '.join(models.PASSWORDS)}")
    registry.private["passwords"][wanted] = _password()
    call.plane.save(registry)
    return Answer(200, credentials(call.store, registry.id))


def credentials(store: Store, registry_id: str) -> Json | None:
    """`{"username", "passwords"}` of the admin user; None while it is off or the registry is gone."""
    registry = store.get(registry_id)
    if registry is None or not registry.body["properties"]["adminUserEnabled"]:
        return None
    passwords = registry.private["passwords"]
    return {
        "username": registry.name,
        "passwords": [{"name": slot, "value": passwords[slot]} for slot in models.PASSWORDS],
    }


def list_usages(call: Call) -> Answer:
    """What the SKU includes; nothing of it is used, for the sandbox keeps no images."""
    size, webhooks = tiers.LIMITS[acted_on(call).body["sku"]["name"]]
    rows = [
        {"name": "Size", "limit": size, "currentValue": 0, "unit": "Bytes"},
        {"name": "Webhooks", "limit": webhooks, "currentValue": 0, "unit": "Count"},
    ]
    return Answer(200, {"value": rows})


def list_private_link_resources(call: Call) -> Answer:
    return Answer(200, {"value": [_private_link(acted_on(call))]})


def get_private_link_resource(call: Call) -> Answer:
    registry_id = call.id.rpartition("/privateLinkResources/")[0]
    registry = call.store.get(registry_id)
    if registry is None:
        raise arm.resource_not_found(REGISTRY, registry_id.rpartition("/")[2], call.group)
    if call.name.lower() != "registry":
        raise arm.resource_not_found(call.route.type.name, call.full_name(), call.group)
    return Answer(200, _private_link(registry))


def _private_link(registry: Resource) -> Json:
    """The one group that a private endpoint can be for: the registry and its regional data endpoint."""
    return {
        "id": f"{registry.id}/privateLinkResources/registry",
        "name": "registry",
        "type": f"{REGISTRY}/privateLinkResources",
        "properties": {
            "groupId": "registry",
            "requiredMembers": ["registry", f"registry_data_{registry.location}"],
            "requiredZoneNames": ["privatelink.azurecr.io"],
        },
    }


def check_name(call: Call) -> Answer:
    body = call.json()
    name = body.get("name")
    if not isinstance(name, str) or str(body.get("type")).lower() != REGISTRY.lower():
        raise arm.invalid_request_content(f"name and type ('{REGISTRY}') are required")
    if not models.NAME.fullmatch(name):
        return Answer(200, {"nameAvailable": False, "reason": "Invalid", "message": exceptions.NAME_RULE})
    if _taken(call.store, name):
        message = f"The registry {name} is already in use."
        return Answer(200, {"nameAvailable": False, "reason": "AlreadyExists", "message": message})
    return Answer(200, {"nameAvailable": True})


def _taken(store: Store, name: str) -> bool:
    """Names are global, in any letter case: they are host names."""
    return any(registry.name.lower() == name.lower() for registry in store.find(REGISTRY))


def _refuse_taken(store: Store, name: str) -> None:
    if _taken(store, name):
        raise exceptions.already_in_use(models.login_server(name))


def _refuse_while_busy(call: Call) -> None:
    if call.plane.operations.under_way(call.plane, call.id) is not None:
        raise arm.another_operation_in_progress(call.id)


def _shown(call: Call, registry: Resource) -> Json:
    return models.shown(registry.answer(), call.api_version)


def _password() -> str:
    return base64.b64encode(secrets.token_bytes(39)).decode()


def _now(call: Call) -> str:
    return call.plane.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
