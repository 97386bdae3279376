"""What can be done with a compute? Start, stop and restart an instance, list nodes and keys, set the idle time."""

from __future__ import annotations

from holdfast_sandbox.arm.actions import acted_on
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.services.machinelearning import compute_exceptions as refuse
from holdfast_sandbox.arm.services.machinelearning import compute_models as models
from holdfast_sandbox.arm.services.machinelearning.computes import refuse_while_busy, stamp
from holdfast_sandbox.arm.store import Resource

# Action -> what the instance is meanwhile, what it is then, typical seconds.
_STATES = {
    "start": ("Starting", "Running", 90),
    "stop": ("Stopping", "Stopped", 60),
    "restart": ("Restarting", "Running", 90),
}


def change_state(call: Call) -> Answer:
    """POST start, stop or restart: 202, polled by Azure-AsyncOperation (recorded)."""
    action = call.name.lower()
    compute = _of_type(call, models.INSTANCE)
    refuse_while_busy(call, compute.id)
    inner = compute.body["properties"]["properties"]
    meanwhile, _, seconds = _STATES[action]
    startable = action != "start" or inner["state"] == "Stopped"
    if startable:
        inner["state"] = meanwhile
        call.plane.save(compute)
    operation = call.plane.operations.start(
        call,
        "machinelearning.compute-state",
        seconds=seconds if startable else 1,
        target=compute.id,
        action=action,
        startable=startable,
    )
    return Answer(202, None, operation.headers(call, "async"))


def state_changed(plane: Plane, operation: Operation) -> None:
    compute = plane.store.get(operation.target)
    if compute is None:
        return
    if not operation.payload["startable"]:
        raise refuse.start_of_what_is_not_stopped(compute.name)
    action = operation.payload["action"]
    inner = compute.body["properties"]["properties"]
    inner["state"] = "Unknown" if operation.failure is not None else _STATES[action][1]
    done = models.last_operation(action.capitalize(), stamp(plane))
    inner["lastOperation"] = {**done, "operationStatus": "Failed"} if operation.failure is not None else done
    plane.save(compute)


def update_idle_shutdown(call: Call) -> Answer:
    """POST updateIdleShutdownSetting: the one road by which an instance's idle time changes."""
    compute = _of_type(call, models.INSTANCE)
    refuse_while_busy(call, compute.id)
    time = models.idle_time(call.json().get("idleTimeBeforeShutdown"))
    compute.body["properties"]["properties"]["idleTimeBeforeShutdown"] = time
    call.plane.save(compute)
    return Answer(200)


def list_nodes(call: Call) -> Answer:
    _of_type(call, models.CLUSTER)
    return Answer(200, {"computeType": models.CLUSTER, "nodes": []})


def list_keys(call: Call) -> Answer:
    """The kubeconfigs of a cluster that was attached the legacy way."""
    compute = _of_type(call, models.AKS)
    config = models.kubeconfig(compute.name)
    return Answer(
        200,
        {
            "computeType": models.AKS,
            "userKubeConfig": config,
            "adminKubeConfig": config,
            "imagePullSecretName": "azureml-image-pull",
        },
    )


def _of_type(call: Call, kind: str) -> Resource:
    compute = acted_on(call)
    if compute.body["properties"]["computeType"] != kind:
        raise refuse.only_for(kind, call.name)
    return compute
