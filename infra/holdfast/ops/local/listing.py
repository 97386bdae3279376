"""`holdfast local list`: what is up on this machine?"""

from __future__ import annotations

import json
from typing import Any

import click

from holdfast.ops.local.state import Record, records
from holdfast.ops.output import say, show_rows


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="A list of {name, stack, engine, state, uri, port, ...}.")
def list_services(as_json: bool) -> None:
    """Show every service that was brought up and not taken down: of any stack, with its state.

    Ready, Starting; Failed: its script did not load, and `reload` tries again; Died: nothing of it runs any more;
    Unknown: it is in a container, and no Docker answers.
    """
    rows = [row(record) for record in records()]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    if not rows:
        say("no service is up on this machine")
    columns = ("name", "stack", "engine", "state", "uri", "started")
    show_rows(columns, [[str(one[name]) for name in columns] for one in rows])


def row(record: Record) -> dict[str, Any]:
    """A service as scripts read it."""
    process = record.engine == "process"
    return {
        "name": record.service,
        "stack": record.stack,
        "state": record.place.state(),
        "uri": record.uri,
        "port": record.port,
        "engine": record.engine,
        "pid": record.pid or None,
        "container": record.container or None,
        "started": record.started,
        "code": record.code,
        "model": record.model,
        "modelDir": record.model_dir,
        "environment": record.environment,
        "python": record.interpreter if process else None,
        "image": None if process else record.interpreter,
        "log": str(record.place.log) if process else None,
    }
