"""A process that `warm` forks: what starts it can't tell it from a new one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from holdfast_sandbox.engine import launchers, warm, warm_client
from holdfast_sandbox.engine.warm_client import VARIABLE

from .conftest import Project

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="module")
def server() -> Path:
    """A server of this module's."""
    with warm.running() as variable:
        yield Path(variable[VARIABLE])


@pytest.fixture
def start(server: Path, tmp_path: Path) -> Start:
    """Start a script as the engine starts a plugin: by the client, in a group of its own."""

    def started(text: str, *words: str, **env: str) -> subprocess.Popen[str]:
        script = tmp_path / "script.py"
        script.write_text(textwrap.dedent(text))
        command = [sys.executable, "-I", "-S", warm_client.__file__, "program", str(script), *words]
        return subprocess.Popen(
            command,
            cwd=tmp_path,
            env={**os.environ, VARIABLE: str(server), **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )

    return started


def test_arguments_environment_folder_and_streams_are_the_clients(start: Start, tmp_path: Path) -> None:
    """Nothing of the server's own shows."""
    process = start(
        """
        import os, sys
        print(sys.argv[1:], os.getcwd(), os.environ["ASKED"], sys.stdin.readline().strip(), __name__)
        print("talk", file=sys.stderr)
        """,
        "a b",
        "ü",
        ASKED="yes",
    )
    said, talk = process.communicate("data\n", timeout=30)
    assert said == f"['a b', 'ü'] {tmp_path} yes data __main__\n"
    assert talk == "talk\n"


def test_what_one_process_does_stays_in_it(start: Start) -> None:
    """The next one starts from what the server has imported, and from nothing else."""
    text = (
        "import os, sys, json; print('left' in os.environ, hasattr(json, 'left')); os.environ['left'] = json.left = 'x'"
    )
    assert [start(text).communicate(timeout=30)[0] for _ in range(2)] == ["False False\n"] * 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", 0),
        ("raise SystemExit(32)", 32),
        ("1 / 0", 1),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 137),
    ],
)
def test_the_exit_code_is_the_process_s(start: Start, text: str, code: int) -> None:
    """32 is the one that means something to the engine; a signal is 128 and its number, as in a shell."""
    assert start(text).wait(30) == code


def test_lines_arrive_while_it_runs(start: Start) -> None:
    """As with `python -u`: the engine reads a plugin's port from its first line."""
    process = start("import sys; sys.stdout.write('4711\\n'); sys.stdin.read()")
    assert process.stdout is not None
    assert process.stdout.readline() == "4711\n"
    process.communicate("", timeout=30)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_passed_on(start: Start, number: signal.Signals) -> None:
    """What the engine sends to the process that it knows reaches the one that does the work."""
    process = start(
        """
        import signal, sys, time
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda number, _: sys.exit(number))
        print("ready")
        for _ in range(600):
            time.sleep(0.1)  # one long sleep goes on to its end where the signal comes just before it
        """
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(number)
    assert process.wait(30) == number


def test_it_ends_with_a_client_that_is_killed(start: Start) -> None:
    """And so do its own children: the engine kills a plugin's group, in which they are not."""
    process = start(
        """
        import os, subprocess, time
        child = subprocess.Popen(["sleep", "60"])
        print(os.getpid(), child.pid)
        time.sleep(60)
        """
    )
    assert process.stdout is not None
    started = [psutil.Process(int(pid)) for pid in process.stdout.readline().split()]
    os.killpg(process.pid, signal.SIGKILL)
    assert Project.wait_for(lambda: not Project.left(started), 10)


def test_the_server_outlives_a_client_that_breaks_off(server: Path, start: Start) -> None:
    """A request that is never finished starts nothing and stops nobody."""
    import socket

    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(server))
        client.sendall(b"\0\0")
    assert start("print('here')").communicate(timeout=30)[0] == "here\n"


def test_a_server_ends_with_whoever_started_it() -> None:
    """Its socket goes, too."""
    with warm.running() as variable:
        path = Path(variable[VARIABLE])
        assert path.is_socket()
    assert not path.exists()


def test_a_server_that_can_not_import_says_so() -> None:
    """At once, not after its patience."""
    began = time.monotonic()
    with pytest.raises(RuntimeError, match="no_such_module"), warm.running("no_such_module"):
        pass
    assert time.monotonic() - began < warm.START_SECONDS


def test_launchers_take_the_warm_road_only_where_there_is_one() -> None:
    """By an environment variable; the policy analyzer is started anew each time."""
    texts = launchers.engine_launchers(Path("/engine"), "1")
    roads = {name for name, text in texts.items() if f"${{{VARIABLE}:-}}" in text}
    assert roads == {launchers.LANGUAGE, launchers.DYNAMIC}
    assert f"${{{VARIABLE}:-}}" in launchers.provider_launcher()


@pytest.mark.engine
def test_a_program_runs_warm_as_it_runs_cold(project: Project, server: Path) -> None:
    """The same outputs, and what it prints is shown."""
    project.write("__main__.py", "import os, pulumi\nprint('printed')\npulumi.export('x', 1)\n")
    project.pulumi("up", "--yes", "--skip-preview")
    cold = project.pulumi("stack", "output", "--json")
    project.env[VARIABLE] = str(server)
    assert "printed" in project.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
    assert project.pulumi("stack", "output", "--json") == cold
    project.write("__main__.py", "raise ValueError('of the program')\n")
    said = project.pulumi("preview", code=255)
    assert "ValueError: of the program" in said
