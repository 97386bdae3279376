"""Are an endpoint's requests answered, and do its replicas do for its busiest minute?

Source of the statuses: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, "HTTP status
codes"; of the replicas: the rule of `sizing`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction

from holdfast.decide.sizing import size
from holdfast.model.sizing import Demand
from holdfast.model.traffic import Busiest, Counted, Refused, Scaled

#: What an endpoint, and no model, answers where something is wrong: a key, the time, the model's container, a replica.
TOLD = (401, 408, 424, 429, 502, 503, 504)
#: The share of requests from which it is told. What `holdfast size` aims to stay under.
WORTH = Fraction(1, 1000)


def refused(rows: Sequence[Counted]) -> list[Refused]:
    """One for each of the statuses that is worth telling."""
    total = sum(row.requests for row in rows)
    found = []
    for status in TOLD:
        minutes = _by_minute(row for row in rows if row.status == status)
        count = sum(minutes.values())
        if count and Fraction(count, total) >= WORTH:
            at, most = max(minutes.items(), key=lambda one: (one[1], one[0]))
            found.append(Refused(status, count, total, most, at))
    return found


def busiest(rows: Sequence[Counted], seconds: Fraction, scaled: Scaled) -> Busiest | None:
    """The busiest minute, of what came past the endpoint's keys; `None` where nothing did. `seconds`: of a request, in
    the mean."""
    minutes = _by_minute(row for row in rows if row.status not in (401, 403, 404))
    if not minutes:
        return None
    at, most = max(minutes.items(), key=lambda one: (one[1], one[0]))
    working = size(Demand(Fraction(most, 60), seconds, scaled.concurrency, scaled.target))
    return Busiest(at, most / 60, float(seconds), working.replicas)


def _by_minute(rows: Iterable[Counted]) -> Counter[datetime]:
    found: Counter[datetime] = Counter()
    for row in rows:
        found[row.at] += row.requests
    return found
