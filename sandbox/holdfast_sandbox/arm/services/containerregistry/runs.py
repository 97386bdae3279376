"""What does Microsoft.ContainerRegistry answer about builds? Handlers for runs: scheduled, listed, followed, canceled.

A run is built by a process of its own (`holdfast_sandbox/builds`), whose events change the run's record between two
requests. Contexts and logs are blobs of an account that no customer has, as with Azure; so they open by a link only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.services.containerregistry import exceptions, models, run_requests
from holdfast_sandbox.arm.services.containerregistry.responses import REGISTRY
from holdfast_sandbox.arm.services.containerregistry.run_requests import BuildRequest
from holdfast_sandbox.arm.services.storage import blobs
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.blobs.signatures import blob_query
from holdfast_sandbox.builds.runner import Event, Job

RUN = "Microsoft.ContainerRegistry/registries/runs"
ACCOUNT = "sandboxacrtasks"
ENDS = ("Succeeded", "Failed", "Canceled", "Error", "Timeout")
_LINK = timedelta(hours=1)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

# learn.microsoft.com/cli/azure/acr/task (list-runs) asks by these, in OData's words.
_FILTERED = {
    "runid": "runId",
    "runtype": "runType",
    "status": "status",
    "createtime": "createTime",
    "finishtime": "finishTime",
    "isarchiveenabled": "isArchiveEnabled",
    "taskname": "task",
}
_COMPARISON = re.compile(r"(?P<name>\w+)\s+(?P<sign>eq|ne|ge|gt|le|lt)\s+(?P<value>'[^']*'|[^\s()]+)", re.IGNORECASE)
_CONTAINS = re.compile(r"contains\(\s*OutputImageManifests\s*,\s*'(?P<value>[^']*)'\s*\)", re.IGNORECASE)
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: bool(a == b),
    "ne": lambda a, b: bool(a != b),
    "ge": lambda a, b: bool(a >= b),
    "gt": lambda a, b: bool(a > b),
    "le": lambda a, b: bool(a <= b),
    "lt": lambda a, b: bool(a < b),
}


def upload_url(call: Call) -> Answer:
    """Where a context can be PUT to, and what `sourceLocation` is then."""
    _registry(call, "/listBuildSourceUploadUrl")
    path = f"source/{call.plane.now():%Y%m%d%H%M}/{uuid4()}.tar.gz"
    return Answer(200, {"uploadUrl": _link(call.plane, path, "rcw"), "relativePath": path})


def schedule(call: Call) -> Answer:
    registry = _registry(call, "/scheduleRun")
    run = begin(call, registry, run_requests.checked(call.json()))
    return Answer(200, run.answer())


def begin(call: Call, registry: Resource, request: BuildRequest) -> Resource:
    """A new run of that request; it is queued, and built when it is its turn."""
    plane = call.plane
    if plane.builds is None:
        raise exceptions.run_not_served("scheduleRun", registry.name)
    number = int(registry.private.get("runs", 0)) + 1
    name = f"ca{_base36(number)}"
    images = run_requests.image_names(request.shown["imageNames"], registry.name, name, plane.now())
    registry.private["runs"] = number
    plane.store.save(registry)
    now = _stamp(plane)
    run = Resource(f"{registry.id}/runs/{name}", RUN, name, registry.subscription, registry.group)
    run.body = {
        "properties": {
            "runId": name,
            "status": "Queued",
            "lastUpdatedTime": now,
            "runType": "QuickBuild",
            "createTime": now,
            "platform": request.shown["platform"],
            "agentConfiguration": request.shown["agentConfiguration"],
            "provisioningState": "Succeeded",
            "isArchiveEnabled": request.shown["isArchiveEnabled"],
        },
        "systemData": call.system_data(None),
    }
    log = f"logs/{registry.name.lower()}/{uuid4()}/rawtext.log"
    run.private = {"log": log, "number": number}
    plane.save(run)
    source = request.source
    what = {
        "runId": name,
        "registry": models.login_server(registry.name),
        "registries": [models.login_server(one.name) for one in plane.store.find(REGISTRY)],
        "images": images,
        "push": request.shown["isPushEnabled"],
        "noCache": request.shown["noCache"],
        "dockerfile": request.shown["dockerFilePath"],
        "target": request.shown.get("target"),
        "arguments": request.arguments,
        "source": _link(plane, source.lstrip("/"), "r") if source and "://" not in source else source,
        "log": _link(plane, log, "racw"),
    }
    plane.builds.submit(Job(run.id, request.timeout, what, lambda event: _told(plane, run.id, event)))
    return run


def get_run(call: Call) -> Answer:
    return Answer(200, _run(call).answer())


def list_runs(call: Call) -> Answer:
    """The newest first; `$filter` as the az CLI writes it."""
    registry = _registry(call, "/runs")
    found = sorted(call.store.find(RUN, under=registry.id), key=lambda one: -int(one.private["number"]))
    wanted = _filter(call.query.get("$filter", ""))
    return call.page([one.answer() for one in found if wanted(one.body["properties"])], default=100)


def update_run(call: Call) -> Answer:
    run, body = _run(call), call.json()
    if isinstance(body.get("isArchiveEnabled"), bool):
        run.body["properties"] |= {"isArchiveEnabled": body["isArchiveEnabled"], "lastUpdatedTime": _stamp(call.plane)}
        call.plane.save(run)
    return Answer(200, run.answer())


def log_link(call: Call) -> Answer:
    run = _run(call, "/listLogSasUrl")
    if run.private.get("unfinished") and call.plane.builds is not None:
        # Its process was killed with an earlier server: whoever follows the log is told that no more comes.
        call.plane.builds.say_last(_link(call.plane, run.private["log"], "racw"), run.name, "Failed", 0)
        del run.private["unfinished"]
        call.plane.save(run)
    return Answer(200, {"logLink": _link(call.plane, run.private["log"], "r")})


def cancel_run(call: Call) -> Answer:
    """Kills a build that is under way; one that has ended stays as it is."""
    run = _run(call, "/cancel")
    if call.plane.builds is not None and run.body["properties"]["status"] not in ENDS:
        call.plane.builds.cancel(run.id)
    return Answer(200)


def interrupted(plane: Plane) -> None:
    """At a server's start: what was under way when the last one ended has failed."""
    with plane.store.transaction():
        for run in plane.store.find(RUN):
            if run.body["properties"]["status"] not in ENDS:
                run.private["unfinished"] = True
                _end(plane, run, {"status": "Failed", "message": "the sandbox ended while the run was under way"})


