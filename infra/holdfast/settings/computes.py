"""Does what the settings say about a compute go together?"""

from __future__ import annotations

from holdfast.settings.faults import Faults
from holdfast.settings.sections.computes import Compute


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
