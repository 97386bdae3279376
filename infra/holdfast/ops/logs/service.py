"""`holdfast logs service`: what do the containers of a service write?"""

from __future__ import annotations

import json
import sys
import time

import click

from holdfast.ops.logs.follow import news
from holdfast.ops.service.stack import open_stack

#: Seconds between two looks: Azure has no stream for either target that a login of ours could read.
PAUSE = 1.0


@click.command()
@click.argument("name")
@click.option("--follow", "-f", is_flag=True, help="Go on with what is written, until Ctrl-C.")
@click.option(
    "--container", metavar="C", default="", help="inference-server or storage-initializer on AKS; a name on ACI."
)
@click.option("--previous", is_flag=True, help="Of the container that ran before this one.")
@click.option("--tail", type=click.IntRange(min=1), metavar="LINES", help="The last LINES only.")
@click.option("--stack", metavar="STACK", help="Default: PULUMI_STACK, else the project's only stack.")
@click.option("--json", "as_json", is_flag=True, help="An object {name, target, container, text}.")
def service(
    name: str, follow: bool, container: str, previous: bool, tail: int | None, stack: str | None, as_json: bool
) -> None:
    """Print what the service NAME wrote, as far as Azure keeps it.

    On ACI it is the one container of the group, on AKS the deployment with the most traffic.
    """
    if follow and (as_json or previous):
        raise click.UsageError("--follow goes with neither --json nor --previous")
    opened = open_stack(stack)
    wanted = opened.service(name)
    running = opened.running(wanted)
    text = running.logs(container=container, tail=tail or 0, previous=previous)
    if as_json:
        body = {"name": name, "target": str(wanted.target), "container": container or None, "text": text}
        click.echo(json.dumps(body, indent=2, ensure_ascii=False))
        return
    _print(text)
    while follow:
        try:
            time.sleep(PAUSE)
        except KeyboardInterrupt:
            sys.exit(130)
        now = running.logs(container=container)
        _print(news(text, now))
        text = now


def _print(text: str) -> None:
    if text:
        click.echo(text, nl=not text.endswith("\n"))
