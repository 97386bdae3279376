"""What does Microsoft.MachineLearningServices answer? Handlers for workspaces and their keys.

A PUT is accepted (202) and provisioned later; what provisioning finds wrong ends the operation. A workspace that could
not be made for such a reason is not there afterwards; one whose operation failed in Azure says `Failed`.
"""

from __future__ import annotations

import uuid

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.actions import acted_on
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.managed_identity import checked_identity
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.services.machinelearning import (
    datastores,
    deleted,
    dependencies,
    exceptions,
    models,
    networks,
    serving,
)
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.arm.tracked import checked_location, checked_tags

WORKSPACE = "Microsoft.MachineLearningServices/workspaces"
CREATE_SECONDS, UPDATE_SECONDS, DELETE_SECONDS = 60, 15, 45


def put_workspace(call: Call) -> Answer:
    name, body = models.checked_name(call.name), call.json()
    existing = call.store.get(call.id)
    location = checked_location(call, body, existing)
    _refuse_while_busy(call)
    tags, wanted = checked_tags(body), models.wanted_properties(body)
    identity = checked_identity(call, body, existing.body.get("identity") if existing else None)
    if identity is None or identity["type"] == "None":
        raise exceptions.identity_missing()
    models.require_dependencies(wanted)
    before = existing.body["properties"] if existing else {}
    dependencies.check(call.store, _changed(wanted, before))
    head = {
        "location": location,
        "tags": tags,
        "identity": identity,
        "kind": models.checked_kind(body, existing.body["kind"] if existing else None),
        "sku": models.checked_sku(body, existing.body["sku"] if existing else None),
        "systemData": call.system_data(existing),
    }
    models.check_primary_identity(wanted, identity)
    if existing is not None:
        return _accepted(call, existing, head, {**models.defaults(name), **wanted})
    gone = deleted.find(call.plane, call.id) if models.may_recover(body) else None
    if gone is None or "managedNetwork" in wanted:
        network, now = wanted.get("managedNetwork") or {}, wanted.get("provisionNetworkNow") is True
        wanted["managedNetwork"] = networks.after_write(call.store, gone, network, now=now)
    workspace = _recovering(gone, head, wanted) if gone is not None else _new(call, name, head, wanted)
    call.plane.save(workspace)
    operation = call.plane.operations.start(
        call, "machinelearning.created", seconds=CREATE_SECONDS, target=workspace.id, recover=gone is not None
    )
    operation.location = location  # only shown in the polling addresses
    return Answer(202, None, operation.headers(call))


def _new(call: Call, name: str, head: Json, wanted: Json) -> Resource:
    properties = {**models.born(call.id, name, head["location"]), **models.defaults(name), **wanted}
    body = {**head, "properties": {**properties, "provisioningState": "Creating"}}
    keys = {"primaryAccessKey": uuid.uuid4().hex, "secondaryAccessKey": uuid.uuid4().hex}
    return Resource(call.id, WORKSPACE, name, call.subscription, call.group, body, {"keys": keys})


def _recovering(gone: Resource, head: Json, wanted: Json) -> Resource:
    """The soft-deleted workspace with its ids and its principal; what it is made of is what it was made of."""
    changed = {name: value for name, value in wanted.items() if name not in models.FIXED}
    properties = {**gone.body["properties"], **changed, "provisioningState": "Creating"}
    identity = {**head["identity"]}
    if "principalId" in identity and "principalId" in gone.body["identity"]:
        identity["principalId"] = gone.body["identity"]["principalId"]
    gone.body = {**head, "identity": identity, "properties": properties}
    return gone


def workspace_created(plane: Plane, operation: Operation) -> None:
    """Provisions a new workspace: it refuses what does not fit, then lets the identity in, once."""
    workspace = plane.store.get(operation.target)
    if workspace is None:
        return
    if operation.failure is not None:
        workspace.body["properties"]["provisioningState"] = "Failed"
        plane.save(workspace)
        return
    try:
        if operation.payload["recover"]:
            deleted.bring_back(plane, workspace.id)
            deleted.purge(plane, workspace.id)
        if deleted.find(plane, workspace.id) is not None:
            raise exceptions.soft_deleted()
        dependencies.refuse_unfit_storage(plane.store, workspace.body["properties"])
        dependencies.refuse_unfit_encryption(plane.store, workspace.body["properties"])
    except ArmError as error:
        # Kept, not raised: a raised error would undo the removal with the rest of the completion.
        operation.failure = error.error()
        plane.remove(workspace)
        return
    workspace.body["properties"]["provisioningState"] = "Succeeded"
    plane.save(workspace)
    datastores.make_defaults(plane, workspace)
    dependencies.let_in(plane, workspace)


def _accepted(call: Call, workspace: Resource, head: Json, wanted: Json) -> Answer:
    """Accepts an update, which is carried out when its operation is due."""
    operation = call.plane.operations.start(
        call, "machinelearning.updated", seconds=UPDATE_SECONDS, target=workspace.id, head=head, wanted=wanted
    )
    operation.location = workspace.location
    return Answer(202, None, operation.headers(call))


