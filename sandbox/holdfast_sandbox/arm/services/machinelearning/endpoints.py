"""What does Microsoft.MachineLearningServices answer about online endpoints? Handlers, their keys and tokens.

Keys are drawn at the creation, survive every update, and are others after a deletion
(github.com/Azure/MachineLearningNotebooks/issues/1275).
"""

from __future__ import annotations

import secrets

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.actions import acted_on
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.managed_identity import checked_identity
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.services.machinelearning import endpoint_models as models
from holdfast_sandbox.arm.services.machinelearning import exceptions, serving, tokens
from holdfast_sandbox.arm.services.machinelearning.attachments import COMPUTE
from holdfast_sandbox.arm.services.machinelearning.computes import workspace_of
from holdfast_sandbox.arm.services.machinelearning.serving import DEPLOYMENT, ENDPOINT
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.arm.tracked import checked_location, checked_tags

CREATE_SECONDS, UPDATE_SECONDS, DELETE_SECONDS = 30, 20, 30


def put_endpoint(call: Call) -> Answer:
    name, body = models.checked_name("endpoint", call.name), call.json()
    workspace, existing = workspace_of(call), call.store.get(call.id)
    location = checked_location(call, body, existing)
    refuse_while_busy(call, call.id)
    given = models.properties_of(body)
    kind = _kind(body, given, existing)
    wanted = models.endpoint(given, kind)
    before = existing.body["properties"] if existing else {}
    _check_compute(call, workspace, kind, wanted, before)
    if existing is None:
        _refuse_taken(call, name)
    known = {one.name for one in call.store.find(DEPLOYMENT, under=call.id)}
    wanted["traffic"] = models.traffic(given.get("traffic"), known)
    endpoint = existing or Resource(call.id, ENDPOINT, name, call.subscription, call.group)
    shown = {**wanted, "provisioningState": "Updating" if existing else "Creating"}
    head: Json = {"location": location, "tags": checked_tags(body), "kind": kind, "properties": shown}
    identity = checked_identity(call, body, existing.body.get("identity") if existing else None)
    head["identity"] = identity or {"type": "None"}
    endpoint.body = {**head, "systemData": call.system_data(existing)}
    serving.place_endpoint(call.plane, endpoint)
    if existing is None:
        endpoint.private = {"keys": _keys(given), "secret": secrets.token_hex(32)}
    call.plane.save(endpoint)
    operation = _start(
        call, endpoint, "machinelearning.endpoint-written", UPDATE_SECONDS if existing else CREATE_SECONDS
    )
    return Answer(200 if existing else 201, endpoint.answer(), operation.headers(call))


def endpoint_written(plane: Plane, operation: Operation) -> None:
    endpoint = plane.store.get(operation.target)
    if endpoint is None:
        return
    failed = operation.failure is not None
    endpoint.body["properties"]["provisioningState"] = "Failed" if failed else "Succeeded"
    plane.save(endpoint)
    if not failed:
        serving.open_endpoint(plane, endpoint)


def patch_endpoint(call: Call) -> Answer:
    """Tags and identity, at once; the specification's update has nothing else."""
    endpoint, body = call.existing(), call.json()
    refuse_while_busy(call, call.id)
    if body.get("properties") is not None:
        raise models.not_served("properties", "a PATCH of the properties")
    if body.get("tags") is not None:
        endpoint.body["tags"] = checked_tags(body)
    identity = checked_identity(call, body, endpoint.body.get("identity"), merge=True)
    endpoint.body["identity"] = identity or {"type": "None"}
    endpoint.body["systemData"] = call.system_data(endpoint)
    call.plane.save(endpoint)
    return Answer(200, endpoint.answer())


def get_endpoint(call: Call) -> Answer:
    return Answer(200, call.existing().answer())


def list_endpoints(call: Call) -> Answer:
    """All, or those of a name or a compute type."""
    workspace = workspace_of(call)
    name, kind = call.query.get("name", "").lower(), call.query.get("computetype", "").lower()
    found = [
        one.answer()
        for one in call.store.find(ENDPOINT, under=workspace.id)
        if name in ("", one.name.lower()) and kind in ("", one.body["kind"].lower())
    ]
    return call.page(found, default=int(count) if (count := call.query.get("count", "")).isdigit() else 1000)


def delete_endpoint(call: Call) -> Answer:
    """202; its deployments go with it (how-to-deploy-online-endpoints)."""
    endpoint = call.store.get(call.id)
    if endpoint is None:
        return Answer(204)
    refuse_while_busy(call, call.id)
    endpoint.body["properties"]["provisioningState"] = "Deleting"
    call.plane.save(endpoint)
    operation = _start(call, endpoint, "machinelearning.endpoint-deleted", DELETE_SECONDS)
    return Answer(202, None, operation.headers(call))


