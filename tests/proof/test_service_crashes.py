"""Does a service whose run dies at any step converge on the way back, with nothing built or uploaded twice?

`make prove` kills the engine after each write of a first provision and of updates, and between the writes where a step
is more than one; one run a kill. `make test` takes one stack along all borders of steps: each run is the way back of
the one before, and dies at the next border.
"""

from __future__ import annotations

import os
import re
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from holdfast_sandbox.rehearsal import Azure, Project, Request

from .conftest import PROVING
from .crash_points import CHECKOUT, DONE, NOT_DONE, Crash, pattern_of, processes_of, recover
from .served import Served, no_build_begins, small_and_served

pytestmark = [pytest.mark.engine, pytest.mark.slow]

ENDPOINT = "^PUT .*/onlineEndpoints/[^/]+[?]"
MODEL = "^PUT .*/models/[^/]+/versions/"
SCHEDULE = "^POST .*/scheduleRun[?]"
FOLLOW = r"^GET .*/runs/ca\d+[?]"
GROUP = "^PUT .*/containerGroups/"
SECOND_IMAGE = "^PUT .*/environments/two[^/]*/versions/"
DEPLOYMENT = "^PUT .*/deployments/"


@dataclass(frozen=True, slots=True)
class Point:
    """After the `nth` write that matches, or before it where it is not `done`."""

    match: str
    nth: int = 0
    done: bool = True

    def __str__(self) -> str:
        return f"{'after' if self.done else 'before'} {self.match} #{self.nth + 1}"


#: Where a step is more than one write: the files are up, and no version names them; the context is, and no run uses it;
#: the deployment is there, and gets no request.
BETWEEN = [Point(MODEL, 0, False), Point(SCHEDULE, 0, False), Point(SCHEDULE, 1, False), Point(ENDPOINT, 1, False)]
CASES = ["borders", *(["provision", "script", "model", "half an upload"] if PROVING else [])]
#: Files of a model that takes some seconds to upload.
MANY = 400


@pytest.mark.parametrize("case", CASES)
def test_services_whose_runs_die_converge_and_nothing_is_done_twice(
    case: str, tmp_path: Path, tally: Callable[[str], None], warm: dict[str, str]
) -> None:
    """The way back ends well, the services answer, no process is left and a further run has nothing to do."""
    with stack(tmp_path, 0) as served:
        if case == "borders":
            points, wrong = along_the_borders(served, warm)
        elif case == "half an upload":
            points, wrong = half_an_upload(served)
        else:
            points, wrong = every_write(served, case)
    tally(f"services, engine killed, {case}: crash points tried: {points}, wrong afterwards: {len(wrong)}")
    assert not wrong, "\n".join(wrong)


def along_the_borders(served: Served, warm: dict[str, str]) -> tuple[int, list[str]]:
    """Each run is the way back of the one before, and dies at the next border; the last one lives. Those after the
    first have their processes forked, which takes half of the time: what is left of a process is seen in the first."""
    project = served.project
    # So that its deployment is still under way when the next run comes to it.
    project.change(lambda environment: environment["services"][1].update(env={"LOADS": "12"}))
    mark = project.azure.mark()
    die(served, ENDPOINT, way_back=False)
    project.environ.update(warm)
    project.azure.fault(SCHEDULE, **NOT_DONE)
    die(served, MODEL)
    with no_build_begins(served) as builds:
        die(served, SCHEDULE)
        # Its log is empty, so nobody can tell whose it is; it begins while the way back looks.
        with once_said(project, "may be its own, and is waited for", builds.until_it_is_told):
            said = die(served, FOLLOW).text
    assert "is of an earlier run of ours" in said
    # The image of the other service is not ready before the group is there.
    project.azure.fault(SECOND_IMAGE, **NOT_DONE)
    die(served, GROUP)
    die(served, DEPLOYMENT)
    die(served, ENDPOINT, rule=NOT_DONE)
    return 7, converged(served, mark)


def every_write(served: Served, case: str) -> tuple[int, list[str]]:
    """One run for each write, and for each place between two that belong together."""
    wrong, points, azure, folder = list[str](), points_of(served, case), served.project.azure, served.project.folder
    for number, point in enumerate(points, 1):
        if case == "provision":
            # What runs of the stack before would only take the machine's time.
            served.project.destroy()
            served = Served(
                Project(folder.with_name(f"stack-{number}"), azure, CHECKOUT), f"one{number}", f"two{number}"
            )
            settle(served, number)
        else:
            change(served, case, number)
        mark = azure.mark()
        crash = Crash(served.project, point.match, point.nth, dict(DONE if point.done else NOT_DONE)).of_engine()
        assert crash.hit, f"no write matched {point}\n{crash.text}"
        found = converged(served, mark)
        wrong += [f"killed {point}: {line}" for line in found]
        print(f"{case} {number}/{len(points)}: killed {point}: {'lost' if found else 'survived'}", flush=True)
    return len(points), wrong


