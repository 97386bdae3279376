"""What does Microsoft.MachineLearningServices answer about online deployments? Handlers.

A PUT is accepted (201, or 200 for an update) and ends when its replicas are ready, or can't be; an update that fails
leaves the old replicas serving. What the log and the events of a failed one say stays readable.
"""

from __future__ import annotations

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.actions import acted_on
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.managed_identity import checked_identity
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.services.machinelearning import capacity, deployment_settings, exceptions, serving
from holdfast_sandbox.arm.services.machinelearning import endpoint_models as models
from holdfast_sandbox.arm.services.machinelearning.endpoints import refuse_while_busy
from holdfast_sandbox.arm.services.machinelearning.serving import DEPLOYMENT, ENDPOINT
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.arm.tracked import checked_location, checked_tags

DELETE_SECONDS = 20
# The operation's status is asked for this often, in seconds: a roll-out takes real time also without latency.
_POLL = 1
_CONTAINERS = ("StorageInitializer", "InferenceServer", "ModelDataCollector")


def put_deployment(call: Call) -> Answer:
    name, body = models.checked_name("deployment", call.name), call.json()
    endpoint, existing = _endpoint(call), call.store.get(call.id)
    location = checked_location(call, body, existing)
    refuse_while_busy(call, endpoint.id)
    kind = endpoint.body["kind"]
    wanted = models.deployment(models.properties_of(body), kind)
    deployment = existing or Resource(call.id, DEPLOYMENT, name, call.subscription, call.group)
    sku = models.checked_sku(body, existing.body.get("sku") if existing else None)
    deployment_settings.settings(wanted, sku, managed=kind == models.MANAGED)
    for probe in ("livenessProbe", "readinessProbe"):
        deployment_settings.probe(wanted.get(probe), "/", 1)
    serving.environment_of(call.plane, wanted)
    _check_model(call, wanted)
    private: Json = {"version": int(deployment.private.get("version", 0)) + 1}
    if kind == models.KUBERNETES:
        found = deployment_settings.resources(wanted, capacity.compute_of(call.store, endpoint.id))
        asked = {"cpu": found.asked.cpu, "memory": found.asked.memory, "selector": found.selector}
        private |= {"memory": found.limit, "asked": asked}
    shown = {**wanted, "provisioningState": "Updating" if existing else "Creating"}
    head: Json = {"location": location, "tags": checked_tags(body), "kind": kind, "sku": sku, "properties": shown}
    identity = checked_identity(call, body, existing.body.get("identity") if existing else None)
    head["identity"] = identity or {"type": "None"}
    deployment.body = {**head, "systemData": call.system_data(existing)}
    deployment.private = {**deployment.private, **private}
    call.plane.save(deployment)
    return Answer(200 if existing else 201, deployment.answer(), _rolled_out(call, deployment).headers(call))


def patch_deployment(call: Call) -> Answer:
    """Tags, and the number of instances (the specification's PartialMinimalTrackedResourceWithSku)."""
    deployment, body = call.existing(), call.json()
    refuse_while_busy(call, call.id.rpartition("/deployments/")[0])
    if body.get("properties") is not None:
        raise models.not_served("properties", "a PATCH of the properties")
    if body.get("tags") is not None:
        deployment.body["tags"] = checked_tags(body)
    before = deployment.body["sku"]
    deployment.body["sku"] = models.checked_sku({"sku": {**before, **(body.get("sku") or {})}}, None)
    deployment.body["systemData"] = call.system_data(deployment)
    if deployment.body["sku"] == before:
        call.plane.save(deployment)
        return Answer(200, deployment.answer())
    deployment.body["properties"]["provisioningState"] = "Updating"
    deployment.private["version"] += 1
    call.plane.save(deployment)
    return Answer(202, deployment.answer(), _rolled_out(call, deployment).headers(call))


def _rolled_out(call: Call, deployment: Resource) -> Operation:
    """The operation that ends with the roll-out."""
    plane = call.plane
    operation = plane.operations.start(call, "machinelearning.deployed", seconds=0, target=deployment.id)
    operation.location, operation.retry_after = deployment.location, _POLL
    if operation.failure is None:
        plane.operations.hold(plane, operation)
        try:
            serving.roll_out(plane, deployment, operation.id)
        except ArmError as error:
            plane.operations.conclude(plane, operation.id, error.error())
    return operation


