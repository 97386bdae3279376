"""How does a plugin start in a process that has imported everything already?

The launchers run this in place of the plugin where `HOLDFAST_WARM` names the socket of `warm.py`: it hands over the
arguments, the environment, the working directory and the three standard streams, and lives as long as the process that
`warm.py` forks for it, whose exit code becomes its own. The engine sees this process: a signal is passed on, and when
it is killed the other one ends by itself, because their connection is closed.

Standard library only, and runnable as a script (`python -I -S warm_client.py KIND ARG...`), for every millisecond here
is spent at each start.
"""

from __future__ import annotations

import array
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress

VARIABLE = "HOLDFAST_WARM"
LENGTH_BYTES = 8


class WarmProcess:
    """A process that `warm.py` forked, as far as `subprocess.Popen` is used here: `pid`, `wait`, `kill`, `terminate`.

    OSError where nobody listens at `path`; ConnectionError where the server ends before it has forked.
    """

    def __init__(
        self, path: str, kind: str, words: Sequence[str], env: Mapping[str, str], streams: Sequence[int]
    ) -> None:
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._connection.connect(path)
        body = json.dumps({"kind": kind, "words": list(words), "env": dict(env), "folder": os.getcwd()}).encode()
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", streams))]
        self._connection.sendmsg([len(body).to_bytes(LENGTH_BYTES, "big")], rights)
        self._connection.sendall(body)
        self._answers = self._connection.makefile("rb")
        first = self._answers.readline()
        if not first:
            raise ConnectionError(f"the server at {path} ended before it started {kind}")
        self.pid = int(first)

    def wait(self) -> int:
        """The exit code once it has ended: negative where a signal ended it, as `subprocess` has it."""
        last = self._answers.readline()
        return int(last) if last else -signal.SIGKILL  # the server is gone, and with it who knew better

    def kill(self) -> None:
        """End it at once."""
        self._send(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def _send(self, number: int) -> None:
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return


def main(words: list[str]) -> int:
    """Start `words[0]` with the rest, and be it until its end."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    # Nothing is taken before there is somebody to pass it on to, and nothing while this process is about to wait, which
    # would not wake up for it.
    signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    process = WarmProcess(os.environ[VARIABLE], words[0], words[1:], os.environ, (0, 1, 2))
    threading.Thread(target=_pass_on, args=(numbers, process.pid), daemon=True).start()
    code = process.wait()
    return code if code >= 0 else 128 - code


def _pass_on(numbers: tuple[signal.Signals, ...], pid: int) -> None:
    while True:
        number = signal.sigwait(numbers)
        with suppress(ProcessLookupError):
            os.kill(pid, number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
