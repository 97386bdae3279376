"""How many replicas does a steady load need? Microsoft's rule of thumb, calculated exactly.

    concurrent requests = requests a second * seconds of each / target utilization
    replicas            = concurrent requests / requests that a replica works on, rounded up

Source: "Troubleshooting remote model deployment" (Microsoft Learn, v1), "HTTP status code 503". In fractions, because
2.1 / 0.7 is more than 3 to a computer's floating point, and would come to a replica that nobody needs.
"""

from __future__ import annotations

from math import ceil

from holdfast.model.sizing import Demand, Working


def size(demand: Demand) -> Working:
    """The replicas for a demand, with the numbers on the way."""
    busy = demand.rps * demand.seconds
    concurrent = busy * 100 / demand.target
    return Working(demand, busy, concurrent, ceil(concurrent / demand.concurrency))
