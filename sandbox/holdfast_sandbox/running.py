"""Is a sandbox server running on a state folder, and how is one started, asked and stopped?

`server.json` says who should be there; it is believed only when that process lives and the server answers with its
pid: after a `kill -9` the file stays behind, and the pid may be anyone's.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from holdfast_sandbox.errors import SandboxError

READY_SECONDS = 60.0  # a start takes about one; a machine under heavy load gets more
STOP_SECONDS = 15.0


@dataclass(frozen=True)
class RunningServer:
    """A server that answered."""

    pid: int
    url: str
    state: Path

    def ask(self, method: str, what: str, body: Any = None) -> Any:
        """Sends a request to the server's control interface; JSON in, JSON out. `SandboxError` when it refuses."""
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_sandbox/{what}", content, method=method)
        context = ssl.create_default_context(cafile=str(self.state / "ca.pem"))
        # No proxy: the server is on this machine.
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        try:
            with opener.open(request, timeout=60) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            reason = error.read().decode(errors="replace")
            with contextlib.suppress(ValueError):
                reason = json.loads(reason)["error"]
            raise SandboxError(
                "sandbox-refused", "The sandbox refused the request", evidence=[("reason", reason)]
            ) from None
        return json.loads(text) if text else None

    def stop(self) -> None:
        """Ends the server and waits until its process is gone."""
        with contextlib.suppress(OSError):
            self.ask("POST", "stop")
        deadline = time.monotonic() + STOP_SECONDS
        while _alive(self.pid):
            if time.monotonic() > deadline:
                raise SandboxError(
                    "sandbox-does-not-stop",
                    f"The sandbox server has not ended within {STOP_SECONDS:.0f} seconds",
                    evidence=[("process", str(self.pid))],
                    hint=f"`kill -9 {self.pid}` ends it; no answered write is lost",
                )
            time.sleep(0.02)


def find(state: Path) -> RunningServer | None:
    """The server that runs on this state folder; None when there is none (a stale server.json is removed)."""
    announcement = state / "server.json"
    try:
        said = json.loads(announcement.read_text())
        server = RunningServer(int(said["pid"]), str(said["url"]), state)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if _alive(server.pid):
        try:
            if server.ask("GET", "status")["pid"] == server.pid:
                return server
        except (OSError, SandboxError, ValueError, KeyError, TypeError):
            pass
    announcement.unlink(missing_ok=True)
    return None


def found(state: Path) -> RunningServer:
    """The server that runs on this state folder; `sandbox-not-running` when there is none."""
    server = find(state)
    if server is None:
        raise SandboxError(
            "sandbox-not-running",
            "No sandbox server is running",
            evidence=[("state", str(state))],
            hint="`holdfast sandbox start --detach` starts one; `holdfast sandbox run -- CMD` runs a command with one",
        )
    return server


def start(state: Path, *options: str, detached: bool) -> tuple[RunningServer, subprocess.Popen[bytes]]:
    """Starts a server and waits until it answers; `SandboxError` with its reason when it does not come up.

    It always gets a session of its own, so that a Ctrl-C reaches the command that needs it, not the server.
    """
    state.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "holdfast_sandbox.arm", "--state", str(state), *options]
    if not detached:
        command += ["--parent", str(os.getpid())]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True
        )
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                errors.seek(0)
                raise _failure(state, process.returncode, errors.read().decode(errors="replace"))
            server = find_of(state, process.pid)
            if server is not None:
                return server, process
            time.sleep(0.02)
    process.kill()
    process.wait()
    raise SandboxError(
        "sandbox-not-ready",
        f"The sandbox server was not ready after {READY_SECONDS:.0f} seconds",
        hint=f"{state / 'server.log'} may tell why",
    )


def find_of(state: Path, pid: int) -> RunningServer | None:
    """The server of that process, once it has announced itself."""
    try:
        said = json.loads((state / "server.json").read_text())
    except (OSError, ValueError):
        return None
    return RunningServer(pid, str(said["url"]), state) if said.get("pid") == pid else None


@contextlib.contextmanager
def alone(state: Path) -> Iterator[None]:
    """Two commands that both find no server start only one between them."""
    state.mkdir(parents=True, exist_ok=True)
    with open(state / "starting", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _failure(state: Path, code: int, output: str) -> SandboxError:
    try:
        said = json.loads(output.strip().splitlines()[-1])
        evidence = [(label, text) for label, text in said["evidence"]]
        return SandboxError(said["id"], said["message"], evidence=evidence, hint=said["hint"])
    except (ValueError, IndexError, KeyError, TypeError):
        return SandboxError(
            "sandbox-ended",
            f"The sandbox server ended with {code} before it was ready",
            evidence=[("said", output.strip().splitlines()[-1])] if output.strip() else [],
            hint=f"{state / 'server.log'} may tell why",
        )


def _alive(pid: int) -> bool:
    """Whether that process runs; one that has ended and waits for its parent to notice does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True
