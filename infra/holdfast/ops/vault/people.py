"""Who are these object ids? By name where Microsoft Graph answers; where it does not, that is said once."""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.arm import Graph
from holdfast.model.directory import Directory
from holdfast.model.permissions import PolicyEntry, wire_entry
from holdfast.ops.vault.output import say


def look_up(graph: Graph, ids: Iterable[str]) -> Directory:
    """The directory's answer; its silence is told on stderr and costs the names alone."""
    directory = graph.look_up(ids)
    if directory.silence:
        say(f"note: ids are shown without their names: {directory.silence}")
    return directory


def columns(directory: Directory, principal: str, application: str = "") -> tuple[str, str, str]:
    """Name, kind and id of an entry's principal, for a table."""
    found = directory.find(principal)
    name, kind = (found.name, found.kind) if found else ("", "")
    return name or "-", kind or "-", f"{principal} through {application}" if application else principal


def described(directory: Directory, entry: PolicyEntry, whose: tuple[str, str] | None = None) -> dict[str, object]:
    """An entry for a script: Azure's shape, with `name`, `kind` and `whose`, null where nobody knows."""
    found = directory.find(entry.principal)
    return {
        **wire_entry(entry),
        "name": (found.name or None) if found else None,
        "kind": found.kind if found else None,
        "whose": whose[0] if whose else None,
        "stack": whose[1] if whose else None,
    }
