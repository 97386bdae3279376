"""Which pods serve one version of a deployment, and has its roll-out come to an end?

A roll-out has succeeded when the least number of replicas is ready, and failed when one of them is in a crash loop or
none of it has come true in time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from holdfast_sandbox.containers import Pod, Recipe, Runtime
from holdfast_sandbox.containers.container import Container
from holdfast_sandbox.scoring.connections import Connections

#: Seconds between two looks whether old replicas are still busy.
_DRAIN = 0.05


@dataclass(frozen=True, slots=True)
class Version:
    """What a version of a deployment runs: a recipe for a pod at an address with a home folder, where it scores."""

    number: int
    recipe: Callable[[str, Path], Recipe]
    port: int
    path: str = "/score"
    #: Seconds that the first replicas may take to become ready.
    patience: float = 300.0


@dataclass(eq=False)
class Replica:
    """A pod with the requests that it is busy with."""

    pod: Pod
    connections: Connections
    busy: int = 0

    @property
    def container(self) -> Container:
        return self.pod.containers[0]


@dataclass
class ReplicaSet:
    """The pods of one version. `outcome` is called once, with the crashed container (None: it is ready, or late)."""

    runtime: Runtime
    key: str
    version: Version
    outcome: Callable[[ReplicaSet, bool, Container | None], None]
    changed: Callable[[], None]
    replicas: list[Replica] = field(default_factory=list)
    wanted: int = 0
    _serial: int = 0
    _settled: bool = False
    _deadline: asyncio.TimerHandle | None = None

    @property
    def ready(self) -> list[Replica]:
        return [one for one in self.replicas if one.pod.ready]

    @property
    def load(self) -> int:
        return sum(one.busy for one in self.replicas)

    def scale(self, count: int) -> None:
        """That many replicas from now on; of those that are too many the idle ones go, and the others stay for now."""
        while len(self.replicas) < count:
            self._add()
        idle = sorted((one for one in self.replicas if not one.busy), key=lambda one: one.pod.ready)
        for one in idle[: len(self.replicas) - count]:
            self.replicas.remove(one)
            self._remove(one)
        self.wanted = len(self.replicas)
        if self._deadline is None and not self._settled:
            loop = asyncio.get_running_loop()
            self._deadline = loop.call_later(self.version.patience, self._settle, False, None)
            loop.call_soon(self._judge)

    def stop(self) -> None:
        """Ends all containers and keeps the pods, whose logs can be read."""
        for one in self.replicas:
            one.connections.close()
            one.pod.stop()

    def drain(self, seconds: float) -> None:
        """Ends all pods once they have answered what they are busy with, after those seconds in any case."""
        if self.load and seconds > 0:
            asyncio.get_running_loop().call_later(_DRAIN, self.drain, seconds - _DRAIN)
        else:
            self.end()

    def end(self) -> None:
        """Ends all pods."""
        self._settled = True
        if self._deadline is not None:
            self._deadline.cancel()
        for one in self.replicas:
            self._remove(one)
        self.replicas = []

    def _add(self) -> None:
        self._serial += 1
        key = f"{self.key}/{self.version.number}/{self._serial}"
        address = self.runtime.free_address()
        recipe = self.version.recipe(address, self.runtime.home(key))
        pod = self.runtime.run(key, [recipe], address=address, changed=self._pod_changed)
        self.replicas.append(Replica(pod, Connections(address, self.version.port)))

    def _remove(self, one: Replica) -> None:
        one.connections.close()
        self.runtime.remove(one.pod.key)

    def _pod_changed(self, _: Pod) -> None:
        self._judge()
        self.changed()

    def _judge(self) -> None:
        if self._settled:
            return
        crashed = next(
            (one.container for one in self.replicas if one.container.state.reason == "CrashLoopBackOff"), None
        )
        if crashed is not None:
            self._settle(False, crashed)
        elif len(self.ready) >= self.wanted:
            self._settle(True, None)

    def _settle(self, good: bool, crashed: Container | None) -> None:
        if not self._settled:
            self._settled = True
            if self._deadline is not None:
                self._deadline.cancel()
            self.outcome(self, good, crashed)
