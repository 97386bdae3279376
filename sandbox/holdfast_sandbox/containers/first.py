"""The first process of a container: starts the command, and ends the whole group when the sandbox is gone.

Run as a script (`python -I -S first.py COMMAND ARG...`), so it knows the standard library only and starts in some
15 ms. Its standard input is a pipe that the sandbox's server holds: however that ends, also by `kill -9`, the pipe is
closed and the group killed (see engine/orphans.py, which does the same for an engine's plugins). The command itself
reads from /dev/null, as in a container without a terminal.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading

NOT_FOUND, NOT_EXECUTABLE = 127, 126  # as a shell tells them


def main(command: list[str]) -> int:
    """Runs `command` in this process group; its exit code, 128 + n after signal n."""
    nothing = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]
    try:
        child = os.posix_spawnp(command[0], command, os.environ, file_actions=nothing, setsigdef=[signal.SIGTERM])
    except OSError as error:
        print(f"exec: {command[0]!r}: {error.strerror}", file=sys.stderr, flush=True)
        return NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE
    signal.signal(signal.SIGTERM, lambda *_: None)  # the whole group gets it; the command decides
    threading.Thread(target=_end_with_server, daemon=True).start()
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _end_with_server() -> None:
    watched = select.poll()
    watched.register(0, 0)  # POLLHUP is reported unasked
    watched.poll()
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
