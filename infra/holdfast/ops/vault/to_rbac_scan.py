"""Which vaults could change to RBAC today? One row for every vault of every subscription that the login sees.

What could not be read is a row, too, and has its own exit code: a short list must not pass for a whole one.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import click
from rich.table import Table

from holdfast.arm import ArmClient
from holdfast.decide.vault import authorization_of
from holdfast.model.errors import Blame
from holdfast.model.existing import Live
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import subscription_of
from holdfast.ops.vault.to_rbac_apply import Tell
from holdfast.ops.vault.to_rbac_page import SCHEMA, as_fault, stdout, verdict
from holdfast.ops.vault.to_rbac_read import Situation, look
from holdfast.read.inventory import list_subscriptions
from holdfast.read.resources import live
from holdfast.read.vault_users import find_vault_users


@dataclass(frozen=True, slots=True)
class _Unread:
    where: str
    said: str


def scan(client: ArmClient, as_data: bool, tell: Tell) -> int:
    """Print one row a vault and return the exit code: 0 where each can be applied or counts roles already, 2 where
    something stands against one, 3 where something could not be read. Raises HoldfastError `unreadable` where not even
    the subscriptions could be listed."""
    subscriptions = list_subscriptions(client)
    tell(f"the vaults and workspaces of {len(subscriptions)} subscriptions")
    with ThreadPoolExecutor(max_workers=8, thread_name_prefix="scan") as pool:
        asked_users = pool.submit(find_vault_users, client, "")
        lists = list(pool.map(lambda id: _vaults(client, id), subscriptions))
        users = asked_users.result()
        vaults = [vault for found in lists if not isinstance(found, _Unread) for vault in found]
        rows = list(pool.map(lambda vault: look(client, vault, users=users), vaults))
    unread = [found for found in lists if isinstance(found, _Unread)]
    rows.sort(key=lambda now: (subscriptions.get(subscription_of(now.vault.id), ""), now.vault.name))
    if as_data:
        body = {
            "schema": SCHEMA,
            "vaults": [_row(now) for now in rows],
            "unread": [{"asked": one.where, "said": one.said} for one in unread],
        }
        click.echo(json.dumps(body, indent=2))
    else:
        _show(rows, subscriptions)
    for one in unread:
        click.echo(f"not read, so nothing is known of its vaults: {one.where} ({one.said})", err=True)
    if unread or any(fault.blame is Blame.AZURE for now in rows if not now.is_rbac for fault in now.plan.against):
        return 3
    return 2 if any(now.plan.against and not now.is_rbac for now in rows) else 0


def _vaults(client: ArmClient, subscription: str) -> list[Live] | _Unread:
    where = f"/subscriptions/{subscription}/providers/{KINDS[Kind.VAULT].arm_type}"
    found: list[Live] = []
    for page in client.pages(where, KINDS[Kind.VAULT].api_version):
        if not page.readable:
            return _Unread(where, f"{page.status or 'no answer'} {page.code}".strip())
        found += [live(row) for row in page.body.get("value") or ()]
    return found


def _show(rows: list[Situation], subscriptions: dict[str, str]) -> None:
    table = Table("subscription", "vault", "counts", "principals", "roles", "uncovered", "verdict")
    for now in rows:
        subscription = subscription_of(now.vault.id)
        table.add_row(
            subscriptions.get(subscription) or subscription,
            now.vault.name,
            "roles" if now.is_rbac else "access policies",
            *(("", "", "") if now.is_rbac else _counts(now)),
            verdict(now),
        )
    stdout().print(table)


def _counts(now: Situation) -> tuple[str, str, str]:
    plan = now.plan
    return str(len(plan.rows)), str(len(plan.wanted)), str(sum(bool(row.uncovered) for row in plan.rows))


def _row(now: Situation) -> dict[str, object]:
    plan = now.plan
    return {
        "id": now.vault.id,
        "name": now.vault.name,
        "authorization": str(authorization_of(now.vault)),
        "applicable": not now.is_rbac and not plan.against,
        "principals": len(plan.rows),
        "roleAssignments": len(plan.wanted),
        "uncovered": [row.principal for row in plan.rows if row.uncovered],
        "against": [] if now.is_rbac else [as_fault(fault) for fault in plan.against],
    }
