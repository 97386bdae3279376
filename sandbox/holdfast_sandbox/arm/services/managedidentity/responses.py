"""What does Microsoft.ManagedIdentity answer? Handlers for user-assigned identities.

An identity that is deleted and made again has another principal: grants to the old one are worth nothing, and resources
that had it keep its id until someone takes it off them (learn.microsoft.com/entra/identity/managed-identities-azure-
resources/how-manage-user-assigned-managed-identities). How resources use identities: `arm/managed_identity.py`.
"""

from __future__ import annotations

import uuid

from holdfast_sandbox.arm.call import Answer, Call
from holdfast_sandbox.arm.services.managedidentity import models
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.arm.tracked import checked_location, checked_tags

IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"


def put_identity(call: Call) -> Answer:
    """Creates (201) or updates (200) at once; the principal stays as long as the identity is there."""
    name, body = models.checked_name(call.name), call.json()
    existing = call.store.get(call.id)
    location, tags = checked_location(call, body, existing), checked_tags(body)
    isolation = models.checked_isolation(body)
    if existing is None:
        properties = models.born(str(uuid.uuid4()), str(uuid.uuid4()))
        identity = Resource(call.id, IDENTITY, name, call.subscription, call.group, {"properties": properties})
    else:
        identity = existing
    _isolate(identity, isolation)
    identity.body = {"location": location, "tags": tags, "properties": identity.body["properties"]}
    call.plane.save(identity)
    return Answer(201 if existing is None else 200, _shown(call, identity))


def patch_identity(call: Call) -> Answer:
    identity, body = call.existing(), call.json()
    if body.get("location") is not None:
        checked_location(call, body, identity)
    if body.get("tags") is not None:
        identity.body["tags"] = checked_tags(body)
    _isolate(identity, models.checked_isolation(body))
    call.plane.save(identity)
    return Answer(200, _shown(call, identity))


def get_identity(call: Call) -> Answer:
    return Answer(200, _shown(call, call.existing()))


def list_identities(call: Call) -> Answer:
    found = call.store.find(IDENTITY, subscription=call.subscription, group=call.group or None)
    return call.page([_shown(call, identity) for identity in found])


def delete_identity(call: Call) -> Answer:
    """200, or 204 when nothing is there; nobody is asked who still has it."""
    identity = call.store.get(call.id)
    if identity is None:
        return Answer(204)
    call.plane.remove(identity)
    return Answer(200)


def _isolate(identity: Resource, scope: str | None) -> None:
    if scope is not None:
        identity.body["properties"]["isolationScope"] = scope


def _shown(call: Call, identity: Resource) -> Json:
    return models.shown(identity.answer(), call.api_version)
