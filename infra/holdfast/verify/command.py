"""What does a command that wrote to a vault leave behind? The same rows as a run's receipt, without a stack."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from holdfast.model.permissions import Permissions, PolicyEntry, wire_entry
from holdfast.verify.head import SCHEMA
from holdfast.verify.receipt import NOTHING, through_applications
from holdfast.verify.records import by_principal, holdings


def command_record(
    command: str,
    vault: Mapping[str, str],
    before: Iterable[PolicyEntry],
    after: Collection[PolicyEntry],
    added: Iterable[PolicyEntry] = (),
    taken: Iterable[PolicyEntry] = (),
    whose: Mapping[str, tuple[str, str]] | None = None,
) -> dict[str, Any]:
    """The record, without its time. `vault` is `{id, authorization}`, `whose` the ledger's."""
    was, now = by_principal(holdings(before)), by_principal(holdings(after))
    back, gone = by_principal(holdings(added)), by_principal(holdings(taken))
    return {
        "schema": SCHEMA,
        "command": command,
        "vault": dict(vault),
        "policies": [
            {
                "principal": who,
                "whose": (whose or {}).get(who, ("theirs", ""))[0],
                "before": was.get(who, NOTHING).wire(),
                "after": now.get(who, NOTHING).wire(),
                "state": _state(
                    was.get(who, NOTHING), now.get(who, NOTHING), back.get(who, NOTHING), gone.get(who, NOTHING)
                ),
            }
            for who in sorted({*was, *now})
        ],
        "applications": [wire_entry(entry) for entry in through_applications(after)],
    }


def _state(was: Permissions, now: Permissions, added: Permissions, taken: Permissions) -> str:
    """As a receipt's; what somebody else did at the same moment is told as that."""
    if lost := now.lacks(was):
        return "gone" if taken.lacks(lost) else "revoked"
    if gained := was.lacks(now):
        return "put-back" if not added.lacks(gained) else "widened" if was else "added"
    return "kept"
