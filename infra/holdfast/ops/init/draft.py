"""Facts -> settings: what would a stack file say that changes nothing of what is there? Pure.

Two ways to name a resource: `name` with `whenExists: adopt` for what is in the group and nobody's, `id` for what the
workspace uses elsewhere and for what another stack claims. What can't be said at all is left out and told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from holdfast.model.existing import Live
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import owner, same_location
from holdfast.model.sorts import SORTS, Sort
from holdfast.ops.init.drafted import Draft, Left, Page, Path
from holdfast.ops.init.found import Found, other_owner
from holdfast.ops.init.kinds import KIND_SETTINGS, policy_grants, role_grants
from holdfast.ops.init.lists import LISTS, say_parts
from holdfast.read.inventory import Inventory, type_of

#: Azure takes 50 tags on a resource, and a managed one bears two of ours (holdfast.settings.tags).
MOST_TAGS = 48

#: Why everything is by its id with `--id`.
_ASKED = "was asked for so (`--id`)"

#: The order of the sections, that of the settings' own page.
_ORDER = (Kind.VAULT, Kind.STORAGE, Kind.LOGS, Kind.INSIGHTS, Kind.REGISTRY, Kind.CLUSTER, Kind.WORKSPACE)


def draft(inventory: Inventory, project: str, stack: str, *, adopt: bool) -> Draft:
    """The settings. `adopt` False: everything by its id, nothing managed."""
    workspace = inventory.kinds[Kind.WORKSPACE]
    page = Page()
    _say_group(page, inventory, project, stack, adopt)
    whose = {kind: _why_by_id(inventory, found, project, stack, adopt) for kind, found in inventory.kinds.items()}
    for kind in _ORDER:
        if kind in inventory.kinds:
            _say_kind(page, inventory, kind, whose[kind])
        elif kind is not Kind.CLUSTER:
            _say_missing(page, inventory, kind)
    for sort, row in SORTS.items():
        parent = row.parent
        if parent is Kind.GROUP or parent in inventory.kinds:
            say_parts(page, inventory, sort, whose.get(parent, ""), (project, stack), adopt)
    _say_rest(page, inventory)
    listed = page.environment.get(LISTS[Sort.IDENTITY], [])
    ours = {found.id.lower(): found.name for found in inventory.parts.get(Sort.IDENTITY, ())}
    names = {id: name for id, name in ours.items() if any(item["name"] == name for item in listed)}
    environment = _by_name(page.environment, names)
    remarks, left = page.remarks, tuple(page.left)
    return Draft(project, stack, inventory.subscription, workspace.location, environment, remarks, left)


def stack_name(group: str) -> str:
    """A stack's name out of a group's: letters, digits, `_`, `.` and `-`, as Pulumi takes them."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", group)[:100]


def _say_group(page: Page, inventory: Inventory, project: str, stack: str, adopt: bool) -> None:
    group = inventory.group
    other = other_owner(group, project, stack)
    if not adopt:
        page.environment["resourceGroup"] = {"id": group.id}
        page.remarks["resourceGroup",] = "Everything by its id (`--id`): used, never managed and never written."
    elif other:
        page.environment["resourceGroup"] = {"id": group.id}
        page.remarks["resourceGroup",] = f"Stack `{other}` manages the group: it is used by its id."
    else:
        page.environment["resourceGroup"] = group.name
        page.remarks["resourceGroup",] = (
            "Used, not managed; to manage it, too: {name: " + group.name + ", whenExists: adopt}."
        )


def _say_kind(page: Page, inventory: Inventory, kind: Kind, why_by_id: str) -> None:
    found = inventory.kinds[kind]
    principal = _principal(inventory.kinds[Kind.WORKSPACE])
    if why_by_id:
        page.environment[kind.setting] = {"id": found.id}
        if why_by_id != _ASKED:
            owners = " Who has access is for its owner to say; `grants` here only adds." if kind is Kind.VAULT else ""
            page.remarks[kind.setting,] = f"By its id, so it is used and never written: it {why_by_id}.{owners}"
        return
    said = KIND_SETTINGS[kind](found)
    section = {"name": found.name, "whenExists": "adopt", **said.settings}
    unsaid = said.unsaid
    if kind is Kind.VAULT:
        grants = _grants(inventory, found, principal)
        section |= grants.settings
        unsaid += grants.unsaid
        page.remarks |= _vault_remarks(section)
    page.environment[kind.setting] = section
    page.left += [Left(found.id, f"{text} stays as it is: no setting says it") for text in unsaid]


