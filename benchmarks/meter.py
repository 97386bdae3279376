"""What did a command cost, with everything that it started? A process that runs it, waits for all, and tells.

`pulumi` starts plugins that start processes of their own, and some end after it. This process makes itself the one
that orphans fall to (Linux: PR_SET_CHILD_SUBREAPER), so the kernel's own account of its children is complete: nothing
of it is sampled. Only the program's share is, from outside: how much memory it had at most, and its CPU time.

`python meter.py RESULT PROGRAM -- COMMAND ...`: PROGRAM ends a word of the program's command line. The command's
streams and exit code are passed on; RESULT becomes a JSON object of `Measured`'s fields.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

#: Seconds between two looks at the program; the last part of its CPU time that long is missed.
LOOK = 0.01
#: Seconds that processes are given to end after the command has.
PATIENCE = 20.0

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Measured:
    """`wall` and the CPU times in seconds, `program_peak` in bytes; `outlived` counts processes that the command left
    behind, `outlived_for` is how long the last of them lived on (their CPU time is in `cpu`)."""

    wall: float
    cpu: float
    program_cpu: float
    program_peak: int
    outlived: int
    outlived_for: float


class Watch(threading.Thread):
    """Looks at the program while it runs."""

    def __init__(self, root: int, marker: str) -> None:
        super().__init__(daemon=True)
        self._root, self._marker = root, marker
        self.ended = threading.Event()
        self.cpu, self.peak = 0.0, 0

    def run(self) -> None:
        program: psutil.Process | None = None
        while not self.ended.wait(LOOK):
            with contextlib.suppress(psutil.Error, OSError):
                program = program or self._find()
                if program is not None:
                    times = program.cpu_times()
                    # Children that it waited for are its own cost, too.
                    self.cpu = times.user + times.system + times.children_user + times.children_system
                    self.peak = max(self.peak, _peak(program.pid))

    def _find(self) -> psutil.Process | None:
        for process in psutil.Process(self._root).children(recursive=True):
            # The language host names the same script, in an option: only a whole word that ends so is the program.
            if any(word.endswith(self._marker) and not word.startswith("-") for word in process.cmdline()[1:]):
                return process
        return None


def _peak(pid: int) -> int:
    """The kernel's high-water mark of resident memory: a look just before the end tells it for the whole life."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def measure(command: list[str], marker: str) -> tuple[int, Measured]:
    """Run the command; its exit code, and what it cost."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    began = time.monotonic()
    process = subprocess.Popen(command)
    watch = Watch(process.pid, marker)
    watch.start()
    code = process.wait()
    ended = time.monotonic()
    watch.ended.set()
    outlived = len(psutil.Process().children(recursive=True))
    last = _reap(ended + PATIENCE)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return code, Measured(
        ended - began,
        spent.ru_utime + spent.ru_stime,
        watch.cpu,
        watch.peak,
        outlived,
        last - ended if outlived else 0.0,
    )


def _reap(deadline: float) -> float:
    """Wait for every process that is left; the time when the last one ended."""
    while time.monotonic() < deadline:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            break
        if not pid:
            time.sleep(0.005)
    return time.monotonic()


def main(words: list[str]) -> int:
    """See the module."""
    result, marker, dashes, *command = words
    if dashes != "--":
        raise SystemExit("usage: meter.py RESULT PROGRAM -- COMMAND ...")
    code, measured = measure(command, marker)
    Path(result).write_text(json.dumps(asdict(measured)), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