def _told(plane: Plane, run_id: str, event: Event) -> None:
    """An event of a build, told between two requests, or by one that cancels."""
    if plane.store.in_transaction:
        _apply(plane, run_id, event)
        return
    with plane.store.transaction():
        _apply(plane, run_id, event)


def _apply(plane: Plane, run_id: str, event: Event) -> None:
    run = plane.store.get(run_id)
    if run is None:  # it went with its registry
        if plane.builds is not None:
            plane.builds.cancel(run_id)
    elif event["status"] == "Running":
        now = _stamp(plane)
        run.body["properties"] |= {"status": "Running", "startTime": now, "lastUpdatedTime": now}
        plane.save(run)
    else:
        _end(plane, run, event)


def _end(plane: Plane, run: Resource, event: Event) -> None:
    now = _stamp(plane)
    run.body["properties"] |= {"status": event["status"], "finishTime": now, "lastUpdatedTime": now}
    if event.get("images"):
        run.body["properties"]["outputImages"] = event["images"]
    if event.get("message"):
        run.body["properties"]["runErrorMessage"] = event["message"]
    plane.save(run)


def _registry(call: Call, action: str) -> Resource:
    registry_id = call.id.removesuffix(action)
    registry = call.store.get(registry_id)
    if registry is None:
        raise arm.resource_not_found(REGISTRY, registry_id.rpartition("/")[2], call.group)
    return registry


def _run(call: Call, action: str = "") -> Resource:
    run_id = call.id.removesuffix(action)
    registry_id, _, name = run_id.rpartition("/runs/")
    if call.store.get(registry_id) is None:
        raise arm.resource_not_found(REGISTRY, registry_id.rpartition("/")[2], call.group)
    run = call.store.get(run_id)
    if run is None:
        raise exceptions.run_not_found(name)
    return run


def _link(plane: Plane, path: str, permissions: str) -> str:
    assert plane.blobs is not None
    key = blobs.internal_key(plane, ACCOUNT)
    return f"{plane.blobs.url(ACCOUNT)}{path}?{blob_query(ACCOUNT, key, path, permissions, _LINK)}"


def _filter(text: str) -> Callable[[Json], bool]:
    tests: list[Callable[[Json], bool]] = []
    rest = text.strip()
    for part in re.split(r"\s+and\s+", rest, flags=re.IGNORECASE) if rest else []:
        part = part.strip().removeprefix("(").strip() if part.count("(") > part.count(")") else part.strip()
        part = part.removesuffix(")") if part.count(")") > part.count("(") else part
        if found := _CONTAINS.fullmatch(part):
            tests.append(_holds_image(found["value"]))
        elif (found := _COMPARISON.fullmatch(part)) and found["name"].lower() in _FILTERED:
            tests.append(_compares(_FILTERED[found["name"].lower()], found["sign"].lower(), found["value"].strip("'")))
        else:
            raise exceptions.invalid_filter(text)
    return lambda run: all(test(run) for test in tests)


def _holds_image(wanted: str) -> Callable[[Json], bool]:
    def test(run: Json) -> bool:
        images = run.get("outputImages", [])
        return any(wanted in f"{one['repository']}@{one['digest']}" for one in images)

    return test


def _compares(name: str, sign: str, wanted: str) -> Callable[[Json], bool]:
    def test(run: Json) -> bool:
        value = run.get(name)
        if value is None:
            return sign == "ne"
        if name.endswith("Time"):
            return _SIGNS[sign](_moment(str(value)), _moment(wanted))
        return _SIGNS[sign](str(value).lower(), wanted.lower())

    return test


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise exceptions.invalid_filter(text) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _base36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text


def _stamp(plane: Plane) -> str:
    return plane.now().strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
