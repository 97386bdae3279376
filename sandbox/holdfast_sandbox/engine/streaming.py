"""How does the language host run a command for the engine and pass its output on while it runs?

`Run` lets the program write straight to the host's own streams, which the engine reads; `RunPlugin` and
`InstallDependencies` want the output inside the answer's stream instead, in the order in which it comes.
"""

from __future__ import annotations

import queue
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Protocol

_CHUNK = 65536


class Cancellable(Protocol):
    """What is used of `grpc.ServicerContext`."""

    def add_callback(self, callback: object) -> bool: ...


def stream(command: list[str], folder: Path, env: Mapping[str, str], context: Cancellable) -> Iterator[tuple[str, Any]]:
    """Run `command`: ("stdout" | "stderr", bytes) as they come, at last ("exit", code). It is ended with the call."""
    # The command is the project's own Python, package installer or plugin.
    process = subprocess.Popen(
        command, cwd=folder, env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    context.add_callback(process.kill)  # a no-op once the process was waited for
    pieces: queue.SimpleQueue[tuple[str, bytes | None]] = queue.SimpleQueue()
    assert process.stdout is not None
    assert process.stderr is not None
    for name, source in (("stdout", process.stdout), ("stderr", process.stderr)):
        threading.Thread(target=_read, args=(name, source, pieces), daemon=True).start()
    open_streams = 2
    while open_streams:
        name, piece = pieces.get()
        if piece is None:
            open_streams -= 1
        else:
            yield name, piece
    yield "exit", process.wait()


def _read(name: str, source: IO[bytes], pieces: queue.SimpleQueue[tuple[str, bytes | None]]) -> None:
    while piece := source.read1(_CHUNK):  # type: ignore[attr-defined]  # Popen's pipes are buffered readers
        pieces.put((name, piece))
    pieces.put((name, None))
