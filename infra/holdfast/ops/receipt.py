"""`holdfast receipt`: what did the runs of a stack do to the vault's policies?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Column, Table

from holdfast.home import home
from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.permissions import Permissions


@click.group()
def receipt() -> None:
    """What the runs of a stack did to the vault's policies: every entry before and after, and whose it is."""


_stack = click.option("--stack", help="Only this stack's. Default: the newest of any stack on this machine.")
_project = click.option("--project", default="holdfast", show_default=True, help="The Pulumi project.")


@receipt.command("list")
@_project
@_stack
@click.option("--json", "as_json", is_flag=True, help="A JSON list of {path, time, stack, lost, putBack}.")
def list_receipts(project: str, stack: str | None, as_json: bool) -> None:
    """The receipts on this machine, oldest first."""
    rows = [(path, _load(path)) for path in _find(project, stack)]
    if as_json:
        click.echo(
            json.dumps(
                [
                    {
                        "path": str(path),
                        "time": body.get("time"),
                        "stack": body.get("stack"),
                        "lost": len(body.get("lost") or ()),
                        "putBack": len(body.get("putBack") or ()),
                    }
                    for path, body in rows
                ]
            )
        )
        return
    for path, body in rows:
        click.echo(f"{body.get('time')}  {body.get('stack')}  lost {len(body.get('lost') or ())}  {path.name}")


@receipt.command()
@_project
@_stack
@click.option("--all", "everyone", is_flag=True, help="Entries that were simply kept, too.")
@click.option("--json", "as_json", is_flag=True, help="The receipt itself.")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def show(project: str, stack: str | None, everyone: bool, as_json: bool, file: Path | None) -> None:
    """Show the newest receipt, or FILE."""
    path = file or next(reversed(_find(project, stack)), None)
    if path is None:
        raise HoldfastError(
            [
                Fault(
                    "no-receipt",
                    "no run has left a receipt on this machine",
                    (("looked in", str(home() / "receipts")),),
                    "a receipt is left by every `pulumi up`; `holdfast receipt list` shows them",
                )
            ]
        )
    body = _load(path)
    if as_json:
        click.echo(json.dumps(body, indent=2))
        return
    console = Console()
    vault = body.get("vault") or {}
    console.print(
        f"{body.get('time')}  stack {body.get('project')}/{body.get('stack')}  {vault.get('id')}", soft_wrap=True
    )
    if ran := _ran(body):
        console.print(ran, soft_wrap=True)
    console.print(_table(body, everyone))
    for row in body.get("writes") or ():
        console.print(f"{row['write']}: {row['says']}  {row['id']}", soft_wrap=True, highlight=False)
    for note in body.get("notes") or ():
        console.print(f"{note['id']}: {note['message']}", soft_wrap=True)


def _table(body: dict[str, Any], everyone: bool) -> Table:
    rows = body.get("policies") or []
    shown = [row for row in rows if everyone or row["state"] != "kept"]
    # A principal that is cut off can't be looked up.
    principal = Column("principal", no_wrap=True, min_width=36)
    table = Table("state", "whose", principal, "before", "after", caption=f"{len(rows) - len(shown)} more simply kept")
    for row in shown:
        # Nobody could see what an unread vault holds: that is not nothing.
        after = "?" if row["after"] is None else str(Permissions.of(row["after"]))
        table.add_row(row["state"], row["whose"], row["principal"], str(Permissions.of(row["before"])), after)
    return table


def _ran(body: dict[str, Any]) -> str:
    """Who ran which commit, as far as the receipt knows; one of the first shape knows neither."""
    commit = body.get("commit") or {}
    what = f"commit {commit['id'][:12]}{' and changes' if commit.get('dirty') else ''}" if commit.get("id") else ""
    who = f"by {body['identity']}" if body.get("identity") else ""
    return "  ".join(filter(None, (what, who)))


def _find(project: str, stack: str | None) -> list[Path]:
    folder = home() / "receipts" / project
    return sorted(folder.glob(f"{stack or '*'}/receipt-*.json"), key=lambda path: path.name)


def _load(path: Path) -> dict[str, Any]:
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise HoldfastError(
            [Fault("receipt-unreadable", f"{path} is no receipt", (("said", str(error)),), "name another file")]
        ) from None
    return dict(body)
