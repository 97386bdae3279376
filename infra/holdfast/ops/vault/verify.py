"""`holdfast vault verify`: is everything still in the vault that the last receipt shows?"""

from __future__ import annotations

import json
from pathlib import Path

import click

from holdfast.model.directory import Directory
from holdfast.model.errors import HoldfastError
from holdfast.model.permissions import PolicyEntry, parse_policies
from holdfast.ops.login import login_clients
from holdfast.ops.output import say, show_rows
from holdfast.ops.vault.memory import nothing_known, read_receipt, recall
from holdfast.ops.vault.people import columns_of, described, look_up
from holdfast.ops.vault.show import IGNORED
from holdfast.ops.vault.target import find_vault
from holdfast.verify.ledger import Ledger, as_shown_by
from holdfast.verify.repair import appeared, plan_restore
from holdfast.verify.survey import RBAC, authorization_of

#: Access is gone. No code of an error's: the command has done what it was asked to.
GONE = 4


@click.command()
@click.argument("vault")
@click.option("--subscription", metavar="ID", help="Where a name is looked for. Default: ARM_SUBSCRIPTION_ID.")
@click.option(
    "--against",
    metavar="RECEIPT",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A receipt's file. Default: the newest record of the vault on this machine, of whatever stack.",
)
@click.option("--json", "as_json", is_flag=True, help="A JSON object {id, against, gone, withheld, appeared, older}.")
@click.pass_context
def verify(ctx: click.Context, vault: str, subscription: str | None, against: Path | None, as_json: bool) -> None:
    """Compare VAULT, by name or resource id, with the last receipt.

    Exits with 4 where an access policy or a permission is gone, and names it; with 0 where none is. What appeared since
    is told and is no failure, nor is what was revoked or is under `neverRestore`.
    """
    client, graph = login_clients()
    found = find_vault(client, vault, subscription)
    ledger, told = compared_with(found.id, against)
    live = parse_policies(found.properties)
    tenant = str(found.properties.get("tenantId") or "")
    plan = plan_restore(ledger.shown, live, tenant, ledger.revoked, ledger.never)
    older = plan_restore(ledger.older, live, tenant, ledger.revoked, ledger.never).add
    new = appeared(ledger.shown, live)
    withheld = [held.entry for held in plan.withheld]
    everybody = [*plan.add, *withheld, *new, *older]
    directory = look_up(graph, [entry.principal for entry in everybody])

    def listed(entries: list[PolicyEntry]) -> list[dict[str, object]]:
        return [described(directory, entry, ledger.whose.get(entry.principal.lower())) for entry in entries]

    if as_json:
        body = {
            "id": found.id,
            "against": told,
            "gone": listed(list(plan.add)),
            "withheld": [
                {**row, "reason": held.reason} for row, held in zip(listed(withheld), plan.withheld, strict=True)
            ],
            "appeared": listed(list(new)),
            "older": listed(list(older)),
        }
        click.echo(json.dumps(body, indent=2, ensure_ascii=False))
    else:
        rows = [_row("gone", entry, directory, ledger) for entry in plan.add]
        rows += [_row(held.reason, held.entry, directory, ledger) for held in plan.withheld]
        rows += [_row("appeared", entry, directory, ledger) for entry in new]
        rows += [_row("lost before", entry, directory, ledger) for entry in older]
        show_rows(("what", "name", "kind", "id", "whose", "permissions"), rows)
        say(f"compared with {told['by']}, {told['time']}")
        say(f"{len(plan.add)} gone; `holdfast vault restore {vault}` gives back" if plan.add else "nothing is gone")
    if authorization_of(found.properties) == RBAC:
        say(f"note: {IGNORED}")
    if plan.add:
        ctx.exit(GONE)


def compared_with(vault_id: str, path: Path | None) -> tuple[Ledger, dict[str, str]]:
    """What is on record, by everything on this machine or by one receipt, and `{time, by, path}` of the newest look.

    Raises HoldfastError: `no-receipt`, `receipt-unreadable`, `receipt-of-another-vault`.
    """
    ledger = recall(vault_id)
    if path is not None:
        chosen = read_receipt(path, vault_id)
        return as_shown_by(chosen, ledger.records), {"time": chosen.time, "by": chosen.by, "path": chosen.path}
    looks = ledger.looks
    if not looks:
        raise HoldfastError([nothing_known(vault_id)])
    return ledger, {"time": looks[-1].time, "by": looks[-1].by, "path": looks[-1].path}


def _row(what: str, entry: PolicyEntry, directory: Directory, ledger: Ledger) -> tuple[str, ...]:
    whose = ledger.whose.get(entry.principal.lower(), ("-", ""))[0]
    return (what, *columns_of(directory, entry), whose, str(entry.permissions))
