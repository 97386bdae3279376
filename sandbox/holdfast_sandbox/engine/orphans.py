"""What ends a run's processes when the engine that started them is gone?

`kill -9` gives the engine no chance to stop its plugins, so each plugin watches the engine instead. Two signs,
whichever comes first: the engine's process exits (a pidfd on Linux, elsewhere `getppid` twice a second), and the pipe
that the engine holds open as the plugin's standard input is closed (which also covers an engine that died before the
plugin looked).

Not `PR_SET_PDEATHSIG`: it fires when the *thread* that forked ends, which a Go program cannot promise to keep, and it
would end a plugin before that plugin could end its own children. The engine gives each plugin its own process group,
so ending the group takes the children, and theirs, along.

Standard library only, and runnable as a script (`python -I -S orphans.py COMMAND ARG...`): launchers put it in front of
plugins that know nothing of this, in whatever virtual environment those run.
"""

from __future__ import annotations

import os
import select
import signal
import stat
import sys
import threading

POLL_SECONDS = 0.5
"""How often `getppid` is asked where the system has no pidfd."""


def exit_with_parent(*, watch_stdin: bool = False) -> None:
    """End this process, and its process group when it leads one, within a second of its parent's end.

    Call it once, early, from any thread. `watch_stdin` also takes the end of standard input as the parent's end, where
    standard input is a pipe: true for every plugin that a Pulumi engine starts, wrong for a filter in a shell pipeline.
    """
    parent = os.getppid()
    threading.Thread(target=_watch, args=(parent, watch_stdin), name="exit-with-parent", daemon=True).start()


def _watch(parent: int, watch_stdin: bool) -> None:
    wait_until_gone(parent, watch_stdin=watch_stdin)
    end_group()


def wait_until_gone(parent: int, *, watch_stdin: bool = False) -> None:
    """Return once `parent` (a pid: this process's parent) is gone, or standard input was closed by its writer."""
    watched = select.poll()
    pidfd = _pidfd(parent)
    if pidfd is not None:
        watched.register(pidfd, select.POLLIN)
    if watch_stdin and _stdin_is_pipe():
        watched.register(0, 0)  # POLLHUP is reported unasked; asking for input would wake up on data
    while os.getppid() == parent:
        if watched.poll(None if pidfd is not None else int(POLL_SECONDS * 1000)):
            return


def end_group() -> None:
    """Kill this process's group if this process leads it (so that nobody else's group is hit), and this process."""
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(128 + signal.SIGKILL)


def _pidfd(pid: int) -> int | None:
    if sys.platform != "linux":
        return None
    try:
        return os.pidfd_open(pid)
    except OSError:  # gone already (the loop's getppid sees it), or a kernel before 5.3
        return None


def _stdin_is_pipe() -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(0).st_mode)
    except OSError:
        return False


def main(command: list[str]) -> int:
    """Run `command` in this process group, end it with the parent, and answer with its exit code (128 + n: signal n).

    An interrupt reaches the whole group at once, so it is left to the command; a SIGTERM, which comes alone, is passed
    on.
    """
    exit_with_parent(watch_stdin=True)
    child = os.posix_spawn(command[0], command, os.environ, setsigdef=[signal.SIGINT])
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
