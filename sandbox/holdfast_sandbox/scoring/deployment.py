"""Which replica takes the next request, and for how long does a request wait for one? A deployment's queue.

One request a replica by default; what finds none free waits, 500 ms by default, and is refused then
(learn.microsoft.com/azure/machine-learning/reference-yaml-deployment-kubernetes-online, "RequestSettings"). An update
lets the old version serve until the new one is ready.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from holdfast_sandbox.scoring.replicas import Replica, ReplicaSet
from holdfast_sandbox.scoring.scaling import Limits, Scaler


@dataclass(frozen=True, slots=True)
class Settings:
    """Times in seconds. `managed`: statuses are those of managed endpoints (408, 424, 429)."""

    limits: Limits
    per_replica: int = 1
    queue_wait: float = 0.5
    timeout: float = 5.0
    managed: bool = False


class QueueTimeoutError(Exception):
    """No replica was free in time."""


class TooManyError(Exception):
    """More than twice what all replicas take at once (managed endpoints)."""


class Deployment:
    """One deployment. `room(n)`: how many of `n` more replicas find a node; `pace` scales the autoscaler's interval."""

    def __init__(self, name: str, settings: Settings, room: Callable[[int], int], pace: float = 1.0) -> None:
        self.name, self.settings = name, settings
        self.current: ReplicaSet | None = None
        self.next: ReplicaSet | None = None
        self._room, self._pace = room, pace
        self._queue: deque[asyncio.Future[Replica]] = deque()
        self._scaler = Scaler(settings.limits, settings.per_replica)
        self._timer: asyncio.TimerHandle | None = None

    @property
    def replicas(self) -> list[Replica]:
        """All, of both versions."""
        return [one for each in (self.current, self.next) if each is not None for one in each.replicas]

    @property
    def queued(self) -> int:
        return sum(not one.done() for one in self._queue)

    def take_over(self, replicas: ReplicaSet, settings: Settings) -> None:
        """The new version serves, the old one ends with the requests that it has."""
        before, patience = self.current, self.settings.timeout
        self.current, self.next = replicas, None
        self.settings, self._scaler = settings, Scaler(settings.limits, settings.per_replica)
        if before is not None and before is not replicas:
            before.drain(patience)
        self.dispatch()

    def give_up(self, replicas: ReplicaSet) -> None:
        """The new version failed: its pods end. They are kept for their log until the next version comes."""
        if self.next is replicas:
            replicas.stop()

    def end(self) -> None:
        for each in (self.current, self.next):
            if each is not None:
                each.end()
        self.current = self.next = None
        if self._timer is not None:
            self._timer.cancel()

    async def acquire(self) -> Replica:
        """A replica for one request; to be given back. QueueTimeoutError, TooManyError."""
        self._watch()
        free = self._free()
        if free is not None:
            free.busy += 1
            return free
        load = (self.current.load if self.current else 0) + self.queued
        if self.settings.managed and load >= 2 * self.settings.per_replica * max(len(self.replicas), 1):
            raise TooManyError
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Replica] = loop.create_future()
        self._queue.append(waiting)
        timer = loop.call_later(self.settings.queue_wait, _refuse, waiting)
        try:
            return await waiting
        finally:
            timer.cancel()

    def release(self, replica: Replica) -> None:
        replica.busy -= 1
        self.dispatch()

    def dispatch(self) -> None:
        """Gives free replicas to who waits, in the order they came."""
        while self._queue:
            if self._queue[0].done():
                self._queue.popleft()
                continue
            free = self._free()
            if free is None:
                return
            free.busy += 1
            self._queue.popleft().set_result(free)

    def _free(self) -> Replica | None:
        """The least busy replica that takes one more."""
        ready = self.current.ready if self.current is not None else []
        free = [one for one in ready if one.busy < self.settings.per_replica]
        return min(free, key=lambda one: one.busy, default=None)

    # -- autoscaling: nothing runs while nothing is to be decided ----------------------------------------------------

    def _watch(self) -> None:
        if self._timer is None and self.settings.limits.moves:
            wait = self.settings.limits.interval * self._pace
            self._timer = asyncio.get_running_loop().call_later(wait, self._look)

    def _look(self) -> None:
        self._timer = None
        if self.current is None:
            return
        load, count = self.current.load + self.queued, self.current.wanted
        wanted = self._scaler.look(load, count)
        if wanted > count:
            wanted = count + self._room(wanted - count)
        if wanted != count:
            self.current.scale(wanted)
        if load or wanted > self.settings.limits.minimum:
            self._watch()


def _refuse(waiting: asyncio.Future[Replica]) -> None:
    if not waiting.done():
        waiting.set_exception(QueueTimeoutError())
