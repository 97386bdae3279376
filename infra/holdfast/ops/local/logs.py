"""`holdfast local logs`: what did a service write?"""

from __future__ import annotations

import json
import sys

import click

from holdfast.ops.local.state import chosen


@click.command()
@click.argument("name", metavar="[SERVICE]", required=False)
@click.option("--follow", "-f", is_flag=True, help="Go on with what is written, until Ctrl-C or the service's end.")
@click.option("--tail", type=click.IntRange(min=1), metavar="LINES", help="The last LINES only.")
@click.option("--json", "as_json", is_flag=True, help="An object {name, state, text}.")
def logs(name: str | None, follow: bool, tail: int | None, as_json: bool) -> None:
    """Print what SERVICE wrote since it was brought up: the server, the script, what it printed.

    Of one that died it is there as well, until `down`.
    """
    if follow and as_json:
        raise click.UsageError("--follow does not go with --json")
    record = chosen(name, alive=False)
    place = record.place
    start = place.length()
    text = place.written(0, start)
    if tail:
        text = "".join(text.splitlines(keepends=True)[-tail:])
    if as_json:
        body = {"name": record.service, "state": place.state(), "text": text}
        click.echo(json.dumps(body, indent=2, ensure_ascii=False))
        return
    click.echo(text, nl=bool(text) and not text.endswith("\n"))
    try:
        for piece in place.follow(start) if follow else ():
            click.echo(piece, nl=False)
    except KeyboardInterrupt:
        sys.exit(130)
