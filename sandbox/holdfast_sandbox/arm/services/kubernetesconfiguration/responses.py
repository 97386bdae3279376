"""What does Microsoft.KubernetesConfiguration answer? Handlers for extensions.

A PUT answers 201 (200 for a change) with the extension in `Creating`, a PATCH and a DELETE 202; with
`forceDelete=true` it is gone at once (recorded). An extension that could not be installed stays, and says `Failed`.
"""

from __future__ import annotations

import uuid

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.identity import TENANT_ID
from holdfast_sandbox.arm.managed_identity import checked_identity
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.services.containerservice import usable
from holdfast_sandbox.arm.services.containerservice.progress import CLUSTER, POOL
from holdfast_sandbox.arm.services.kubernetesconfiguration import exceptions, models
from holdfast_sandbox.arm.services.kubernetesconfiguration.models import EXTENSION
from holdfast_sandbox.arm.services.machinelearning import attachments
from holdfast_sandbox.arm.store import Json, Resource

CREATE_SECONDS, UPDATE_SECONDS, DELETE_SECONDS = 240, 120, 120


def put_extension(call: Call) -> Answer:
    name, body = models.checked_name(call.name), call.json()
    cluster, existing = _cluster(call), call.store.get(call.id)
    _refuse_while_busy(call)
    given = _properties(body)
    before = existing.body["properties"] if existing else {}
    kind = models.checked_type(given.get("extensionType"), before.get("extensionType"))
    hindrance = usable.hindrance(call.store, cluster.id)
    if hindrance is not None:
        raise exceptions.cluster_not_usable(cluster.name, hindrance)
    for other in call.store.find(EXTENSION, under=cluster.id):
        if other.key != call.id.lower() and other.body["properties"]["extensionType"] == kind:
            raise exceptions.installed_already(other.name)
    shown, protected = models.checked_properties(given, None, {})
    head: Json = {"systemData": call.system_data(existing)}
    identity = checked_identity(call, body, existing.body.get("identity") if existing else None)
    if identity is not None:
        head["identity"] = identity
    if body.get("plan") is not None:
        raise exceptions.invalid("plan", "Extensions from the marketplace are not served by the sandbox.")
    extension = existing or Resource(call.id, EXTENSION, name, call.subscription, call.group)
    extension.private = {"protected": protected}
    extension.body = {**head, "properties": {"extensionType": kind, **shown, **_kept(given, before)}}
    extension.body["properties"]["provisioningState"] = "Updating" if existing else "Creating"
    call.plane.save(extension)
    return _accepted(call, cluster, extension, 200 if existing else 201, "Update" if existing else "Create")


def patch_extension(call: Call) -> Answer:
    extension, cluster = call.existing(), _cluster(call)
    _refuse_while_busy(call)
    before = extension.body["properties"]
    given = _properties(call.json())
    shown, protected = models.checked_properties(given, before, extension.private["protected"])
    extension.private = {"protected": protected}
    extension.body["properties"] = {**before, **shown, "provisioningState": "Updating"}
    extension.body["systemData"] = call.system_data(extension)
    call.plane.save(extension)
    return _accepted(call, cluster, extension, 202, "Update")


def _accepted(call: Call, cluster: Resource, extension: Resource, status: int, doing: str) -> Answer:
    operation = call.plane.operations.start(
        call,
        "kubernetesconfiguration.written",
        seconds=CREATE_SECONDS if doing == "Create" else UPDATE_SECONDS,
        target=extension.id,
        cluster=cluster.id,
        doing=doing,
    )
    operation.location = cluster.location
    return Answer(status, extension.answer(), operation.headers(call, "async"))


def extension_written(plane: Plane, operation: Operation) -> None:
    """Installs it, or finds out why it can't be."""
    extension, cluster = plane.store.get(operation.target), plane.store.get(operation.payload["cluster"])
    if extension is None or cluster is None:
        return
    properties = extension.body["properties"]
    if operation.failure is None:
        settings = {**properties["configurationSettings"], **extension.private["protected"]}
        reason = models.why_not_installed(
            properties["scope"],
            settings,
            models.workers(pool.body["properties"] for pool in plane.store.find(POOL, under=cluster.id)),
            legacy=attachments.attached_the_legacy_way(plane.store, cluster),
        )
        if reason is not None:
            # Kept, not raised: a raised error would undo what the extension says of it.
            operation.failure = exceptions.operation_failed(reason, operation.payload["doing"]).error()
    if operation.failure is not None:
        properties |= {"provisioningState": "Failed", "errorInfo": operation.failure}
    else:
        properties |= {"provisioningState": "Succeeded", "currentVersion": properties["version"] or models.VERSION}
    plane.save(extension)


def get_extension(call: Call) -> Answer:
    _cluster(call)
    return Answer(200, call.existing().answer())


def list_extensions(call: Call) -> Answer:
    cluster = _cluster(call)
    return call.page([one.answer() for one in call.store.find(EXTENSION, under=cluster.id)])


def delete_extension(call: Call) -> Answer:
    cluster, extension = _cluster(call), call.store.get(call.id)
    if extension is None:
        return Answer(204)
    if call.query.get("forcedelete", "").lower() == "true":
        call.plane.remove(extension)
        return Answer(200)
    _refuse_while_busy(call)
    extension.body["properties"]["provisioningState"] = "Deleting"
    call.plane.save(extension)
    operation = call.plane.operations.start(
        call, "kubernetesconfiguration.deleted", seconds=DELETE_SECONDS, target=extension.id
    )
    operation.location = cluster.location
    return Answer(202, None, operation.headers(call, "async"))


def extension_deleted(plane: Plane, operation: Operation) -> None:
    extension = plane.store.get(operation.target)
    if extension is None:
        return
    if operation.failure is not None:
        extension.body["properties"]["provisioningState"] = "Failed"
        plane.save(extension)
        return
    plane.remove(extension)


def _cluster(call: Call) -> Resource:
    """The cluster that carries the extension; 404 without one."""
    cluster_type = f"{call.params['clusterRp']}/{call.params['clusterResourceName']}"
    if cluster_type.lower() != CLUSTER.lower():
        raise exceptions.cluster_type_not_served(cluster_type)
    cluster = call.store.get(call.id[: call.id.lower().rindex("/providers/")])
    if cluster is None:
        raise arm.resource_not_found(CLUSTER, call.params["clusterName"], call.group)
    return cluster


def _properties(body: Json) -> Json:
    given = body.get("properties")
    if not isinstance(given, dict):
        raise invalid_request_content("properties must be an object")
    return given


def _kept(given: Json, before: Json) -> Json:
    """What an extension has for life: the version that runs, and the identity that AKS gave it."""
    identity = {"principalId": str(uuid.uuid4()), "tenantId": TENANT_ID, **(before.get("aksAssignedIdentity") or {})}
    wanted = (given.get("aksAssignedIdentity") or {}).get("type") or identity.get("type")
    return {"currentVersion": before.get("currentVersion"), "aksAssignedIdentity": {**identity, "type": wanted}}


def _refuse_while_busy(call: Call) -> None:
    if call.plane.operations.under_way(call.plane, call.id) is not None:
        raise arm.another_operation_in_progress(call.id)
