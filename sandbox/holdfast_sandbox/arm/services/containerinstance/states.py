"""In which state are a group and its containers? Shown as their processes are, or modelled where none run.

The values are those of learn.microsoft.com/azure/container-instances/container-state. A group that is only modelled is
Running once it is deployed, whatever its image would do: nothing exits, so there is no exit code, and `previousState`
appears when the service itself ended a container. The events' names are Azure's; where they are modelled, their
messages say so.
"""

from __future__ import annotations

from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.containers import Pod, State
from holdfast_sandbox.containers.log import stamp
from holdfast_sandbox.containers.model import TERMINATED, WAITING, Event

_STEPS = ("Pulling", "Pulled", "Started")
LOGS = "logs"


def wait(properties: Json, before: Json | None = None) -> None:
    """The group is accepted: its containers wait. `before`: the group's properties until now, for the counts.

    A container that an update ends has been restarted once more: an update restarts them all in place.
    """
    old = {one["name"]: one["properties"]["instanceView"] for one in _every(before or {})}
    for container in _every(properties):
        known = old.get(container["name"])
        view: Json = {"restartCount": 0, "currentState": {"state": "Waiting"}, "events": []}
        if known is not None:
            view["restartCount"] = known["restartCount"] + 1
            view["previousState"] = known["currentState"]
        container["properties"]["instanceView"] = view
    properties["instanceView"] = {"events": [], "state": "Pending"}


def run(properties: Json, now: str) -> None:
    """The group runs; its init containers are done."""
    for container in properties["containers"]:
        view = container["properties"]["instanceView"]
        view["currentState"] = {"state": "Running", "startTime": now, "detailStatus": ""}
        view["events"] = [*view["events"], *_events(now)]
    for container in properties.get("initContainers") or []:
        view = container["properties"]["instanceView"]
        view["currentState"] = {"state": "Terminated", "startTime": now, "finishTime": now, "detailStatus": "Completed"}
        view["events"] = [*view["events"], *_events(now)]
    properties["instanceView"]["state"] = "Running"


def restart(properties: Json, now: str) -> None:
    """All containers start anew in place."""
    for container in properties["containers"]:
        view = container["properties"]["instanceView"]
        view["previousState"] = _ended(view["currentState"], now)
        view["restartCount"] += 1
    run(properties, now)


def stop(properties: Json, now: str) -> None:
    """All containers are ended; nothing starts them but the user."""
    for container in properties["containers"]:
        view = container["properties"]["instanceView"]
        view["currentState"] = _ended(view["currentState"], now)
    properties["instanceView"]["state"] = "Stopped"


def show(properties: Json, pod: Pod) -> None:
    """What the group's processes are doing. A group that was stopped stays so whatever its containers say."""
    for container in pod.every:
        view = view_of(properties, container.recipe.name)
        view["restartCount"] = container.restarts
        view["currentState"] = _shown(container.state)
        if container.previous is not None:
            view["previousState"] = _shown(container.previous)
        view["events"] = [_shown_event(one) for one in container.events.items]
    if properties["instanceView"]["state"] != "Stopped":
        properties["instanceView"]["state"] = pod.phase


def view_of(properties: Json, name: str) -> Json:
    """The instance view of a container of the group."""
    found: Json = next(one["properties"]["instanceView"] for one in _every(properties) if one["name"] == name)
    return found


def _shown(state: State) -> Json:
    shown: Json = {"state": state.state, "detailStatus": state.reason}
    if state.state == WAITING:
        return shown
    if state.started is not None:
        shown["startTime"] = stamp(state.started)
    if state.state == TERMINATED:
        shown["exitCode"] = state.exit_code
        if state.finished is not None:
            shown["finishTime"] = stamp(state.finished)
    return shown


def _shown_event(event: Event) -> Json:
    return {
        "count": event.count,
        "firstTimestamp": stamp(event.first),
        "lastTimestamp": stamp(event.last),
        "name": event.name,
        "message": event.message,
        "type": event.type,
    }


def log_of(group: Resource, container: str) -> list[Json] | None:
    """The lines that the store keeps of a container, oldest first: `{"at", "line"}`; None: no such container."""
    if all(one["name"] != container for one in _every(group.body["properties"])):
        return None
    kept: list[Json] = group.private.get(LOGS, {}).get(container, [])
    return kept


def _every(properties: Json) -> list[Json]:
    return [*properties.get("containers", []), *(properties.get("initContainers") or [])]


def _ended(state: Json, now: str) -> Json:
    return {**state, "state": "Terminated", "finishTime": now}


def _events(now: str) -> list[Json]:
    return [
        {
            "count": 1,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "name": name,
            "message": f"{name}: modelled by the sandbox, no process runs",
            "type": "Normal",
        }
        for name in _STEPS
    ]
