"""Does `holdfast ci recover` bring a stack back with the real CLI, and never over a run that lives?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from holdfast_sandbox.rehearsal import Azure, Project, Stranger

from .foreign_hand import STORAGE, VERSIONS, ForeignHand

pytestmark = pytest.mark.engine


def recover(project: Project, *words: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, the JSON object (empty where there is none), what was said on stderr."""
    command = [sys.executable, "-m", "holdfast.ops.main", "ci", "recover", "--stack", project.stack, "--yes", "--json"]
    done = subprocess.run(
        [*command, *words], cwd=project.folder, env=project.environ, capture_output=True, text=True, check=False
    )
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr


@contextmanager
def run_until(project: Project, method: str, path: str) -> Iterator[subprocess.Popen[str]]:
    """`pulumi up`, entered when it has written there. A rule of the sandbox is to keep the answer back."""
    mark = project.azure.mark()
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", project.stack]
    with project.popen(command) as run:
        deadline = time.monotonic() + 240
        while not any(path in request.path and request.method == method for request in project.azure.since(mark)):
            assert time.monotonic() < deadline, "the run never wrote there"
            time.sleep(0.1)
        yield run


def kill(run: subprocess.Popen[str]) -> None:
    """`kill -9`."""
    os.kill(run.pid, signal.SIGKILL)
    run.wait(10)


def test_the_way_back_waits_for_the_living_and_makes_nothing_anew_in_silence(
    project: Project, azure: Azure, stranger: Stranger
) -> None:
    """While the run lives it is refused. After a kill the lock and the pending creation go; and what somebody deleted
    meanwhile is no reason to make it anew: the run refuses as ever, and says which resource."""
    project.up()
    storage, group = project.resource_id("storage"), project.resource_id("group").rpartition("/")[2]
    project.change(lambda environment: environment.update(identities=[{"name": "id-late"}]))
    azure.fault("PUT .*/userAssignedIdentities/", hold_answer=600, times=1)
    with run_until(project, "PUT", "/userAssignedIdentities/") as run:
        code, _, said = recover(project)
        assert code == 2
        assert "error: run-still-alive" in said
        assert f"(process {run.pid})" in said
        assert run.poll() is None
        kill(run)
    azure.clear_faults()
    hand = ForeignHand(stranger, project.environ, group)
    assert hand.ask("DELETE", storage, VERSIONS[STORAGE]).ok
    mark = azure.mark()
    code, body, said = recover(project)
    assert code == 3
    assert "gone-for-good" in said
    assert "error: recover-step-failed" in said
    assert [(row["step"], row["code"]) for row in body["steps"]] == [
        ("cancel", 0),
        ("look", 0),
        ("clear", 0),
        ("up", 255),
    ]
    assert [f"{p['operation']} {p['urn'].split('::')[-1]}" for p in body["pending"]] == ["creating identity-id-late"]
    assert [lock["alive"] for lock in body["locks"]] == [False]
    assert not [request for request in azure.since(mark) if request.is_write]
    # Now it is said that it is meant to be gone. And a kill at the wrong moment leaves a file that Pulumi can't read.
    project.pulumi("refresh", "--yes", "--skip-preview", "--stack", project.stack, expect=0)
    (attributes,) = (project.folder / "backend/.pulumi/stacks").rglob(f"{project.stack}.json.attrs")
    attributes.write_text("")
    assert "EOF" in project.pulumi("stack", "export", "--stack", project.stack).text
    code, body, said = recover(project)
    assert (code, body["pending"], body["locks"]) == (0, [], [])
    assert "half written" in said
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])


@pytest.mark.parametrize("method", ["DELETE", "PUT"])
def test_a_replacement_that_died_half_way_is_finished(
    method: str, make_project: Callable[..., Project], settings: dict[str, Any], azure: Azure
) -> None:
    """What the killed run had deleted to make it anew is no loss of anybody's: the way back makes it, once."""
    group = {"name": "score", "image": "nginx:1.27"}
    # A group of each case's own: the second would find what the first has left.
    own = f"{settings['resourceGroup']}-{method.lower()}"
    project = make_project({**settings, "resourceGroup": own, "registry": False, "containerGroups": [group]})
    project.up()
    project.change(lambda environment: environment["containerGroups"][0].update(memory=2.5))
    azure.fault(f"{method} .*/containerGroups/score", hold_answer=600, times=1)
    with run_until(project, method, "/containerGroups/") as run:
        kill(run)
    azure.clear_faults()
    mark = azure.mark()
    code, body, said = recover(project)
    assert code == 0, said
    made = [request.method for request in azure.since(mark) if request.is_write]
    assert made == (["PUT"] if method == "DELETE" else []), body
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
