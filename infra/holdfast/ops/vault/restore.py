"""`holdfast vault restore`: how does a vault get back what the last receipt shows and it lacks?"""

from __future__ import annotations

import json
from pathlib import Path

import click

from holdfast.model.directory import Directory
from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.model.existing import Live
from holdfast.model.permissions import PolicyEntry, parse_policies
from holdfast.ops.ask import confirm
from holdfast.ops.login import login_clients
from holdfast.ops.output import say, show_rows
from holdfast.ops.vault.act import add
from holdfast.ops.vault.memory import checked_principal
from holdfast.ops.vault.people import columns_of, described, look_up
from holdfast.ops.vault.show import IGNORED
from holdfast.ops.vault.target import find_vault
from holdfast.ops.vault.verify import compared_with
from holdfast.verify.ledger import Ledger
from holdfast.verify.repair import MOST_ENTRIES, Restore, plan_restore
from holdfast.verify.survey import RBAC, authorization_of


@click.command()
@click.argument("vault")
@click.option("--subscription", metavar="ID", help="Where a name is looked for. Default: ARM_SUBSCRIPTION_ID.")
@click.option(
    "--from",
    "source",
    metavar="RECEIPT",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A receipt's file. Default: the newest record of the vault on this machine, of whatever stack.",
)
@click.option("--principal", "principals", metavar="ID", multiple=True, help="Only this object id. May be repeated.")
@click.option("--never", "barred", metavar="ID", multiple=True, help="Not this object id. May be repeated.")
@click.option("--dry-run", is_flag=True, help="Show the plan, and write nothing.")
@click.option("--yes", is_flag=True, help="Do not ask; needed where nobody can answer, and for an RBAC vault.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object {id, from, add, withheld, done, record}.")
def restore(
    vault: str,
    subscription: str | None,
    source: Path | None,
    principals: tuple[str, ...],
    barred: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Add back what the last receipt shows and VAULT, by name or resource id, lacks.

    It never narrows an entry and never gives more than the receipt showed. Who is under a stack's `neverRestore`, and
    what was revoked, stays away. The plan is shown first; one request carries it out, with the tripwire around it.
    """
    body = give_back(vault, subscription, source, principals, barred, dry_run=dry_run, yes=yes, err=as_json)
    if as_json:
        click.echo(json.dumps(body, indent=2, ensure_ascii=False))


def give_back(
    vault: str,
    subscription: str | None = None,
    source: Path | None = None,
    principals: tuple[str, ...] = (),
    barred: tuple[str, ...] = (),
    *,
    dry_run: bool,
    yes: bool,
    err: bool,
) -> dict[str, object]:
    """What the command does, asked for by whichever command: {id, from, add, withheld, done, record}. `err`: the plan
    goes to stderr, beside data that a script reads.

    Raises HoldfastError: those of `find_vault` and `compared_with`, `invalid-principal`, `vault-full`,
    `policies-ignored`, `not-confirmed`, `grants-not-there`, `tripwire`.
    """
    only = tuple(checked_principal(one) for one in principals)
    never_also = {checked_principal(one) for one in barred}
    client, graph = login_clients()
    found = find_vault(client, vault, subscription)
    ledger, told = compared_with(found.id, source)
    never = ledger.never | never_also
    live = parse_policies(found.properties)
    tenant = str(found.properties.get("tenantId") or "")
    plan = plan_restore(ledger.shown, live, tenant, ledger.revoked, never, only)
    older = plan_restore(ledger.older, live, tenant, ledger.revoked, never, only).add
    directory = look_up(graph, [entry.principal for entry in (*plan.add, *(held.entry for held in plan.withheld))])
    _show(plan, directory, ledger, err=err)
    for unseen in sorted(set(only) - {who for who, _ in ledger.shown}):
        say(f"note: {unseen} is not in it")
    if older:
        say(f"note: {len(older)} more were lost before; `holdfast vault history` names them, `--from` an older receipt")
    _refuse_overfull(found, plan)
    if plan.add and authorization_of(found.properties) == RBAC:
        say(f"note: {IGNORED}")
        if not (yes or dry_run):
            raise HoldfastError([_ignored(found)])
    lacking: tuple[PolicyEntry, ...] = ()
    record = None
    if not plan.add:
        kept = " that may be handed back" if plan.withheld else ""
        say(f"nothing to restore: {found.name} lacks nothing{kept} of what {told['by']} of {told['time']} shows")
    elif not dry_run:
        confirm(f"Add {_entries(len(plan.add))} to {found.name}?", yes)
        lacking, record = add(client, found, plan.add, ledger, frozenset(never))
        if lacking:
            raise HoldfastError([_not_there(found, lacking)])
        say(f"{_entries(len(plan.add))} added back")
    else:
        say(f"{_entries(len(plan.add))} would be added back; nothing was written")
    return {
        "id": found.id,
        "from": told,
        "add": [_described(directory, entry, ledger) for entry in plan.add],
        "withheld": [{**_described(directory, held.entry, ledger), "reason": held.reason} for held in plan.withheld],
        "done": bool(plan.add) and not dry_run,
        "record": str(record) if record else None,
    }


def _show(plan: Restore, directory: Directory, ledger: Ledger, *, err: bool) -> None:
    rows = [("add", entry) for entry in plan.add] + [(held.reason, held.entry) for held in plan.withheld]
    show_rows(
        ("what", "name", "kind", "id", "whose", "permissions"),
        [
            (
                what,
                *columns_of(directory, entry),
                ledger.whose.get(entry.principal, ("-", ""))[0],
                str(entry.permissions),
            )
            for what, entry in rows
        ],
        err=err,
    )


def _described(directory: Directory, entry: PolicyEntry, ledger: Ledger) -> dict[str, object]:
    return described(directory, entry, ledger.whose.get(entry.principal))


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"


def _refuse_overfull(vault: Live, plan: Restore) -> None:
    if plan.entries <= MOST_ENTRIES:
        return
    rows = (("vault", vault.id), ("entries then", f"{plan.entries}, of {MOST_ENTRIES}"))
    hint = "revoke what nobody needs, or restore those that matter with --principal"
    raise HoldfastError([Fault("vault-full", "the vault can't take all of it, and nothing was written", rows, hint)])


def _ignored(vault: Live) -> Fault:
    hint = "grant roles instead; --yes adds them all the same, for a vault that is to go back to access policies"
    return Fault("policies-ignored", f"{vault.name} is an RBAC vault: {IGNORED}", (("vault", vault.id),), hint)


def _not_there(vault: Live, lacking: tuple[PolicyEntry, ...]) -> Fault:
    rows = (("vault", vault.id), *(("lacking", f"{entry.principal}: {entry.permissions}") for entry in lacking))
    hint = "somebody may have taken them away at the same moment: run again"
    return Fault(
        "grants-not-there", "Azure accepted the entries, and the vault does not hold them", rows, hint, Blame.AZURE
    )
