"""Is what happened to many alike told once, and does the table agree with the story?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.model.directory import Directory, Principal
from holdfast.ops.report.access import Ledger, principals, tabulate
from holdfast.ops.report.runs import find_run, looks_at
from holdfast.verify.chronicle import tell

from .conftest import OURS, WORKSPACE, stranger, week

ANN = Directory({OURS: Principal(OURS, "user", "Ann Example")})


@pytest.fixture
def ledger(keep: Callable[..., list[Path]]) -> Ledger:
    """Of the last run of a week."""
    keep(*week())
    run = find_run(None, "holdfast", None)
    spans = tell(looks_at(run)[0])
    assert principals(spans) == sorted([OURS, WORKSPACE, *(stranger(number) for number in range(40))])
    return tabulate(spans, ANN, str(run.path))


def test_forty_who_vanished_alike_are_one_line(ledger: Ledger) -> None:
    """The newest run first; who vanished before it, between which two runs, and who is back by it."""
    last = ledger.steps[0]
    assert (last.this, last.since[:10], last.time[:10]) == (True, "2026-01-03", "2026-01-04")
    assert [(told.what, len(told.who), told.whose, told.ours) for told in last.others] == [
        ("vanished", 40, "theirs", False),
        ("vanished", 1, "ours", False),
    ]
    (own,) = last.own
    assert (own.what, own.ours, own.why, own.who[0].name) == (
        "appeared",
        True,
        "put back, after it was lost",
        "Ann Example",
    )
    assert [step.quiet for step in ledger.steps] == [False, True, False, False]
    assert [step.held for step in ledger.steps] == [2, 42, 42, 2]
    assert [step.this for step in ledger.steps] == [True, False, False, False]


def test_the_table_has_a_line_for_all_who_fared_alike(ledger: Ledger) -> None:
    """Oldest run first; who only held what they held all along is counted."""
    lines = {line.who[0].id: line for line in ledger.lines}
    assert lines[stranger(0)].cells == ("", "appeared", "held", "vanished")
    assert len(lines[stranger(0)].who) == 40
    assert lines[OURS].cells == ("appeared", "held", "held", "vanished, then appeared")
    assert lines[WORKSPACE].cells == ("appeared", "held", "held", "held")
    assert ledger.steady == 0
    assert [time[:10] for time in ledger.times] == [f"2026-01-0{day}" for day in (1, 2, 3, 4)]


def test_who_held_the_same_all_along_is_counted_alone(keep: Callable[..., list[Path]]) -> None:
    """A vault of hundreds is no table of hundreds of lines."""
    keep(*week()[1:3])
    spans = tell(looks_at(find_run(None, "holdfast", None))[0])
    ledger = tabulate(spans, Directory(), "")
    assert (ledger.lines, ledger.steady) == ((), 42)
