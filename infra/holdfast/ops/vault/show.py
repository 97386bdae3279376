"""`holdfast vault show`: who may use a vault, and how?"""

from __future__ import annotations

import json

import click

from holdfast.arm import Answer
from holdfast.arm.roles import list_role_assignments
from holdfast.model.directory import Directory
from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.model.existing import Live, RoleAssignment
from holdfast.model.names import same_id
from holdfast.model.permissions import parse_policies
from holdfast.model.roles import role_name
from holdfast.ops.login import login_clients
from holdfast.ops.output import say, show_rows
from holdfast.ops.vault.memory import recall
from holdfast.ops.vault.people import columns, columns_of, described, look_up, who_is
from holdfast.ops.vault.target import find_vault
from holdfast.verify.ledger import Ledger
from holdfast.verify.repair import MOST_ENTRIES
from holdfast.verify.survey import RBAC, authorization_of

IGNORED = "an RBAC vault keeps its access policies and ignores them: only role assignments count"


@click.command()
@click.argument("vault")
@click.option("--subscription", metavar="ID", help="Where a name is looked for. Default: ARM_SUBSCRIPTION_ID.")
@click.option(
    "--json", "as_json", is_flag=True, help="A JSON object {id, name, authorization, accessPolicies, roleAssignments}."
)
def show(vault: str, subscription: str | None, as_json: bool) -> None:
    """Show who may use VAULT, by name or resource id.

    Every access policy with the principal's name, what it may do, and whose the entry is where a receipt on this
    machine knows: `ours` (listed by a stack), `workspace`, `dropped`, `theirs`. Of an RBAC vault also the role
    assignments that hold on it, inherited ones with the scope that they come from.
    """
    client, graph = login_clients()
    found = find_vault(client, vault, subscription)
    entries = parse_policies(found.properties)
    tenant = str(found.properties.get("tenantId") or "")
    model = authorization_of(found.properties)
    roles: tuple[RoleAssignment, ...] | None = None
    if model == RBAC:
        answer = list_role_assignments(client, found.id)
        if isinstance(answer, Answer):
            raise HoldfastError([_unreadable(found, answer)])
        roles = answer
    ledger = recall(found.id)
    directory = look_up(graph, [*(entry.principal for entry in entries), *(role.principal for role in roles or ())])
    if as_json:
        click.echo(
            json.dumps(
                {
                    "id": found.id,
                    "name": found.name,
                    "authorization": model,
                    "accessPolicies": [
                        described(directory, entry, ledger.whose.get(entry.principal.lower())) for entry in entries
                    ],
                    "roleAssignments": None
                    if roles is None
                    else [_role(found, role, directory, tenant) for role in roles],
                },
                indent=2,
                ensure_ascii=False,
            )
        )
        return
    click.echo(f"{found.id}\n{model}, {len(entries)} of {MOST_ENTRIES} access policies")
    if roles is not None:
        show_rows(
            ("name", "kind", "id", "role", "scope"),
            [
                (*columns(directory, role.principal, tenant), role_name(role.role), _scope(found, role))
                for role in sorted(roles, key=lambda role: (not _is_own(found, role), role_name(role.role)))
            ],
        )
        if entries:
            say(IGNORED)
    show_rows(
        ("name", "kind", "id", "whose", "permissions"),
        [
            (
                *columns_of(directory, entry),
                _whose(ledger, entry.principal),
                str(entry.permissions),
            )
            for entry in entries
        ],
    )


def _whose(ledger: Ledger, principal: str) -> str:
    whose, stack = ledger.whose.get(principal.lower(), ("-", ""))
    return f"{whose} ({stack})" if whose in ("ours", "workspace", "dropped") else whose


def _is_own(vault: Live, role: RoleAssignment) -> bool:
    return same_id(role.scope, vault.id)


def _scope(vault: Live, role: RoleAssignment) -> str:
    return "this vault" if _is_own(vault, role) else f"inherited from {role.scope}"


def _role(vault: Live, role: RoleAssignment, directory: Directory, tenant: str) -> dict[str, object]:
    return {
        "principalId": role.principal,
        **who_is(directory, role.principal, tenant),
        "role": role_name(role.role),
        "roleId": role.role,
        "scope": role.scope,
        "inherited": not _is_own(vault, role),
    }


def _unreadable(vault: Live, answer: Answer) -> Fault:
    hint = "give this login the role Reader on the vault" if answer.status == 403 else "run again once Azure answers"
    says = f"the role assignments of the RBAC vault `{vault.name}` could not be read, and they say who may use it"
    return Fault("unreadable", says, (("asked", vault.id), *answer.evidence), hint, Blame.AZURE)
