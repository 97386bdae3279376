"""`holdfast drift`: what differs between settings, state and Azure, and what would `pulumi up` do about it?"""

from __future__ import annotations

import json

import click

from holdfast.model.errors import Blame
from holdfast.ops.drift.page import as_json as body_of
from holdfast.ops.drift.page import show
from holdfast.ops.login import progress

#: Something differs. No code of an error's: the command has done what it was asked to.
DRIFTED = 4


@click.command()
@click.option("--stack", metavar="STACK", help="Default: PULUMI_STACK, else the project's only stack.")
@click.option("--json", "as_json", is_flag=True, help="An object {stack, drift, notRead}.")
@click.pass_context
def drift(ctx: click.Context, stack: str | None, as_json: bool) -> None:
    """Name what differs between the stack file, the state and Azure, and what `pulumi up` would do about it.

    By resource and property. What the stack file omits is no difference, nor is a default, an order or a letter case
    of Azure's, nor what strangers hold in the vault. Nothing is written, and no engine runs; the state is what
    `pulumi stack export` shows, where there is a `pulumi` on PATH.

    Exits with 4 where something differs, with 0 where nothing does, and with 3 where nothing was found and not
    everything could be read.

    \b
      holdfast drift                              of the project's only stack
      holdfast drift --stack prod --json          for a nightly job
      holdfast sandbox run -- holdfast drift --stack sandbox
    """
    from holdfast.ops.drift.collect import look
    from holdfast.ops.service.stack import open_stack

    with progress() as tell:
        opened = open_stack(stack)
        found = look(opened, tell)
    if as_json:
        click.echo(json.dumps(body_of(opened.wanted.stack, found), indent=2, ensure_ascii=False, default=str))
    else:
        show(opened.wanted.stack, found)
    ctx.exit(DRIFTED if found.rows else int(Blame.AZURE) if found.not_read else 0)
