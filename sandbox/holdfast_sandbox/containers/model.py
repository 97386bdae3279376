"""What is a container, and in which states can it be? Values in Kubernetes' terms, which are also those of ACI.

States, reasons and the restart policy: kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle. Probes:
kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Policy = Literal["Always", "OnFailure", "Never"]

WAITING, RUNNING, TERMINATED = "Waiting", "Running", "Terminated"
#: Seconds that a process has between SIGTERM and SIGKILL (terminationGracePeriodSeconds).
GRACE = 30.0
#: Back-off before a restart, in seconds: none before the first, then doubling from the first figure to the second.
BACK_OFF, LONGEST_BACK_OFF = 10.0, 300.0
#: Seconds without a crash after which the back-off begins anew.
BACK_OFF_RESET = 600.0
MAX_EVENTS = 100


@dataclass(frozen=True, slots=True)
class Probe:
    """A check of a running container: an HTTP GET (`path`, `port`) or a `command`. Times in seconds."""

    path: str = ""
    port: int = 0
    scheme: str = "http"
    headers: tuple[tuple[str, str], ...] = ()
    command: tuple[str, ...] = ()
    initial_delay: float = 0.0
    period: float = 10.0
    timeout: float = 1.0
    failures: int = 3
    successes: int = 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a container runs, paths being this machine's.

    `image` is the reference as it was asked for. `env` is the whole environment: nothing of the sandbox's own is added.
    `root` is the container's own file system, made anew out of the image's folder `files` for each run.
    `memory`: bytes of resident memory of the whole group, None: no limit.
    """

    name: str
    image: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: str
    files: str
    root: str
    memory: int | None = None
    liveness: Probe | None = None
    readiness: Probe | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Waiting, Running or Terminated; times are seconds since 1970."""

    state: str
    reason: str = ""
    message: str = ""
    started: float | None = None
    finished: float | None = None
    exit_code: int | None = None


@dataclass(slots=True)
class Event:
    """Something that happened; the same again only counts."""

    name: str
    message: str
    first: float
    last: float
    type: str = "Normal"
    count: int = 1


@dataclass(slots=True)
class Events:
    """The newest events, oldest first."""

    items: list[Event] = field(default_factory=list)

    def add(self, at: float, name: str, message: str, kind: str = "Normal") -> None:
        for one in self.items:
            if (one.name, one.message) == (name, message):
                one.count, one.last = one.count + 1, at
                return
        self.items = [*self.items[-(MAX_EVENTS - 1) :], Event(name, message, at, at, kind)]


def back_off(crashes: int) -> float:
    """Seconds to wait before the restart after that many crashes in a row: 0, 10, 20, 40, ... 300."""
    if crashes <= 1:
        return 0.0
    return float(min(BACK_OFF * 2 ** min(crashes - 2, 16), LONGEST_BACK_OFF))
