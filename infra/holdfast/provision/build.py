"""How is an image built in the registry? A context goes up, a run is scheduled, and waited for with its log in view.

Used by `images_provider`, in its own process. Source: azure-rest-api-specs, containerregistry 2019-06-01-preview
(Registries_GetBuildSourceUploadUrl, Registries_ScheduleRun, Runs_Get, Runs_GetLogSasUrl), and how azure-cli's `az acr
build` uses them. Addresses that open something are asked for, used, and never kept.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests

from holdfast.arm.wait import wait
from holdfast.model.assets import TASKS_VERSION
from holdfast.model.build_log import failing_line, image_in, steps, without_signatures
from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.provision.build_context import Context

if TYPE_CHECKING:
    from holdfast.arm import Answer, ArmClient

Props = dict[str, Any]

#: Seconds between two looks, of which the first come sooner, and the longest that a build may take (ACR's own limit is
#: eight hours).
PAUSES, LONGEST = (0.5, 1.0, 2.0, 5.0), 3600
#: Seconds for a part of a log.
LOG_TIMEOUT = 30
_UNDER_WAY = ("queued", "started", "running")
#: Runs that are looked at, the newest: more than a program has under way at a time. Seconds that a run is waited for
#: whose first step has not begun, and that may be of our image.
MOST, UNTOLD = 100, 300.0
#: The runs that this process has scheduled: of other images, since it wants each once.
_own: set[str] = set()


@dataclass(frozen=True, slots=True)
class Built:
    """An image by its digest, the run that built it, and the address of its log without what opens it."""

    image: str
    run: str
    log: str


def build(client: ArmClient, props: Props) -> Built:
    """The image of that repository and version: of a run that has built it or is at it, else of a new one.

    Raises HoldfastError: `image-build-failed`, `image-not-built`.
    """
    named = f"{props['repository']}:{props['version']}"
    found = _find_run(client, props, named)
    if found is None:
        run = _start(client, props, named)
        print(f"image {named}: build {run} is under way", flush=True)
    else:
        run = str(found["runId"])
        print(f"image {named}: build {run} is of an earlier run of ours", flush=True)
    properties, log = _follow(client, props, named, run)
    return Built(_image(properties, props, named), run, log)


def _find_run(client: ArmClient, props: Props, named: str) -> Props | None:
    """The newest run that has built that image or is at it, of a program that died; `None` where there is none.

    A run that has ended well names its image. One that is under way names it in its log alone, by the argument that our
    Dockerfiles begin with; one whose first step has not begun is waited for, since a build of ours would stand behind
    it in the queue. What nobody shows is built anew: the same inputs make the same image, at the worst it costs time.
    """
    began, told = time.monotonic(), False
    for pause in _pauses():
        answer = client.get(f"{props['registryId']}/runs?$top={MOST}", TASKS_VERSION)
        rows = answer.body.get("value") or () if answer.readable else ()
        untold = False
        for properties in (row.get("properties") or {} for row in rows):
            status, run = _status(properties), str(properties.get("runId") or "")
            if _of(properties, props) is not None:
                return properties if status in ("succeeded", *_UNDER_WAY) else None
            if status not in _UNDER_WAY or run in _own or properties.get("runType") not in (None, "QuickBuild"):
                continue
            log = _read_log(_log_address(client, f"{props['registryId']}/runs/{run}"))
            if log is not None and image_in(log) == named:
                return properties
            # Before its first step a log tells of the download of the context, and of no image.
            untold = untold or (log is not None and not steps(log))
        if not untold or time.monotonic() - began > UNTOLD:
            return None
        if not told:
            print(f"image {named}: a build that has not begun may be its own, and is waited for", flush=True)
            told = True
        time.sleep(pause)
    raise AssertionError("there is always another pause")


def _start(client: ArmClient, props: Props, named: str) -> str:
    registry = props["registryId"]
    with Context(client, props) as context:
        where = client.request("POST", f"{registry}/listBuildSourceUploadUrl", TASKS_VERSION)
        if not where.readable:
            raise _not_built(named, "the registry gave no place for the build context", where)
        context.send(str(where.body.get("uploadUrl") or ""), named)
    body = {
        "type": "DockerBuildRequest",
        "imageNames": [named],
        "isPushEnabled": True,
        "noCache": False,
        "sourceLocation": where.body.get("relativePath"),
        "dockerFilePath": "Dockerfile",
        "platform": {"os": "Linux", "architecture": "amd64"},
        "timeout": LONGEST,
    }
    answer = client.request("POST", f"{registry}/scheduleRun", TASKS_VERSION, body)
    if answer.status == 202:
        answer = wait(client, f"{registry}/scheduleRun", TASKS_VERSION, answer)
    run = (answer.body.get("properties") or {}).get("runId") if answer.readable else None
    if not run:
        raise _not_built(named, "the registry took no build", answer)
    _own.add(str(run))
    return str(run)


def _follow(client: ArmClient, props: Props, named: str, run: str) -> tuple[Props, str]:
    """The run when it has ended well, and the address of its log."""
    path, shown, log = f"{props['registryId']}/runs/{run}", 0, ""
    started = time.monotonic()
    for pause in _pauses():
        answer = client.get(path, TASKS_VERSION)
        if not answer.readable:
            raise _not_built(named, f"run {run} could not be read", answer)
        properties: Props = answer.body.get("properties") or {}
        address = _log_address(client, path)
        log = address.partition("?")[0] or log
        text = _read_log(address) or ""
        begun = steps(text)
        for step in begun[shown:]:
            print(f"image {named}: {step}", flush=True)
        shown = max(shown, len(begun))
        if _status(properties) == "succeeded":
            return properties, log
        if _status(properties) not in _UNDER_WAY:
            raise _build_failure(props, named, run, properties, log, text)
        if time.monotonic() - started > LONGEST + 600:
            raise _not_built(named, f"run {run} had not ended after {(LONGEST + 600) // 60} minutes", answer)
        time.sleep(pause)
    raise AssertionError("there is always another pause")


def _pauses() -> Iterator[float]:
    yield from PAUSES
    while True:
        yield PAUSES[-1]


def _log_address(client: ArmClient, path: str) -> str:
    answer = client.request("POST", f"{path}/listLogSasUrl", TASKS_VERSION)
    return str(answer.body.get("logLink") or "") if answer.readable else ""


def _read_log(address: str) -> str | None:
    """What there is of it by now, empty before its beginning; `None` where it can't be read, which fails no build."""
    if not address:
        return None
    try:
        answer = requests.get(address, timeout=LOG_TIMEOUT)
    except requests.RequestException:
        return None
    if answer.status_code == 404:
        return ""
    return answer.content.decode("utf-8", "replace") if answer.ok else None