def workspace_updated(plane: Plane, operation: Operation) -> None:
    workspace = plane.store.get(operation.target)
    if workspace is None or operation.failure is not None:
        return
    wanted, properties = operation.payload["wanted"], workspace.body["properties"]
    fixed = models.first_change_of_what_is_fixed(wanted, properties)
    if fixed is not None:
        raise exceptions.update_not_supported(fixed)
    if "managedNetwork" in wanted:
        wanted["managedNetwork"] = networks.after_write(plane.store, workspace, wanted["managedNetwork"], now=False)
    workspace.body.update(operation.payload["head"])
    kept, registry = {name: properties[name] for name in models.FIXED}, properties.get("containerRegistry")
    properties.update({**wanted, **kept, "provisioningState": "Succeeded"})
    plane.save(workspace)
    dependencies.let_into_registry(plane, workspace, registry)
    datastores.follow_auth_mode(plane, workspace)


def patch_workspace(call: Call) -> Answer:
    """Changes what the body carries, at once."""
    workspace, body = call.existing(), call.json()
    _refuse_while_busy(call)
    wanted = models.wanted_properties(body)
    properties = workspace.body["properties"]
    fixed = models.first_change_of_what_is_fixed(wanted, properties)
    if fixed is not None:
        raise exceptions.update_not_supported(fixed)
    dependencies.check(call.store, _changed(wanted, properties))
    system_data = call.system_data(workspace)
    identity = checked_identity(call, body, workspace.body.get("identity"), merge=True)
    if identity is None or identity["type"] == "None":
        raise exceptions.identity_missing()
    models.check_primary_identity(wanted, identity)
    if "managedNetwork" in wanted:
        wanted["managedNetwork"] = networks.after_write(call.store, workspace, wanted["managedNetwork"], now=False)
    if body.get("tags") is not None:
        workspace.body["tags"] = checked_tags(body)
    workspace.body.update(
        {"identity": identity, "sku": models.checked_sku(body, workspace.body["sku"]), "systemData": system_data}
    )
    registry = properties.get("containerRegistry")
    properties.update({name: value for name, value in wanted.items() if name not in models.FIXED})
    call.plane.save(workspace)
    dependencies.let_into_registry(call.plane, workspace, registry)
    datastores.follow_auth_mode(call.plane, workspace)
    return Answer(200, workspace.answer())


def get_workspace(call: Call) -> Answer:
    return Answer(200, call.existing().answer())


def list_workspaces(call: Call) -> Answer:
    """Those of a group, or of a subscription: the subscription's list shows what is deleted and not purged, too
    (github.com/Azure/azure-powershell/issues/28286)."""
    found = call.store.find(WORKSPACE, subscription=call.subscription, group=call.group or None)
    gone = [] if call.group else deleted.all_of(call.plane, call.subscription)
    return call.page([workspace.answer() for workspace in [*found, *gone]])


def delete_workspace(call: Call) -> Answer:
    """Deletes softly, or with `forceToPurge=true` for good, also one that is soft-deleted already."""
    purge = call.query.get("forcetopurge", "").lower() == "true"
    workspace = call.store.get(call.id)
    _refuse_while_busy(call)
    if workspace is None:
        if not purge or deleted.find(call.plane, call.id) is None:
            return Answer(204)
        workspace = deleted.find(call.plane, call.id)
    assert workspace is not None
    operation = call.plane.operations.start(
        call, "machinelearning.deleted", seconds=DELETE_SECONDS, target=workspace.id, purge=purge
    )
    operation.location = workspace.location
    live = call.store.get(call.id)
    if live is not None:
        live.body["properties"]["provisioningState"] = "Deleting"
        call.plane.save(live)
    return Answer(202, None, operation.headers(call))


def workspace_deleted(plane: Plane, operation: Operation) -> None:
    workspace = plane.store.get(operation.target)
    if operation.failure is not None:
        if workspace is not None:
            workspace.body["properties"]["provisioningState"] = "Failed"
            plane.save(workspace)
        return
    if operation.payload["purge"]:
        deleted.purge(plane, operation.target)
        if workspace is not None:
            serving.forget(plane, workspace)
            plane.remove(workspace)
    elif workspace is not None:
        deleted.soft_delete(plane, workspace)


def list_keys(call: Call) -> Answer:
    workspace = acted_on(call)
    properties = workspace.body["properties"]
    return Answer(
        200,
        {
            "userStorageKey": dependencies.storage_key(call.store, properties),
            "userStorageResourceId": properties["storageAccount"],
            "appInsightsInstrumentationKey": dependencies.instrumentation_key(call.store, properties),
            "containerRegistryCredentials": dependencies.registry_credentials(call.store, properties),
            "notebookAccessKeys": workspace.private["keys"],
        },
    )


def resync_keys(call: Call) -> Answer:
    """Takes the storage's keys anew, and restores the identity's access (concept-enterprise-security says so)."""
    workspace = acted_on(call)
    datastores.take_keys(call.plane, workspace)
    dependencies.let_in(call.plane, workspace)
    return Answer(200)


def _refuse_while_busy(call: Call) -> None:
    if call.plane.operations.under_way(call.plane, call.id) is not None:
        raise arm.another_operation_in_progress(call.id)


def _changed(wanted: Json, before: Json) -> Json:
    """The dependencies that a write names anew: one that went meanwhile is no fault of an unchanged request."""
    return {
        name: wanted[name]
        for name in dependencies.TYPES
        if name in wanted and str(wanted[name]).lower() != str(before.get(name)).lower()
    }
