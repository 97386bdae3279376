"""The `holdfast` command: which words does it know? Each is loaded when it is typed, so that none slows another down.

The sandbox's and the engine's commands come from `holdfast_sandbox`, where that extra is installed.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from holdfast.model.errors import HoldfastError

#: word -> (module, attribute, help line, the extra that brings it)
_WORDS = {
    "docs": ("holdfast.ops.docs", "docs", "Write or check the generated pages of a checkout.", ""),
    "engine": ("holdfast_sandbox.engine.commands", "engine", "The Pulumi CLI: found, installed or built.", "sandbox"),
    "init": ("holdfast.ops.init.command", "init", "A stack file for an environment that exists already.", ""),
    "receipt": ("holdfast.ops.receipt", "receipt", "What the runs of a stack did to the vault's policies.", ""),
    "sandbox": (
        "holdfast_sandbox.commands",
        "sandbox",
        "The embedded Azure: run anything, without an account.",
        "sandbox",
    ),
    "settings": ("holdfast.ops.settings_command", "settings", "Check stack files; the schema for editors.", ""),
}


class _Words(click.Group):
    """Loads a word's module when it is used, and shows a HoldfastError as its text."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_WORDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _WORDS:
            return None
        module, attribute, _, extra = _WORDS[cmd_name]
        try:
            command: click.Command = getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as error:
            if not extra:
                raise
            raise click.ClickException(
                f"`holdfast {cmd_name}` needs the extra `{extra}` ({error.name} is not installed):"
                f" pip install 'holdfast[{extra}]'"
            ) from None
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """From the table: showing the help must not load every module."""
        with formatter.section("Commands"):
            formatter.write_dl([(word, row[2]) for word, row in sorted(_WORDS.items())])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except HoldfastError as error:
            click.echo(str(error), err=True)
            ctx.exit(error.exit_code)


@click.group(cls=_Words, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="holdfast", prog_name="holdfast")
def main() -> None:
    """Redeploy Azure ML without losing Key Vault access.

    \b
      make up                                   the whole story, on the sandbox
      holdfast sandbox run -- pulumi up         your stack, without an account
      holdfast init --from rg-ml                a stack file for what is there already
      holdfast settings check                   is the stack file right?
      holdfast receipt show                     what the last run did to the vault
    """


if __name__ == "__main__":
    sys.exit(main())
