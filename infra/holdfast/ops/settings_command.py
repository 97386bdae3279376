"""Is a stack file good? `holdfast settings check` says so without Pulumi and without Azure, `schema` is for editors."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from holdfast.model.errors import Fault
    from holdfast.model.wanted import Wanted


@click.group()
def settings() -> None:
    """The stack files: what is wrong with them, and what may stand in them."""


@settings.command()
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--stack", metavar="STACK", help="Check the file of this stack of the project.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of {file, ok, names, faults}.")
def check(files: tuple[Path, ...], stack: str | None, as_json: bool) -> None:
    """Check stack FILEs, by default all of the project's. Exits with 2 where anything is wrong.

    Nothing is asked of Azure. Names that hold a hash are shown where the subscription is known, from the file's
    `azure-native:subscriptionId` or from ARM_SUBSCRIPTION_ID.
    """
    from holdfast.model.errors import HoldfastError
    from holdfast.settings import read_file

    rows: list[dict[str, Any]] = []
    worst = 0
    for path in _chosen(files, stack):
        try:
            wanted = read_file(path, subscription=os.environ.get("ARM_SUBSCRIPTION_ID") or None)
        except HoldfastError as error:
            worst = max(worst, error.exit_code)
            rows.append({"file": str(path), "ok": False, "faults": [_as_json(fault) for fault in error.faults]})
            if not as_json:
                click.echo(str(error) + "\n", err=True)
                count = len(error.faults)
                click.echo(f"{path}: {count} fault{'s' if count > 1 else ''}", err=True)
        else:
            rows.append({"file": str(path), "ok": True, "faults": [], "names": _names(wanted)})
            if not as_json:
                click.echo(f"{path}: good")
                for key, name in rows[-1]["names"].items():
                    click.echo(f"  {key:<10} {name}")
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    sys.exit(worst)


@settings.command()
def schema() -> None:
    """Print the JSON Schema of a stack file (docs/settings.schema.json)."""
    from holdfast import settings as stage

    click.echo(json.dumps(stage.schema(), indent=2, ensure_ascii=False))


def _chosen(files: tuple[Path, ...], stack: str | None) -> list[Path]:
    from holdfast.ops.stack_file import stack_files_of

    if files and stack:
        raise click.UsageError("give FILEs or --stack, not both")
    return list(files) if files else stack_files_of(stack)


def _names(wanted: Wanted) -> dict[str, str]:
    from holdfast.settings.naming import short_hash
    from holdfast.settings.resources import NO_SUBSCRIPTION

    names = {str(kind): resource.id or resource.name for kind, resource in wanted.resources.items()}
    if wanted.subscription == NO_SUBSCRIPTION:
        unreal = short_hash(wanted.subscription, wanted.resource_group, wanted.project, wanted.stack)
        names = {kind: name.replace(unreal, "?" * len(unreal)) for kind, name in names.items()}
    return names


def _as_json(fault: Fault) -> dict[str, Any]:
    return {"id": fault.id, "message": fault.message, "evidence": dict(fault.evidence), "hint": fault.hint}
