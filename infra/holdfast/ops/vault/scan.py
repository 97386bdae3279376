"""`holdfast vault scan`: which vaults of a subscription, or of all, need somebody to look at them?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import click

from holdfast.arm import Answer, ArmClient, Graph
from holdfast.arm.roles import list_role_assignments
from holdfast.model.directory import Directory
from holdfast.model.existing import Live
from holdfast.model.kinds import KINDS, Kind
from holdfast.ops.login import login_clients, progress
from holdfast.ops.output import say, show_rows
from holdfast.ops.vault.people import look_up
from holdfast.ops.vault.target import chosen_subscription
from holdfast.read.inventory import list_subscriptions
from holdfast.read.resources import live
from holdfast.verify.repair import MOST_ENTRIES
from holdfast.verify.survey import NEW_DEFAULT_FROM, OLD_VERSIONS_END, RBAC, Survey, authorization_of, holders, survey

_RISKS = {
    "write-it": "takes access policies; whatever makes it anew has to write `enableRbacAuthorization: false`",
    "by-default": "nobody ever wrote its model; whatever makes it anew makes an RBAC vault unless it says otherwise",
}


@dataclass(slots=True)
class _Found:
    """What was read: the vaults, who has a role on each RBAC vault itself (None: not readable), what was refused."""

    vaults: list[Live] = field(default_factory=list)
    assigned: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    unread: list[dict[str, str]] = field(default_factory=list)


@click.command()
@click.option("--subscription", metavar="ID", help="Which one. Default: ARM_SUBSCRIPTION_ID, or the only one.")
@click.option("--all-subscriptions", is_flag=True, help="Every subscription that the login sees.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object {vaults, unread, names}.")
def scan(subscription: str | None, all_subscriptions: bool, as_json: bool) -> None:
    """Tell of every vault its permission model, who in it is nobody any more, and how it is kept and reached.

    Nothing is written. What could not be read is listed as that, and is no failure: the exit code is 0.
    """
    if subscription and all_subscriptions:
        raise click.UsageError("give --subscription or --all-subscriptions, not both")
    client, graph = login_clients()
    with progress("scanning") as tell:
        tell("subscriptions")
        chosen = list_subscriptions(client) if all_subscriptions else {chosen_subscription(client, subscription): ""}
        found = _read(client, chosen, tell)
        tell("who is who")
        directory = _directory(graph, found)
    rows = [(vault, survey(vault.properties, directory, found.assigned.get(vault.id, ()))) for vault in found.vaults]
    for row in found.unread:
        say(f"warning: {row['what']} of subscription {row['subscription']} could not be read: {row['said']}")
    if as_json:
        body = {
            "vaults": [_as_json(vault, row) for vault, row in rows],
            "unread": found.unread,
            "names": directory.silence or None,
        }
        click.echo(json.dumps(body, indent=2, ensure_ascii=False))
        return
    show_rows(
        ("vault", "group", "model", "risk", "entries", "orphans", "retention", "purge protection", "public access"),
        [(vault.name, vault.id.split("/")[4], *_cells(row)) for vault, row in rows],
    )
    risks = {row.risk for _, row in rows}
    if risks & set(_RISKS):
        say(
            f"control-plane API versions before {NEW_DEFAULT_FROM} retire on {OLD_VERSIONS_END}; from it on a new vault"
        )
        say("is an RBAC vault by default, and one that is there keeps its model:")
        for risk in sorted(risks & set(_RISKS)):
            say(f"  {risk}: {_RISKS[risk]}")
    several = f" in {len(chosen)} subscriptions" if len(chosen) > 1 else ""
    partly = ", and not all was readable" if found.unread else ""
    say(f"{len(rows)} vault{'' if len(rows) == 1 else 's'}{several}{partly}")


def _read(client: ArmClient, subscriptions: Iterable[str], tell: Callable[[str], None]) -> _Found:
    found = _Found()
    for number, subscription in enumerate(subscriptions, start=1):
        tell(f"subscription {number}: {subscription}")
        there: list[Live] = []
        for page in client.pages(
            f"/subscriptions/{subscription}/providers/{KINDS[Kind.VAULT].arm_type}", KINDS[Kind.VAULT].api_version
        ):
            if page.readable:
                there += [live(row) for row in page.body.get("value") or ()]
            else:
                found.unread.append(_refused("not all vaults" if there else "the vaults", subscription, page))
        found.vaults += there
        by_role = [vault for vault in there if authorization_of(vault.properties) == RBAC]
        if by_role:
            # One list answers for every RBAC vault of the subscription.
            roles = list_role_assignments(client, f"/subscriptions/{subscription}", below=True)
            if isinstance(roles, Answer):
                found.unread.append(_refused("the role assignments", subscription, roles))
                found.assigned |= dict.fromkeys((vault.id for vault in by_role), None)
                continue
            for vault in by_role:
                own = [role.principal for role in roles if f"{role.scope}/".lower().startswith(f"{vault.id}/".lower())]
                found.assigned[vault.id] = tuple(own)
    found.vaults.sort(key=lambda vault: (vault.id.split("/")[2].lower(), vault.name.lower()))
    return found


def _directory(graph: Graph, found: _Found) -> Directory:
    everybody = {
        who for vault in found.vaults for who, _ in holders(vault.properties, found.assigned.get(vault.id, ()))
    }
    return look_up(graph, everybody)


def _refused(what: str, subscription: str, answer: Answer) -> dict[str, str]:
    said = f"{answer.status or 'no answer'} {answer.code}".strip()
    return {"subscription": subscription, "what": what, "said": said}


def _cells(row: Survey) -> tuple[str, ...]:
    orphans = f"{len(row.orphans)}" + (f", {row.untold} not known" if row.untold else "")
    return (
        row.authorization,
        row.risk,
        f"{row.entries} of {MOST_ENTRIES}",
        "not known" if row.untold and not row.orphans else orphans,
        f"{row.retention_days} days" if row.retention_days is not None else "-",
        "on" if row.purge_protection else "off",
        row.public,
    )


def _as_json(vault: Live, row: Survey) -> dict[str, object]:
    return {
        "id": vault.id,
        "name": vault.name,
        "location": vault.location,
        "authorization": row.authorization,
        "apiVersionRisk": row.risk,
        "entries": row.entries,
        "mostEntries": MOST_ENTRIES,
        "orphans": list(row.orphans),
        "principalsNotKnown": row.untold,
        "retentionDays": row.retention_days,
        "purgeProtection": row.purge_protection,
        "publicAccess": row.public,
    }
