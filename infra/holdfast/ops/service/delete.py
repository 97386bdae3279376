"""`holdfast service delete`: take a service away that runs."""

from __future__ import annotations

import click

from holdfast.ops.ask import confirm
from holdfast.ops.login import progress
from holdfast.ops.output import say
from holdfast.ops.service.running import MISSING
from holdfast.ops.service.stack import open_stack


@click.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Without asking.")
@click.option("--stack", metavar="STACK", help="Default: PULUMI_STACK, else the project's only stack.")
def delete(name: str, yes: bool, stack: str | None) -> None:
    """Delete what runs of the service NAME: its container group, or its endpoint with all deployments and keys.

    Models and images stay. As long as the stack file has the service, it is of the stack's state, too: take it out of
    the file and run `pulumi up` to be rid of it for good.
    """
    opened = open_stack(stack)
    service = opened.service(name)
    running = opened.running(service)
    status = running.status()
    if status.state == MISSING:
        say(f"`{name}` is not deployed: nothing to delete")
        return
    lost = ", with its keys" if service.target == "aks" else ""
    confirm(f"Delete `{name}` ({service.target}, {status.state}){lost}?", yes)
    with progress("deleting") as tell:
        tell(name)
        running.delete()
    say(f"`{name}` was deleted; as long as {opened.file} has it, `pulumi refresh` and `pulumi up` bring it back")
