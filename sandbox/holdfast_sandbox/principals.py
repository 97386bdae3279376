"""`holdfast sandbox principal`: whom does the sandbox's directory know besides its own identities?"""

from __future__ import annotations

import click

from holdfast_sandbox import running
from holdfast_sandbox.home import state_dir


@click.command()
@click.option("--state", type=click.Path(file_okay=False), help="The sandbox's folder, as for the other commands.")
@click.option(
    "--kind",
    type=click.Choice(["user", "group", "servicePrincipal"]),
    default="user",
    show_default=True,
    help="What it is in the directory.",
)
@click.argument("id")
@click.argument("name")
def principal(state: str | None, kind: str, id: str, name: str) -> None:
    """Let the directory know the object id ID as NAME, so that Microsoft Graph answers for it.

    It knows the sandbox's own login and every managed identity by itself; whoever is unknown is an orphan.
    """
    running.found(state_dir(state)).ask("POST", "principals", {"id": id, "kind": kind, "name": name})
