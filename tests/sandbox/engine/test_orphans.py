"""Does a process that watches its parent end with it, with its group, and only then?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from holdfast_sandbox.engine import orphans

PARENT = """
import subprocess, sys, time
child = subprocess.Popen(sys.argv[1:], start_new_session={session}, stdin=subprocess.{stdin})
print(child.pid, flush=True)
time.sleep(600)
"""

WATCHER = """
from holdfast_sandbox.engine import orphans
{before}
orphans.exit_with_parent()
{after}
import time; time.sleep(600)
"""


@pytest.fixture
def parents() -> Iterator[list[subprocess.Popen[str]]]:
    """Parents that were started, ended with the test."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for parent in started:
        parent.kill()
        parent.communicate()


def start(
    parents: list[subprocess.Popen[str]], command: list[str], session: bool = True, stdin: str = "DEVNULL"
) -> psutil.Process:
    """Start a parent that starts `command`; the child of that parent."""
    source = PARENT.format(session=session, stdin=stdin)
    parent = subprocess.Popen([sys.executable, "-c", source, *command], stdout=subprocess.PIPE, text=True)
    parents.append(parent)
    assert parent.stdout is not None
    return psutil.Process(int(parent.stdout.readline()))


def gone(process: psutil.Process, seconds: float = 5.0) -> bool:
    """Whether `process` ended within the promised time."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def watcher(before: str = "pass", after: str = "pass") -> list[str]:
    """A command that watches its parent."""
    return [sys.executable, "-c", WATCHER.format(before=before, after=after)]


@pytest.mark.slow
@pytest.mark.parametrize("before", ["pass", "orphans._pidfd = lambda pid: None"], ids=["pidfd", "getppid"])
def test_watcher_ends_with_its_parent(parents: list[subprocess.Popen[str]], before: str) -> None:
    """By the kernel's word or by asking, a killed parent is noticed in time; a living one is left alone."""
    child = start(parents, watcher(before))
    time.sleep(1.0)
    assert not gone(child, seconds=0)
    parents[0].kill()
    assert gone(child)


@pytest.mark.slow
def test_children_of_the_watcher_end_too(parents: list[subprocess.Popen[str]], tmp_path: Path) -> None:
    """A watcher that leads its group takes the group along."""
    mark = tmp_path / "pid"
    after = f"import subprocess; open({str(mark)!r}, 'w').write(str(subprocess.Popen(['sleep', '600']).pid) + chr(10))"
    child = start(parents, watcher(after=after))
    while not mark.exists() or not mark.read_text().endswith("\n"):
        time.sleep(0.05)
    grandchild = psutil.Process(int(mark.read_text()))
    parents[0].kill()
    assert gone(child)
    assert gone(grandchild)


@pytest.mark.slow
def test_supervisor_passes_exit_code_and_signals_on() -> None:
    """The command behind the supervisor decides the exit code, and gets the SIGTERM that was meant for it."""
    supervised = [sys.executable, "-I", "-S", orphans.__file__]
    assert (
        subprocess.run([*supervised, "/bin/sh", "-c", "exit 7"], stdin=subprocess.DEVNULL, check=False).returncode == 7
    )
    process = subprocess.Popen([*supervised, "/bin/sleep", "600"], stdin=subprocess.DEVNULL)
    while not psutil.Process(process.pid).children():
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 128 + signal.SIGTERM


@pytest.mark.slow
def test_closed_stdin_ends_the_supervised_command() -> None:
    """An engine that died before anyone could look at it is noticed by the pipe that it no longer holds."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", orphans.__file__, "/bin/sleep", "600"],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    while not (children := psutil.Process(process.pid).children()):
        time.sleep(0.02)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(timeout=10) == -signal.SIGKILL
    assert gone(children[0])


def test_wait_returns_at_once_for_a_parent_that_is_not() -> None:
    """A parent that was gone before the watch began is not waited for."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    assert ended.pid != os.getppid()
    orphans.wait_until_gone(ended.pid)
