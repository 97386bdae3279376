"""Does `holdfast ci recover` bring a stack back with the real CLI, and never over a run that lives?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
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


def test_the_way_back_waits_for_the_living_and_makes_nothing_anew_in_silence(
    project: Project, azure: Azure, stranger: Stranger
) -> None:
    """While the run lives it is refused. After a kill the lock and the pending creation go; and what somebody deleted
    meanwhile is no reason to make it anew: the run refuses as ever, and says which resource."""
    project.up()
    storage, group = project.resource_id("storage"), project.resource_id("group").rpartition("/")[2]
    project.change(lambda environment: environment.update(identities=[{"name": "id-late"}]))
    azure.fault("PUT .*/userAssignedIdentities/", hold_answer=600, times=1)
    mark = azure.mark()
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", project.stack]
    with project.popen(command) as run:
        deadline = time.monotonic() + 120
        while not any("/userAssignedIdentities/" in r.path and r.method == "PUT" for r in azure.since(mark)):
            assert time.monotonic() < deadline, "the run never wrote the identity"
            time.sleep(0.1)
        code, _, said = recover(project)
        assert code == 2
        assert "error: run-still-alive" in said
        assert f"(process {run.pid})" in said
        assert run.poll() is None
        os.kill(run.pid, signal.SIGKILL)
        run.wait(10)
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
    # Now it is said that it is meant to be gone.
    project.pulumi("refresh", "--yes", "--skip-preview", "--stack", project.stack, expect=0)
    code, body, said = recover(project)
    assert (code, body["pending"], body["locks"]) == (0, [], [])
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
