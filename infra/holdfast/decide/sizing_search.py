"""Which `min`, `max` and `target` are the smallest that keep the share of 503s under a goal?

The smallest are those whose replicas run the fewest seconds under the load, since those are paid for. For each target
the least `min` is looked for with nothing in the way of growing, then the least `max` that still does. Of all targets
the cheapest is taken, but a lower one has to be cheaper by a twentieth: with few replicas and a low target much depends
on a small crowd having come before the large one, with many it depends on nothing.

Fewer 503s with more replicas is taken for granted, as bisection has to; what is answered has been simulated as it
stands. Where requests come at random the load is arranged more than once: the first arrangement is searched, and what
is found there has to do for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from holdfast.decide.arrivals import most_at_once
from holdfast.decide.simulation import simulate
from holdfast.model.sizing import MOST_REPLICAS, Outcome, Scale, Serving

#: The targets that are tried, in percent. What lies between makes a difference of a few replicas.
TARGETS = (90, 80, 70, 60, 50, 40, 30, 20, 10)
#: Requests that a search works with. Of a longer load the part with the most 503s is searched, and what is found there
#: is tried on all of it.
PART = 40_000

#: What a lower target may cost at the most, of what the higher one does.
CHEAPER = 0.95

Requests = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Found:
    """`outcome` of the whole load with what was found; `simulations`: how many were made."""

    outcome: Outcome
    simulations: int


def find_scale(
    arranged: Sequence[Requests],
    until: float,
    serving: Serving,
    goal: Fraction,
    *,
    targets: Iterable[int] = TARGETS,
    part: int = PART,
    tell: Callable[[int], None] = lambda _: None,
) -> Found | None:
    """The smallest settings under which at most `goal` (a share, from 0 to 1) of the requests are refused, in each
    arrangement of the load; `None` where no `min` that the settings allow is enough. `tell` is given the number of
    simulations so far."""
    count = _Count(tell)
    loads = [_Load(one, until, serving, int(goal * len(one)), count) for one in arranged]
    first = loads[0]
    load = first.worst(part) if len(arranged[0]) > part else first
    best: Outcome | None = None
    least: int | None = None
    for target in sorted(targets, reverse=True):
        least = load.least_min(target, least)
        if least is None or (best is not None and least * load.until >= best.replica_seconds * CHEAPER):
            continue  # that many replicas alone cost more
        outcome = load.least_max(least, target)
        if best is None or outcome.replica_seconds < best.replica_seconds * CHEAPER:
            best = outcome
    scale = best.scale if best is not None else None
    for one in loads:
        scale = one.enough(scale) if scale is not None else None
    if scale is None:
        return None
    return Found(first.meets(scale), count.made)


class _Count:
    """Simulations that were made."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self.made, self._tell = 0, tell

    def one_more(self) -> None:
        """Another one begins."""
        self.made += 1
        self._tell(self.made)


class _Load:
    """A load of which so many requests may be refused."""

    def __init__(self, requests: Requests, until: float, serving: Serving, allowed: int, count: _Count) -> None:
        self._requests, self.until, self._serving, self._allowed = requests, until, serving, allowed
        self._count = count
        #: As many replicas as let nobody wait.
        self._top = min(max(-(-most_at_once(requests) // serving.concurrency), 1), MOST_REPLICAS)

    def meets(self, scale: Scale) -> Outcome:
        """What it meets under those settings; broken off when they are not good enough."""
        self._count.one_more()
        return simulate(self._requests, self.until, scale, self._serving, allowed=self._allowed)

    def worst(self, count: int) -> _Load:
        """About so many requests of it, as a load of their own: those of which the most are refused under settings that
        grow as they like."""
        self._count.one_more()
        grows = Scale(1, MOST_REPLICAS, 70)
        samples = simulate(self._requests, self.until, grows, self._serving, samples=_PARTS).samples
        begin = inside = refused = first = 0
        best = (-1, 0, 0)
        for end, sample in enumerate(samples):
            inside, refused = inside + sample.requests, refused + sample.refused
            while inside > count and begin < end:
                inside, refused = inside - samples[begin].requests, refused - samples[begin].refused
                first += samples[begin].requests
                begin += 1
            if refused > best[0]:
                best = (refused, first, first + inside)
        cut = self._requests[best[1] : best[2]]
        began = cut[0][0]
        moved = [(at - began, seconds) for at, seconds in cut]
        return _Load(moved, moved[-1][0], self._serving, self._allowed, self._count)

    def least_min(self, target: int, guess: int | None) -> int | None:
        """The least `min` for that target; `guess` was enough for a higher one."""
        low, high = 1, self._top
        if guess is not None and self.meets(Scale(guess, MOST_REPLICAS, target)).complete:
            high = guess
        elif not self.meets(Scale(high, MOST_REPLICAS, target)).complete:
            return None
        while low < high:
            middle = (low + high) // 2
            if self.meets(Scale(middle, MOST_REPLICAS, target)).complete:
                high = middle
            else:
                low = middle + 1
        return high

    def least_max(self, least: int, target: int) -> Outcome:
        """The outcome with the least `max` beside a `min` that is enough where nothing limits it."""
        good = self.meets(Scale(least, MOST_REPLICAS, target))
        low, high = least, good.most
        while low < high:
            middle = (low + high) // 2
            outcome = self.meets(Scale(least, middle, target))
            if outcome.complete:
                good, high = outcome, middle
            else:
                low = middle + 1
        return good if good.scale.max == high else self.meets(Scale(least, high, target))

    def enough(self, scale: Scale) -> Scale | None:
        """Those settings, with more replicas where they are not enough; `None` where none are."""
        while not self.meets(scale).complete:
            if scale.min >= MOST_REPLICAS:
                return None
            more = max(scale.min // 20, 1)
            scale = Scale(min(scale.min + more, MOST_REPLICAS), min(scale.max + more, MOST_REPLICAS), scale.target)
        return scale


#: Parts that a long load is divided into, to see where it goes wrong.
_PARTS = 1000
