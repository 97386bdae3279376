"""Does `kill -9` of the engine leave anything of the run behind?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.engine

STUCK_PROVIDER = """
    import os, subprocess, time
    import pulumi
    from pulumi.dynamic import CreateResult, Resource, ResourceProvider

    class Stuck(ResourceProvider):
        def create(self, props):
            open(os.environ["MARKS"] + "/started", "w").close()
            subprocess.run(["sleep", "600"])
            return CreateResult("never", {})

    class StuckResource(Resource):
        def __init__(self, name):
            super().__init__(Stuck(), name, {})

    StuckResource("stuck")
"""

STUCK_PROGRAM = """
    import os, subprocess
    open(os.environ["MARKS"] + "/started", "w").close()
    subprocess.run(["sleep", "600"])
"""

PACK = """
    from pulumi_policy import PolicyPack, ResourceValidationPolicy
    PolicyPack("idle", policies=[ResourceValidationPolicy("nothing", "Forbids nothing.", lambda args, report: None)])
"""


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (STUCK_PROVIDER, ["language_host", "pulumi-language-python-exec", "pulumi.dynamic", "pulumi.policy", "sleep"]),
        (STUCK_PROGRAM, ["language_host", "pulumi-language-python-exec", "sleep"]),
    ],
    ids=["in a dynamic provider", "in the program"],
)
def test_kill_leaves_no_process(project: Any, marks: Path, program: str, expected: list[str]) -> None:
    """Host, program, provider, analyzer and what they started are gone 5 s after the engine, wherever the run hung."""
    project.write("__main__.py", program)
    project.write("pack/PulumiPolicy.yaml", f"runtime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n")
    project.write("pack/__main__.py", PACK)
    run = project.start("up", "--yes", "--skip-preview", "--policy-pack", "pack")
    assert project.wait_for((marks / "started").exists)
    started = project.processes_of(run)
    commands = project.left(started)
    for name in expected:
        assert any(name in command for command in commands), (name, commands)
    project.kill_hard(run)
    project.wait_for(lambda: not project.left(started), seconds=5.0)
    assert project.left(started) == []


def test_stack_is_usable_again_after_a_kill(project: Any, marks: Path) -> None:
    """`pulumi cancel`, then clearing the pending create, brings the stack back to a run that succeeds."""
    project.write("__main__.py", STUCK_PROVIDER)
    run = project.start("up", "--yes", "--skip-preview")
    assert project.wait_for((marks / "started").exists)
    project.kill_hard(run)
    assert "lock" in project.pulumi("up", "--yes", "--skip-preview", code=255)
    project.pulumi("cancel", "--yes")
    project.pulumi("refresh", "--yes", "--clear-pending-creates")
    project.write("__main__.py", "import pulumi\npulumi.export('back', True)\n")
    assert "pending" not in project.pulumi("up", "--yes", "--skip-preview")
