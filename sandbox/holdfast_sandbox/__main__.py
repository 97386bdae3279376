"""The sandbox's and the engine's commands without the rest: `python -m holdfast_sandbox sandbox status`."""

from __future__ import annotations

import click

from holdfast_sandbox.commands import sandbox
from holdfast_sandbox.engine.commands import engine


@click.group()
def main() -> None:
    """The embedded Azure and its engine."""


main.add_command(sandbox)
main.add_command(engine)

if __name__ == "__main__":
    main(prog_name="holdfast")
