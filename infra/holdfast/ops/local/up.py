"""`holdfast local up`: bring a service up on this machine."""

from __future__ import annotations

import json

import click

from holdfast.model.errors import HoldfastError
from holdfast.ops.local.listing import row
from holdfast.ops.local.plan import plan
from holdfast.ops.local.reload import stamp_of, watch_code
from holdfast.ops.local.running import ENGINES, check_port, prepare, start
from holdfast.ops.local.state import Place
from holdfast.ops.output import say

#: Where Azure Machine Learning's own local web services listened, unless told otherwise.
PORT = 8890


@click.command()
@click.argument("name", metavar="SERVICE")
@click.option("--port", type=click.IntRange(1024, 65535), default=PORT, show_default=True, help="On 127.0.0.1.")
@click.option("--model", metavar="PATH", help="A file or folder in the place of the stack file's model.")
@click.option("--environment", metavar="FILE", help="A conda or requirements file in the place of the stack file's.")
@click.option("--engine", type=click.Choice(ENGINES), default=ENGINES[0], show_default=True, help="What it runs in.")
@click.option("--watch", is_flag=True, help="Then reload on each save, until Ctrl-C; the service stays up.")
@click.option("--stack", metavar="STACK", help="Default: PULUMI_STACK, else the project's only stack.")
@click.option("--json", "as_json", is_flag=True, help="An object as `list --json` has them.")
def up(
    name: str,
    port: int,
    model: str | None,
    environment: str | None,
    engine: str,
    watch: bool,
    stack: str | None,
    as_json: bool,
) -> None:
    """Start the service SERVICE of the stack file, and wait until it is ready.

    Its environment is made by uv the first time, from the same file as the image's; the code runs in the same inference
    server. A variable of `secureEnv` is taken from this shell, where it has one of that name.

    --engine docker builds the image that `pulumi up` would, and runs that, where a Docker daemon answers. Processes are
    the default because they need none.
    """
    made = plan(name, stack, model, environment, engine=engine)
    check_port(port, name)
    for lacking in made.lacking:
        say(f"secureEnv: {lacking} is not set here: `export {lacking}=...` before `up` passes it on")
    seen = stamp_of(made.code)
    ready = prepare(made, engine, say)
    try:
        record = start(made, port, _given(model=model, environment=environment), ready, say)
    except HoldfastError as error:
        record_there = Place(name).read()
        if not watch or record_there is None or {fault.id for fault in error.faults} != {"not-started"}:
            raise
        say(str(error))
        record = record_there
    if as_json:
        click.echo(json.dumps(row(record), indent=2, ensure_ascii=False))
    else:
        click.echo(record.uri)
    if watch:
        watch_code(record, seen)


def _given(**options: str | None) -> dict[str, str]:
    from pathlib import Path

    return {name: str(Path(value).resolve()) for name, value in options.items() if value}
