"""Which symptoms are in the evidence, and which of them is the cause of the others?

Every symptom looks at every line and every traceback. Then the more exact takes the evidence that it shares with the
less exact, what was only guessed gives way to what is known, and what follows from something else that was found is put
behind it. Pure: the same evidence gives the same findings, in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from holdfast.diagnose.index import WIDTH, Index
from holdfast.diagnose.lines import Line, read_lines, shown
from holdfast.diagnose.symptom import GUESS, LIKELY, SURE, Says, Spot, Symptom, filled
from holdfast.diagnose.symptoms import SYMPTOMS
from holdfast.diagnose.talk import informs, is_talk
from holdfast.diagnose.tracebacks import Frame, Raised, tracebacks

#: So many lines of evidence a finding shows.
SHOWN = 3
#: So many lines before a traceback are about it.
BEFORE = 3
#: So many lines around a code are of the same answer.
ANSWER = 3


_SERVICE = re.compile(r"(?:log of |traffic of |script of )?service (\S+)$")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A text and what it is called: a file's path, `service wine`, `build ca1`. `first` is the number of its first
    line, where the text is the end of something longer."""

    source: str
    text: str
    first: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """A symptom that was found. `evidence` are the lines, the telling one first; `frame` the line of the user's code,
    where an exception tells it; `fix` commands to paste; `confidence` from 0 to 1; `explained_by` the id of the finding
    that it follows from, or empty."""

    symptom: Symptom
    evidence: tuple[Line, ...]
    fix: tuple[str, ...]
    confidence: float
    subcause: str = ""
    frame: Frame | None = None
    explained_by: str = ""

    @property
    def id(self) -> str:
        return self.symptom.id


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found, causes first, each followed by what it explains."""

    findings: tuple[Finding, ...] = ()

    @property
    def verdict(self) -> str:
        """One line."""
        causes = [finding for finding in self.findings if not finding.explained_by]
        if not causes:
            return "nothing wrong was found"
        first = causes[0]
        what = first.symptom.title + (f" ({first.subcause})" if first.subcause else "")
        if first.frame is not None:
            what += f", at {first.frame}"
        if first.confidence <= GUESS:
            what = f"probably: {what}"
        explained = [finding.id for finding in self.findings if finding.explained_by == first.id]
        what += f"; explains {', '.join(explained)}" if explained else ""
        return what + (f"; and {len(causes) - 1} more" if len(causes) > 1 else "")


def diagnose(evidence: Iterable[Evidence]) -> Diagnosis:
    """What is wrong, judging by the texts."""
    spots: dict[str, list[Spot]] = {}
    lines: list[Line] = []
    for one in evidence:
        own = read_lines(one.source, one.text, one.first)
        _look(own, len(lines), spots)
        lines += own
    _yield(spots)
    findings = [_finding(symptom, spots[symptom.id], lines) for symptom in SYMPTOMS if spots.get(symptom.id)]
    return Diagnosis(tuple(_ranked(findings, spots)))


def _look(lines: Sequence[Line], offset: int, spots: dict[str, list[Spot]]) -> None:
    raised = tracebacks(lines)
    inside = {at: one for one in raised for at in range(one.begin, one.end)}
    index = Index([line.text for line in lines])
    talk: dict[int, bool] = {}

    def event(at: int) -> bool:
        """Whether the line tells of something that happened; asked of few."""
        if at not in talk:
            talk[at] = at not in inside and is_talk(lines[at])
        return not talk[at]

    for symptom in SYMPTOMS:
        found = [*_by_line(symptom, lines, index, event, inside), *_by_exception(symptom, raised)]
        if symptom.extra is not None:
            found += symptom.extra(lines)
        if symptom.over is not None and found:
            last = max(spot.end for spot in found)
            if any(symptom.over.search(line.text) for line in lines[last:]):
                continue
        moved = (_moved(spot, offset) for spot in found)
        spots.setdefault(symptom.id, []).extend(moved)


def _by_line(
    symptom: Symptom,
    lines: Sequence[Line],
    index: Index,
    event: Callable[[int], bool],
    inside: Mapping[int, Raised],
) -> Iterable[Spot]:
    """A line of a traceback stands for all of it: who has the one has the other."""
    for pattern in symptom.says:
        for at in index.having_each(pattern.words, wrapped=len(pattern.all) == 1):
            words = _says(pattern, lines, at)
            if words is not None and event(at) and (pattern.plain or not informs(lines[at])):
                yield _spot(at, inside.get(at), pattern.confidence, words, pattern.subcause)
    if symptom.code is not None:
        for at in sorted(index.having_any(name.lower() for name in symptom.codes + symptom.guesses)):
            named = symptom.code.search(lines[at].text)
            if named is not None and event(at):
                known = named["named_code"] in symptom.codes
                yield replace(_spot(at, inside.get(at), SURE if known else GUESS), code=True)


def _spot(
    at: int, raised: Raised | None, confidence: float, words: dict[str, str] | None = None, what: str = ""
) -> Spot:
    begin, end = (raised.begin, raised.end) if raised else (at, at + 1)
    return Spot(begin, end, words or {}, what, confidence, raised, at)


def _says(pattern: Says, lines: Sequence[Line], at: int) -> dict[str, str] | None:
    text = lines[at].text
    words: dict[str, str] = {}
    for wanted in pattern.wanted:
        found = wanted.search(text) or (_across(wanted, lines, at) if len(pattern.wanted) == 1 else None)
        if found is None:
            return None
        words |= {name: value for name, value in found.groupdict().items() if value}
    if any(unwanted.search(text) for unwanted in pattern.unwanted):
        return None
    if pattern.around or pattern.not_around:
        block = "\n".join(line.text for line in lines[max(0, at - pattern.within) : at + pattern.within + 1])
        if any(unwanted.search(block) for unwanted in pattern.not_around):
            return None
        for wanted in pattern.around:
            found = wanted.search(block)
            if found is None:
                return None
            words |= {name: value for name, value in found.groupdict().items() if value}
    return words


def _across(wanted: re.Pattern[str], lines: Sequence[Line], at: int) -> re.Match[str] | None:
    """A match that begins in this line and ends in the next one, where a terminal cut a sentence in two."""
    if at + 1 >= len(lines) or len(lines[at].text) < WIDTH or lines[at + 1].number > lines[at].number + 1:
        return None
    text = lines[at].text.rstrip()
    found = wanted.search(f"{text} {lines[at + 1].text.lstrip(' |')}", max(0, len(text) - 200))
    return found if found is not None and found.start() < len(text) < found.end() else None


def _moved(spot: Spot, offset: int) -> Spot:
    """Where it is among the lines of all evidence."""
    at = spot.at + offset if spot.at >= 0 else spot.at
    return replace(spot, begin=spot.begin + offset, end=spot.end + offset, at=at)


def _by_exception(symptom: Symptom, raised: Sequence[Raised]) -> Iterable[Spot]:
    for one in raised:
        for pattern in symptom.raises:
            found = pattern.matches(one)
            if found is not None:
                words = {name: value for name, value in found.groupdict().items() if value}
                yield Spot(one.begin, one.end, words, pattern.subcause, pattern.confidence, one)
                break


def _yield(spots: dict[str, list[Spot]]) -> None:
    """Evidence that two share is the more exact one's; a guess is none where something exact was found."""
    for symptom in SYMPTOMS:
        own = spots.get(symptom.id, [])
        for other in symptom.yields:
            theirs = spots.get(other, [])
            if not theirs:
                continue
            # A server says that something failed just before it prints the traceback of it.
            taken = [(spot.begin - BEFORE if spot.raised else spot.begin, spot.end) for spot in theirs]
            own = [spot for spot in own if spot.confidence > GUESS and not any(_overlaps(spot, *one) for one in taken)]
        spots[symptom.id] = own


