"""How are rows shown? As a table on a terminal, as aligned words in a pipe, where nothing draws or cuts lines."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click


def show_rows(columns: Sequence[str], rows: Sequence[Sequence[str]], *, err: bool = False) -> None:
    """`rows` under `columns`; nothing where there is no row. `err`: to stderr, beside data that a script reads."""
    if not rows:
        return
    if (sys.stderr if err else sys.stdout).isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table()
        for name in columns:
            # An id that is broken in two can't be copied.
            table.add_column(name, no_wrap=name == "id", overflow="fold")
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        Console(stderr=err, highlight=False).print(table)
        return
    widths = [max(len(line[at]) for line in (columns, *rows)) for at in range(len(columns))]
    for line in (columns, *rows):
        words = (f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(words).rstrip(), err=err)


def say(text: str) -> None:
    """Talk, which is no data: on stderr."""
    click.echo(text, err=True)
