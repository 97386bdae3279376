"""What does Microsoft.MachineLearningServices answer about computes? Handlers of clusters, instances and attachments.

As recorded (azure-powershell and azure-service-operator tests): a PUT answers 201 with the compute in `Creating`, new
or not; a PATCH and a DELETE 202; all are polled by `Azure-AsyncOperation`.
"""

from __future__ import annotations

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.managed_identity import checked_identity
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.routing import REGIONS, normal_location
from holdfast_sandbox.arm.services.machinelearning import attachments, exceptions, networks
from holdfast_sandbox.arm.services.machinelearning import compute_exceptions as refuse
from holdfast_sandbox.arm.services.machinelearning import compute_models as models
from holdfast_sandbox.arm.services.machinelearning.attachments import COMPUTE
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.arm.tracked import checked_location, checked_tags

CREATE_SECONDS = {models.CLUSTER: 20, models.INSTANCE: 180, models.KUBERNETES: 60}
UPDATE_SECONDS, DELETE_SECONDS = 15, 60
_DETACHED = "machinelearning.detached"
# What an existing compute may be asked for again, but for nothing else.
_FIXED = {
    models.CLUSTER: ("vmSize", "vmPriority", "osType", "subnet", "isolatedNetwork", "enableNodePublicIp"),
    models.KUBERNETES: ("namespace",),
}


def put_compute(call: Call) -> Answer:
    name, body = models.checked_name(call.name), call.json()
    workspace, existing = workspace_of(call), call.store.get(call.id)
    location = checked_location(call, {**body, "location": body.get("location") or workspace.location}, existing)
    refuse_while_busy(call, call.id)
    given = models.properties_of(body)
    kind = models.checked_kind(given, existing.body["properties"]["computeType"] if existing else None)
    wanted = models.wanted(kind, models.properties_of(given))
    where = _checked_place(workspace, given.get("computeLocation") or location, wanted)
    resource_id = _checked_kind_rules(call, workspace, existing, kind, given, wanted, where)
    now = stamp(call.plane)
    head: Json = {"location": location, "tags": checked_tags(body)}
    identity = checked_identity(call, body, existing.body.get("identity") if existing else None)
    if identity is not None and identity["type"] != "None":
        head["identity"] = identity
    sku = body.get("sku") or (existing.body.get("sku") if existing else None)
    if sku is not None:
        head["sku"] = sku
    before = existing.body["properties"] if existing else {}
    outer = {
        "createdOn": before.get("createdOn", now),
        "modifiedOn": now,
        "disableLocalAuth": bool(given.get("disableLocalAuth", before.get("disableLocalAuth", False))),
        "description": given.get("description", before.get("description")),
        "resourceId": resource_id,
        "computeType": kind,
        "computeLocation": where,
        "provisioningState": "Creating",
        "provisioningErrors": None,
        "isAttachedCompute": kind == models.KUBERNETES,
    }
    shown = {key: value for key, value in wanted.items() if key not in models.SECRET[kind]}
    outer["properties"] = {**before.get("properties", {}), **(shown if existing is None else {})}
    compute = existing or Resource(call.id, COMPUTE, name, call.subscription, call.group)
    compute.body = {**head, "properties": outer}
    call.plane.save(compute)
    operation = call.plane.operations.start(
        call,
        "machinelearning.compute-written",
        seconds=UPDATE_SECONDS if existing else CREATE_SECONDS[kind],
        target=compute.id,
        wanted=shown,
        new=existing is None,
        owner=call.caller.oid,
    )
    operation.location = workspace.location
    return Answer(201, compute.answer(), operation.headers(call, "async"))


def compute_written(plane: Plane, operation: Operation) -> None:
    compute = plane.store.get(operation.target)
    if compute is None:
        return
    outer, wanted, now = compute.body["properties"], operation.payload["wanted"], stamp(plane)
    if operation.failure is not None:
        outer.update({"provisioningState": "Failed", "provisioningErrors": [{"error": operation.failure}]})
        plane.save(compute)
        return
    kind, inner = outer["computeType"], outer["properties"]
    if kind == models.CLUSTER:
        made = models.cluster({**inner, **_of_the_detached(plane, compute, wanted)}, now)
        kept = ("allocationStateTransitionTime",) if not operation.payload["new"] else ()
        outer["properties"] = {**made, **{key: inner[key] for key in kept if key in inner}}
    elif kind == models.KUBERNETES:
        outer["properties"] = models.kubernetes({**inner, **wanted}, _release_train(plane, outer["resourceId"]))
    elif operation.payload["new"]:
        outer["properties"] = models.instance(
            compute.name, outer["computeLocation"], wanted, operation.payload["owner"], now
        )
    # An instance that is there already takes nothing from a PUT (github.com/Azure/bicep/issues/17617).
    outer.update({"provisioningState": "Succeeded", "modifiedOn": now})
    plane.save(compute)
    if kind != models.KUBERNETES:
        networks.provisioned(plane, plane.store.get(compute.id.rpartition("/computes/")[0]))


