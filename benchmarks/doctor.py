"""How often is the doctor right? Precision and recall over the labelled corpus, and what a long log takes.

A case of `tests/ops/corpus` is a text and the ids that it must lead to. Recall is the share of those ids that were
found, precision the share of what was found that was right. `held_out.yaml` was written before any pattern was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.figures import Row
from holdfast.diagnose import Evidence, diagnose

NAME = "doctor"
CORPUS = Path(__file__).parents[1] / "tests/ops/corpus"
HELD_OUT = "held_out"
#: Lines of the long log: what a service writes in some hours.
LINES = 50_000


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of ids over some cases: found and right, found and wrong, not found."""

    cases: int
    healthy: int
    right: int
    wrong: int
    missed: int

    @property
    def recall(self) -> float:
        """1.0 where nothing was to be found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def precision(self) -> float:
        """1.0 where nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0


def read_cases() -> dict[str, list[dict[str, Any]]]:
    """The cases by the name of their file."""
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(CORPUS.glob("*.yaml"))}


def score(cases: Sequence[dict[str, Any]]) -> Score:
    """What the doctor makes of the cases."""
    right = wrong = missed = 0
    for case in cases:
        found = {finding.id for finding in diagnose([Evidence(case["name"], case["log"])]).findings}
        wanted = set(case["ids"])
        right += len(found & wanted)
        wrong += len(found - wanted)
        missed += len(wanted - found)
    return Score(len(cases), sum(not case["ids"] for case in cases), right, wrong, missed)


def measure(say: Callable[[str], None]) -> list[Row]:
    """Precision and recall of all cases and of those held out, and the seconds of a long log."""
    by_file = read_cases()
    everything = [case for cases in by_file.values() for case in cases]
    say(f"{len(everything)} cases for the doctor")
    rows = _rows(f"doctor, {len(everything)} cases", score(everything)) + _rows(
        "doctor, held out", score(by_file[HELD_OUT])
    )
    say(f"a log of {LINES} lines")
    took = _long_log()
    return [*rows, Row(NAME, f"doctor, a log of {LINES} lines", f"{took:.1f} s", took, unit="s")]


def _rows(what: str, found: Score) -> list[Row]:
    counts = f"{found.right} right, {found.wrong} wrong, {found.missed} missed; {found.healthy} cases healthy"
    return [
        Row(NAME, f"{what}, recall", f"{found.recall:.3f} ({counts})", found.recall),
        Row(NAME, f"{what}, precision", f"{found.precision:.3f}", found.precision),
    ]


def _long_log() -> float:
    """Seconds for an access log with one failure at its end."""
    line = '2026-11-26 10:00:00,{:03d} I [41] gunicorn.access - 10.2.0.{} - - "POST /score HTTP/1.1" 200 {}'
    lines = [line.format(number % 1000, number % 250, number) for number in range(LINES)]
    text = "\n".join([*lines, "UserScriptError: User script at /app/score.py does not have a run() function defined."])
    began = time.perf_counter()
    diagnose([Evidence("service", text)])
    return time.perf_counter() - began
