"""`holdfast local down`: end a service on this machine."""

from __future__ import annotations

import json

import click

from holdfast.ops.local.running import stop
from holdfast.ops.local.state import chosen, records
from holdfast.ops.output import say


@click.command()
@click.argument("name", metavar="[SERVICE]", required=False)
@click.option("--all", "every", is_flag=True, help="All that are up.")
@click.option("--json", "as_json", is_flag=True, help="A list of the names that were ended.")
def down(name: str | None, every: bool, as_json: bool) -> None:
    """End SERVICE: no process of it is left when the command ends. Its environment stays for the next time."""
    if name and every:
        raise click.UsageError("SERVICE does not go with --all")
    ended = records() if every else [chosen(name, alive=False)]
    for record in ended:
        stop(record)
    if as_json:
        click.echo(json.dumps([record.service for record in ended]))
        return
    for record in ended:
        say(f"`{record.service}` is down")
    if not ended:
        say("no service is up on this machine")
