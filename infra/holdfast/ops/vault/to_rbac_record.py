"""What was done to a vault on its way to RBAC? A file beside the receipts, kept from before the first write on.

It says what the vault held before, so that the way back can tell whether that is still there. It is no condition for
anything: which role assignments are ours is told by their names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from holdfast.home import home, keep
from holdfast.model.existing import Live, RoleAssignment
from holdfast.model.names import role_assignment_name, same_id
from holdfast.model.permissions import PolicyEntry, read_entries, wire_entry

#: The version of the record's shape (docs/to-rbac.md).
SCHEMA = 1

#: What the names of our assignments are made of in the place of a stack's project and name; frozen, or a second run
#: would not know its own. It has a space, so no project is called that.
_PROJECT, _STACK = "holdfast vault", "to-rbac"


def assignment_name(vault_id: str, principal: str, role: str) -> str:
    """The GUID of an assignment of ours: the same on every machine and in every run."""
    return role_assignment_name(_PROJECT, _STACK, vault_id, principal, role)


def ours(vault_id: str, held: Iterable[RoleAssignment]) -> list[RoleAssignment]:
    """The assignments at the vault that this command made."""
    return [
        row
        for row in held
        if same_id(row.scope, vault_id) and row.name.lower() == assignment_name(vault_id, row.principal, row.role)
    ]


def stale_roles(
    vault_id: str, held: Iterable[RoleAssignment], wanted: Iterable[tuple[str, str]]
) -> list[RoleAssignment]:
    """The assignments at the vault that this command made once, and that the plan does not want any more."""
    pairs = {(principal.lower(), role) for principal, role in wanted}
    return [row for row in ours(vault_id, held) if (row.principal.lower(), row.role.lower()) not in pairs]


class Record:
    """The record of one vault's way, written anew at each step."""

    def __init__(self, path: Path, body: dict[str, Any]) -> None:
        self.path, self.body = path, body

    @classmethod
    def begin(cls, vault: Live, entries: Iterable[PolicyEntry]) -> Record:
        """A new one, before anything is written to Azure."""
        now = datetime.now(UTC)
        body = {
            "schema": SCHEMA,
            "vault": {"id": vault.id, "name": vault.name},
            "before": {"authorization": "access-policies", "accessPolicies": [wire_entry(entry) for entry in entries]},
            "assignments": [],
            "steps": [],
        }
        record = cls(_folder() / f"to-rbac-{_plain(vault.name)}-{now:%Y%m%dT%H%M%S%f}.json", body)
        record.step("begun")
        return record

    def step(self, what: str, **more: Any) -> None:
        """Write down that something was done: `begun`, `assigned` or `stopped`, `switched`, `not-switched`,
        `switched-back` or `not-switched-back`; later `back` and `roles-removed`."""
        time = datetime.now(UTC).isoformat(timespec="seconds")
        self.body["steps"].append({"time": time, "step": what, **more})
        keep(self.path.parent, self.path.name, self.body)

    @property
    def before(self) -> tuple[PolicyEntry, ...]:
        """The entries that the vault held before."""
        return read_entries(self.body["before"]["accessPolicies"])


def last_record(vault: Live) -> Record | None:
    """The newest record of a vault on this machine; `None` where there is none that can be read."""
    for path in sorted(_folder().glob(f"to-rbac-{_plain(vault.name)}-*.json"), reverse=True):
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
            if body["schema"] == SCHEMA and same_id(body["vault"]["id"], vault.id):
                return Record(path, body)
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return None


def _folder() -> Path:
    return home() / "receipts"


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9-]", "_", name.lower())
