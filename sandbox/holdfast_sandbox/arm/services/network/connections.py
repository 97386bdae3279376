"""How does a target know its private endpoints? The connections in its body, which its own paths list and approve.

Their shape is common to all resource providers (azure-rest-api-specs, common-types, privatelinks).
"""

from __future__ import annotations

import uuid

from holdfast_sandbox.arm.call import Plane
from holdfast_sandbox.arm.services.network import targets
from holdfast_sandbox.arm.store import Json, Resource


def listed(target: Resource) -> list[Json]:
    """The target's connections."""
    found: list[Json] = target.body["properties"].get("privateEndpointConnections") or []
    return found


def of_endpoint(target: Resource | None, endpoint_id: str) -> Json | None:
    """The connection of an endpoint, or None when the target has none (any more)."""
    if target is None:
        return None
    wanted = endpoint_id.lower()
    return next(
        (one for one in listed(target) if one["properties"]["privateEndpoint"]["id"].lower() == wanted),
        None,
    )


def named(target: Resource, name: str) -> Json | None:
    return next((one for one in listed(target) if one["name"].lower() == name.lower()), None)


def add(plane: Plane, target: Resource, endpoint: Resource, group: str, state: Json) -> None:
    """Writes the endpoint's connection onto the target, unless it is there."""
    if of_endpoint(target, endpoint.id) is not None:
        return
    kind = targets.type_of(target.id)
    name = endpoint.name if kind.type.endswith("/vaults") else f"{endpoint.name}.{uuid.uuid4()}"
    connection: Json = {
        "id": f"{target.id}/privateEndpointConnections/{name}",
        "name": name,
        "type": f"{kind.type}/privateEndpointConnections",
        "properties": {
            "provisioningState": "Succeeded",
            "groupIds": [group],
            "privateEndpoint": {"id": endpoint.id},
            "privateLinkServiceConnectionState": state,
        },
    }
    target.body["properties"]["privateEndpointConnections"] = [*listed(target), connection]
    plane.save(target)


def remove(plane: Plane, target: Resource, name: str) -> None:
    rest = [one for one in listed(target) if one["name"].lower() != name.lower()]
    target.body["properties"]["privateEndpointConnections"] = rest
    plane.save(target)


def set_state(plane: Plane, target: Resource, name: str, state: Json) -> Json | None:
    """The connection with its new state (Approved, Rejected); None when there is none of that name."""
    connection = named(target, name)
    if connection is not None:
        connection["properties"]["privateLinkServiceConnectionState"] = state
        plane.save(target)
    return connection
