"""`holdfast service restart`: start the containers of a service anew."""

from __future__ import annotations

import click

from holdfast.ops.login import progress
from holdfast.ops.output import say
from holdfast.ops.service.stack import open_stack


@click.command()
@click.argument("name")
@click.option("--stack", metavar="STACK", help="Default: PULUMI_STACK, else the project's only stack.")
def restart(name: str, stack: str | None) -> None:
    """Restart the service NAME with the image and the settings that it has.

    On ACI it answers nobody meanwhile; on AKS the new pods come before the old ones go.
    """
    opened = open_stack(stack)
    running = opened.running(opened.service(name))
    with progress("restarting") as tell:
        tell(name)
        running.restart()
    say(f"`{name}` was restarted")
