"""How does a command of ours run `pulumi`? As a process, without a shell, its words passed through.

The CLI and not its SDK: `ops` works where no SDK is installed, and the CLI is what a pipeline has used all along.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType


@dataclass(frozen=True, slots=True)
class Ran:
    """A finished command. `code`: its exit code, or minus the signal that ended it; `output`: empty if not captured."""

    code: int
    seconds: float
    output: str = ""


def show(command: Sequence[str], folder: Path, *, to_stderr: bool) -> Ran:
    """Run it with its output where ours goes; `to_stderr`: all of it there, because stdout is for data."""
    began = time.monotonic()
    out = 2 if to_stderr else None  # by its number: what `sys.stderr` stands for may be no file
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out) as process, _passed_on(process):
        code = process.wait()
    return Ran(code, time.monotonic() - began)


def take(command: Sequence[str], folder: Path) -> Ran:
    """Run it and take its stdout; where it fails, what it said on stderr is the output."""
    began = time.monotonic()
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True, encoding="utf-8"
        ) as process,
        _passed_on(process),
    ):
        output, errors = process.communicate()
    return Ran(process.returncode, time.monotonic() - began, output if process.returncode == 0 else errors or output)


@contextmanager
def _passed_on(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> Iterator[None]:
    """While it runs, signals are the CLI's: it finishes what it has begun and gives its lock back.

    A Ctrl-C of a terminal reaches it by itself, as it is in our process group; a pipeline's SIGTERM comes to us alone.
    """

    def hand_on(number: int, _frame: FrameType | None) -> None:
        process.send_signal(number)

    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, lambda *_: None),
        signal.SIGTERM: signal.signal(signal.SIGTERM, hand_on),
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