def patch_compute(call: Call) -> Answer:
    """Changes a cluster's scale settings: the specification's update has nothing else.

    Until 2021 they lay one level higher and the answer was 200; since then it is 202 (recorded).
    """
    compute = call.existing()
    workspace_of(call)
    refuse_while_busy(call, call.id)
    outer = compute.body["properties"]
    if outer["computeType"] != models.CLUSTER:
        raise refuse.only_for(models.CLUSTER, "update")
    body, early = models.properties_of(call.json()), call.api_version < "2021"
    given = (body if early else models.properties_of(body)).get("scaleSettings")
    if given is None or not isinstance(given, dict):
        raise exceptions.invalid("scaleSettings", "The update of a compute needs scaleSettings.")
    settings = models.scale_settings(given, outer["properties"]["scaleSettings"])
    outer["provisioningState"] = "Updating"
    call.plane.save(compute)
    operation = call.plane.operations.start(
        call,
        "machinelearning.compute-written",
        seconds=UPDATE_SECONDS,
        target=compute.id,
        wanted={"scaleSettings": settings},
        new=False,
        owner=call.caller.oid,
    )
    return Answer(200 if early else 202, compute.answer(), operation.headers(call, "async"))


def get_compute(call: Call) -> Answer:
    return Answer(200, call.existing().answer())


def list_computes(call: Call) -> Answer:
    workspace = workspace_of(call)
    return call.page([one.answer() for one in call.store.find(COMPUTE, under=workspace.id)])


def delete_compute(call: Call) -> Answer:
    """Deletes or detaches.

    The specification requires `underlyingResourceAction`; the service does not: a recorded DELETE without it is
    accepted (azure-service-operator, Test_MachineLearning_Workspaces_CRUD.yaml), and azure-native sends none.
    """
    action = call.query.get("underlyingresourceaction", "")
    if action.lower() not in ("", "delete", "detach"):
        raise exceptions.invalid("underlyingResourceAction", f"'{action}' is neither Delete nor Detach.")
    compute = call.store.get(call.id)
    if compute is None:
        return Answer(204)
    refuse_while_busy(call, call.id)
    outer = compute.body["properties"]
    if outer["isAttachedCompute"] and action.lower() == "delete":
        raise ArmError(
            400,
            "BadRequest",
            "The sandbox deletes no cluster along with its attachment: detach it (underlyingResourceAction=Detach).",
            note="unknown-underlying-delete",
        )
    outer["provisioningState"] = "Deleting"
    call.plane.save(compute)
    operation = call.plane.operations.start(
        call,
        "machinelearning.compute-deleted",
        seconds=DELETE_SECONDS,
        target=compute.id,
        detach=action.lower() == "detach",
    )
    return Answer(202, None, operation.headers(call))


def compute_deleted(plane: Plane, operation: Operation) -> None:
    compute = plane.store.get(operation.target)
    if compute is None:
        return
    outer = compute.body["properties"]
    if operation.failure is not None:
        outer["provisioningState"] = "Failed"
        plane.save(compute)
        return
    if operation.payload["detach"] and outer["computeType"] == models.CLUSTER:
        plane.store.save_record(_DETACHED, compute.id, {"vmSize": outer["properties"].get("vmSize")})
    plane.remove(compute)


def forget_detached(plane: Plane, workspace_id: str) -> None:
    """Clusters that were detached go with the workspace at last."""
    for key in plane.store.records(_DETACHED):
        if key.startswith(f"{workspace_id.lower()}/"):
            plane.store.remove_record(_DETACHED, key)