def deployed(plane: Plane, operation: Operation) -> None:
    deployment = plane.store.get(operation.target)
    if deployment is not None:
        failed = operation.failure is not None
        deployment.body["properties"]["provisioningState"] = "Failed" if failed else "Succeeded"
        plane.save(deployment)


def get_deployment(call: Call) -> Answer:
    return Answer(200, call.existing().answer())


def list_deployments(call: Call) -> Answer:
    endpoint = _endpoint(call)
    return call.page([one.answer() for one in call.store.find(DEPLOYMENT, under=endpoint.id)])


def delete_deployment(call: Call) -> Answer:
    deployment = call.store.get(call.id)
    if deployment is None:
        return Answer(204)
    refuse_while_busy(call, call.id.rpartition("/deployments/")[0])
    deployment.body["properties"]["provisioningState"] = "Deleting"
    call.plane.save(deployment)
    operation = call.plane.operations.start(
        call, "machinelearning.deployment-deleted", seconds=DELETE_SECONDS, target=deployment.id
    )
    operation.location = deployment.location
    return Answer(202, None, operation.headers(call))


def deployment_deleted(plane: Plane, operation: Operation) -> None:
    deployment = plane.store.get(operation.target)
    if deployment is None:
        return
    if operation.failure is not None:
        deployment.body["properties"]["provisioningState"] = "Failed"
        plane.save(deployment)
        return
    serving.end(plane, deployment)
    plane.remove(deployment)
    endpoint = plane.store.get(deployment.id.rpartition("/deployments/")[0])
    if endpoint is not None and endpoint.body["properties"]["traffic"].pop(deployment.name, None) is not None:
        plane.save(endpoint)
        serving.open_endpoint(plane, endpoint)


def get_logs(call: Call) -> Answer:
    """What the inference server of the first replica has written, its last run before this one included."""
    deployment, body = acted_on(call), call.json()
    kind = str(body.get("containerType") or "InferenceServer")
    if kind not in _CONTAINERS:
        raise exceptions.invalid("containerType", f"'{kind}' is not one of {', '.join(_CONTAINERS)}.")
    tail = body.get("tail")
    if tail is not None and (isinstance(tail, bool) or not isinstance(tail, int) or tail < 0):
        raise exceptions.invalid("tail", f"'{tail}' is no number of lines.")
    return Answer(200, {"content": _log(call.plane, deployment, kind, tail)})


def _log(plane: Plane, deployment: Resource, kind: str, tail: int | None) -> str:
    if kind == "StorageInitializer":
        return "The sandbox downloads nothing: model and code are those of the image.\n"
    service = serving.running(plane, deployment)
    newest = (service.next or service.current) if service is not None else None
    if kind != "InferenceServer" or newest is None or not newest.replicas:
        return ""
    container = newest.replicas[0].container
    lines = [line for log in (container.previous_log, container.log) for _, line in log.lines()]
    kept = lines if tail is None else lines[len(lines) - min(tail, len(lines)) :]
    return "".join(f"{line}\n" for line in kept)


def list_skus(call: Call) -> Answer:
    """What the number of instances may be."""
    deployment = acted_on(call)
    capacity_ = {"default": 1, "minimum": 1, "maximum": 100, "scaleType": "Automatic"}
    kind = "Microsoft.MachineLearning.Services/endpoints/deployments"
    sku = {name: value for name, value in deployment.body["sku"].items() if name in ("name", "tier")}
    return Answer(200, {"value": [{"resourceType": kind, "sku": sku, "capacity": capacity_}]})


def _endpoint(call: Call) -> Resource:
    where = call.id.rpartition("/deployments")[0]
    endpoint = call.store.get(where)
    if endpoint is None or endpoint.type != ENDPOINT:
        raise arm.parent_not_found(call.route.type.name, call.full_name(), where)
    if call.method != "GET" and endpoint.body["properties"]["provisioningState"] == "Failed":
        raise models.unacceptable("EndpointNotFound", f"The endpoint '{endpoint.name}' could not be made.")
    return endpoint


def _check_model(call: Call, wanted: Json) -> None:
    """A model is named by the id of a version that is registered; anything else is the image's own business."""
    model = wanted.get("model")
    if isinstance(model, str) and model.startswith("/subscriptions/") and call.store.get(model) is None:
        raise models.unacceptable("ResourceNotFound", f"The model '{model}' was not found.")
