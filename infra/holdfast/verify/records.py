"""What does a file beside the receipts say of one vault? A run's receipt, a command's record or a tripwire's incident.

They are read by what they hold, never by what a version should have written: a key that is not there says nothing, a
key that nobody knows is passed over (docs/receipt.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from holdfast.model.names import same_id
from holdfast.model.permissions import Permissions, PolicyEntry, read_entries
from holdfast.verify.head import READABLE
from holdfast.verify.receipt import NOTHING

#: Principal and application, both lower case. The tenant is the vault's own for every entry.
Key = tuple[str, str]
Holdings = Mapping[Key, Permissions]

RUN, COMMAND, INCIDENT = "run", "command", "incident"


@dataclass(frozen=True, slots=True)
class Record:
    """One file. `kind`: run | command | incident; `by` is who left it: `project/stack`, a command, or a write.

    `before` is by principal, as receipts tell it; `after` is each entry on its own, and for an incident empty: it is no
    look at the whole vault. `unread`: nobody could see the vault afterwards, and `after` is what was there before.
    """

    time: str
    kind: str
    by: str
    path: str = ""
    before: Mapping[str, Permissions] = field(default_factory=dict)
    after: Holdings = field(default_factory=dict)
    unread: bool = False
    states: Mapping[str, str] = field(default_factory=dict)
    whose: Mapping[str, str] = field(default_factory=dict)
    lost: Holdings = field(default_factory=dict)
    put_back: Holdings = field(default_factory=dict)
    never: frozenset[str] = frozenset()


def read_record(body: Mapping[str, Any], path: str = "") -> Record | None:
    """A file's body as a record; None for one of another shape or version."""
    if "incident" in body:
        gone, back = holdings(read_entries(body.get("gone"))), holdings(read_entries(body.get("putBack")))
        by = str(body.get("write") or "a write")
        return Record(str(body.get("time") or ""), INCIDENT, by, path, lost=gone, put_back=back)
    rows = body.get("policies")
    if body.get("schema") not in READABLE or not isinstance(rows, list):
        return None
    command = str(body.get("command") or "")
    by = command or f"{body.get('project')}/{body.get('stack')}"
    found = [(str(row.get("principal") or "").lower(), row) for row in rows if isinstance(row, Mapping)]
    before = {principal: Permissions.of(row.get("before") or {}) for principal, row in found}
    unread = any(row.get("after") is None for _, row in found)
    after = before if unread else {principal: Permissions.of(row["after"]) for principal, row in found}
    return Record(
        str(body.get("time") or ""),
        COMMAND if command else RUN,
        by,
        path,
        before,
        _apart(after, read_entries(body.get("applications"))),
        unread,
        {principal: str(row.get("state") or "") for principal, row in found},
        {principal: str(row.get("whose") or "") for principal, row in found},
        holdings(read_entries(body.get("lost"))),
        holdings(read_entries(body.get("putBack"))),
        frozenset(str(principal).lower() for principal in body.get("neverRestore") or ()),
    )


def is_about(body: Mapping[str, Any], vault_id: str) -> bool:
    """Whether a file is about that vault: a receipt names it with its model, an incident by its id alone."""
    vault = body.get("vault")
    named = vault.get("id") if isinstance(vault, Mapping) else vault
    return same_id(str(named or ""), vault_id)


def holdings(entries: Iterable[PolicyEntry]) -> dict[Key, Permissions]:
    """Entries by their key, those of one key joined."""
    found: dict[Key, Permissions] = {}
    for entry in entries:
        key = (entry.principal.lower(), entry.application.lower())
        found[key] = found.get(key, NOTHING) | entry.permissions
    return found


def by_principal(held: Holdings) -> dict[str, Permissions]:
    """One row a principal, as receipts tell it: what it holds itself and through applications."""
    found: dict[str, Permissions] = {}
    for (principal, _), permissions in held.items():
        found[principal] = found.get(principal, NOTHING) | permissions
    return found


def _apart(rows: Mapping[str, Permissions], applications: Iterable[PolicyEntry]) -> dict[Key, Permissions]:
    """What each entry held: those that are listed on their own, and one for each other principal."""
    apart = holdings(applications)
    several = {principal for principal, _ in apart}
    whole = {(principal, ""): held for principal, held in rows.items() if held and principal not in several}
    return {**whole, **apart}
