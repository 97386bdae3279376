"""`holdfast sandbox rights`: what does whoever runs this need in Azure? What a server with `--rbac` was asked for."""

from __future__ import annotations

import json
from urllib.parse import quote

import click

from holdfast_sandbox import running
from holdfast_sandbox.home import state_dir


@click.command()
@click.option(
    "--state",
    type=click.Path(file_okay=False),
    help="The sandbox's folder. Default: the one around this command, else $HOLDFAST_HOME/sandbox.",
)
@click.option("--json", "as_json", is_flag=True, help="A JSON list of {caller, right, scope, held, refused}.")
@click.option("--caller", metavar="OBJECTID", help="Only what this principal was asked for.")
@click.option("--clear", is_flag=True, help="Forget what was asked so far, and show nothing.")
def rights(state: str | None, as_json: bool, caller: str | None, clear: bool) -> None:
    """Show which rights the requests asked for, of a server with --rbac: what a custom role has to hold.

    One line a right and caller: how often it was held, how often refused, and the scope of the last request.
    """
    server = running.found(state_dir(state))
    if clear:
        server.ask("DELETE", "rights")
        return
    rows = server.ask("GET", f"rights?caller={quote(caller)}" if caller else "rights")
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(
            f"{row['held']:>6} held {row['refused']:>4} refused  {row['right']}  {row['scope']}  {row['caller']}"
        )
