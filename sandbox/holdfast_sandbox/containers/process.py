"""How is one run of a container started, listened to and ended? A process group, watched by the event loop.

No thread and no polling: the loop is told when the output has something and when the first process ends (a pidfd; a
waiting thread where the system has none). What is left of the group then is killed, as a container's processes end with
its first one.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from holdfast_sandbox.containers.log import Log
from holdfast_sandbox.containers.model import Recipe

_FIRST = str(Path(__file__).with_name("first.py"))
_CHUNK = 65536
#: Seconds between two reads of an output that is always full: some 3 MB a second.
_PAUSE = 0.02


class Run:
    """One run. `exited` is called once, on the loop, with the exit code (128 + n after signal n)."""

    def __init__(self, recipe: Recipe, log: Log, clock: Callable[[], float], exited: Callable[[int], None]) -> None:
        """Starts the process; OSError where the working folder is none."""
        self._loop, self._log, self._clock, self._exited = asyncio.get_running_loop(), log, clock, exited
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", _FIRST, *recipe.argv],
            cwd=recipe.cwd,
            env=dict(recipe.env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._output = self._process.stdout.fileno()
        os.set_blocking(self._output, False)
        self._loop.add_reader(self._output, self._readable)
        self._pidfd: int | None = None
        self._watch()

    @property
    def pid(self) -> int:
        """Also the id of the group and of the session."""
        return self._process.pid

    def send(self, number: signal.Signals) -> None:
        """Signals the whole group, and with SIGKILL what has left it."""
        kill_strays = _strays(self.pid) if number == signal.SIGKILL else None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)
        if kill_strays is not None:
            kill_strays()

    def _watch(self) -> None:
        if hasattr(os, "pidfd_open"):
            self._pidfd = os.pidfd_open(self.pid)
            self._loop.add_reader(self._pidfd, self._ended)
        else:
            threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        self._process.wait()
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._ended)

    def _readable(self) -> None:
        try:
            content = os.read(self._output, _CHUNK)
        except BlockingIOError:
            return
        if content:
            self._log.write(self._clock(), content)
        if len(content) in (0, _CHUNK):
            self._loop.remove_reader(self._output)
        if len(content) == _CHUNK:
            # What prints without end waits: this is the loop that answers all others, too.
            self._loop.call_later(_PAUSE, self._listen)

    def _listen(self) -> None:
        if self._process.stdout is not None and not self._process.stdout.closed:
            self._loop.add_reader(self._output, self._readable)

    def _ended(self) -> None:
        if self._pidfd is not None:
            self._loop.remove_reader(self._pidfd)
            os.close(self._pidfd)
        code = self._process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._drain()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._exited(code if code >= 0 else 128 - code)

    def _drain(self) -> None:
        self._loop.remove_reader(self._output)
        with contextlib.suppress(BlockingIOError):
            while content := os.read(self._output, _CHUNK):
                self._log.write(self._clock(), content)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._log.end(self._clock())


def _strays(pid: int) -> Callable[[], None]:
    """What kills the process's descendants as they are now, whatever group they are in."""
    import psutil  # here: a sandbox without containers does without it

    try:
        found = psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        found = []

    def kill() -> None:
        for stray in found:
            with contextlib.suppress(psutil.Error):
                stray.kill()

    return kill
