"""What do vaults, storage accounts, registries and workspaces answer about their private endpoint connections?

All four alike, as Azure's common types have it (azure-rest-api-specs, common-types, privatelinks). The connections
stand in the target's body; Microsoft.Network writes them there and takes them away.
"""

from __future__ import annotations

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.call import Answer, Call
from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.services.network import connections, targets
from holdfast_sandbox.arm.store import Json, Resource

_STATES = ("Approved", "Rejected", "Pending", "Disconnected")


def list_connections(call: Call) -> Answer:
    return Answer(200, {"value": connections.listed(_target(call))})


def get_connection(call: Call) -> Answer:
    found = connections.named(_target(call), call.name)
    if found is None:
        raise connection_not_found(call.name)
    return Answer(200, found)


def put_connection(call: Call) -> Answer:
    """The owner's word on a connection that waits: Approved or Rejected. Nobody makes connections this way."""
    target, body = _target(call), call.json()
    given = (body.get("properties") or {}).get("privateLinkServiceConnectionState")
    if not isinstance(given, dict) or given.get("status") not in _STATES:
        raise arm.invalid_request_content(f"the status of a connection must be one of {', '.join(_STATES)}")
    state: Json = {"status": given["status"], "description": given.get("description") or "", "actionsRequired": "None"}
    found = connections.set_state(call.plane, target, call.name, state)
    if found is None:
        raise connection_not_found(call.name)
    return Answer(200, found)


def delete_connection(call: Call) -> Answer:
    """The endpoint stays, disconnected."""
    target = _target(call)
    if connections.named(target, call.name) is None:
        return Answer(204)
    connections.remove(call.plane, target, call.name)
    return Answer(200)


def list_link_resources(call: Call) -> Answer:
    return Answer(200, {"value": targets.link_resources(_target(call))})


def connection_not_found(name: str) -> ArmError:
    return ArmError(
        404, "PrivateEndpointConnectionNotFound", f"The private endpoint connection '{name}' was not found."
    )


def _target(call: Call) -> Resource:
    """The vault, account, registry or workspace that the path lies under."""
    type_name = "/".join(call.route.type.name.split("/")[:2])
    head, found, tail = call.id.partition(f"/providers/{type_name}/")
    name = tail.partition("/")[0]
    target = call.store.get(f"{head}{found}{name}")
    if target is None:
        raise arm.resource_not_found(type_name, name, call.group)
    return target
