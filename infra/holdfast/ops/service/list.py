"""`holdfast service list`: how are the services of a stack?"""

from __future__ import annotations

import json

import click

from holdfast.ops.login import progress
from holdfast.ops.output import say, show_rows
from holdfast.ops.service.stack import open_stack


@click.command("list")
@click.option("--stack", metavar="STACK", help="Default: PULUMI_STACK, else the project's only stack.")
@click.option("--json", "as_json", is_flag=True, help="A list of {name, target, state, scoringUri, image}.")
def list_services(stack: str | None, as_json: bool) -> None:
    """Show every service that the stack file has: its state, where it scores, which image it runs.

    The state is Azure's word, `CrashLoopBackOff` for one; `Missing` is a service that is not deployed.
    """
    opened = open_stack(stack)
    with progress() as tell:
        tell(f"{len(opened.wanted.services)} services")
        found = opened.statuses()
    rows = [
        {
            "name": service.name,
            "target": str(service.target),
            "state": status.state,
            "scoringUri": status.scoring_uri or None,
            "image": status.image or None,
        }
        for service, status in found
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    if not rows:
        say(f"{opened.file} has no `services`")
    columns = ("name", "target", "state", "scoringUri", "image")
    show_rows(columns, [tuple(str(row[name] or "-") for name in columns) for row in rows])