def workspace_of(call: Call) -> Resource:
    """The workspace above; `ParentResourceNotFound` without one."""
    workspace_id = call.id[: call.id.lower().index("/workspaces/")] + f"/workspaces/{call.params['workspaceName']}"
    workspace = call.store.get(workspace_id)
    if workspace is None:
        raise arm.parent_not_found(call.route.type.name, call.full_name(), workspace_id)
    if call.method != "GET" and workspace.body["properties"]["provisioningState"] in ("Creating", "Deleting"):
        raise arm.another_operation_in_progress(workspace.id)
    return workspace


def refuse_while_busy(call: Call, compute_id: str) -> None:
    if call.plane.operations.under_way(call.plane, compute_id) is not None:
        raise arm.another_operation_in_progress(compute_id)


def stamp(plane: Plane) -> str:
    return plane.now().strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")


def _checked_place(workspace: Resource, given: object, wanted: Json) -> str:
    """Where the compute lies; beside a managed network it can be nowhere else."""
    where = normal_location(given)
    if where not in REGIONS:
        raise exceptions.invalid("computeLocation", f"'{given}' is not a region.")
    if attachments.isolated(workspace):
        if where != workspace.location:
            raise refuse.managed_network_excludes("A compute in another region than the workspace")
        if wanted.get("subnet"):
            raise refuse.managed_network_excludes("A compute in a custom virtual network")
    return where


def _checked_kind_rules(
    call: Call, workspace: Resource, existing: Resource | None, kind: str, given: Json, wanted: Json, where: str
) -> str | None:
    """What each type of compute demands; the `resourceId` of an attached one."""
    before = existing.body["properties"]["properties"] if existing else {}
    for name in _FIXED.get(kind, ()):
        if name in before and name in wanted and not _same(before[name], wanted[name]):
            raise refuse.change_not_known(name)
    if kind == models.KUBERNETES:
        return _attached_cluster(call, workspace, existing, given, wanted)
    if existing is None and not wanted.get("vmSize"):
        raise exceptions.invalid("vmSize", "The compute needs a vmSize.")
    if kind == models.CLUSTER and existing is None and "scaleSettings" not in wanted:
        raise exceptions.invalid("scaleSettings", "The compute needs scaleSettings.")
    _check_subnet(call, wanted)
    if kind == models.INSTANCE and _name_taken(call, where):
        raise refuse.name_taken(call.name)
    return None


def _attached_cluster(call: Call, workspace: Resource, existing: Resource | None, given: Json, wanted: Json) -> str:
    before = existing.body["properties"] if existing else {}
    cluster_id = given.get("resourceId") or before.get("resourceId")
    if existing is not None and not _same(before["resourceId"], cluster_id):
        raise refuse.change_not_known("resourceId")
    namespace = wanted.get("namespace") or before.get("properties", {}).get("namespace") or "default"
    extension = attachments.checked_extension(call.store, workspace, call.id, cluster_id, namespace)
    models.kubernetes({**before.get("properties", {}), **wanted}, extension.body["properties"]["releaseTrain"])
    return str(cluster_id).rstrip("/")


def _check_subnet(call: Call, wanted: Json) -> None:
    subnet = (wanted.get("subnet") or {}).get("id")
    if subnet and call.store.get(str(subnet)) is None:
        raise exceptions.invalid("subnet", f"The subnet '{subnet}' was not found.")


def _name_taken(call: Call, where: str) -> bool:
    """Instances are named once in a region, across workspaces."""
    return any(
        one.name.lower() == call.name.lower()
        and one.key != call.id.lower()
        and one.body["properties"]["computeType"] == models.INSTANCE
        and one.body["properties"]["computeLocation"] == where
        for one in call.store.find(COMPUTE)
    )


def _of_the_detached(plane: Plane, compute: Resource, wanted: Json) -> Json:
    """A cluster that was only detached comes back with its size, whatever is asked for (azure-rest-api-specs#18889)."""
    record = plane.store.record(_DETACHED, compute.id)
    if record is None:
        return wanted
    plane.store.remove_record(_DETACHED, compute.id)
    return {**wanted, "vmSize": record["vmSize"]}


def _release_train(plane: Plane, cluster_id: str) -> str:
    cluster = plane.store.get(cluster_id)
    extension = attachments.installed_extension(plane.store, cluster) if cluster else None
    return str(extension.body["properties"]["releaseTrain"]).lower() if extension else "stable"


def _same(before: object, wanted: object) -> bool:
    return str(before).lower() == str(wanted).lower()
