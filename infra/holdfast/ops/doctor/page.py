"""How is a diagnosis shown? Verdict first, then evidence with where it is, then the fix as commands to paste."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from holdfast.diagnose import Diagnosis, Finding
from holdfast.diagnose.catalogue import how_fixed
from holdfast.diagnose.symptom import GUESS, LIKELY, Symptom, filled

if TYPE_CHECKING:
    from holdfast.ops.doctor.fix import Fixed


def as_json(diagnosis: Diagnosis, not_read: Sequence[dict[str, str]]) -> dict[str, Any]:
    """`{verdict, findings, notRead}`, as docs/doctor.md describes it."""
    return {
        "verdict": verdict(diagnosis, not_read),
        "findings": [_body(finding) for finding in diagnosis.findings],
        "notRead": list(not_read),
    }


def verdict(diagnosis: Diagnosis, not_read: Sequence[dict[str, str]]) -> str:
    """One line, which tells also what could not be looked at."""
    unread = f" ({len(not_read)} of what was asked could not be read)" if not_read else ""
    return diagnosis.verdict + unread


def show(diagnosis: Diagnosis, not_read: Sequence[dict[str, str]], *, live: bool = False) -> None:
    """On standard output, in colour on a terminal. `live`: of a stack, in which `--fix` could do something."""
    colour = "red" if diagnosis.findings else "yellow" if not_read else "green"
    click.secho(verdict(diagnosis, not_read), fg=colour, bold=True)
    for number, finding in enumerate(diagnosis.findings, 1):
        click.echo()
        for line in _lines(number, finding, live):
            click.echo(line)
    if not_read:
        click.echo()
        for row in not_read:
            click.echo(f"not read: {row['source']}: {row['reason']}")


def _lines(number: int, finding: Finding, live: bool) -> Iterator[str]:
    what = f" ({finding.subcause})" if finding.subcause else ""
    yield f"{number}. {click.style(finding.id, bold=True)}{what}, {_sure(finding)}: {finding.symptom.title}"
    if finding.explained_by:
        yield f"   follows from {finding.explained_by}"
    for line in finding.evidence:
        yield f"   {click.style(line.where, fg='cyan')}  {line.text}"
    if finding.frame is not None:
        yield f"   raised at  {finding.frame}" + (f"  {finding.frame.code}" if finding.frame.code else "")
    yield f"   cause: {_cause(finding)}"
    yield f"   fix:   {finding.symptom.remedy}"
    for command in finding.fix:
        yield f"     {click.style(command, fg='green')}"
    if live and finding.symptom.is_fixed_here:
        yield f"   or:    holdfast doctor --fix {finding.id}"
    yield f"   more:  holdfast doctor --explain {finding.id}"


def fixed_json(fixed: Fixed) -> dict[str, Any]:
    """`{fixed, applied, done, gone, silent}` and what is found afterwards, in the shape of `as_json`."""
    head = {
        "fixed": fixed.id,
        "applied": list(fixed.applied),
        "done": fixed.done,
        "gone": fixed.left is None,
        "silent": list(fixed.silent),
    }
    return {**head, **as_json(fixed.diagnosis, fixed.not_read)}


def show_fixed(fixed: Fixed) -> None:
    """On standard output: whether it is gone, and of what is still there the line that tells it."""
    if not fixed.done:
        click.echo(f"{fixed.id} is there; nothing was written (--dry-run)")
    elif fixed.left is None:
        click.secho(f"{fixed.id} is gone", fg="green", bold=True)
    else:
        click.secho(f"{fixed.id} is still there", fg="red", bold=True)
        for name in fixed.silent:
            click.echo(f"   `{name}` was restarted and is not well yet: `holdfast service show {name}`")
        for line in fixed.left.evidence:
            click.echo(f"   {click.style(line.where, fg='cyan')}  {line.text}")
        for command in fixed.left.fix:
            click.echo(f"     {click.style(command, fg='green')}")
    others = [finding.id for finding in fixed.diagnosis.findings if finding.id != fixed.id]
    if others:
        click.echo(f"also found: {', '.join(others)} (holdfast doctor)")
    for row in fixed.not_read:
        click.echo(f"not read: {row['source']}: {row['reason']}")


def explain(symptom: Symptom) -> str:
    """A symptom in full, without evidence."""
    rows = [f"{symptom.id}: {symptom.title}", "", f"looks like: {symptom.looks_like}", f"cause:      {symptom.cause}"]
    rows += [f"  {name}: {means}; {remedy}" for name, means, remedy in _subcauses(symptom)]
    rows += [f"fix:        {symptom.remedy}", *(f"  {command}" for command in commands(symptom))]
    rows.append(f"--fix:      {how_fixed(symptom)}")
    if symptom.codes or symptom.guesses:
        rows.append(f"codes:      {', '.join(symptom.codes + symptom.guesses)}")
    if symptom.explains:
        rows.append(f"explains:   {', '.join(symptom.explains)}")
    return "\n".join([*rows, f"source:     {symptom.source}"])


def explained(symptom: Symptom) -> dict[str, Any]:
    """The same for programs."""
    return {
        "id": symptom.id,
        "title": symptom.title,
        "looksLike": symptom.looks_like,
        "cause": symptom.cause,
        "subcauses": [{"name": name, "cause": means, "fix": fix} for name, means, fix in _subcauses(symptom)],
        "remedy": symptom.remedy,
        "fix": commands(symptom),
        "applies": filled(symptom.applies) if symptom.is_fixed_here else None,
        "codes": [*symptom.codes, *symptom.guesses],
        "explains": list(symptom.explains),
        "source": symptom.source,
    }


def commands(symptom: Symptom) -> list[str]:
    """Its commands with names to fill in."""
    return [filled(command) for command in symptom.commands]


def _subcauses(symptom: Symptom) -> list[tuple[str, str, str]]:
    return [(name, means, filled(fix)) for name, means, fix in symptom.subcauses]


def _body(finding: Finding) -> dict[str, Any]:
    frame = finding.frame
    return {
        "id": finding.id,
        "title": finding.symptom.title,
        "cause": _cause(finding),
        "subcause": finding.subcause or None,
        "evidence": [
            {"source": line.source, "line": line.number, "where": line.where, "text": line.text}
            for line in finding.evidence
        ],
        "frame": {"file": frame.file, "line": frame.line, "function": frame.function} if frame else None,
        "fix": list(finding.fix),
        "confidence": finding.confidence,
        "explainedBy": finding.explained_by or None,
    }


def _cause(finding: Finding) -> str:
    means = next((means for name, means, _ in finding.symptom.subcauses if name == finding.subcause), "")
    return f"{means[:1].upper()}{means[1:]}." if means else finding.symptom.cause


def _sure(finding: Finding) -> str:
    if finding.confidence <= GUESS:
        return "a guess"
    return "likely" if finding.confidence <= LIKELY else "sure"
