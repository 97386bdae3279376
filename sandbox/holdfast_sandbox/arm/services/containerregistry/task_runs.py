"""What does Microsoft.ContainerRegistry answer about task runs? A run as a resource, as templates and Pulumi write it.

A PUT schedules a run where the request is another than the last one, where `forceUpdateTag` is, or where the last run
has not succeeded; else it changes nothing. The resource is provisioned when its run has ended, and has failed with it.
"""

from __future__ import annotations

import re

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.call import Answer, Call
from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.services.containerregistry import exceptions, run_requests, runs
from holdfast_sandbox.arm.services.containerregistry.responses import REGISTRY
from holdfast_sandbox.arm.store import Json, Resource

TASK_RUN = "Microsoft.ContainerRegistry/registries/taskRuns"
POLL_SECONDS = "1"
_NAME = re.compile(r"[a-zA-Z0-9_-]{5,50}")
_STATES = {"Succeeded": "Succeeded", "Canceled": "Canceled"}


def put_task_run(call: Call) -> Answer:
    registry = _registry(call)
    if not _NAME.fullmatch(call.name):
        raise exceptions.invalid_run(
            "taskRunName", f"'{call.name}' does not match ^[a-zA-Z0-9-_]*$ with 5 to 50 characters"
        )
    body = call.json()
    given = body.get("properties") or {}
    if not isinstance(given, dict):
        raise invalid_request_content("properties must be an object")
    existing = call.store.get(call.id)
    return _written(call, registry, existing, given, body)


def patch_task_run(call: Call) -> Answer:
    """What the body leaves out stays; `runRequest` is sent whole, for its secret arguments are not kept."""
    registry, existing, body = _registry(call), call.existing(), call.json()
    given = body.get("properties") or {}
    if "runRequest" not in given and given.get("forceUpdateTag") not in (None, existing.private["tag"]):
        raise exceptions.run_not_served("properties", "forceUpdateTag without runRequest")
    if "runRequest" not in given:
        return Answer(200, _shown(call, existing))
    return _written(call, registry, existing, {"forceUpdateTag": existing.private["tag"], **given}, body)


def _written(call: Call, registry: Resource, existing: Resource | None, given: Json, body: Json) -> Answer:
    request, tag = run_requests.checked(given.get("runRequest")), given.get("forceUpdateTag")
    same = existing is not None and (existing.private["request"], existing.private["tag"]) == (request.fingerprint, tag)
    if existing is not None and same and _state(call, existing) != "Failed":
        return Answer(200, _shown(call, existing))
    if existing is not None and _state(call, existing) == "Creating":
        raise arm.another_operation_in_progress(call.id)
    run = runs.begin(call, registry, request)
    made = existing or Resource(call.id, TASK_RUN, call.name, call.subscription, call.group)
    made.body = {"properties": {"runRequest": request.shown}, "systemData": call.system_data(existing)}
    if tag is not None:
        made.body["properties"]["forceUpdateTag"] = tag
    if body.get("location"):
        made.body["location"] = body["location"]
    made.private = {"request": request.fingerprint, "tag": tag, "run": run.id}
    call.plane.save(made)
    return Answer(200 if existing else 201, _shown(call, made), {"Retry-After": POLL_SECONDS})


def get_task_run(call: Call) -> Answer:
    """Also what a client polls: `provisioningState` ends with the run."""
    _registry(call)
    found = _shown(call, call.existing())
    under_way = found["properties"]["provisioningState"] == "Creating"
    return Answer(200, found, {"Retry-After": POLL_SECONDS} if under_way else {})


def list_task_runs(call: Call) -> Answer:
    registry = _registry(call)
    return call.page([_shown(call, one) for one in call.store.find(TASK_RUN, under=registry.id)])


def details(call: Call) -> Answer:
    found = call.store.get(call.id.removesuffix("/listDetails"))
    if found is None:
        raise arm.resource_not_found(TASK_RUN, call.full_name().removesuffix("/listDetails"), call.group)
    return Answer(200, _shown(call, found))


def delete_task_run(call: Call) -> Answer:
    """The run and its image stay; one that is under way goes on."""
    existing = call.store.get(call.id)
    if existing is None:
        return Answer(204)
    call.plane.remove(existing)
    return Answer(200)


def _shown(call: Call, task_run: Resource) -> Json:
    answer, run = task_run.answer(), call.store.get(task_run.private["run"])
    result = {"runResult": run.answer()} if run is not None else {}
    properties = {**answer["properties"], "provisioningState": _state(call, task_run), **result}
    return {**answer, "properties": properties}


def _state(call: Call, task_run: Resource) -> str:
    run = call.store.get(task_run.private["run"])
    status = run.body["properties"]["status"] if run is not None else "Failed"
    return _STATES.get(status, "Failed") if status in runs.ENDS else "Creating"


def _registry(call: Call) -> Resource:
    registry_id = call.id.partition("/taskRuns")[0]
    registry = call.store.get(registry_id)
    if registry is None:
        raise arm.resource_not_found(REGISTRY, registry_id.rpartition("/")[2], call.group)
    return registry
