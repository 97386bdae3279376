"""`holdfast service keys`: what do a service's clients authenticate with?"""

from __future__ import annotations

import json

import click

from holdfast.model.errors import Fault, HoldfastError
from holdfast.ops.ask import confirm
from holdfast.ops.output import say
from holdfast.ops.service.stack import open_stack


@click.command()
@click.argument("name")
@click.option(
    "--regenerate", type=click.Choice(["primary", "secondary"]), help="Make another one; the old one ends at once."
)
@click.option("--yes", is_flag=True, help="Regenerate without asking.")
@click.option("--stack", metavar="STACK", help="Default: PULUMI_STACK, else the project's only stack.")
@click.option("--json", "as_json", is_flag=True, help="An object {primaryKey, secondaryKey}.")
def keys(name: str, regenerate: str | None, yes: bool, stack: str | None, as_json: bool) -> None:
    """Print the keys of the service NAME. They are secrets: mind where this output goes.

    Keys survive every redeploy, and end when the endpoint is deleted.
    """
    opened = open_stack(stack)
    running = opened.running(opened.service(name))
    if regenerate:
        confirm(f"Regenerate the {regenerate} key of `{name}`? Whoever uses it is refused from then on.", yes)
        running.regenerate(regenerate.capitalize())
        say(f"the {regenerate} key of `{name}` is another one now")
    found = running.keys()
    if found is None:
        raise HoldfastError(
            [
                Fault(
                    "service-without-keys",
                    f"service `{name}` asks nobody for a key",
                    (("asked", running.id),),
                    "`target: aks` with `auth: key` gives a service keys",
                )
            ]
        )
    if as_json:
        click.echo(json.dumps({"primaryKey": found.primary, "secondaryKey": found.secondary}, indent=2))
        return
    click.echo(f"primary    {found.primary}\nsecondary  {found.secondary}")
