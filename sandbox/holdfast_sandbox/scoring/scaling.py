"""How many replicas should there be? Target utilization, as azureml-fe scales; a function of load and time.

utilization = (busy replicas + queued requests) / replicas. Above the target replicas are added at the next look, all
that are missing; below it they are taken away only when it has been so for a minute, as the v1 edition says (about 1 s
up, about 1 min down: learn.microsoft.com/azure/machine-learning/v1/how-to-deploy-azure-kubernetes-service,
"Autoscaling"); the v2 page says some 20 looks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Looks for which the load has to be low before a replica goes.
DOWN_LOOKS = 60


@dataclass(frozen=True, slots=True)
class Limits:
    """`target`: utilization from 0 to 1; `interval`: seconds between two looks."""

    minimum: int
    maximum: int
    target: float = 0.7
    interval: float = 1.0

    @property
    def moves(self) -> bool:
        return self.maximum > self.minimum


def needed(load: int, limits: Limits, per_replica: int) -> int:
    """Replicas that bring the utilization to the target under `load` requests, within the limits."""
    wanted = math.ceil(load / (limits.target * per_replica) - 1e-9)
    return min(max(wanted, limits.minimum), limits.maximum)


class Scaler:
    """Remembers since when the load has been low."""

    def __init__(self, limits: Limits, per_replica: int) -> None:
        self.limits, self._per_replica = limits, per_replica
        self._low = 0
        self._highest = 0

    def look(self, load: int, replicas: int) -> int:
        """The number of replicas from now on; to be called once an interval."""
        wanted = needed(load, self.limits, self._per_replica)
        if wanted >= replicas:
            self._low = self._highest = 0
            return wanted
        self._low, self._highest = self._low + 1, max(self._highest, wanted)
        if self._low < DOWN_LOOKS:
            return replicas
        wanted, self._low, self._highest = self._highest, 0, 0
        return wanted
