"""How the figures are shown."""

from __future__ import annotations

import io

from benchmarks.figures import Row
from benchmarks.table import plain, show
from rich.console import Console

ROWS = [
    Row("a", "wall: ours / bare", "1.30 (1.20 to 1.40)", 1.3, 1.25),
    Row("a", "  ours", "2.00 s", 2.0),
    Row("b", "ARM writes", "0", 0, 0),
]


def test_plain_text_is_aligned_and_parted() -> None:
    """Columns begin where their head begins; an empty line stands before each part; no line ends in blanks."""
    lines = plain(ROWS).splitlines()
    assert [line.rstrip() for line in lines] == lines
    assert [number for number, line in enumerate(lines) if not line] == [1, 4]
    figure = lines[0].index("figure")
    assert [line[figure:].split("  ")[0] for line in lines if line][1:] == [row.figure for row in ROWS]


def test_a_figure_over_its_limit_is_named_so() -> None:
    """`over` stands at the end of its line, `ok` at the end of the others that have a limit."""
    over, free, kept = (line for line in plain(ROWS).splitlines()[1:] if line)
    assert over.split()[-4:] == ["1.40)", "<=", "1.25", "over"]
    assert free.split()[-1] == "s"
    assert kept.split()[-2:] == ["0", "ok"]


def test_a_pipe_gets_plain_text() -> None:
    """No frame, no colour codes."""
    out = io.StringIO()
    show(ROWS, Console(file=out))
    assert out.getvalue() == plain(ROWS) + "\n"


def test_a_terminal_gets_a_framed_table_with_every_figure() -> None:
    """All cells are there, and a rule is drawn between parts."""
    out = io.StringIO()
    show(ROWS, Console(file=out, force_terminal=True, width=120, color_system=None))
    text = out.getvalue()
    assert all(row.figure in text and row.what.strip() in text for row in ROWS)
    assert text.count("├") == 1
