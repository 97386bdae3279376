"""Does somebody want this write? Asked on a terminal; where nobody can answer, only `--yes` says so."""

from __future__ import annotations

import sys

import click

from holdfast.model.errors import Fault, HoldfastError


def confirm(question: str, yes: bool, retype: str = "") -> None:
    """Returns when it is wanted. `retype`: a louder question, answered by typing this text.

    Raises HoldfastError `not-confirmed`.
    """
    if yes:
        return
    if not _somebody_is_there():
        hint = "--yes in a pipeline; --dry-run shows the plan and ends there"
        raise HoldfastError([Fault("not-confirmed", "nobody is there to be asked, and nothing was written", (), hint)])
    if retype:
        wanted = click.prompt(f"{question}\nType {retype} to go on", err=True, default="", show_default=False) == retype
    else:
        wanted = click.confirm(question, err=True)
    if not wanted:
        raise HoldfastError([Fault("not-confirmed", "not confirmed, and nothing was written")])


def _somebody_is_there() -> bool:
    return sys.stdin.isatty()
