"""`holdfast service show`: how is one service, part by part, and what happened to it last?"""

from __future__ import annotations

import json
from typing import Any

import click

from holdfast.ops.output import show_rows
from holdfast.ops.service.stack import open_stack

#: Events that are shown without `--json`: the newest.
EVENTS = 10


@click.command()
@click.argument("name")
@click.option("--stack", metavar="STACK", help="Default: PULUMI_STACK, else the project's only stack.")
@click.option(
    "--json", "as_json", is_flag=True, help="An object {name, target, state, scoringUri, image, parts, events}."
)
def show(name: str, stack: str | None, as_json: bool) -> None:
    """Show the service NAME: its containers (ACI) or deployments (AKS), and the last events."""
    opened = open_stack(stack)
    service = opened.service(name)
    status = opened.running(service).status()
    if as_json:
        body: dict[str, Any] = {
            "name": service.name,
            "target": str(service.target),
            "state": status.state,
            "scoringUri": status.scoring_uri or None,
            "image": status.image or None,
            "parts": [dict(part) for part in status.parts],
            "events": [dict(event) for event in status.events],
        }
        click.echo(json.dumps(body, indent=2, ensure_ascii=False))
        return
    click.echo(f"{service.name}  {service.target}  {status.state}")
    for label, value in (("scores at", status.scoring_uri), ("image", status.image)):
        if value:
            click.echo(f"{label:<9}  {value}")
    for rows in (status.parts, status.events[-EVENTS:]):
        if rows:
            columns = list(rows[0])
            click.echo()
            show_rows(columns, [["-" if row.get(at) is None else str(row[at]) for at in columns] for row in rows])
