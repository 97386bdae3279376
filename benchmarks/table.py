"""How are the figures shown? As a table of rich's on a terminal, as plain aligned text in a pipe or a log."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Row

HEAD = ("what", "figure", "limit", "")
_COLOURS = {"ok": "green", "over": "yellow", "": ""}


def rich_table(rows: Sequence[Row]) -> Table:
    """One section a part."""
    table = Table(*HEAD, title="Holdfast, measured")
    for number, row in enumerate(rows):
        last = number + 1 == len(rows) or rows[number + 1].part != row.part
        style = _COLOURS[row.verdict]
        verdict = f"[{style}]{row.verdict}[/]" if style else ""
        table.add_row(row.what, row.figure, row.allowed, verdict, end_section=last)
    return table


def plain(rows: Sequence[Row]) -> str:
    """Columns as wide as their longest cell, two blanks between, an empty line between parts."""
    cells = [HEAD, *((row.what, row.figure, row.allowed, row.verdict) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    lines = []
    part = None
    for line, of in zip(cells, [None, *rows], strict=True):
        if of is not None and of.part != part:
            lines.append("")
            part = of.part
        lines.append("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    return "\n".join(lines)


def show(rows: Sequence[Row], console: Console) -> None:
    """To a terminal with lines and colours, elsewhere without."""
    if console.is_terminal:
        console.print(rich_table(rows))
    else:
        console.file.write(plain(rows) + "\n")
