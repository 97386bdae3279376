"""`holdfast service deploy`: one service, or one step of it, and nothing else of the stack.

The guide's first advice for a deployment that fails is to do its steps one at a time. Each is a resource, so this is
`pulumi up --target` with the names looked up.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from holdfast.checkout import project_folder
from holdfast.model.assets import AssetSort, assets_of
from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.model.services import WantedService
from holdfast.model.wanted import Wanted
from holdfast.ops.ask import confirm
from holdfast.ops.ci.cli import show
from holdfast.ops.output import say
from holdfast.ops.service.stack import open_stack
from holdfast.settings.file import stack_of

STEPS = ("model", "image", "service")


@click.command()
@click.argument("name")
@click.option("--only", type=click.Choice(STEPS), help="One step alone; what it stands on has to be there.")
@click.option("--yes", is_flag=True, help="Without a preview and without asking.")
@click.option("--stack", metavar="STACK", help="Default: PULUMI_STACK, else the project's only stack.")
def deploy(name: str, only: str | None, yes: bool, stack: str | None) -> None:
    """Deploy the service NAME: register its model, build its image, run it. Nothing else of the stack is touched.

    \b
      holdfast service deploy wine                  all three steps
      holdfast service deploy wine --only image     only build it: does the environment install?

    It runs `pulumi up --target ...`, whose output it shows. A step whose inputs did not change does nothing. Exits with
    3 where `pulumi` fails.
    """
    opened = open_stack(stack)
    service = opened.service(name)
    if shutil.which("pulumi") is None:
        hint = "install Pulumi, or run this in the sandbox: `holdfast sandbox run -- holdfast service deploy ...`"
        raise HoldfastError([Fault("pulumi-missing", "`pulumi` is not on PATH", (), hint)])
    targets = [word for one in targets_of(opened.wanted, service, only) for word in ("--target", f"**::{one}")]
    common = ["--stack", stack_of(opened.file), "--non-interactive", *targets]
    folder = project_folder(opened.file)
    if not yes:
        _run(["pulumi", "preview", *common], folder)
        confirm(f"Deploy `{name}`?", yes)
    _run(["pulumi", "up", "--yes", "--skip-preview", *common], folder)
    say(f"`{name}`: {only or 'all steps'} done")


def targets_of(wanted: Wanted, service: WantedService, only: str | None) -> list[str]:
    """The logical names of the resources that a step is, or all of them, in their order."""
    assets = assets_of(wanted)
    image = next(asset for asset in assets if asset.sort is AssetSort.IMAGE and asset.service.name == service.name)
    model = [asset.logical for asset in assets if asset.sort is AssetSort.MODEL and asset.service.name == service.name]
    of = {
        "model": model,
        "image": [*filter(None, [image.environment]), image.logical],
        "service": [service.part, f"service-{service.name}"],
    }
    return [name for step in STEPS if only in (None, step) for name in of[step]]


def _run(command: list[str], folder: Path) -> None:
    ran = show(command, folder, to_stderr=False)
    if ran.code:
        rows = (("command", " ".join(command)), ("exit code", str(ran.code)))
        raise HoldfastError([Fault("deploy-failed", "`pulumi` failed", rows, "its error is above", Blame.AZURE)])
    sys.stdout.flush()
