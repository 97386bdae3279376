"""How many requests of a load are answered with 503? The front end, its queue and its replicas, event by event.

A request goes to the ready replica that has the fewest; where all are full it waits, and is refused when it has waited
too long. The autoscaler looks once an interval while there is anything to look at; a replica that it adds can be asked
when its container has started, and only an idle one is taken away. Sources as of `autoscaling`; the queue: "Azure
Arc-enabled Kubernetes online deployment YAML schema" (Microsoft Learn), `max_queue_wait_ms`.

What it leaves out: the time on the way (a millisecond), replicas that crash, requests that outlive their time limit,
and nodes that the cluster has to add first (minutes).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from heapq import heappop, heappush

from holdfast.decide.autoscaling import Autoscaler
from holdfast.model.sizing import Outcome, Sample, Scale, Serving

#: What happens at the same moment happens in this order: who is done makes room before who waits gives up.
_DONE, _READY, _EXPIRED, _LOOK = range(4)


def simulate(
    requests: Sequence[tuple[float, float]],
    until: float,
    scale: Scale,
    serving: Serving,
    *,
    allowed: int | None = None,
    samples: int = 0,
) -> Outcome:
    """What `requests` (time, seconds that it takes; in order) meet, of a load that ends at `until`. It begins with
    `scale.min` replicas that are ready. Broken off when more than `allowed` are refused. `samples`: into how many parts
    of the same length the account is divided."""
    run = _Run(scale, serving)
    for at, seconds in requests:
        run.advance(at)
        if allowed is not None and len(run.refused) > allowed:
            break
        run.arrive(at, seconds)
    else:
        run.advance(until + serving.queue_wait)
    return Outcome(
        scale,
        len(requests),
        len(run.refused),
        run.replica_seconds,
        run.most,
        _samples(requests, run, until, samples),
        allowed is None or len(run.refused) <= allowed,
    )


class _Replica:
    __slots__ = ("busy", "ready")

    def __init__(self, *, ready: bool) -> None:
        self.busy, self.ready = 0, ready


class _Request:
    __slots__ = ("at", "seconds", "waits")

    def __init__(self, at: float, seconds: float) -> None:
        self.at, self.seconds, self.waits = at, seconds, True


class _Run:
    """`refused`: when each refused request came; `steps`: (time, replicas that can be asked from then on)."""

    def __init__(self, scale: Scale, serving: Serving) -> None:
        self._scale, self._serving, self._most_busy = scale, serving, serving.concurrency
        self._scaler = Autoscaler(scale, serving.concurrency, max(round(serving.down / serving.look), 1))
        self._events: list[tuple[float, int, int, object]] = []
        self._serial = 0
        self._queue: deque[_Request] = deque()
        self._waiting = self._working = 0
        self._watched = scale.min == scale.max  # nothing to look at
        self._now = 0.0
        # Ready replicas by how much each has to do; those that take no more are in none.
        self._free: list[dict[_Replica, None]] = [{} for _ in range(serving.concurrency)]
        self._all: dict[_Replica, None] = {_Replica(ready=True): None for _ in range(scale.min)}
        self._free[0].update(self._all)
        self._ready = self.most = scale.min
        self.steps = [(0.0, scale.min)]
        self.replica_seconds = 0.0
        self.refused: list[float] = []

    def advance(self, until: float) -> None:
        """Everything that happens up to then."""
        while self._events and self._events[0][0] <= until:
            at, kind, _, what = heappop(self._events)
            self._tick(at)
            if kind == _DONE:
                assert isinstance(what, _Replica)
                self._done(what)
            elif kind == _READY:
                assert isinstance(what, _Replica)
                self._started(what)
            elif kind == _EXPIRED:
                assert isinstance(what, _Request)
                self._expire(what)
            else:
                self._look()
        self._tick(until)

    def arrive(self, at: float, seconds: float) -> None:
        """A request comes."""
        if not self._watched:
            self._watch()
        request = _Request(at, seconds)
        if not self._serve(request):
            self._queue.append(request)
            self._waiting += 1
            self._later(self._serving.queue_wait, _EXPIRED, request)

    def _tick(self, at: float) -> None:
        self.replica_seconds += len(self._all) * (at - self._now)
        self._now = at

    def _later(self, seconds: float, kind: int, what: object) -> None:
        self._serial += 1
        heappush(self._events, (self._now + seconds, kind, self._serial, what))

    def _watch(self) -> None:
        self._watched = True
        self._later(self._serving.look, _LOOK, None)

    def _serve(self, request: _Request) -> bool:
        """Give it to the ready replica that has the least to do, if one takes more."""
        for busy, free in enumerate(self._free):
            if free:
                replica, _ = free.popitem()
                replica.busy = busy + 1
                if replica.busy < self._most_busy:
                    self._free[replica.busy][replica] = None
                self._working += 1
                self._later(request.seconds, _DONE, replica)
                return True
        return False

    def _done(self, replica: _Replica) -> None:
        self._working -= 1
        if replica.busy < self._most_busy:
            del self._free[replica.busy][replica]
        replica.busy -= 1
        self._free[replica.busy][replica] = None
        self._dispatch()

    def _started(self, replica: _Replica) -> None:
        if replica in self._all:  # it was not taken away before it was there
            replica.ready = True
            self._free[0][replica] = None
            self._count(1)
            self._dispatch()

    def _dispatch(self) -> None:
        """Free replicas go to who waits, in the order they came."""
        while self._queue:
            request = self._queue[0]
            if request.waits:
                if not self._serve(request):
                    return
                request.waits = False
                self._waiting -= 1
            self._queue.popleft()

    def _expire(self, request: _Request) -> None:
        if request.waits:
            request.waits = False
            self._waiting -= 1
            self.refused.append(request.at)

    def _look(self) -> None:
        self._watched = False
        load, count = self._working + self._waiting, len(self._all)
        wanted = self._scaler.look(load, count)
        for _ in range(wanted - count):
            replica = _Replica(ready=False)
            self._all[replica] = None
            self._later(self._serving.start, _READY, replica)
        if wanted < count:
            # Those first that can't be asked yet.
            idle = [one for one in self._all if not one.ready] + list(self._free[0])
            for replica in idle[: count - wanted]:
                del self._all[replica]
                if replica.ready:
                    del self._free[0][replica]
                    self._count(-1)
        self.most = max(self.most, len(self._all))
        if load or wanted > self._scale.min:
            self._watch()

    def _count(self, change: int) -> None:
        self._ready += change
        self.steps.append((self._now, self._ready))


def _samples(requests: Sequence[tuple[float, float]], run: _Run, until: float, count: int) -> tuple[Sample, ...]:
    """The account of a run in so many parts."""
    if not count or until <= 0:
        return ()
    length = until / count
    came, refused = [0] * count, [0] * count
    for at, _ in requests:
        came[min(int(at / length), count - 1)] += 1
    for at in run.refused:
        refused[min(int(at / length), count - 1)] += 1
    return tuple(
        Sample(part * length, length, came[part], refused[part], _mean(run.steps, part * length, (part + 1) * length))
        for part in range(count)
    )


def _mean(steps: Sequence[tuple[float, int]], begin: float, end: float) -> float:
    """The mean of a step function between two times."""
    total, now, at = 0.0, begin, bisect_right(steps, begin, key=lambda step: step[0]) - 1
    while now < end:
        until = min(steps[at + 1][0], end) if at + 1 < len(steps) else end
        total += steps[at][1] * (until - now)
        now, at = until, at + 1
    return total / (end - begin)