def half_an_upload(served: Served) -> tuple[int, list[str]]:
    """Of many files the first are there when the run dies: they are found, and only the others are sent."""
    project, services = served.project, list[Any]()
    project.change(lambda environment: services.extend(environment.pop("services")))
    project.up()
    project.change(lambda environment: environment.update(services=services))
    for number in range(MANY):
        served.put(f"one/model/part-{number}.bin", f"{number}")
    mark = project.azure.mark()
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", project.stack]
    with project.popen(command) as run:
        while not served.blobs():
            assert run.poll() is None, "the run ended and uploaded nothing"
        os.kill(run.pid, signal.SIGKILL)
        run.communicate()
    there = sum(f"/{served.aci}/" in path for path in served.blobs())
    print(f"half an upload: killed when {there} of {MANY + 1} files were there", flush=True)
    assert 0 < there < MANY + 1
    code, said = recover(project)
    if code:
        return 1, [f"the way back exits with {code}\n{said}"]
    sent = f"{MANY + 1 - there} of {MANY + 1} files uploaded"
    return 1, [*([] if sent in said else [f"it did not say `{sent}`\n{said}"]), *whole(served, mark)]


@contextmanager
def stack(folder: Path, number: int) -> Iterator[Served]:
    """A sandbox of its own with a stack whose services are declared, and not provisioned."""
    with Azure.private(folder / "sandbox") as azure:
        served = Served(Project(folder / f"stack-{number}", azure, CHECKOUT))
        settle(served, number)
        yield served


def settle(served: Served, number: int) -> None:
    """The settings and files of a stack, in a group of its own."""
    settings = small_and_served(f"rg-served-{number}", f"s{number}")
    for service, name in zip(settings["services"], (served.aci, served.aks), strict=True):
        settings["services"][settings["services"].index(service)] = {**service, "name": name}
    served.project.settings(settings)
    served.project.start()
    served.write()


def change(served: Served, case: str, number: int) -> None:
    """Another script, or other models."""
    if case == "script":
        served.more = number
    else:
        served.factors = (10 + number, 100 + number)
    served.write()


def points_of(served: Served, case: str) -> list[Point]:
    """One for each write that a run makes which nobody kills, and those between."""
    done = served.project.up()
    if case != "provision":
        change(served, case, 1000)
        done = served.project.up()
    seen: Counter[str] = Counter()
    points = []
    for write in done.writes:
        pattern = pattern_of(write) if write.method == "PUT" else SCHEDULE
        points.append(Point(pattern, seen[pattern]))
        seen[pattern] += 1
    return points + [point for point in BETWEEN if any(_is(write, point, done.writes) for write in done.writes)]


def _is(write: Request, point: Point, writes: list[Request]) -> bool:
    same = [one for one in writes if re.search(point.match, f"{one.method} {one.path}?", re.IGNORECASE)]
    return len(same) > point.nth and write is same[point.nth]


@contextmanager
def once_said(project: Project, words: str, then: Callable[[], Any]) -> Iterator[None]:
    """Do something beside a run that is killed, as soon as it has said that."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            said = project.folder / "said.txt"
            if said.exists() and words in said.read_text():
                then()
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def die(served: Served, match: str, *, rule: dict[str, Any] = DONE, way_back: bool = True) -> Crash:
    """A run that dies there, and leaves no process."""
    crash = Crash(served.project, match, rule=dict(rule), way_back=way_back).of_engine()
    assert crash.hit, f"no write matched {match}\n{crash.text}"
    return crash


def converged(served: Served, mark: int) -> list[str]:
    """The way back is gone, and all is looked at. What is wrong."""
    uploaded = served.blobs()
    code, said = recover(served.project)
    if code:
        return [f"the way back exits with {code}\n{said}"]
    now = served.blobs()
    return [f"uploaded again: {path}" for path, etag in uploaded.items() if now.get(path) != etag] + whole(served, mark)


def whole(served: Served, mark: int) -> list[str]:
    """What is wrong with the services, with what was written since, or with what a further run does."""
    wrong = served.wrong_answers() + served.wrong_builds() + served.wrong_writes(mark) + served.wrong_processes()
    again = served.project.up(expect=None)
    if again.code or again.operations or again.writes or "pending" in again.text:
        wrong.append(f"a further run exits with {again.code}, does {again.operations}\n{again.text}")
    return wrong + [f"left behind: {process}" for process in processes_of(served.project)]
