"""How does a command write to a vault? One `accessPolicies` request under the tripwire, and a record of what it did."""

from __future__ import annotations

from pathlib import Path

from holdfast.arm import ArmClient
from holdfast.guard import change_policies, guarded
from holdfast.model.existing import Live
from holdfast.model.permissions import Permissions, PolicyEntry, parse_policies
from holdfast.ops.vault.memory import remember
from holdfast.verify.command import command_record
from holdfast.verify.ledger import Ledger
from holdfast.verify.records import holdings
from holdfast.verify.survey import authorization_of


def add(
    client: ArmClient, vault: Live, entries: tuple[PolicyEntry, ...], ledger: Ledger, never: frozenset[str]
) -> tuple[tuple[PolicyEntry, ...], Path | None]:
    """`accessPolicies/add` of these entries. What the vault lacks of them afterwards, and the record's file.

    Raises HoldfastError: the write's own failure, or `tripwire`.
    """

    def done(body: dict[str, object]) -> bool:
        return not lacking(_entries(body), entries)

    after = guarded(
        client,
        vault.id,
        "the restore",
        lambda: change_policies(client, vault.id, "add", entries),
        never_restore=never,
        done=done,
    )
    return lacking(after, entries), _record("holdfast vault restore", vault, after, ledger, added=entries)


def remove(
    client: ArmClient, vault: Live, entries: tuple[PolicyEntry, ...], ledger: Ledger
) -> tuple[tuple[PolicyEntry, ...], Path | None]:
    """`accessPolicies/remove` of these entries. What the vault still holds of them, and the record's file.

    Raises HoldfastError: the write's own failure, or `tripwire`.
    """

    def done(body: dict[str, object]) -> bool:
        return not _held(_entries(body), entries)

    after = guarded(
        client,
        vault.id,
        "the revocation",
        lambda: change_policies(client, vault.id, "remove", entries),
        taken=entries,
        done=done,
    )
    return _held(after, entries), _record("holdfast vault revoke", vault, after, ledger, taken=entries)


def lacking(live: tuple[PolicyEntry, ...], entries: tuple[PolicyEntry, ...]) -> tuple[PolicyEntry, ...]:
    """The entries of which the vault lacks anything."""
    present = holdings(live)
    return tuple(
        entry
        for entry in entries
        if present.get((entry.principal.lower(), entry.application.lower()), Permissions()).lacks(entry.permissions)
    )


def _held(live: tuple[PolicyEntry, ...], entries: tuple[PolicyEntry, ...]) -> tuple[PolicyEntry, ...]:
    present = holdings(live)
    return tuple(
        entry
        for entry in entries
        if present.get((entry.principal.lower(), entry.application.lower()), Permissions()) & entry.permissions
    )


def _entries(body: dict[str, object]) -> tuple[PolicyEntry, ...]:
    properties = body.get("properties")
    return parse_policies(properties if isinstance(properties, dict) else {})


def _record(
    command: str,
    vault: Live,
    after: tuple[PolicyEntry, ...],
    ledger: Ledger,
    added: tuple[PolicyEntry, ...] = (),
    taken: tuple[PolicyEntry, ...] = (),
) -> Path | None:
    head = {"id": vault.id, "authorization": authorization_of(vault.properties)}
    return remember(
        command_record(command, head, parse_policies(vault.properties), after, added, taken, dict(ledger.whose))
    )
