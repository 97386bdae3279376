"""How does a shell, or a command, run in a service's container? By an exec of the daemon, its streams joined to ours.

On a terminal the daemon makes one as well, and ours passes every key on until the end. In a pipe, output and errors
stay apart, and the end of the input is passed on.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from holdfast.ops.local.daemon import asked, daemon
from holdfast.ops.local.state import Record, died

#: bash where the image has it.
SHELL = ("/bin/sh", "-c", "command -v bash >/dev/null && exec bash || exec sh")


def run_inside(record: Record, secrets: Mapping[str, str], command: tuple[str, ...]) -> int:
    """Run it where the code runs, as the image's user; gives its exit code. `secrets`: variables that the container's
    own do not have.

    Raises HoldfastError `local-died`, and those of `daemon`.
    """
    if not record.place.alive():
        raise died(record)
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    api = daemon().api
    with asked("run a command in the container"):
        environment = {**secrets, **({"TERM": os.environ.get("TERM", "xterm")} if terminal else {})}
        made = api.exec_create(
            record.container, list(command or SHELL), stdin=True, tty=terminal, environment=environment
        )
        stream = api.exec_start(made["Id"], tty=terminal, socket=True)
        # docker-py wraps the connection for reading; what is below it can write as well.
        connection = getattr(stream, "_sock", stream)
        with _raw(terminal, lambda: _resize(api, made["Id"])):
            _join(connection, terminal)
        stream.close()
        return int(api.exec_inspect(made["Id"])["ExitCode"] or 0)


def _join(connection: socket.socket, terminal: bool) -> None:
    """Pass on what is typed and what is said, until the command has ended."""
    rest, sources = b"", [connection, sys.stdin]
    while True:
        readable, _, _ = select.select(sources, [], [])
        if connection in readable:
            news = connection.recv(65536)
            if not news:
                return
            if terminal:
                os.write(sys.stdout.fileno(), news)
            else:
                rest = _show_frames(rest + news)
        if sys.stdin in readable:
            typed = os.read(sys.stdin.fileno(), 65536)
            if typed:
                connection.sendall(typed)
            else:
                sources.remove(sys.stdin)
                connection.shutdown(socket.SHUT_WR)


def _show_frames(said: bytes) -> bytes:
    """Write whole frames to where they belong; gives what is left. Source: Docker Engine API, `ContainerAttach`, stream
    format: one byte for the stream, three empty, four for the length, then the content."""
    while len(said) >= 8:
        length = int.from_bytes(said[4:8], "big")
        if len(said) < 8 + length:
            break
        out = sys.stderr if said[0] == 2 else sys.stdout
        out.buffer.write(said[8 : 8 + length])
        out.buffer.flush()
        said = said[8 + length :]
    return said


@contextmanager
def _raw(terminal: bool, resize: Any) -> Iterator[None]:
    """The terminal interprets no key, and its size is passed on."""
    if not terminal:
        yield
        return
    import termios
    import tty

    before = termios.tcgetattr(sys.stdin)
    handler = signal.signal(signal.SIGWINCH, lambda *_: resize())
    resize()
    try:
        tty.setraw(sys.stdin)
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
        signal.signal(signal.SIGWINCH, handler)


def _resize(api: Any, exec_id: str) -> None:
    from docker.errors import APIError

    size = os.get_terminal_size(sys.stdout.fileno())  # as it is now, whatever COLUMNS was once told
    try:
        api.exec_resize(exec_id, height=size.lines, width=size.columns)
    except APIError:  # it has ended
        return
