"""Who appeared in a vault, who vanished, and by whom: run by run?

Each record looked at the vault before it did anything and afterwards. What differs between the end of one and the
beginning of the next is somebody else's doing; what differs between a record's own two looks is its own where it says
so, and somebody else's where it does not. `ledger` tells the same records for handing access back; here nothing is
weighed, and each change stands where it was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.model.permissions import Permissions
from holdfast.verify.receipt import NOTHING
from holdfast.verify.records import COMMAND, INCIDENT, Record, by_principal


@dataclass(frozen=True, slots=True)
class Look:
    """A record and what it says that it wrote, as in a receipt's `writes`."""

    record: Record
    writes: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One principal's. `what`: appeared | widened | narrowed | vanished.

    `permissions` are those that came or went, `ours` whether the record did it, `why` how that is known, in words.
    """

    what: str
    principal: str
    permissions: Permissions
    whose: str
    ours: bool
    why: str


@dataclass(frozen=True, slots=True)
class Span:
    """A look, and what happened from the look before it (`since`, None for the first) up to its own end.

    `others` was done before it began, `own` while it was under way; `held` are the principals in the vault afterwards.
    """

    look: Look
    since: Record | None
    others: tuple[Change, ...]
    own: tuple[Change, ...]
    held: int


def tell(looks: Iterable[Look]) -> tuple[Span, ...]:
    """All looks at one vault, in any order; the spans, oldest first."""
    spans: list[Span] = []
    since: Record | None = None
    for look in sorted(looks, key=lambda look: (look.record.time, look.record.path)):
        record = look.record
        if record.kind == INCIDENT:
            spans.append(Span(look, since, (), tuple(_incident(record)), 0))
            continue
        after = by_principal(record.after)
        spans.append(Span(look, since, tuple(_before(look, since)), tuple(_during(look, after)), len(after)))
        since = record
    return tuple(spans)


def _before(look: Look, since: Record | None) -> Iterable[Change]:
    record = look.record
    # Nothing was seen before the first look; what its stack's state remembered is known to be gone.
    known = by_principal(since.after) if since else by_principal(record.lost)
    whole = _recovered(look)
    for principal in sorted({*known, *(record.before if since else ())}):
        had, has = known.get(principal, NOTHING), record.before.get(principal, NOTHING)
        whose = record.whose.get(principal, "")
        if since and (gained := had.lacks(has)):
            yield Change("widened" if had else "appeared", principal, gained, whose, False, "")
        if gone := has.lacks(had):
            why = "went with the vault, which somebody deleted" if whole else ""
            yield Change("narrowed" if has else "vanished", principal, gone, whose, False, why)


def _during(look: Look, after: Mapping[str, Permissions]) -> Iterable[Change]:
    record = look.record
    if record.unread:
        return
    given = {(str(row.get("write")), str(row.get("principal") or "").lower()) for row in look.writes}
    back = by_principal(record.put_back)
    for principal in sorted({*record.before, *after}):
        had, has = record.before.get(principal, NOTHING), after.get(principal, NOTHING)
        state, whose = record.states.get(principal, ""), record.whose.get(principal, "")
        if gained := had.lacks(has):
            # What only a part of was put back has another state: the worst news wins there.
            returned = state == "put-back" or bool(back.get(principal, NOTHING) & gained)
            ours, why = _gained(look, ("grant", principal) in given, returned, whose)
            yield Change("widened" if had else "appeared", principal, gained, whose, ours, why)
        if gone := has.lacks(had):
            ours = state == "revoked"
            why = "revoked, as it was told to" if ours else "while it was under way"
            yield Change("narrowed" if has else "vanished", principal, gone, whose, ours, why)


def _gained(look: Look, granted: bool, returned: bool, whose: str) -> tuple[bool, str]:
    """Whether the record did it, and how that is known."""
    if granted:
        return True, "put back, after it was lost" if returned else "granted, as the settings say"
    if _recovered(look):
        return True, "came back with the vault, which it recovered"
    if look.record.kind == COMMAND and returned:
        return True, "put back, after it was lost"
    if whose == "workspace":
        return True, "put back, after it was lost" if returned else "the workspace's own, given as it was made"
    return False, "while it was under way"


def _recovered(look: Look) -> bool:
    return any(row.get("write") == "recover" and "/vaults/" in str(row.get("id")).lower() for row in look.writes)


def _incident(record: Record) -> Iterable[Change]:
    for (principal, _), held in sorted(record.lost.items()):
        yield Change("vanished", principal, held, "", False, f"while {record.by} was under way")
    for (principal, _), held in sorted(record.put_back.items()):
        yield Change("appeared", principal, held, "", True, "put back at once by the tripwire")
