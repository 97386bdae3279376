"""What exists of the whole environment? Three reads answer for a run that changes nothing, however much there is.

The group, its list and the vault are asked at once; more is asked only about what our state does not hold or the list
does not show.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from holdfast.arm import ArmClient
from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.model.existing import Absent, Existing, Facts, Live, Recorded, Unreadable
from holdfast.model.kinds import Kind
from holdfast.model.names import lacking_tags, made_of, resource_id, same_id, wanted_tags
from holdfast.model.permissions import parse_policies
from holdfast.model.wanted import Wanted
from holdfast.read.assets import read_assets
from holdfast.read.parts import read_parts
from holdfast.read.resources import get_resource, list_group
from holdfast.read.roles import answered_roles, ask_roles
from holdfast.read.vault import find_deleted, find_taken
from holdfast.read.workspace import find_deleted_workspace


def read(client: ArmClient, wanted: Wanted, state: Mapping[str, Recorded], tenant: str) -> Facts:
    """Ask Azure. Never raises for a resource that can't be read: that is a fact (`Unreadable`).

    Raises HoldfastError `subscription-not-visible` where the login does not see the subscription at all.
    """
    with ThreadPoolExecutor(max_workers=8, thread_name_prefix="read") as pool:
        asked_group = pool.submit(get_resource, client, Kind.GROUP, resource_id(wanted, Kind.GROUP))
        asked_vault = pool.submit(get_resource, client, Kind.VAULT, resource_id(wanted, Kind.VAULT))
        listed = list_group(client, wanted.subscription, wanted.resource_group)
        group, vault = asked_group.result(), asked_vault.result()
        _check_subscription(wanted, group)
        rest = {
            kind: pool.submit(_find, client, wanted, kind, state.get(kind), listed)
            for kind in wanted.resources
            if kind not in (Kind.GROUP, Kind.VAULT)
        }
        asked_roles = ask_roles(client, wanted, group, vault, pool)
        parts = read_parts(client, wanted, state, pool)
        assets = read_assets(client, wanted, state, pool)
        found: dict[Kind, Existing] = {Kind.GROUP: group, Kind.VAULT: vault}
        found |= {kind: answer.result() for kind, answer in rest.items()}
        roles = answered_roles(asked_roles)
    unlisted = _look_among_deleted(client, wanted, state, found)
    return Facts(
        existing={kind: found[kind] for kind in wanted.resources},
        state=state,
        policies=parse_policies(vault.properties) if isinstance(vault, Live) else None,
        role_assignments=roles,
        deleted_vaults=unlisted.get(Kind.VAULT),
        deleted_workspaces=unlisted.get(Kind.WORKSPACE),
        tenant=tenant,
        parts=parts,
        assets=assets,
    )


def _look_among_deleted(
    client: ArmClient, wanted: Wanted, state: Mapping[str, Recorded], found: dict[Kind, Existing]
) -> dict[Kind, Unreadable]:
    """Put what is soft-deleted in the place of what is absent; the lists that could not be read."""
    unlisted = {}
    for kind in (Kind.VAULT, Kind.WORKSPACE):
        resource = wanted.resources[kind]
        if not isinstance(found[kind], Absent) or resource.id is not None:
            continue
        if kind is Kind.VAULT:
            deleted = find_deleted(client, wanted.subscription, resource.name, wanted.location)
        else:
            deleted = find_deleted_workspace(client, wanted.subscription, resource_id(wanted, kind))
        if isinstance(deleted, Unreadable):
            unlisted[kind] = deleted
        elif deleted is not None:
            found[kind] = deleted
        elif kind is Kind.VAULT and kind not in state:
            found[kind] = Absent(find_taken(client, wanted.subscription, resource.name))
    return unlisted


def _find(
    client: ArmClient,
    wanted: Wanted,
    kind: Kind,
    recorded: Recorded | None,
    listed: dict[str, Live] | Unreadable | Absent,
) -> Existing:
    asked = resource_id(wanted, kind)
    named_by_id = wanted.resources[kind].id is not None
    if isinstance(listed, Absent) and not named_by_id:
        return Absent()
    shown = listed.get(asked.lower()) if isinstance(listed, dict) else None
    # What our state holds is never imported, so the list's letter case does no harm. A tag that the list does not show
    # may only be late: the resource itself is asked before anything is written for it.
    # The list shows no settings: a kind that the file says something about is asked itself.
    settled = not wanted.settings.get(kind) and not lacking_tags(shown.tags if shown else {}, wanted_tags(wanted))
    if kind is Kind.WORKSPACE and recorded is not None:
        settled = settled and _stands_on_the_same(wanted, recorded)
    if shown is not None and recorded is not None and settled:
        return shown
    return get_resource(client, kind, asked)


def _stands_on_the_same(wanted: Wanted, recorded: Recorded) -> bool:
    """Whether our state's workspace has the vault, storage, insights and registry of the settings."""
    had = {name: str(recorded.outputs.get(name) or "") for name in made_of(wanted)}
    # A creation that failed half-way has left no outputs.
    return not any(had.values()) or all(same_id(had[name], id) for name, (_, id) in made_of(wanted).items())


def _check_subscription(wanted: Wanted, group: Existing) -> None:
    if not isinstance(group, Unreadable) or group.code not in ("SubscriptionNotFound", "InvalidSubscriptionId"):
        return
    raise HoldfastError(
        [
            Fault(
                "subscription-not-visible",
                f"this login does not see subscription {wanted.subscription}",
                (("answer", f"{group.status} {group.code}"), ("said", group.message)),
                f"log in to its tenant, or correct `azure-native:subscriptionId` in {wanted.file}",
                Blame.USER,
            )
        ]
    )
