"""How many requests came in which minute, how were they answered, and how long did that take?

What Azure Monitor's metrics of an online endpoint are made of (learn.microsoft.com/azure/azure-monitor/reference/
supported-metrics/microsoft-machinelearningservices-workspaces-onlineendpoints-metrics): they are sampled once a
minute. In memory: a restart of the sandbox forgets them, where Azure keeps 93 days.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

#: Minutes that are kept.
KEPT = 24 * 60


@dataclass(frozen=True, slots=True)
class Answered:
    """How requests were answered: by which deployment (empty: by none, as with a wrong key), with which status, and
    what the model's container had answered (0: it was not asked, or never answered)."""

    deployment: str
    status: int
    model: int


#: By minute (counted from 1970) and kind of answer the milliseconds of each request.
Minutes = dict[int, dict[Answered, "array[float]"]]


@dataclass
class Traffic:
    """The requests of all endpoints, by the endpoint's lower-case name."""

    clock: Callable[[], float] = time.time
    _endpoints: dict[str, Minutes] = field(default_factory=dict)

    def note(self, endpoint: str, answered: Answered, seconds: float) -> None:
        """Counts a request that was answered now."""
        minutes, now = self._endpoints.setdefault(endpoint.lower(), {}), int(self.clock() // 60)
        if now not in minutes:
            for old in [minute for minute in minutes if minute <= now - KEPT]:
                del minutes[old]
            minutes[now] = {}
        minutes[now].setdefault(answered, array("d")).append(seconds * 1000)

    def between(self, endpoint: str, first: int, end: int) -> Iterator[tuple[int, Answered, array[float]]]:
        """Minute, kind of answer and milliseconds, from minute `first` on and before `end`."""
        for minute, kinds in self._endpoints.get(endpoint.lower(), {}).items():
            if first <= minute < end:
                for answered, taken in kinds.items():
                    yield minute, answered, taken

    def forget(self) -> None:
        """Nothing was ever asked."""
        self._endpoints.clear()
