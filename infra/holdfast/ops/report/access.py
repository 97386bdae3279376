"""How is the vault's history put before people? Run by run, what is alike told once, and as a table by principal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from holdfast.model.directory import Directory
from holdfast.verify.chronicle import Change, Span
from holdfast.verify.records import INCIDENT, by_principal


@dataclass(frozen=True, slots=True)
class Who:
    """A principal for the eye: its name and kind where the directory told, and its id."""

    id: str
    name: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One change, of one principal or of several that it happened to alike."""

    what: str
    permissions: str
    whose: str
    ours: bool
    why: str
    who: tuple[Who, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A span as the page tells it. `since` is the time of the look before, empty for the first; `this`: it is the run
    that the page is about."""

    time: str
    by: str
    kind: str
    since: str
    others: tuple[Told, ...]
    own: tuple[Told, ...]
    held: int
    unread: bool
    this: bool

    @property
    def quiet(self) -> bool:
        """Nothing happened, up to its end."""
        return not (self.others or self.own or self.unread)


@dataclass(frozen=True, slots=True)
class Line:
    """Principals that fared alike: what each look found of them, in words."""

    who: tuple[Who, ...]
    whose: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """`steps`, newest first; `lines` by principal, over `times` (oldest first), of those to whom anything happened;
    `steady` is how many others there are."""

    steps: tuple[Step, ...]
    lines: tuple[Line, ...]
    times: tuple[str, ...]
    steady: int


def tabulate(spans: Sequence[Span], directory: Directory, this: str) -> Ledger:
    """The ledger of some spans, oldest first; `this` is the path of the run that the page is about."""
    steps = [_step(span, directory, this) for span in spans]
    looks = [span for span in spans if span.look.record.kind != INCIDENT]
    lines, steady = _lines(looks, directory)
    times = tuple(span.look.record.time for span in looks)
    return Ledger(tuple(reversed(steps)), tuple(lines), times, steady)


def principals(spans: Iterable[Span]) -> list[str]:
    """Everybody of whom the ledger tells something."""
    return sorted({change.principal for span in spans for change in (*span.others, *span.own)})


def _step(span: Span, directory: Directory, this: str) -> Step:
    record = span.look.record
    since = span.since.time if span.since else ""
    others, own = _told(span.others, directory), _told(span.own, directory)
    return Step(record.time, record.by, record.kind, since, others, own, span.held, record.unread, record.path == this)


def _told(changes: Iterable[Change], directory: Directory) -> tuple[Told, ...]:
    """What happened alike to several is told once; the reason names each, where there is one."""
    alike: dict[tuple[str, str, str, bool, str], list[str]] = {}
    for change in changes:
        key = (change.what, str(change.permissions), change.whose, change.ours, change.why)
        alike.setdefault(key, []).append(change.principal)
    return tuple(Told(*key, tuple(_who(one, directory) for one in ids)) for key, ids in alike.items())


def _lines(looks: Sequence[Span], directory: Directory) -> tuple[list[Line], int]:
    found = [_Found(span) for span in looks]
    everybody = sorted({who for one in found for who in (*one.before, *one.after)})
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for principal in everybody:
        cells = tuple(one.cell(principal) for one in found)
        whose = next((said for one in reversed(found) if (said := one.whose.get(principal))), "")
        alike.setdefault((whose, cells), []).append(principal)
    moved = {key: ids for key, ids in alike.items() if set(key[1]) - {"held", ""}}
    lines = [Line(tuple(_who(one, directory) for one in ids), *key) for key, ids in moved.items()]
    return lines, len(everybody) - sum(len(ids) for ids in moved.values())


class _Found:
    """What one look found, by principal: a vault has up to 1024."""

    def __init__(self, span: Span) -> None:
        self.before, self.whose = span.look.record.before, span.look.record.whose
        self.after = by_principal(span.look.record.after)
        self._words: dict[str, list[str]] = {}
        for change in (*span.others, *span.own):
            self._words.setdefault(change.principal, []).append(change.what)

    def cell(self, principal: str) -> str:
        """What happened up to the end of the look, in order; `held` or nothing where nothing did."""
        if words := self._words.get(principal):
            return ", then ".join(dict.fromkeys(words))
        return "held" if self.after.get(principal) else ""


def _who(id: str, directory: Directory) -> Who:
    found = directory.find(id)
    return Who(id, found.name, found.kind) if found else Who(id)
