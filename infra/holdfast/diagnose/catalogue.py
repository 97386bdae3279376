"""Which symptoms are there, and what does one do? The page docs/symptoms.md, from the symptoms."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.diagnose.symptom import Symptom, filled
from holdfast.diagnose.symptoms import SYMPTOMS

PAGE = "docs/symptoms.md"

_INTRO = """\
# Symptoms

<!-- Generated from infra/holdfast/diagnose/symptoms: change it there, and run `make docs`. -->

What [`holdfast doctor`](doctor.md) knows. Words in capitals in a command are to be filled in; the doctor fills in what
the evidence tells. [`holdfast doctor --fix ID`](doctor.md#what-it-does-itself) carries out a remedy where that is safe:
the line `--fix` says for which.
"""


def render() -> dict[str, str]:
    """The page by its path from the repository's root."""
    codes = sorted({(code, symptom.id) for symptom in SYMPTOMS for code in (*symptom.codes, *symptom.guesses)})
    rows = [f"| `{code}` | [`{id}`](#{id}) |" for code, id in codes if code != id]
    table = ["## Codes", "", "| Azure's code | symptom |", "|---|---|", *rows, ""]
    return {PAGE: "\n".join([_INTRO, *table, *(line for symptom in SYMPTOMS for line in _entry(symptom))])}


def how_fixed(symptom: Symptom) -> str:
    """Whether `holdfast doctor --fix` applies its remedy, and how."""
    if symptom.is_fixed_here:
        how = f"yes: shows the plan, asks, and does what `{filled(symptom.applies)}` does"
        restart = symptom.applies.startswith("holdfast service restart")
        return how + (", which helps where what stopped it lies outside of it and has passed" if restart else "")
    if symptom.applies:
        return f"no: `{symptom.applies}` does it, and the doctor runs no engine"
    return "no: it needs somebody's decision, so the commands are shown and not run"


def _entry(symptom: Symptom) -> Iterator[str]:
    yield from (f"## `{symptom.id}`", "", f"{symptom.title[:1].upper()}{symptom.title[1:]}.", "")
    yield f"- looks like: {symptom.looks_like}"
    yield f"- cause: {symptom.cause}"
    yield from (f"  - `{name}`: {means}; {filled(fix)}" for name, means, fix in symptom.subcauses)
    yield f"- what to do: {symptom.remedy}"
    yield f"- `--fix`: {how_fixed(symptom)}"
    if symptom.explains:
        yield f"- explains: {', '.join(f'[`{id}`](#{id})' for id in symptom.explains)}"
    yield from (f"- source: <{symptom.source}>", "", "```sh")
    yield from (filled(command) for command in symptom.commands)
    yield from ("```", "")