def endpoint_deleted(plane: Plane, operation: Operation) -> None:
    endpoint = plane.store.get(operation.target)
    if endpoint is None:
        return
    if operation.failure is not None:
        endpoint.body["properties"]["provisioningState"] = "Failed"
        plane.save(endpoint)
        return
    serving.close_endpoint(plane, endpoint)
    plane.remove(endpoint)


def list_keys(call: Call) -> Answer:
    endpoint = acted_on(call)
    _demand(endpoint, "Key", "keys")
    return Answer(200, endpoint.private["keys"])


def regenerate_keys(call: Call) -> Answer:
    """One key anew: drawn, or the one that is given."""
    endpoint, body = acted_on(call), call.json()
    _demand(endpoint, "Key", "keys")
    which = {"primary": "primaryKey", "secondary": "secondaryKey"}.get(str(body.get("keyType")).lower())
    if which is None:
        raise exceptions.invalid("keyType", f"'{body.get('keyType')}' is neither Primary nor Secondary.")
    endpoint.private["keys"][which] = str(body.get("keyValue") or _key())
    call.plane.save(endpoint)
    operation = _start(call, endpoint, "machinelearning.endpoint-keys", 5)
    return Answer(202, None, operation.headers(call, "location"))


def keys_regenerated(plane: Plane, operation: Operation) -> None:
    endpoint = plane.store.get(operation.target)
    if endpoint is not None:
        serving.open_endpoint(plane, endpoint)


def get_token(call: Call) -> Answer:
    endpoint = acted_on(call)
    _demand(endpoint, "AMLToken", "tokens")
    return Answer(200, tokens.issue(endpoint.private["secret"], call.plane.clock()))


def refuse_while_busy(call: Call, endpoint_id: str) -> None:
    """409 while the endpoint or one of its deployments is being written (how-to-troubleshoot-online-endpoints)."""
    for one in (endpoint_id, *(each.id for each in call.store.find(DEPLOYMENT, under=endpoint_id))):
        if call.plane.operations.under_way(call.plane, one) is not None:
            raise arm.another_operation_in_progress(one)


def _start(call: Call, endpoint: Resource, completion: str, seconds: float) -> Operation:
    operation = call.plane.operations.start(call, completion, seconds=seconds, target=endpoint.id)
    operation.location = endpoint.location  # only shown in the polling addresses
    return operation


def _kind(body: Json, given: Json, existing: Resource | None) -> str:
    """Of the body, or by what it stands on: an endpoint with a compute is Kubernetes'."""
    asked = str(body.get("kind") or (models.KUBERNETES if given.get("compute") else models.MANAGED))
    kind = next((one for one in (models.KUBERNETES, models.MANAGED) if one.lower() == asked.lower()), None)
    if kind is None:
        raise exceptions.invalid("kind", f"'{asked}' is neither Kubernetes nor Managed.")
    if existing is not None and existing.body["kind"] != kind:
        raise exceptions.bad_request(f"The kind of an endpoint can't be changed from '{existing.body['kind']}'.")
    return kind


def _check_compute(call: Call, workspace: Resource, kind: str, wanted: Json, before: Json) -> None:
    if kind != models.KUBERNETES:
        return
    compute = call.store.get(str(wanted["compute"]))
    attached = compute is not None and compute.type == COMPUTE and compute.key.startswith(f"{workspace.key}/")
    if not attached or compute is None or compute.body["properties"]["computeType"] != "Kubernetes":
        raise exceptions.invalid("compute", f"'{wanted['compute']}' is no Kubernetes compute of the workspace.")
    if before and str(before.get("compute")).lower() != compute.key:
        raise exceptions.bad_request("The compute of an endpoint can't be changed.")


def _refuse_taken(call: Call, name: str) -> None:
    """The front end tells endpoints apart by their names alone."""
    if any(one.name.lower() == name.lower() for one in call.store.find(ENDPOINT)):
        raise models.unacceptable("EndpointAlreadyExists", f"There is an endpoint '{name}' already.")


def _demand(endpoint: Resource, mode: str, what: str) -> None:
    if endpoint.body["properties"]["authMode"] != mode:
        raise exceptions.bad_request(f"The endpoint '{endpoint.name}' has no {what}: its authMode is another one.")


def _keys(given: Json) -> dict[str, str]:
    asked = given.get("keys") or {}
    return {name: str(asked.get(name) or _key()) for name in ("primaryKey", "secondaryKey")}


def _key() -> str:
    return secrets.token_urlsafe(32)
