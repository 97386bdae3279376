"""`holdfast vault show`: who may use a vault, and how?"""

from __future__ import annotations

import json

import click

from holdfast.model.permissions import parse_policies, wire_entry
from holdfast.ops.login import login_client
from holdfast.ops.vault.target import find_vault


@click.command()
@click.argument("vault")
@click.option("--subscription", metavar="ID", help="Where a name is looked for. Default: ARM_SUBSCRIPTION_ID.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object {id, name, accessPolicies}.")
def show(vault: str, subscription: str | None, as_json: bool) -> None:
    """Show who may use VAULT, by name or resource id."""
    found = find_vault(login_client(), vault, subscription)
    entries = parse_policies(found.properties)
    if as_json:
        rows = [wire_entry(entry) for entry in entries]
        click.echo(json.dumps({"id": found.id, "name": found.name, "accessPolicies": rows}, indent=2))
        return
    click.echo(found.id)
    for entry in entries:
        click.echo(f"  {entry.principal}  {entry.permissions}")
