"""How is a command run against a sandbox? With the server that runs already, or one that ends when nobody uses it any
more.

Every `run` holds a shared lock on the state's `users` file. The server that a `run` started asks for that lock
exclusively twice a second and ends when it gets it: so it outlives a `run` as long as another one works with it, and
never a `run` that was killed. A `--fresh` sandbox is a temporary folder, which its server removes when it ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

from holdfast_sandbox import running
from holdfast_sandbox.environment import variables
from holdfast_sandbox.errors import SandboxError

_FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


def run(
    command: Sequence[str],
    state: Path,
    *,
    latency: str | None,
    rbac: bool = False,
    fresh: bool,
    path_entries: Sequence[str],
) -> int:
    """Runs the command; its exit code, or 128 + the signal that ended it, as a shell tells it."""
    if shutil.which(command[0], path=os.pathsep.join([*path_entries, os.environ.get("PATH", "")])) is None:
        raise SandboxError(
            "command-not-found",
            f"There is no command `{command[0]}`",
            hint="everything after `--` is the command with its arguments",
        )
    with _Signals() as signals, _server(state, latency, rbac, fresh) as server:
        changed = variables(server.url, server.state, path_entries, os.environ)
        child = subprocess.Popen(list(command), env={**os.environ, **changed})
        signals.forward_to(child)
        code = child.wait()
    return code if code >= 0 else 128 - code


@contextlib.contextmanager
def _server(state: Path, latency: str | None, rbac: bool, fresh: bool) -> Iterator[running.RunningServer]:
    if fresh:
        # Not under the state's folder: what is temporary lies where a reboot clears it away.
        state = Path(tempfile.mkdtemp(prefix="holdfast-sandbox-")).resolve()
    state.mkdir(parents=True, exist_ok=True)
    users = open(state / "users", "w")  # noqa: SIM115 - closed below, before the server is asked to stop
    server, process = None, None
    try:
        fcntl.flock(users, fcntl.LOCK_SH)
        with running.alone(state):
            server = running.find(state)
            if server is None:
                options = ["--latency", latency or "off", "--while-used", *(["--ephemeral"] if fresh else [])]
                options += ["--rbac"] if rbac else []
                server, process = running.start(state, *options, detached=True)
            elif rbac and not server.ask("GET", "status").get("rbac"):
                # Everything would pass, and look as if the rights were enough.
                raise SandboxError(
                    "sandbox-running",
                    "A sandbox server is running already, and it enforces no role assignments",
                    evidence=[("url", server.url), ("state", str(state))],
                    hint="`holdfast sandbox stop` ends it; `--fresh` runs the command against one of its own",
                )
            elif latency is not None:
                print("note: a sandbox is running already; it keeps its own latency", file=sys.stderr)
        yield server
    finally:
        last = False
        with contextlib.suppress(OSError):
            fcntl.flock(users, fcntl.LOCK_UN)
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            last = True
        if server is not None and process is not None and last:
            server.stop()
        users.close()
        if fresh:
            shutil.rmtree(state, ignore_errors=True)


class _Signals:
    """Passes signals on to the command; what the terminal sends to the whole group is not sent twice."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []
        self._before: dict[int, object] = {}

    def __enter__(self) -> _Signals:
        for number in _FORWARDED:
            self._before[number] = signal.signal(number, self._received)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type] # what signal.signal() gave

    def forward_to(self, child: subprocess.Popen[bytes]) -> None:
        self._child = child
        for number in self._early:
            child.send_signal(number)

    def _received(self, number: int, frame: FrameType | None) -> None:
        if self._child is None:
            self._early.append(number)
        elif number not in (signal.SIGINT, signal.SIGQUIT) or not _from_terminal():
            self._child.send_signal(number)


def _from_terminal() -> bool:
    """Whether this process is in the terminal's foreground group: then Ctrl-C has reached the command already."""
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False
