"""Who are these object ids? By name where Microsoft Graph answers; where it does not, that is said once."""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.arm import Graph
from holdfast.model.directory import Directory
from holdfast.model.permissions import PolicyEntry, wire_entry
from holdfast.ops.output import say


def look_up(graph: Graph, ids: Iterable[str]) -> Directory:
    """The directory's answer; its silence is told on stderr and costs the names alone."""
    directory = graph.look_up(ids)
    if directory.silence:
        say(f"note: ids are shown without their names: {directory.silence}")
    return directory


def columns(directory: Directory, principal: str, tenant: str, application: str = "") -> tuple[str, str, str]:
    """Name, kind and id of a principal, for a table; one that the directory does not know any more is `nobody`."""
    found = directory.find(principal)
    name, kind = (found.name, found.kind) if found else ("", "")
    if directory.is_nobody(principal, tenant):
        kind = "nobody"
    return name or "-", kind or "-", f"{principal} through {application}" if application else principal


def columns_of(directory: Directory, entry: PolicyEntry) -> tuple[str, str, str]:
    """The same of an entry's principal."""
    return columns(directory, entry.principal, entry.tenant, entry.application)


def who_is(directory: Directory, principal: str, tenant: str) -> dict[str, object]:
    """`name`, `kind` and `orphan` for a script, null where nobody can tell."""
    found = directory.find(principal)
    return {
        "name": (found.name or None) if found else None,
        "kind": found.kind if found else None,
        "orphan": directory.is_nobody(principal, tenant),
    }


def described(directory: Directory, entry: PolicyEntry, whose: tuple[str, str] | None = None) -> dict[str, object]:
    """An entry for a script: Azure's shape, who it is, and whose, null where nobody knows."""
    return {
        **wire_entry(entry),
        **who_is(directory, entry.principal, entry.tenant),
        "whose": whose[0] if whose else None,
        "stack": whose[1] if whose else None,
    }
