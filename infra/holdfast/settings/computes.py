"""Does what the settings say about a compute go together?

Source: azure-rest-api-specs, machinelearningservices 2025-12-01: `idleTimeBeforeShutdown` takes 15 minutes to 3 days.
What computes of kind `kubernetes` say together with the cluster is `kubernetes`'.
"""

from __future__ import annotations

import re

from holdfast.model.wanted import WhenExists
from holdfast.settings.faults import Faults
from holdfast.settings.keys import wire
from holdfast.settings.sections.computes import Compute

#: Minutes.
SHORTEST_IDLE, LONGEST_IDLE = 15, 3 * 24 * 60

#: The keys that a kind of compute has beyond those of all kinds.
_KEYS = {
    "cluster": ("size", "min", "max", "idle_minutes"),
    "instance": ("size", "idle_minutes"),
    "kubernetes": ("cluster", "namespace", "instance_types", "default_instance_type"),
}
_CALLED = {"cluster": "a cluster of machines", "instance": "one machine", "kubernetes": "a part of an AKS cluster"}
_ID = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.MachineLearningServices/workspaces/[^/]+"
    r"/computes/[^/]+",
    re.IGNORECASE,
)


def find_compute_faults(compute: Compute, faults: Faults) -> None:
    """Note what contradicts itself in one item of `computes`."""
    if compute.id is not None:
        _find_id_faults(compute, compute.id, faults)
        return
    if faults.touches(f"{compute.at}.kind"):
        return  # what goes with the kind that was meant nobody knows
    mine = _KEYS[compute.kind]
    for name in dict.fromkeys(key for keys in _KEYS.values() for key in keys if key not in mine):
        value = getattr(compute, name)
        if value not in (None, ()):
            faults.add(
                "setting-does-not-fit",
                f"{compute.at}.{wire(name)}",
                f"has no effect: this compute is {_CALLED[compute.kind]}",
                value=str(value) if isinstance(value, tuple) else value,
                allowed=" and ".join(f"`{wire(key)}`" for key in mine),
            )
    if "size" in mine and compute.size is None and not faults.touches(f"{compute.at}.size"):
        faults.add("settings-missing-key", f"{compute.at}.size", "is missing", allowed="a size of virtual machines")
    if compute.kind == "instance":
        if compute.idle_minutes is not None and not SHORTEST_IDLE <= compute.idle_minutes <= LONGEST_IDLE:
            faults.add(
                "settings-out-of-range",
                f"{compute.at}.idleMinutes",
                "is too short or too long for an instance",
                value=compute.idle_minutes,
                allowed=f"a whole number from {SHORTEST_IDLE} to {LONGEST_IDLE}",
            )
    elif compute.min is not None and compute.max is not None and compute.min > compute.max:
        faults.add(
            "setting-does-not-fit",
            f"{compute.at}.min",
            "is more than `max`",
            value=compute.min,
            allowed=f"at most {compute.max}",
            also=f"{compute.at}.max",
        )


def _find_id_faults(compute: Compute, id: str, faults: Faults) -> None:
    """What is named by its id is only used, whatever it is."""
    if not _ID.fullmatch(id):
        faults.add("invalid-id", f"{compute.at}.id", "is no id of a compute", value=id)
    if compute.when_exists not in (None, WhenExists.REFER):
        faults.add(
            "name-and-id",
            f"{compute.at}.whenExists",
            "says to manage what is named by `id`, and that is only ever used",
            value=str(compute.when_exists),
            allowed="refer",
            hint="leave the id out to have it managed",
        )
    for name in dict.fromkeys(key for keys in _KEYS.values() for key in keys):
        value = getattr(compute, name)
        if value not in (None, ()):
            faults.add(
                "setting-does-not-fit",
                f"{compute.at}.{wire(name)}",
                "has no effect: the compute is named by its id, and only used",
                value=str(value) if isinstance(value, tuple) else value,
                allowed="`name` and `id`",
            )
