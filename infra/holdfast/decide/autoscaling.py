"""How many replicas should there be now? Target utilization, as the front end of Kubernetes online endpoints scales.

    utilization = (requests that are worked on + requests that wait) / requests that all replicas take

Above the target replicas are added, all that are missing, at the next look; below it they are taken away when it has
been so for a minute, down to what the busiest look of that minute needed. Source: "Azure Machine Learning inference
router" (Microsoft Learn), "Autoscaling"; of the time for fewer: "Deploy a model to an Azure Kubernetes Service cluster"
(v1), "about 1 minute".
"""

from __future__ import annotations

from math import ceil

from holdfast.model.sizing import Scale


def needed(load: int, scale: Scale, concurrency: int) -> int:
    """Replicas that bring the utilization to the target under `load` requests, within the settings' limits."""
    wanted = ceil(load * 100 / (scale.target * concurrency))
    return min(max(wanted, scale.min), scale.max)


class Autoscaler:
    """Remembers since when the load has been low. `looks`: for how many looks in a row it has to be."""

    def __init__(self, scale: Scale, concurrency: int, looks: int) -> None:
        self._scale, self._concurrency, self._looks = scale, concurrency, looks
        self._low = self._busiest = 0

    def look(self, load: int, replicas: int) -> int:
        """The number of replicas from now on."""
        wanted = needed(load, self._scale, self._concurrency)
        if wanted >= replicas:
            self._low = self._busiest = 0
            return wanted
        self._low, self._busiest = self._low + 1, max(self._busiest, wanted)
        if self._low < self._looks:
            return replicas
        wanted, self._low, self._busiest = self._busiest, 0, 0
        return wanted
