"""Does a run survive when any one of its requests fails? Each of a first `up` and of an update, each way to fail.

The requests are learnt from the log of a clean run, so that a request that is added tomorrow is struck tomorrow. To
survive is to succeed all the same (the request is tried again), or to fail with a message and to be led back by what
docs/errors.md tells: nobody has lost an entry, nothing is there twice, and the run after has nothing to do.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from holdfast_sandbox.rehearsal import Azure, Outcome, Project, Stranger

from .environments import (
    Point,
    group_of,
    lost,
    nothing_to_do,
    points_of,
    small,
    table,
    types_in,
    way_back,
    without_words,
)

pytestmark = [pytest.mark.engine, pytest.mark.slow]

#: By what a table calls them: what the sandbox is told. A 503 without Retry-After, so that our own waits are tried too.
FAULTS: dict[str, dict[str, Any]] = {
    "429 with Retry-After": {"status": 429, "retry_after": 1},
    "500": {"status": 500, "retry_after": 1},
    "503": {"status": 503},
    "reset": {"drop": True},
    "expired token": {"status": 401, "code": "ExpiredAuthenticationToken"},
    "lost answer": {"lose_answer": True},
    "failed operation": {"fail_operation": "InternalServerError"},
}

#: How a run can survive: within itself, by being run again, or by the documented way back.
SURVIVED = ("retried", "next run", "led back")

#: `1/4`: the first of four parts, for a night that is too short for all.
SHARE = os.environ.get("HOLDFAST_SHARE", "1/1")


def fits(fault: str, point: Point) -> bool:
    """Whether such a request can fail in such a way."""
    match fault:
        case "lost answer":
            return point.is_write
        case "failed operation":
            return point.is_write and point.starts_operation
        case "expired token":
            return not point.is_login
    return True


@dataclass
class Matrix:
    """What became of the trials."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def note(self, fault: str, point: Point, end: str, wrong: list[str]) -> None:
        """One trial: it was `retried` within the run, by the `next run`, `led back`, or its request was `not made`."""
        self.counts[fault, "tried"] += 1
        self.counts[fault, "broken" if wrong else end] += 1
        self.broken += [f"{fault} at {point.shown}: {one}" for one in wrong]

    def rows(self, what: str) -> list[str]:
        """The table."""
        columns = ("tried", *SURVIVED, "not made", "broken")
        faults = [fault for fault in FAULTS if self.counts[fault, "tried"]]
        rows = [(fault, *(str(self.counts[fault, column]) for column in columns)) for fault in faults]
        total = ("all", *(str(sum(self.counts[fault, column] for fault in faults)) for column in columns))
        return table([(what, *columns), *rows, total])


class FirstRun:
    """Trials of a first `up`: a group, a stack and a state each."""

    def __init__(self, make: Callable[..., Project], azure: Azure, stranger: Stranger, name: str) -> None:
        self.make, self.azure, self.stranger, self.name, self.count = make, azure, stranger, name, 0
        clean, self.points = self.project(), []
        self.points = points_of(clean, clean.up())
        self.types = types_in(stranger, group_of(clean))

    def project(self) -> Project:
        self.count += 1
        return self.make(small(f"rg-{self.name}-{self.count}"), folder=f"project-{self.count}")

    def trial(self, point: Point, **fault: Any) -> tuple[str, list[str]]:
        """How one run ended, and what is wrong afterwards."""
        project = self.project()
        return tried(self.azure, project, point, fault, lambda again: self.look(project, again.text))

    def look(self, project: Project, said: str) -> list[str]:
        held = self.stranger.policies(project.resource_id("vault"))
        # A workspace whose creation broke off was never let in: not ours to mend, and not to be hushed up.
        whole = len(held) == 2 or "workspace-identity-unseen" in said
        wrong = [] if whole else [f"not our grant and the workspace's own entry, but {held}"]
        found = types_in(self.stranger, group_of(project))
        return wrong + ([] if found == self.types else [f"{found} where there should be {self.types}"])


class Update:
    """Trials of an update, one after the other on one environment: a setting, a tag of everything, a grant."""

    def __init__(self, make: Callable[..., Project], azure: Azure, stranger: Stranger, name: str) -> None:
        self.azure, self.stranger, self.count = azure, stranger, 0
        self.project = make(small(f"rg-{name}"))
        self.project.up()
        self.vault = self.project.resource_id("vault")
        stranger.add(self.vault, *(stranger.entry(stranger.principal(n), keys=["get"]) for n in range(900, 905)))
        self.change()
        self.points = points_of(self.project, self.project.up())
        self.types = types_in(stranger, group_of(self.project))

    def change(self) -> None:
        self.count += 1
        opened, grant = bool(self.count % 2), {"principal": Stranger.principal(self.count), "secrets": ["get"]}

        def edit(environment: dict[str, Any]) -> None:
            environment["vault"].update(publicAccess=opened, grants=[environment["vault"]["grants"][0], grant])
            environment["tags"] = {"release": str(self.count)}

        self.project.change(edit)

    def trial(self, point: Point, **fault: Any) -> tuple[str, list[str]]:
        """As `FirstRun.trial`."""
        before = self.stranger.policies(self.vault)
        self.change()
        return tried(self.azure, self.project, point, fault, lambda again: self.look(before))

    def look(self, before: dict[str, dict[str, list[str]]]) -> list[str]:
        held = self.stranger.policies(self.vault)
        wrong = lost(before, held)
        if Stranger.principal(self.count) not in held:
            wrong.append("the grant is not there")
        found = types_in(self.stranger, group_of(self.project))
        return wrong + ([] if found == self.types else [f"{found} where there should be {self.types}"])