def _vault_remarks(section: Mapping[str, Any]) -> dict[Path, str]:
    remarks: dict[Path, str] = {
        ("vault",): "Managed from now on, and never written but for two tags that say so and for what you change here.",
    }
    if "purgeProtection" not in section:
        remarks["vault", "retentionDays"] = "Purge protection is off. `purgeProtection: true` sets it, for good."
    if "grants" in section:
        remarks["vault", "grants"] = (
            "Who has access today, but for the workspace's own identity, which is watched by itself. What is listed is"
            " put back when it gets lost. A line that you delete takes nothing away; `state: revoked` does."
        )
    return remarks


def _grants(inventory: Inventory, vault: Live, principal: str) -> Found:
    if inventory.roles is not None:
        return role_grants(vault, inventory.roles, principal)
    return policy_grants(vault, principal)


def _say_missing(page: Page, inventory: Inventory, kind: Kind) -> None:
    """None is made in its place: that would change what is without it."""
    page.environment[kind.setting] = False
    page.remarks[kind.setting,] = f"There is none, and none is made: `{kind.setting}: true` would make one."
    if gone := inventory.gone.get(kind):
        page.left.append(Left(gone, "is named by what uses it, and does not exist: none is made in its place"))


def _say_rest(page: Page, inventory: Inventory) -> None:
    """What is in the group and neither used by the workspace nor a part."""
    seen = {found.id.lower() for found in inventory.kinds.values()}
    seen |= {found.id.lower() for parts in inventory.parts.values() for found in parts}
    ours = {KINDS[kind].arm_type.lower(): kind for kind in Kind}
    for id, row in sorted(inventory.listed.items()):
        if id in seen or any(id.startswith(f"{other}/") for other in seen):
            continue
        kind = ours.get(type_of(row))
        if kind is Kind.WORKSPACE:
            reason = f"is another workspace, and a stack has one: `--workspace {row.name}` makes a file for it"
        elif kind is not None:
            reason = f"is not the {KINDS[kind].noun} that the workspace uses"
        else:
            reason = f"no setting is for a {type_of(row)}"
        page.left.append(Left(row.id, reason))
    page.left += [Left(inventory.group.id, f"{what} in it: {why}") for what, why in inventory.unlisted.items()]


def _why_by_id(inventory: Inventory, found: Live, project: str, stack: str, adopt: bool) -> str:
    """Why a resource is named by its id; empty where it is to be managed."""
    other, place = other_owner(found, project, stack), inventory.kinds[Kind.WORKSPACE].location
    if not adopt:
        return _ASKED
    if other:
        return f"belongs to stack `{other}`"
    if not found.id.lower().startswith(f"{inventory.group.id.lower()}/"):
        return "is in another resource group"
    if found.location and not same_location(found.location, place):
        return f"is in {found.location}, and a stack's own resources are in one place, {place}"
    if len(found.tags) > MOST_TAGS and owner(found.tags) is None:
        return f"has {len(found.tags)} tags, which leaves no room for the two that say whose it is"
    return ""


def _by_name(value: Any, names: Mapping[str, str]) -> Any:
    """With every `user: {id}` that is an item of `identities` as its name: one resource is declared once."""
    if isinstance(value, list):
        return [_by_name(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    user = value.get("user")
    if isinstance(user, dict) and str(user.get("id")).lower() in names:
        return {**value, "user": {"name": names[str(user["id"]).lower()]}}
    return {name: _by_name(one, names) for name, one in value.items()}


def _principal(workspace: Live) -> str:
    identity = workspace.properties.get("identity")
    return str(identity.get("principalId") or "") if isinstance(identity, Mapping) else ""