def _overlaps(spot: Spot, begin: int, end: int) -> bool:
    """A code stands for the answer that it is in, some lines in all."""
    around = ANSWER if spot.code else 0
    return spot.begin - around < end and begin < spot.end + around


def _finding(symptom: Symptom, spots: Sequence[Spot], lines: Sequence[Line]) -> Finding:
    best = sorted(spots, key=lambda spot: (-spot.confidence, not spot.subcause, spot.begin))
    telling = best[0]
    subcause = next((spot.subcause for spot in best if spot.subcause), "")
    # Evidence about a service says which one.
    named = _SERVICE.match(lines[telling.begin].source)
    words: dict[str, str] = {"service": named[1]} if named else {}
    for spot in reversed(best):
        words |= spot.words
    frame = next((spot.raised.user_frame for spot in best if spot.raised is not None), None)
    evidence: list[Line] = []
    for spot in (telling, *sorted(best[1:], key=lambda spot: spot.begin)):
        line = _telling_line(spot, lines)
        if line not in evidence and all(line.text.strip() != shown.text.strip() for shown in evidence):
            evidence.append(line)
    count = len({spot.begin for spot in spots})
    confidence = LIKELY if telling.confidence == GUESS and count > 2 and symptom.says else telling.confidence
    fix = tuple(filled(command, words) for command in _commands(symptom, subcause))
    return Finding(
        symptom,
        tuple(replace(line, text=shown(line.text.strip())) for line in evidence[:SHOWN]),
        fix,
        confidence,
        subcause,
        frame,
    )


def _telling_line(spot: Spot, lines: Sequence[Line]) -> Line:
    """The line itself; of a traceback the one that names the exception that began it."""
    if spot.at >= 0:
        return lines[spot.at]
    if spot.raised is None:
        return lines[spot.begin]
    name = spot.raised.types[0]
    for line in lines[spot.begin : spot.end]:
        if line.text.strip().startswith(name):
            return line
    return lines[spot.end - 1]


def _commands(symptom: Symptom, subcause: str) -> tuple[str, ...]:
    told = next((f"# {what}" for name, _, what in symptom.subcauses if name == subcause), "")
    return (*((told,) if told else ()), *symptom.commands)


def _ranked(findings: Sequence[Finding], spots: dict[str, list[Spot]]) -> list[Finding]:
    """Causes by how sure they are and how early they show, what only warns behind them, each followed by what it
    explains."""
    position = {finding.id: min(spot.begin for spot in spots[finding.id]) for finding in findings}
    by_rank = sorted(findings, key=lambda one: (one.symptom.warns, -one.confidence, position[one.id]))
    root: dict[str, str] = {}
    for effect in by_rank:
        for cause in by_rank:
            # What is only guessed explains nothing.
            if effect.id in cause.symptom.explains and cause.confidence > GUESS:
                root[effect.id] = cause.id
                break
    found: list[Finding] = []
    for finding in by_rank:
        if finding.id in root:
            continue
        found += [finding, *_explained(finding.id, by_rank, root)]
    return found


def _explained(cause: str, by_rank: Sequence[Finding], root: dict[str, str]) -> list[Finding]:
    found: list[Finding] = []
    for finding in by_rank:
        if root.get(finding.id) == cause:
            found += [replace(finding, explained_by=cause), *_explained(finding.id, by_rank, root)]
    return found
