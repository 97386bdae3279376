"""Does a Python program run under the language host of ours as it does under the original?"""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.engine


def test_configuration_and_secrets_reach_the_program(project: Any) -> None:
    """Plain and secret values arrive, and a secret value is known as secret."""
    project.write(
        "__main__.py",
        """
        import pulumi
        config = pulumi.Config()
        pulumi.export("plain", config.require("plain"))
        pulumi.export("hidden", config.require("hidden"))
        pulumi.export("organization", pulumi.get_organization())
        """,
    )
    project.pulumi("config", "set", "plain", "visible")
    project.pulumi("config", "set", "--secret", "hidden", "swordfish")
    shown = project.pulumi("up", "--yes")
    assert "swordfish" not in shown
    outputs = json.loads(project.pulumi("stack", "output", "--json", "--show-secrets"))
    assert outputs["plain"] == "visible"
    assert outputs["hidden"] == "swordfish"
    assert outputs["organization"] == "organization"


def test_preview_is_a_dry_run(project: Any) -> None:
    """The program can tell a preview from an update."""
    project.write(
        "__main__.py",
        "import pulumi\npulumi.export('dry', pulumi.runtime.is_dry_run())\nprint('dry', pulumi.runtime.is_dry_run())\n",
    )
    assert "dry True" in project.pulumi("preview")
    project.pulumi("up", "--yes", "--skip-preview")
    assert json.loads(project.pulumi("stack", "output", "--json"))["dry"] is False


def test_failing_program_shows_its_error_once(project: Any) -> None:
    """The exception and its line are shown, without a second message that adds nothing."""
    project.write("__main__.py", "def fall():\n    raise ValueError('over the edge')\nfall()\n")
    shown = project.pulumi("preview", code=255)
    assert shown.count("ValueError: over the edge") == 1
    assert "__main__.py" in shown
    assert "the program exited" not in shown


def test_program_that_exits_by_itself_fails_the_run(project: Any) -> None:
    """An exit code that no message explains is told."""
    project.write("__main__.py", "import os\nos._exit(7)\n")
    assert "the program exited with code 7" in project.pulumi("preview", code=255)


def test_output_streams_while_the_program_runs(project: Any, marks: Path) -> None:
    """A line that the program prints is shown before the program ends, from both streams."""
    project.write(
        "__main__.py",
        """
        import os, sys, time
        print("early out")
        print("early err", file=sys.stderr)
        while not os.path.exists(os.environ["MARKS"] + "/go"):
            time.sleep(0.02)
        """,
    )
    run = project.start("preview")
    assert run.stdout is not None
    seen = ""
    while "early out" not in seen or "early err" not in seen:
        line = run.stdout.readline()
        assert line, seen
        seen += line
    (marks / "go").touch()
    run.communicate(timeout=60)
    assert run.returncode == 0


def test_main_and_relative_virtualenv_are_relative_to_the_root(project: Any) -> None:
    """`virtualenv: env` beside Pulumi.yaml works for a program in a subfolder, which imports its neighbours."""
    (project.folder / "env").symlink_to(sys.prefix)
    project.describe(main="infra", runtime={"name": "python", "options": {"virtualenv": "env"}})
    project.write("infra/neighbour.py", "NAME = 'next door'\n")
    project.write(
        "infra/__main__.py",
        """
        import sys, pulumi, neighbour
        pulumi.export("neighbour", neighbour.NAME)
        pulumi.export("prefix", sys.prefix)
        """,
    )
    project.pulumi("up", "--yes", "--skip-preview")
    outputs = json.loads(project.pulumi("stack", "output", "--json"))
    assert outputs["neighbour"] == "next door"
    assert outputs["prefix"] == str(project.folder / "env")


def test_missing_virtualenv_is_one_clear_error(project: Any) -> None:
    """The error names the folder and the command that creates it."""
    project.describe(runtime={"name": "python", "options": {"virtualenv": "nowhere"}})
    shown = project.pulumi("preview", code=255)
    assert str(project.folder / "nowhere") in shown
    assert "pulumi install" in shown
    assert "Traceback" not in shown


def test_about_tells_the_python(project: Any) -> None:
    """`pulumi about` asks the host for the interpreter and the packages that the project installed."""
    about = json.loads(project.pulumi("about", "--json"))
    assert about["runtime"]["executable"] == f"{sys.prefix}/bin/python"
    assert about["runtime"]["version"] == "{}.{}.{}".format(*sys.version_info[:3])
    assert "pulumi_azure_native" in {package["name"].replace("-", "_") for package in about["dependencies"]}


def test_interrupt_ends_a_run_and_its_processes(project: Any, marks: Path) -> None:
    """Ctrl-C (SIGINT to the engine) ends a program that would never end, and everything around it."""
    project.write(
        "__main__.py",
        """
        import os, time
        open(os.environ["MARKS"] + "/started", "w").close()
        time.sleep(600)
        """,
    )
    run = project.start("preview")
    assert project.wait_for((marks / "started").exists)
    started = project.processes_of(run)
    assert len(started) >= 2, "the host and the program"
    run.send_signal(signal.SIGINT)
    shown, _ = run.communicate(timeout=60)
    assert run.returncode != 0
    assert "Traceback" not in shown
    assert project.wait_for(lambda: not project.left(started))
