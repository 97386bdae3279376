"""Which keys are there under `computes`?

The text beside a key is what the page for people and the editors show: its unit, its default, and why.
"""

# ruff: noqa: RUF009 - `key` declares a field, as `dataclasses.field` does, which the rule knows by name alone

from __future__ import annotations

from dataclasses import dataclass

from holdfast.model.wanted import WhenExists
from holdfast.settings.keys import Choice, Number, Text, key
from holdfast.settings.sections.named import part_name_key, part_when_exists_key


@dataclass(frozen=True, slots=True)
class Compute:
    """One item of `computes`. `at` is where it stands, for messages."""

    name: str = part_name_key(
        # azure-rest-api-specs, machinelearningservices 2025-12-01, the pattern of computeName
        "3 to 24 letters, digits and hyphens, a letter first, no number behind a last hyphen",
        r"^[A-Za-z](?![A-Za-z0-9-]*-[0-9]+$)[A-Za-z0-9-]{2,23}$",
        "cpu",
    )
    when_exists: WhenExists | None = part_when_exists_key()
    kind: str = key(
        Choice(("cluster", "instance"), "kind of compute"),
        "`cluster` is a cluster of virtual machines that comes and goes with its jobs (AmlCompute), `instance` one"
        " person's machine (ComputeInstance).",
        empty="cluster",
        default="cluster",
    )
    size: str = key(
        Text("a size of virtual machines", example="Standard_DS3_v2"),
        "The size of its machines. Azure fixes it at creation.",
        required=True,
        empty="",
    )
    min: int | None = key(
        Number(0, 100),
        "Nodes of a cluster that always run, and are always paid.",
        default="0 for a new cluster",
    )
    max: int | None = key(Number(1, 1000), "Nodes of a cluster at the most.", default="4 for a new cluster")
    idle_minutes: int | None = key(
        Number(1, 10080),
        "Minutes after which an idle node is let go, or an idle instance is shut down (15 to 4320 for an instance).",
        default="15 for a new cluster, 60 for a new instance",
    )
    at: str = ""
