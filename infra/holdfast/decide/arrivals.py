"""When does each request of a load profile come? Counts in intervals become times.

`even` spreads an interval's requests evenly. `random` puts each of them anywhere within it, independently: what is
known as a Poisson process, given how many came. Callers that do not know of each other behave so, and their small
crowds are what a queue fills from. The same profile and seed give the same times on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from holdfast.model.sizing import Interval

#: The seed of the random times: any would do, one makes an answer repeatable.
SEED = 20190501


def arrivals(profile: Iterable[Interval], *, evenly: bool = False, seed: int = SEED) -> list[tuple[float, float]]:
    """(time, seconds that it takes) of each request, in the order they come."""
    random = Random(seed)
    found: list[tuple[float, float]] = []
    for row in profile:
        step = row.length / row.requests if row.requests else 0.0
        places = (
            ((number + 0.5) * step for number in range(row.requests))
            if evenly
            else (random.random() * row.length for _ in range(row.requests))
        )
        found += [(row.at + place, row.seconds) for place in places]
    found.sort()
    return found


def most_at_once(requests: Sequence[tuple[float, float]]) -> int:
    """Requests that are worked on at the same time, at the most, where none has to wait."""
    changes = sorted([(at, 1) for at, _ in requests] + [(at + seconds, -1) for at, seconds in requests])
    now = most = 0
    for _, change in changes:
        now += change
        most = max(most, now)
    return most
