"""What did a run that was killed leave unfinished? Read out of the stack's own export.

The engine notes every operation before it begins it. A creation that it never saw end is warned of by every later run
until it is cleared; whether the resource is there is for the next run to find out, which asks Azure and adopts by tag.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_ROOT = "pulumi:pulumi:Stack"


@dataclass(frozen=True, slots=True)
class Left:
    """`pending`: (operation, URN) of what was under way. `targets`: the URNs that a refresh may look at. `replaced`:
    those whose old resource is deleted and whose new one the state does not know."""

    pending: tuple[tuple[str, str], ...]
    targets: tuple[str, ...]
    replaced: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """For people: `creating workspace`."""
        return [f"{operation} {urn.rpartition('::')[2]}" for operation, urn in self.pending]


def parse_export(export: Mapping[str, Any]) -> Left:
    """`pulumi stack export`'s object -> what is left. `targets` are empty where there is nothing to clear.

    A refresh forgets whatever Azure does not hold, and the run after it would make that anew in silence. So it may look
    at the stack itself, which is in no cloud (a refresh clears pending creations whatever its targets are), and at what
    the killed run was about to delete or had deleted to replace it: those alone may be gone and be meant to.
    """
    deployment = export.get("deployment") or {}
    resources = [row for row in deployment.get("resources") or () if isinstance(row, Mapping)]
    pending = tuple(
        (str(row.get("type") or "?"), str((row.get("resource") or {}).get("urn") or "?"))
        for row in deployment.get("pending_operations") or ()
    )
    there = {str(row.get("urn")) for row in resources}
    replaced = tuple(str(row["urn"]) for row in resources if row.get("pendingReplacement"))
    going = {urn for operation, urn in pending if operation == "deleting" and urn in there} - set(replaced)
    if not pending and not going:
        return Left(pending, (), replaced)
    root = [str(row["urn"]) for row in resources if row.get("type") == _ROOT]
    return Left(pending, (*root, *sorted(going)), replaced)
