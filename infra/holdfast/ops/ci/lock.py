"""Who holds the stack's lock, and does that run still live?

A run that was killed leaves its lock in a backend of files: a JSON file that names process, user, host and time. Where
the process lives on this machine, its run is not dead, and to take its lock away would let two runs write at once.
Other backends can't be asked without their own clients, and a process of another machine can't be seen: both are told,
and are for the pipeline to rule out (one run a stack at a time).
"""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

#: Seconds by which a process may seem to have begun after its own lock: clocks of processes count in ticks.
_TOLERANCE = 2.0


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock of the stack, as the CLI wrote it. `alive`: its process runs here; None: on another machine."""

    path: Path
    pid: int
    user: str
    host: str
    since: str
    alive: bool | None

    def __str__(self) -> str:
        return f"{self.user}@{self.host} (process {self.pid}) since {self.since}"


def locks_of(backend: Path, project: str, stack: str) -> list[Lock]:
    """The locks of a stack in a backend of files; empty where there are none.

    Source of the layout: pulumi/pulumi, pkg/backend/diy (`.pulumi/locks/organization/<project>/<stack>/*.json`; a
    backend from before projects has `.pulumi/locks/<stack>`).
    """
    root = backend / ".pulumi" / "locks"
    name = stack.rpartition("/")[2]
    files = [*(root / "organization" / project / name).glob("*.json"), *(root / name).glob("*.json")]
    return [lock for path in sorted(files) if (lock := _read(path))]


def _read(path: Path) -> Lock | None:
    """None where the lock is gone by now; one that can't be understood is a lock of nobody that can be seen."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        pid, host, since = int(said["pid"]), str(said["hostname"]), str(said["timestamp"])
        user = str(said.get("username") or "?")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Lock(path, 0, "?", "?", "?", None)
    alive = _alive(pid, since) if host == socket.gethostname() else None
    return Lock(path, pid, user, host, since, alive)


def _alive(pid: int, since: str) -> bool:
    """Whether the process that took the lock still runs. A number that another process got since is not that one."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass  # somebody else's: it lives
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
        begun = _boot_time() + int(rest[18]) / os.sysconf("SC_CLK_TCK")
        return state != "Z" and begun <= datetime.fromisoformat(since).timestamp() + _TOLERANCE
    except (OSError, ValueError, IndexError):
        return True  # no /proc here: a number in use is taken for the run's


def _boot_time() -> float:
    """Seconds since 1970 at which this machine started. Raises ValueError where it is not told."""
    for line in Path("/proc/stat").read_text(encoding="utf-8").splitlines():
        if line.startswith("btime "):
            return float(line.split()[1])
    raise ValueError("btime")
