"""What does Microsoft.OperationalInsights answer? Handlers for workspaces, their keys and the deleted ones.

A deleted workspace waits fourteen days; a creation with the same name in the same place brings it back, with its
customer id and keys (learn.microsoft.com/azure/azure-monitor/logs/delete-workspace).
"""

from __future__ import annotations

import base64
import secrets
import uuid

from holdfast_sandbox.arm.actions import acted_on
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.managed_identity import checked_identity
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.services.loganalytics import exceptions, models
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.arm.tracked import checked_location, checked_tags

WORKSPACE = "Microsoft.OperationalInsights/workspaces"
CREATE_SECONDS = 15
_DELETED = "loganalytics.deleted"
_SYSTEM_DATA_SINCE = "2021-12-01"


def put_workspace(call: Call) -> Answer:
    """201 and `Creating` for a new one (polled by its own provisioningState), 200 for an update or a recovery."""
    name, body = models.checked_name(call.name), call.json()
    existing = call.store.get(call.id)
    location = checked_location(call, body, existing)
    recovered = existing is None and (deleted := call.store.record(_DELETED, call.id)) is not None
    if recovered:
        assert deleted is not None
        existing = Resource(**deleted)
        if existing.location != location:
            raise exceptions.deleted_elsewhere(name, existing.location)
        call.store.remove_record(_DELETED, call.id)
    workspace = existing or Resource(call.id, WORKSPACE, name, call.subscription, call.group)
    system_data = call.system_data(existing)
    before = workspace.body.get("properties")
    workspace.body = {
        "location": location,
        "tags": checked_tags(body),
        "etag": _etag(),
        **_identity(call, body, workspace.body),
        "properties": models.properties(body, before, call.plane.now()),
        "systemData": system_data,
    }
    if existing is not None:
        call.plane.save(workspace)
        return Answer(200, _shown(call, workspace))
    workspace.private["keys"] = {"primarySharedKey": _key(), "secondarySharedKey": _key()}
    workspace.body["properties"].update({"customerId": str(uuid.uuid4()), "provisioningState": "Creating"})
    call.plane.save(workspace)
    call.plane.operations.start(call, "loganalytics.created", seconds=CREATE_SECONDS, target=workspace.id)
    return Answer(201, _shown(call, workspace))


def workspace_created(plane: Plane, operation: Operation) -> None:
    workspace = plane.store.get(operation.target)
    if workspace is not None:
        state = "Failed" if operation.failure is not None else "Succeeded"
        workspace.body["properties"]["provisioningState"] = state
        plane.save(workspace)


def patch_workspace(call: Call) -> Answer:
    workspace, body = call.existing(), call.json()
    system_data = call.system_data(workspace)
    if body.get("tags") is not None:
        workspace.body["tags"] = checked_tags(body)
    workspace.body.update(_identity(call, body, workspace.body, merge=True))
    workspace.body["properties"] = models.properties(body, workspace.body["properties"], call.plane.now())
    workspace.body.update({"systemData": system_data, "etag": _etag()})
    call.plane.save(workspace)
    return Answer(200, _shown(call, workspace))


def get_workspace(call: Call) -> Answer:
    return Answer(200, _shown(call, call.existing()))


def list_workspaces(call: Call) -> Answer:
    found = call.store.find(WORKSPACE, subscription=call.subscription, group=call.group or None)
    return Answer(200, {"value": [_shown(call, workspace) for workspace in found]})


def delete_workspace(call: Call) -> Answer:
    """`force=true` deletes for good; otherwise the workspace waits to be recovered."""
    workspace = call.store.get(call.id)
    if workspace is None:
        return Answer(204)
    if call.query.get("force", "").lower() == "true":
        call.plane.remove(workspace)
    else:
        workspace_released(call.plane, workspace)
    return Answer(200)


def workspace_released(plane: Plane, workspace: Resource) -> None:
    """Deletes softly: also what happens to the workspaces of a deleted group."""
    if workspace.body["properties"]["provisioningState"] == "Succeeded":
        data = {**vars(workspace), "id": workspace.id}
        plane.store.save_record(_DELETED, workspace.id, data)
    plane.remove(workspace)


def list_deleted(call: Call) -> Answer:
    rows = []
    for data in call.store.records(_DELETED).values():
        workspace = Resource(**data)
        wanted = call.group or workspace.group
        same_group = workspace.group.lower() == wanted.lower()
        if workspace.subscription.lower() == call.subscription.lower() and same_group:
            rows.append(_shown(call, workspace))
    return Answer(200, {"value": rows})


def shared_keys(call: Call) -> Answer:
    return Answer(200, acted_on(call).private["keys"])


def regenerate_keys(call: Call) -> Answer:
    workspace = acted_on(call)
    workspace.private["keys"] = {"primarySharedKey": _key(), "secondarySharedKey": _key()}
    call.plane.save(workspace)
    return Answer(200, workspace.private["keys"])


def _identity(call: Call, body: Json, before: Json, *, merge: bool = False) -> Json:
    identity = checked_identity(call, body, before.get("identity"), merge=merge)
    return {} if identity is None else {"identity": identity}


def _shown(call: Call, workspace: Resource) -> Json:
    shown = workspace.answer()
    if call.api_version < _SYSTEM_DATA_SINCE:
        shown.pop("systemData", None)
    return shown


def _etag() -> str:
    return f'"{uuid.uuid4()}"'


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(64)).decode()