def _image(properties: Props, props: Props, named: str) -> str:
    found = _of(properties, props)
    if found is None or not found.get("digest"):
        said = (("run", str(properties.get("runId"))), ("images", str(properties.get("outputImages"))[:200]))
        raise HoldfastError(
            [Fault("image-not-built", f"the run ended well and names no image {named}", said, "", Blame.AZURE)]
        )
    return f"{found['registry']}/{found['repository']}@{found['digest']}"


def _of(properties: Props, props: Props) -> Props | None:
    return next(
        (
            image
            for image in properties.get("outputImages") or ()
            if image.get("repository") == props["repository"] and image.get("tag") == props["version"]
        ),
        None,
    )


def _status(properties: Props) -> str:
    return str(properties.get("status") or "").lower()


def _build_failure(props: Props, named: str, run: str, properties: Props, log: str, text: str) -> HoldfastError:
    begun, said = steps(text), without_signatures(str(properties.get("runErrorMessage") or ""))
    rows = [
        ("line", failing_line(text) or "the log is empty"),
        *([("said", said)] if said else []),
        *([("step", begun[-1])] if begun else []),
        ("run", f"{run}: {properties.get('status')}"),
        ("log", log or "none"),
    ]
    return HoldfastError(
        [
            Fault(
                "image-build-failed",
                f"image {named} was not built",
                tuple(rows),
                f"`{props.get('shown')}` shows the whole log",
            )
        ]
    )


def _not_built(named: str, says: str, answer: Answer) -> HoldfastError:
    return HoldfastError(
        [
            Fault(
                "image-not-built",
                f"image {named}: {says}",
                answer.evidence,
                "this login needs Microsoft.ContainerRegistry/registries/scheduleRun/action, listBuildSourceUploadUrl"
                "/action, runs/read and runs/listLogSasUrl/action on the registry (Contributor holds them)",
                Blame.AZURE,
            )
        ]
    )