def tried(
    azure: Azure, project: Project, point: Point, fault: dict[str, Any], look: Callable[[Outcome], list[str]]
) -> tuple[str, list[str]]:
    """One run with one request that fails, and everything that must hold afterwards."""
    point.strike(azure, **fault)
    try:
        done = project.up(expect=None)
        struck = point.struck(azure)
    finally:
        azure.clear_faults()
    end, wrong = "retried", list[str]()
    if done.code:
        end, wrong = "next run", without_words(done)
        if not wrong and project.up(expect=None).code:
            end, wrong = "led back", way_back(project)
    if not wrong:
        again = project.up(expect=None)
        wrong = [*nothing_to_do(again), *look(again)]
    return (end if struck else "not made"), [f"{one}\n--- the run:\n{done.text}" for one in wrong]


def share(trials: list[tuple[str, Point]]) -> list[tuple[str, Point]]:
    """The part of all trials that is asked for."""
    part, _, parts = SHARE.partition("/")
    return trials[int(part) - 1 :: int(parts)]


@pytest.fixture
def name(worker_id: str, request: pytest.FixtureRequest) -> str:
    """Of this test's groups."""
    return f"{worker_id}-{request.node.name[5:20].strip('-_').replace('_', '-')}"


@pytest.mark.parametrize("phase", [FirstRun, Update], ids=["first", "update"])
def test_a_run_survives_the_failure_of_any_request(
    phase: Any,
    name: str,
    make_project: Callable[..., Project],
    azure: Azure,
    stranger: Stranger,
    proving: bool,
    tally: Callable[[str], None],
) -> None:
    """Tried again, or a message and a way back: no entry is lost, nothing is there twice, nothing is left to do."""
    here, matrix = phase(make_project, azure, stranger, f"{name}-{phase.__name__.lower()}"), Matrix()
    trials = [(fault, point) for point in here.points for fault in FAULTS if fits(fault, point)]
    chosen = share(trials) if proving else list(usual(trials))
    assert chosen
    for number, (fault, point) in enumerate(chosen, 1):
        end, wrong = here.trial(point, **FAULTS[fault])
        matrix.note(fault, point, end, wrong)
        print(f"{number}/{len(chosen)} {fault} at {point.shown}: {'BROKEN' if wrong else end}", flush=True)
    of = f"{len(chosen)} of {len(trials)}, share {SHARE}" if proving else f"{len(chosen)} of {len(trials)}"
    for line in matrix.rows(f"faults, {phase.__name__} ({of})"):
        tally(line)
    assert not matrix.broken, "\n\n".join(matrix.broken)
    survived = sum(count for (_, end), count in matrix.counts.items() if end in SURVIVED)
    assert survived >= len(chosen) * 0.8, "too many requests were not made again: the trials prove little"


def usual(trials: list[tuple[str, Point]]) -> Iterator[tuple[str, Point]]:
    """The slice of every day: an operation that fails, an addition whose answer is lost, a PATCH that is throttled."""
    day = [
        ("failed operation", "PUT workspaces/"),
        ("lost answer", "PUT accessPolicies/add"),
        ("429 with Retry-After", "PATCH vaults/"),
    ]
    for wanted, start in day:
        found = [(fault, point) for fault, point in trials if fault == wanted and point.shown.startswith(start)]
        yield from found[:1]


def test_an_operation_that_never_ends_is_given_up_and_met_again(
    name: str, make_project: Callable[..., Project], azure: Azure, stranger: Stranger, tally: Callable[[str], None]
) -> None:
    """Ctrl-C ends the wait; when Azure is done after all, the way back finds the workspace and makes no second."""
    project = make_project(small(f"rg-{name}"))
    azure.fault("PUT .*/Microsoft.MachineLearningServices/workspaces/", hold_operation=HELD, times=1)
    mark = azure.mark()
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--color", "never"]
    with project.popen([*command, "--stack", project.stack]) as run:
        while not any(
            "/operationStatuses/" in request.path and "MachineLearning" in request.path for request in azure.since(mark)
        ):
            assert run.poll() is None, run.communicate()[0]
            time.sleep(0.2)
        accepted = time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGINT)
        text, _ = run.communicate(timeout=60)
    assert run.returncode != 0
    assert "Traceback" not in text
    azure.clear_faults()
    time.sleep(max(0.0, accepted + HELD + 1 - time.monotonic()))
    assert way_back(project) == []
    assert nothing_to_do(project.up(expect=None)) == []
    held = stranger.policies(project.resource_id("vault"))
    assert len(held) == 2, held
    assert types_in(stranger, group_of(project))["microsoft.machinelearningservices/workspaces"] == 1
    tally("an operation that never ends: Ctrl-C, the way back, nothing twice")


#: Seconds for which the operation goes on.
HELD = 15.0
