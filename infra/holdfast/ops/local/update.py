"""`holdfast local update`: another model, another environment, or what the stack file says by now."""

from __future__ import annotations

import json
from pathlib import Path

import click

from holdfast.ops.local.listing import row
from holdfast.ops.local.plan import plan
from holdfast.ops.local.running import prepare, start, stop
from holdfast.ops.local.state import chosen
from holdfast.ops.output import say


@click.command()
@click.argument("name", metavar="[SERVICE]", required=False)
@click.option("--model", metavar="PATH", help="A file or folder in the place of the stack file's model.")
@click.option("--environment", metavar="FILE", help="A conda or requirements file in the place of the stack file's.")
@click.option("--json", "as_json", is_flag=True, help="An object as `list --json` has them.")
def update(name: str | None, model: str | None, environment: str | None, as_json: bool) -> None:
    """Read the stack file anew, and start SERVICE on its port with what it says now.

    --model and --environment count until `down`, as those of `up` do. What is wrong with them is told before what runs
    is ended.
    """
    record = chosen(name, alive=False)
    model_option = str(Path(model).resolve()) if model else record.model_option
    environment_option = str(Path(environment).resolve()) if environment else record.environment_option
    made = plan(
        record.service,
        record.stack,
        model_option or None,
        environment_option or None,
        file=Path(record.file),
        engine=record.engine,
    )
    ready = prepare(made, record.engine, say)
    stop(record)
    record = start(made, record.port, {"model": model_option, "environment": environment_option}, ready, say)
    click.echo(json.dumps(row(record), indent=2, ensure_ascii=False) if as_json else record.uri)
