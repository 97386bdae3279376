"""What does Microsoft.Insights answer? Handlers for Application Insights components."""

from __future__ import annotations

import uuid

from holdfast_sandbox.arm.call import Answer, Call
from holdfast_sandbox.arm.services.insights import exceptions, models
from holdfast_sandbox.arm.store import Resource
from holdfast_sandbox.arm.tracked import checked_location, checked_tags

# The service answers its own name in lower case, whatever the request wrote: an id differs in letter case from what
# a client put together, which is a trap that the sandbox keeps.
COMPONENT = "microsoft.insights/components"


def put_component(call: Call) -> Answer:
    """Creates or updates; 200 in both cases, at once."""
    body = call.json()
    existing = call.store.get(call.id)
    location = checked_location(call, body, existing)
    kind = models.checked_kind(body)
    before = existing.body["properties"] if existing else None
    properties = models.properties(body, before, call.name, location, call.plane.now())
    workspace = properties.get("WorkspaceResourceId")
    # One that went after the component was linked to it is not this request's fault.
    linked = (before or {}).get("WorkspaceResourceId")
    if workspace is not None and workspace != linked and call.store.get(workspace) is None:
        raise exceptions.workspace_not_there(workspace)
    component = existing or Resource(call.id, COMPONENT, call.name, call.subscription, call.group)
    component.body = {
        "location": location,
        "tags": checked_tags(body),
        "kind": kind,
        "etag": f'"{uuid.uuid4()}"',
        "properties": properties,
    }
    call.plane.save(component)
    return Answer(200, component.answer())


def patch_component(call: Call) -> Answer:
    """Tags only: the reference's UpdateTags."""
    component, body = call.existing(), call.json()
    if body.get("tags") is not None:
        component.body["tags"] = checked_tags(body)
    component.body["etag"] = f'"{uuid.uuid4()}"'
    call.plane.save(component)
    return Answer(200, component.answer())


def get_component(call: Call) -> Answer:
    return Answer(200, call.existing().answer())


def list_components(call: Call) -> Answer:
    found = call.store.find(COMPONENT, subscription=call.subscription, group=call.group or None)
    return call.page([component.answer() for component in found])


def delete_component(call: Call) -> Answer:
    component = call.store.get(call.id)
    if component is None:
        return Answer(204)
    call.plane.remove(component)
    return Answer(200)
