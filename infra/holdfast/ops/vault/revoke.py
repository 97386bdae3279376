"""`holdfast vault revoke`: how is access taken from one principal, and from nobody else?"""

from __future__ import annotations

import json

import click

from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.model.existing import Live
from holdfast.model.permissions import ALLOWED, EVERYTHING, Permissions, PolicyEntry, parse_policies
from holdfast.ops.ask import confirm
from holdfast.ops.login import login_clients
from holdfast.ops.output import say, show_rows
from holdfast.ops.vault.act import remove
from holdfast.ops.vault.memory import checked_principal, recall
from holdfast.ops.vault.people import columns_of, described, look_up
from holdfast.ops.vault.show import IGNORED
from holdfast.ops.vault.target import find_vault
from holdfast.verify.repair import plan_revocation
from holdfast.verify.survey import RBAC, authorization_of


@click.command()
@click.argument("vault")
@click.argument("principal")
@click.option("--subscription", metavar="ID", help="Where a name is looked for. Default: ARM_SUBSCRIPTION_ID.")
@click.option(
    "--permission",
    "permissions",
    metavar="KIND:NAME",
    multiple=True,
    help="Only this one, `secrets:get` for example. May be repeated. Default: all that it holds.",
)
@click.option("--dry-run", is_flag=True, help="Show the plan, and write nothing.")
@click.option("--yes", is_flag=True, help="Do not ask; needed where nobody can answer.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object {id, principal, take, done, record}.")
def revoke(
    vault: str,
    principal: str,
    subscription: str | None,
    permissions: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Take from PRINCIPAL, an object id, what it holds in VAULT, by name or resource id.

    Its entries through applications, too. One request, with the tripwire around it; nobody else loses anything. It is
    recorded, so that no `restore` on this machine hands it back. What a stack lists, its next `pulumi up` gives back.
    """
    who = checked_principal(principal)
    asked = _asked(permissions) if permissions else EVERYTHING
    client, graph = login_clients()
    found = find_vault(client, vault, subscription)
    ledger = recall(found.id)
    plan = plan_revocation(parse_policies(found.properties), who, asked)
    directory = look_up(graph, [who] if plan.take else [])
    whose, stack = ledger.whose.get(who, ("", ""))
    if plan.within_all:
        raise HoldfastError([_within_all(found, who, plan.within_all)])
    show_rows(
        ("what", "name", "kind", "id", "whose", "permissions"),
        [("take", *columns_of(directory, entry), whose or "-", str(entry.permissions)) for entry in plan.take],
        err=as_json,
    )
    record = None
    if plan.take:
        _warn(found, whose, stack)
    if not plan.take:
        say(f"nothing to revoke: {who} holds none of it in {found.name}")
    elif not dry_run:
        question = f"Take this from {directory.label(who)} in {found.name}?"
        confirm(question, yes, retype=found.name if whose == "workspace" else "")
        left, record = remove(client, found, plan.take, ledger)
        if left:
            raise HoldfastError([_still_there(found, left)])
        say("revoked")
    else:
        say("nothing was written")
    if as_json:
        rows = [described(directory, entry, ledger.whose.get(who)) for entry in plan.take]
        body = {
            "id": found.id,
            "principal": who,
            "take": rows,
            "done": bool(rows) and not dry_run,
            "record": str(record) if record else None,
        }
        click.echo(json.dumps(body, indent=2, ensure_ascii=False))


def _asked(given: tuple[str, ...]) -> Permissions:
    found: dict[str, set[str]] = {}
    faults = []
    for one in given:
        kind, _, name = one.lower().partition(":")
        if name in ALLOWED.get(kind, ()):
            found.setdefault(kind, set()).add(name)
        else:
            allowed = f"{kind}: {', '.join(sorted(ALLOWED[kind]))}" if kind in ALLOWED else ", ".join(ALLOWED)
            rows = (("value", one), ("allowed", allowed))
            faults.append(Fault("unknown-permission", f"`{one}` is no permission", rows, "write it as `secrets:get`"))
    if faults:
        raise HoldfastError(faults)
    return Permissions.of(found)


def _warn(vault: Live, whose: str, stack: str) -> None:
    if whose == "workspace":
        say(
            f"warning: this is the identity of the workspace of stack {stack}. Without its entry the workspace can't"
            " read its own secrets, and image builds answer 500; its next `pulumi up` puts the entry back"
        )
    if whose == "ours":
        say(
            f"note: stack {stack} lists it, and its next `pulumi up` gives it back; list it there with `state: revoked`"
        )
    if authorization_of(vault.properties) == RBAC:
        say(f"note: {IGNORED}")


def _within_all(vault: Live, principal: str, part: Permissions) -> Fault:
    rows = (("vault", vault.id), ("principal", principal), ("holds `all` of", ", ".join(part.wire())))
    hint = "revoke `all` of that kind, then grant what it is to keep"
    says = "one permission can't be taken out of `all`, and nothing was written"
    return Fault("held-by-all", says, rows, hint)


def _still_there(vault: Live, left: tuple[PolicyEntry, ...]) -> Fault:
    rows = (("vault", vault.id), *(("holds", f"{entry.principal}: {entry.permissions}") for entry in left))
    hint = "somebody may have granted it again at the same moment: run again"
    says = "Azure accepted the revocation, and the vault still holds the entry"
    return Fault("still-granted", says, rows, hint, Blame.AZURE)
