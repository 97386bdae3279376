"""What would give a vault back what the record shows, and what would take from a principal what it holds?

A restore never narrows and never gives more than the record showed; what was revoked, and whoever is never to be
restored, stays away. A revocation takes nothing from anybody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from holdfast.model.permissions import EVERYTHING, Permissions, PolicyEntry
from holdfast.verify.ledger import without
from holdfast.verify.receipt import NOTHING
from holdfast.verify.records import Holdings, holdings

#: Azure's limit of entries in a vault. Source: azure-rest-api-specs, Microsoft.KeyVault, `accessPolicies`.
MOST_ENTRIES = 1024


@dataclass(frozen=True, slots=True)
class Withheld:
    """Lost, and not to be handed back. `reason`: revoked | never-restore."""

    entry: PolicyEntry
    reason: str


@dataclass(frozen=True, slots=True)
class Restore:
    """What is to be added, what is withheld, and how many entries the vault would hold then."""

    add: tuple[PolicyEntry, ...]
    withheld: tuple[Withheld, ...] = ()
    entries: int = 0


@dataclass(frozen=True, slots=True)
class Revocation:
    """What is to be taken, and what can't be: one permission of an `all` (see `Permissions.within`)."""

    take: tuple[PolicyEntry, ...]
    within_all: Permissions = NOTHING


def plan_restore(
    shown: Holdings,
    live: Iterable[PolicyEntry],
    tenant: str,
    revoked: Mapping[str, Permissions],
    never: Iterable[str] = (),
    only: Iterable[str] = (),
) -> Restore:
    """What the vault lacks of `shown`. `only`: just these principals, where there are any; `tenant` is the vault's."""
    present = holdings(live)
    barred, chosen = {who.lower() for who in never}, {who.lower() for who in only}
    add: list[PolicyEntry] = []
    withheld: list[Withheld] = []
    for (principal, application), held in sorted(shown.items()):
        lacking = present.get((principal, application), NOTHING).lacks(held)
        if not lacking or (chosen and principal not in chosen):
            continue
        entry = PolicyEntry(principal, tenant, lacking, application)
        if principal in barred:
            withheld.append(Withheld(entry, "never-restore"))
            continue
        given = without(lacking, revoked.get(principal, NOTHING))
        if given:
            add.append(replace(entry, permissions=given))
        if kept := Permissions.of({n: set(v) - set(given.wire().get(n, ())) for n, v in lacking.wire().items()}):
            withheld.append(Withheld(replace(entry, permissions=kept), "revoked"))
    keys = {*present, *((entry.principal, entry.application) for entry in add)}
    return Restore(tuple(add), tuple(withheld), len(keys))


def appeared(shown: Holdings, live: Iterable[PolicyEntry]) -> tuple[PolicyEntry, ...]:
    """What the vault holds beyond `shown`."""
    found = []
    for entry in live:
        more = shown.get((entry.principal.lower(), entry.application.lower()), NOTHING).lacks(entry.permissions)
        if more:
            found.append(replace(entry, permissions=more))
    return tuple(found)


def plan_revocation(live: Iterable[PolicyEntry], principal: str, asked: Permissions = EVERYTHING) -> Revocation:
    """The part of a principal's entries, those through applications too, that `asked` covers."""
    theirs = [entry for entry in live if entry.principal.lower() == principal.lower()]
    parts = [(entry, entry.permissions.within(asked)) for entry in theirs]
    within_all = NOTHING
    for entry in theirs:
        within_all |= entry.permissions.all_beyond(asked)
    return Revocation(tuple(replace(entry, permissions=part) for entry, part in parts if part), within_all)
