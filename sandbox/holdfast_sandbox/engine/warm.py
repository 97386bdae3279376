"""Why pay for the same imports five times in every run?

A run of `pulumi` on the sandbox starts a language host, the program, the stand-in provider and the dynamic provider:
four Pythons that spend most of their time on importing grpc and the SDK. Where a hundred runs follow one another, as in
the tests, this server imports all of it once, and forks a process for each that is asked for. What runs in such a
process is what would have run in a new one; `warm_client` is what the engine sees of it.

For tests and proofs: nothing uses it unless `HOLDFAST_WARM` names its socket, and what is measured never does. The
server has no threads, so that a fork copies all there is.

    python -m holdfast_sandbox.engine.warm SOCKET [MODULE...]    # modules to import beside our own
"""

from __future__ import annotations

import array
import gc
import importlib
import io
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from holdfast_sandbox.engine import orphans
from holdfast_sandbox.engine.warm_client import LENGTH_BYTES, VARIABLE

# Whatever a run's processes import before they can serve: the SDK comes first, so that nobody puts the lean packages of
# `lean_imports` in its place.
IMPORTS = (
    "pulumi",
    "dill",
    "pulumi.runtime.proto.provider_pb2_grpc",
    "holdfast_sandbox.engine.language_host",
    "holdfast_sandbox.provider.serve",
)
START_SECONDS = 60.0
"""How long the imports may take on a busy machine."""

REQUEST_SECONDS = 10.0
"""How long a client may take to say what it wants."""


def _language(words: list[str]) -> None:
    from holdfast_sandbox.engine import language_host

    language_host.main(words)


def _provider(_words: list[str]) -> None:
    from holdfast_sandbox.provider import serve

    serve.main()


def _dynamic(words: list[str]) -> None:
    orphans.exit_with_parent(watch_stdin=True)  # the other kinds do this by themselves
    sys.argv = ["pulumi.dynamic", *words]
    runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)


def _program(words: list[str]) -> None:
    sys.argv = list(words)
    runpy.run_path(words[0], run_name="__main__")


KINDS: dict[str, Callable[[list[str]], None]] = {
    "language": _language,
    "provider": _provider,
    "dynamic": _dynamic,
    "program": _program,
}


@contextmanager
def running(*modules: str) -> Iterator[dict[str, str]]:
    """A server that has imported these, too, ended with the block; gives the environment variable that leads to it.

    RuntimeError where it does not come up.
    """
    # A folder of its own, whose name is short: the path of a socket has some hundred bytes.
    with tempfile.TemporaryDirectory(prefix="warm-") as folder, _server(Path(folder, "s"), modules) as path:
        yield {VARIABLE: str(path)}


@contextmanager
def _server(path: Path, modules: tuple[str, ...]) -> Iterator[Path]:
    command = [sys.executable, "-P", "-m", __name__, str(path), *modules]
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as process:
        deadline = time.monotonic() + START_SECONDS
        while not path.is_socket():
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise RuntimeError(f"`{' '.join(command)}` did not come up")
            time.sleep(0.02)
        try:
            yield path
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(10)


def main(words: list[str]) -> None:
    """Import, listen, fork. In a forked process this returns from `serve` and does that process's work."""
    path, *modules = words
    for name in (*IMPORTS, *modules):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what is here now is shared by all; a collection would touch, and so copy, every page of it
    work = serve(path)
    if work is not None:
        work()


def serve(path: str) -> Callable[[], None] | None:
    """Fork a process for each client until standard input is closed; gives what to do in the forked one."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(f"{path}.new")
    listener.listen(64)
    os.rename(f"{path}.new", path)  # whoever sees it can connect
    read, write = os.pipe()
    for end in (read, write):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    waiting: dict[int, socket.socket] = {}
    while True:
        readable: list[Any] = [0, listener, read]
        ready, _, _ = select.select(readable, [], [])
        if read in ready:
            os.read(read, 4096)
        _report_the_ended(waiting)
        if 0 in ready:
            return None
        if listener not in ready:
            continue
        connection, _ = listener.accept()
        try:
            request, streams = _receive(connection)
        except (OSError, ValueError):  # a client that died while it was asking
            connection.close()
            continue
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            for other in (listener, *waiting.values()):
                other.close()
            os.close(read)
            os.close(write)
            return _become(connection, request, streams)
        for stream in streams:
            os.close(stream)
        waiting[pid] = connection
        _send(connection, pid)


def _report_the_ended(waiting: dict[int, socket.socket]) -> None:
    while waiting:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with waiting.pop(pid) as connection:
            _send(connection, os.waitstatus_to_exitcode(status))


def _send(connection: socket.socket, number: int) -> None:
    with suppress(OSError):  # the client is gone, and the process it had is going
        connection.sendall(f"{number}\n".encode())


def _receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """What a client asks for, and its three streams. OSError, ValueError where it breaks off."""
    connection.settimeout(REQUEST_SECONDS)
    size = array.array("i").itemsize
    head, ancillary, _, _ = connection.recvmsg(LENGTH_BYTES, socket.CMSG_SPACE(3 * size))
    streams = array.array("i")
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            streams.frombytes(data[: len(data) - len(data) % size])
    length, body = int.from_bytes(head, "big"), b""
    while len(body) < length:
        piece = connection.recv(length - len(body))
        if not piece:
            break
        body += piece
    connection.settimeout(None)
    if len(streams) != 3:
        raise ValueError("a request without its three streams")
    return json.loads(body), list(streams)


def _become(connection: socket.socket, request: dict[str, Any], streams: list[int]) -> Callable[[], None]:
    """Turn this forked process into what the client started."""
    os.setsid()  # the leader of a group of its own: `orphans.end_group` takes its children along
    for target, stream in enumerate(streams):
        os.dup2(stream, target)
        os.close(stream)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["env"])
    for number, handler in (
        (signal.SIGCHLD, signal.SIG_DFL),
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGTERM, signal.SIG_DFL),
    ):
        signal.signal(number, handler)
    for name, target in (("stdout", 1), ("stderr", 2)):
        # As `python -u`: the engine reads lines while they are written.
        raw = io.FileIO(target, "w", closefd=False)
        unbuffered = io.TextIOWrapper(raw, "utf-8", "backslashreplace", write_through=True)
        setattr(sys, name, unbuffered)
        setattr(sys, f"__{name}__", unbuffered)
    # A thread starts with the mask of the one that starts it. Signals are the main thread's, which may be asleep: given
    # to another one they would not wake it up for their handlers.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    threading.Thread(target=_end_with, args=(connection,), name="end-with-client", daemon=True).start()
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    work, words = KINDS[request["kind"]], list(request["words"])
    return lambda: work(words)


def _end_with(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.recv(1)
    orphans.end_group()


if __name__ == "__main__":
    main(sys.argv[1:])
