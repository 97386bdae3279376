"""`holdfast vault history`: when did who get into a vault, and who lost access? Told from what lies on this machine."""

from __future__ import annotations

import json

import click

from holdfast.model.directory import Directory
from holdfast.model.errors import HoldfastError
from holdfast.ops.login import login_clients
from holdfast.ops.output import say, show_rows
from holdfast.ops.vault.memory import checked_principal, nothing_known, recall, vault_on_record
from holdfast.ops.vault.people import look_up
from holdfast.verify.ledger import Event


@click.command()
@click.argument("vault")
@click.option("--principal", metavar="ID", help="Only what happened to this object id.")
@click.option("--names/--ids", default=True, help="Ask Microsoft Graph for the names (the default), or ask nobody.")
@click.option(
    "--json", "as_json", is_flag=True, help="A JSON object {id, records, events: [{time, what, principal, by, ...}]}."
)
def history(vault: str, principal: str | None, names: bool, as_json: bool) -> None:
    """Tell who appeared in VAULT, was widened, lost, put back or revoked, by name or resource id.

    From the receipts of every stack, the tripwire's incidents and the records of these commands on this machine. What
    happened between two of them was somebody else's doing, and is told by the later one. Azure is not asked, so that a
    vault that is gone has its history still.
    """
    vault_id = vault.rstrip("/") if "/" in vault else vault_on_record(vault)
    who = checked_principal(principal) if principal else None
    ledger = recall(vault_id)
    if not ledger.records:
        raise HoldfastError([nothing_known(vault_id)])
    events = [event for event in ledger.events if who in (None, event.principal)]
    directory = _names([event.principal for event in events]) if names else Directory()
    if as_json:
        files = [{"time": record.time, "by": record.by, "path": record.path} for record in ledger.records]
        rows = [_as_json(event, directory) for event in events]
        click.echo(json.dumps({"id": vault_id, "records": files, "events": rows}, indent=2, ensure_ascii=False))
        return
    click.echo(vault_id)
    show_rows(
        ("time", "what", "principal", "permissions", "by"),
        [
            (event.time[:19], event.what, directory.label(event.principal), str(event.permissions), _by(event))
            for event in events
        ],
    )


def _names(principals: list[str]) -> Directory:
    try:
        return look_up(login_clients()[1], principals)
    except HoldfastError as error:
        # The history is there without a login, too.
        say(f"note: ids are shown without their names: {error.faults[0].message}")
        return Directory()


def _by(event: Event) -> str:
    return event.by or f"somebody, before {event.found_by}"


def _as_json(event: Event, directory: Directory) -> dict[str, object]:
    found = directory.find(event.principal)
    return {
        "time": event.time,
        "what": event.what,
        "principal": event.principal,
        "name": (found.name or None) if found else None,
        "permissions": event.permissions.wire(),
        "by": event.by or None,
        "foundBy": event.found_by,
        "whose": event.whose or None,
    }
