"""What do all records of a vault say together: who held what last, who lost it since, and what was taken on purpose?

The records are looks at one vault from several stacks and commands, in the order of their time. Between two looks
anybody may have written, so a loss is noticed by the look after it; the newest run's losses are `recent`, and an older
one's are told but not handed back by themselves: whoever saw them then had their chance to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from holdfast.model.permissions import Permissions
from holdfast.verify.receipt import NOTHING
from holdfast.verify.records import INCIDENT, RUN, Holdings, Key, Record, by_principal

#: Whose an entry is, the strongest claim first: a stack's own word counts more than another stack's `theirs`.
_CLAIMS = ("workspace", "ours", "dropped", "theirs")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a principal. `what`: seen | appeared | widened | lost | put-back | revoked.

    `by` is the run or the command that did it, empty for somebody else; `found_by` the one whose record tells of it.
    """

    time: str
    what: str
    principal: str
    permissions: Permissions
    by: str
    found_by: str
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is on record. `present` was there at the last look; `recent` and `older` were lost and have not been seen
    since; `revoked` was taken away on purpose, by principal; `whose` says (whose, by which stack's record)."""

    records: tuple[Record, ...] = ()
    present: Holdings = field(default_factory=dict)
    recent: Holdings = field(default_factory=dict)
    older: Holdings = field(default_factory=dict)
    revoked: Mapping[str, Permissions] = field(default_factory=dict)
    never: frozenset[str] = frozenset()
    whose: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    @property
    def looks(self) -> tuple[Record, ...]:
        """The records that saw the whole vault, oldest first."""
        return tuple(record for record in self.records if record.kind != INCIDENT)

    @property
    def shown(self) -> dict[Key, Permissions]:
        """What the last receipt shows: what was there, and what it says was lost."""
        return _joined(self.present, self.recent)


def read_ledger(records: Iterable[Record]) -> Ledger:
    """All records of one vault, in any order."""
    ledger = Ledger()
    for record in sorted(records, key=lambda record: (record.time, record.path)):
        ledger = _after(ledger, record)
    newest = list({record.by: record for record in ledger.records if record.kind == RUN}.values())
    return replace(
        ledger,
        never=frozenset().union(*(record.never for record in newest)),
        whose=_whose(newest),
    )


def as_shown_by(chosen: Record, records: Iterable[Record]) -> Ledger:
    """The ledger as one receipt shows the vault; what was revoked and not seen since, whenever, stays as all records
    together have it, and so does who is never restored."""
    everything = read_ledger([chosen, *(record for record in records if record.path != chosen.path)])
    then = _after(Ledger(), chosen)
    return replace(everything, present=then.present, recent=then.recent, older={})


def without(held: Permissions, taken: Permissions) -> Permissions:
    """`held` without `taken`; where it holds `all` of an object kind of which a part was taken, nothing of that kind:
    `all` would hand the part back."""
    left, part = taken.lacks(held), held.all_beyond(taken)
    kept = {name: values for name, values in left.wire().items() if name not in part.wire()}
    return Permissions.of(kept)


def _after(ledger: Ledger, record: Record) -> Ledger:
    """The ledger after one record more."""
    if record.kind == INCIDENT:
        left = {key: record.put_back.get(key, NOTHING).lacks(held) for key, held in record.lost.items()}
        events = [_event(record, "lost", key[0], held) for key, held in record.lost.items()]
        events += [_event(record, "put-back", key[0], held) for key, held in record.put_back.items()]
        return replace(
            ledger,
            records=(*ledger.records, record),
            recent=_joined(ledger.recent, _some(left)),
            events=(*ledger.events, *events),
        )
    now, was = by_principal(record.after), by_principal(ledger.present)
    taken = {
        principal: now.get(principal, NOTHING).lacks(record.before.get(principal, NOTHING))
        for principal, state in record.states.items()
        if state == "revoked"
    }
    gone = {key: record.after.get(key, NOTHING).lacks(held) for key, held in ledger.present.items()}
    told, lost = by_principal(_joined(ledger.recent, ledger.older)), by_principal(record.lost)
    # What came and went between two looks, and what the run's own state remembered, is known by principal alone.
    for principal, held in [*record.before.items(), *lost.items()]:
        beyond = now.get(principal, NOTHING).lacks(
            (was.get(principal, NOTHING) | told.get(principal, NOTHING)).lacks(held)
        )
        gone[principal, ""] = gone.get((principal, ""), NOTHING) | beyond
    fresh = {key: without(held, taken.get(key[0], NOTHING)) for key, held in gone.items()}
    older: Holdings
    recent: Holdings
    if record.kind == RUN:
        older = _joined(ledger.older, ledger.recent)
        # What this run names as lost is news, also where another stack's run saw it first.
        named = {key: held.within(lost.get(key[0], NOTHING)) for key, held in older.items()}
        recent = _joined(named, fresh)
    else:
        older, recent = ledger.older, _joined(ledger.recent, fresh)
    revoked = {
        principal: now.get(principal, NOTHING).lacks(
            ledger.revoked.get(principal, NOTHING) | taken.get(principal, NOTHING)
        )
        for principal in {**ledger.revoked, **taken}
    }

    def still(lost: Holdings) -> dict[Key, Permissions]:
        """Without what is there again, and what was taken away on purpose meanwhile."""
        return _some(
            {
                key: without(record.after.get(key, NOTHING).lacks(held), revoked.get(key[0], NOTHING))
                for key, held in lost.items()
            }
        )

    return replace(
        ledger,
        records=(*ledger.records, record),
        present=_some(record.after),
        recent=still(recent),
        older=still({key: recent.get(key, NOTHING).lacks(held) for key, held in older.items()}),
        revoked={principal: held for principal, held in revoked.items() if held},
        events=(*ledger.events, *_events(ledger, record, was)),
    )


def _events(ledger: Ledger, record: Record, was: Mapping[str, Permissions]) -> list[Event]:
    """What this look tells: first what others did since the one before it, then what the run or command did."""
    found = []
    first = not ledger.looks
    told = by_principal(_joined(ledger.recent, ledger.older))
    lost = by_principal(record.lost)
    for principal in sorted({*was, *record.before, *lost}):
        had, has = was.get(principal, NOTHING), record.before.get(principal, NOTHING)
        missing = has.lacks(had | lost.get(principal, NOTHING))
        if gone := told.get(principal, NOTHING).lacks(missing):
            found.append(_event(record, "lost", principal, gone, others=True))
        if gained := had.lacks(has):
            what = "seen" if first else "widened" if had else "appeared"
            found.append(_event(record, what, principal, gained, others=True))
    now = {} if record.unread else by_principal(record.after)
    for principal, has in sorted(record.before.items()):
        then = has if record.unread else now.get(principal, NOTHING)
        state = record.states.get(principal, "")
        if gone := then.lacks(has):
            found.append(_event(record, "revoked" if state == "revoked" else "lost", principal, gone))
        if gained := has.lacks(then):
            what = "put-back" if state == "put-back" else "widened" if has else "appeared"
            found.append(_event(record, what, principal, gained))
    return found


def _event(record: Record, what: str, principal: str, held: Permissions, *, others: bool = False) -> Event:
    by = "" if others else record.by
    return Event(record.time, what, principal, held, by, record.by, record.whose.get(principal, ""))


def _whose(newest: Iterable[Record]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for claim in reversed(_CLAIMS):
        for record in newest:
            found |= {who: (claim, record.by) for who, said in record.whose.items() if said == claim}
    return found


def _joined(*several: Holdings) -> dict[Key, Permissions]:
    found: dict[Key, Permissions] = {}
    for held in several:
        for key, permissions in held.items():
            found[key] = found.get(key, NOTHING) | permissions
    return _some(found)


def _some(held: Holdings) -> dict[Key, Permissions]:
    """Those that hold anything."""
    return {key: permissions for key, permissions in held.items() if permissions}
