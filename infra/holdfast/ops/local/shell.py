"""`holdfast local shell`: look around where the code of a service runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from holdfast.ops.local.plan import plan
from holdfast.ops.local.processes import variables
from holdfast.ops.local.state import chosen
from holdfast.ops.output import say


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("name", metavar="[SERVICE]", required=False)
@click.argument("command", metavar="[-- CMD...]", nargs=-1, type=click.UNPROCESSED)
def shell(name: str | None, command: tuple[str, ...]) -> None:
    """Start a shell, or run CMD, with the variables of SERVICE, in its folder, its environment first on PATH.

    \b
      holdfast local shell wine
      holdfast local shell wine -- python -c 'import sklearn; print(sklearn.__version__)'
    """
    record = chosen(name, alive=False)
    made = plan(
        record.service,
        record.stack,
        record.model_option or None,
        record.environment_option or None,
        file=Path(record.file),
        engine=record.engine,
    )
    if record.engine != "process":
        from holdfast.ops.local.inside import run_inside

        if not command:
            say(f"`{record.service}` in its container; `exit` leads back")
        sys.exit(run_inside(record, made.secrets, command))
    place = record.place
    environ = variables(made, place.app, Path(record.model_dir), Path(record.interpreter))
    environ |= {name: os.environ[name] for name in ("TERM", "DISPLAY") if name in os.environ}
    if not command:
        say(f"`{record.service}` in {place.app}; `exit` leads back")
    words = list(command) or [os.environ.get("SHELL") or "/bin/sh"]
    try:
        done = subprocess.run(words, cwd=place.app, env=environ, check=False)
    except OSError as error:
        raise click.ClickException(f"{words[0]} can't be run: {error.strerror}") from None
    sys.exit(done.returncode)
