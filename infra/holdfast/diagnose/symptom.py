"""What is a symptom? What one looks for, what it means, and what to do: data, one value a file under `symptoms`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from holdfast.diagnose.lines import Line
from holdfast.diagnose.literals import demanded
from holdfast.diagnose.tracebacks import Raised

#: How far a finding is to be believed. What failed names its cause itself.
SURE = 0.95
#: Nothing else that we know writes this.
LIKELY = 0.75
#: What most often stands behind what is seen, where the log does not tell.
GUESS = 0.4


@dataclass(frozen=True)
class Says:
    """A line that tells: each of `all` is in it and none of `none`; where `near` is given, each of these is in the
    `within` lines around it, itself included, and none of `unless` is. `subcause` names which of a symptom's causes it
    is. `plain` reads also what only informs (access logs, events, tables). Named groups fill in the remedy."""

    all: tuple[str, ...]
    none: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    within: int = 4
    confidence: float = LIKELY
    subcause: str = ""
    plain: bool = False

    @cached_property
    def wanted(self) -> tuple[re.Pattern[str], ...]:
        return tuple(map(_compiled, self.all))

    @cached_property
    def words(self) -> tuple[frozenset[str], ...]:
        """For each of `all` the words of which a line needs one."""
        return tuple(map(demanded, self.all))

    @cached_property
    def unwanted(self) -> tuple[re.Pattern[str], ...]:
        return tuple(map(_compiled, self.none))

    @cached_property
    def around(self) -> tuple[re.Pattern[str], ...]:
        return tuple(map(_compiled, self.near))

    @cached_property
    def not_around(self) -> tuple[re.Pattern[str], ...]:
        return tuple(map(_compiled, self.unless))


@dataclass(frozen=True)
class Raises:
    """An exception that tells: its `type` (the end of its name), its `message`, the `phase` of the scoring script, and
    the `code` of a frame, as far as they are given. All of a chain are looked at."""

    type: str = ""
    message: str = ""
    phase: tuple[str, ...] = ()
    code: str = ""
    none: str = ""
    confidence: float = SURE
    subcause: str = ""

    def matches(self, raised: Raised) -> re.Match[str] | None:
        """What fills in the remedy, where it matches."""
        if self.phase and raised.phase not in self.phase:
            return None
        if self.code and not any(_compiled(self.code).search(frame.code) for frame in raised.frames):
            return None
        for type_, message in zip(raised.types, raised.messages, strict=True):
            if self.none and _compiled(self.none).search(f"{type_}: {message}"):
                continue
            if self.type and not re.search(rf"(?:^|\.)(?:{self.type})$", type_):
                continue
            found = _compiled(self.message).search(message)
            if found is not None:
                return found
        return None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something was found: positions `begin` to `end` among the lines, of which the one at `at` tells it (below
    0: the one that names the exception, else the first); the words for the remedy. `code`: it is only a name."""

    begin: int
    end: int
    words: dict[str, str] = field(default_factory=dict)
    subcause: str = ""
    confidence: float = LIKELY
    raised: Raised | None = None
    at: int = -1
    code: bool = False


@dataclass(frozen=True)
class Symptom:
    """A thing that can be wrong.

    `codes` are Azure's own names for it, of both editions; one that stands as a code is evidence. `looks_like`, `cause`
    and `remedy` are prose; `commands` are to be pasted, with `{name}` for what the evidence tells (else `NAME`).
    `applies` is the one command that is safe to run without asking what it breaks: `holdfast doctor --fix` does what a
    `holdfast` command does, and names any other; empty: none.
    `explains`: what follows from it, and is no cause of its own where this is found. `yields`: what says the same more
    exactly, and takes its evidence. `warns`: nothing fails of it yet, so that it stands behind what does. `resolved`:
    what, written later, says that it passed. `subcauses` are (name, what it means, what to do). `extra` looks at what
    no pattern can."""

    id: str
    title: str
    looks_like: str
    cause: str
    remedy: str
    commands: tuple[str, ...]
    source: str
    says: tuple[Says, ...] = ()
    raises: tuple[Raises, ...] = ()
    codes: tuple[str, ...] = ()
    guesses: tuple[str, ...] = ()
    applies: str = ""
    explains: tuple[str, ...] = ()
    yields: tuple[str, ...] = ()
    warns: bool = False
    resolved: str = ""
    subcauses: tuple[tuple[str, str, str], ...] = ()
    extra: Callable[[Sequence[Line]], list[Spot]] | None = None

    @property
    def is_fixed_here(self) -> bool:
        """Whether `holdfast doctor --fix` carries out `applies` itself: a command of ours, and no run of an engine."""
        return self.applies.startswith("holdfast ")

    @cached_property
    def code(self) -> re.Pattern[str] | None:
        """Its codes where they stand as codes: behind `code`, in brackets, in quotes, before a colon; not in prose."""
        names = self.codes + self.guesses
        return as_code(names) if names else None

    @cached_property
    def over(self) -> re.Pattern[str] | None:
        return _compiled(self.resolved) if self.resolved else None


def as_code(names: Sequence[str]) -> re.Pattern[str]:
    """Any of the names where it stands as a code."""
    each = f"(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})"
    behind = r"(?!\s+(?i:is|are|was|were|means|and|or|in|on|when|shows?)\b)"
    return re.compile(
        # At a line's begin a name with a word behind it is the begin of a sentence.
        rf"(?:^(?={each}\s*(?:$|[)\]\"':,;.]))|[(\[\"'=]|\(\w+\) |\b[45]\d\d "
        rf"|\b(?i:code|message|reason|error|status|state|exception|failed|detailstatus|type)\b(?:\s+with\b)?[\s\"':=(\[\\]{{1,24}})"
        rf"(?P<named_code>{each})(?=$|[)\]\"':,;.\s]){behind}",
    )


class _Words(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return key.upper()


def filled(command: str, words: Mapping[str, str] | None = None) -> str:
    """A command with what the evidence tells; what it does not tell stands in capitals, to be filled in."""
    return command.format_map(_Words(words or {}))


_CACHE: dict[str, re.Pattern[str]] = {}


def _compiled(pattern: str) -> re.Pattern[str]:
    if pattern not in _CACHE:
        _CACHE[pattern] = re.compile(pattern, re.IGNORECASE)
    return _CACHE[pattern]
