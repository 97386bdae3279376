"""Which words does a command know? A table; each is loaded when it is typed, so that none slows another down."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import click

from holdfast.model.errors import HoldfastError


@dataclass(frozen=True, slots=True)
class Word:
    """Where a command is (`attribute` of `module`), what the list of commands says of it, the extra that brings it."""

    module: str
    attribute: str
    says: str
    extra: str = ""


class Words(click.Group):
    """Loads a word's module when it is used, and shows a HoldfastError as its text. `words` is set by a subclass."""

    words: ClassVar[Mapping[str, Word]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.words)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        word = self.words.get(cmd_name)
        if word is None:
            return None
        try:
            command: click.Command = getattr(importlib.import_module(word.module), word.attribute)
        except ModuleNotFoundError as error:
            if not word.extra:
                raise
            raise click.ClickException(
                f"`holdfast {cmd_name}` needs the extra `{word.extra}` ({error.name} is not installed):"
                f" pip install 'holdfast[{word.extra}]'"
            ) from None
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """From the table: showing the help must not load every module."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, word.says) for name, word in sorted(self.words.items())])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except HoldfastError as error:
            click.echo(str(error), err=True)
            ctx.exit(error.exit_code)
