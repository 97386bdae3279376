"""Does what the settings say about a compute go together?

Source: azure-rest-api-specs, machinelearningservices 2025-12-01: `idleTimeBeforeShutdown` takes 15 minutes to 3 days.
"""

from __future__ import annotations

from holdfast.settings.faults import Faults
from holdfast.settings.sections.computes import Compute

#: Minutes.
SHORTEST_IDLE, LONGEST_IDLE = 15, 3 * 24 * 60


def find_compute_faults(compute: Compute, faults: Faults) -> None:
    """Note what contradicts itself in one item of `computes`."""
    if compute.kind == "instance":
        for name, value in (("min", compute.min), ("max", compute.max)):
            if value is not None:
                faults.add(
                    "setting-does-not-fit",
                    f"{compute.at}.{name}",
                    "is for a cluster, and this compute is one machine",
                    value=value,
                    allowed="`size` and `idleMinutes`",
                )
        if compute.idle_minutes is not None and not SHORTEST_IDLE <= compute.idle_minutes <= LONGEST_IDLE:
            faults.add(
                "settings-out-of-range",
                f"{compute.at}.idleMinutes",
                "is too short or too long for an instance",
                value=compute.idle_minutes,
                allowed=f"a whole number from {SHORTEST_IDLE} to {LONGEST_IDLE}",
            )
        return
    if compute.min is not None and compute.max is not None and compute.min > compute.max:
        faults.add(
            "setting-does-not-fit",
            f"{compute.at}.min",
            "is more than `max`",
            value=compute.min,
            allowed=f"at most {compute.max}",
            also=f"{compute.at}.max",
        )
