"""How are ids and owners written and compared?

Azure compares ids without letter case, Pulumi does not: an id in another letter case is another resource to the engine
(design, section 2). So ids are compared here and handed on verbatim.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING

from holdfast.model.kinds import KINDS, TAG_PROJECT, TAG_STACK, Kind
from holdfast.model.sorts import SORTS, Sort

if TYPE_CHECKING:
    from holdfast.model.wanted import Wanted, WantedPart

#: The namespace of our deterministic role assignment names; frozen, or a lost state would not find its own again.
_NAMESPACE = uuid.UUID("6f1f0b52-5a4e-5d4b-9a59-0f2d3c1b7e10")


def same_id(left: str, right: str) -> bool:
    """Whether two resource ids name one resource."""
    return left.rstrip("/").lower() == right.rstrip("/").lower()


def same_location(left: str, right: str) -> bool:
    """Azure answers `westeurope`, people write `West Europe`: one place."""
    return left.replace(" ", "").lower() == right.replace(" ", "").lower()


def group_id(subscription: str, group: str) -> str:
    """The id of a resource group."""
    return f"/subscriptions/{subscription}/resourceGroups/{group}"


def subscription_of(id: str) -> str:
    """The subscription that a resource id is in, in lower case."""
    return id.split("/")[2].lower()


def resource_id(wanted: Wanted, kind: Kind) -> str:
    """The id that a resource of the settings has: its `id:` verbatim, else the one its name makes in our group."""
    resource = wanted.resources[kind]
    if resource.id is not None:
        return resource.id
    scope = group_id(wanted.subscription, wanted.resource_group)
    return scope if kind is Kind.GROUP else f"{scope}/providers/{KINDS[kind].arm_type}/{resource.name}"


#: What a workspace stands on, by the names that its reference gives them.
_MADE_OF = {
    "keyVault": Kind.VAULT,
    "storageAccount": Kind.STORAGE,
    "applicationInsights": Kind.INSIGHTS,
    "containerRegistry": Kind.REGISTRY,
}


def made_of(wanted: Wanted) -> dict[str, tuple[Kind, str]]:
    """What the settings' workspace stands on: the kind and the id of each, by the name of the workspace's property."""
    return {name: (kind, resource_id(wanted, kind)) for name, kind in _MADE_OF.items() if kind in wanted.resources}


def part_id(wanted: Wanted, part: WantedPart) -> str:
    """The id that a part has: its `id:` verbatim, else its parent's with the sort's path and its name."""
    return part.id or f"{logical_id(wanted, part.parent)}{SORTS[part.sort].path}{part.azure_name or part.name}"


def logical_id(wanted: Wanted, logical: str) -> str:
    """The id of a kind or a part by its logical name. Raises KeyError for a name that the settings do not hold."""
    for kind in wanted.resources:
        if kind.value == logical:
            return resource_id(wanted, kind)
    return part_id(wanted, {part.logical: part for part in wanted.parts}[logical.lower()])


def identity_logical(user: Mapping[str, str]) -> str:
    """The logical name of the identity that a `user: {name | id}` of the settings means."""
    return f"{Sort.IDENTITY}-{user.get('name', user.get('id', '')).lower()}"


def workspace_subject(wanted: Wanted) -> str:
    """The logical name of what the workspace's identity belongs to: to it, or to a user-assigned one."""
    user = wanted.settings.get(Kind.WORKSPACE, {}).get("identity", {}).get("user")
    return identity_logical(user) if user else Kind.WORKSPACE.value


def ownership_tags(project: str, stack: str) -> dict[str, str]:
    """The two tags that say whose a resource is."""
    return {TAG_PROJECT: project, TAG_STACK: stack}


def owner(tags: Mapping[str, str]) -> tuple[str, str] | None:
    """`(project, stack)` out of a resource's tags; `None` unless both are there. Tag names have no letter case."""
    lowered = {name.lower(): value for name, value in tags.items()}
    project, stack = lowered.get(TAG_PROJECT), lowered.get(TAG_STACK)
    return (project, stack) if project and stack else None


def lacking_tags(live: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """The tags of `wanted` that `live` lacks or holds with another value. Tag names have no letter case."""
    there = {name.lower(): value for name, value in live.items()}
    return {name: value for name, value in wanted.items() if there.get(name.lower()) != value}


def merged_tags(live: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """`live` with what it lacks of `wanted`; a name that is there in another letter case is replaced, not doubled."""
    lacking = lacking_tags(live, wanted)
    replaced = {name.lower() for name in lacking}
    return {name: value for name, value in live.items() if name.lower() not in replaced} | lacking


def wanted_tags(wanted: Wanted) -> dict[str, str]:
    """The tags of everything that is managed: the settings' and the two that say whose it is."""
    return {**wanted.tags, **ownership_tags(wanted.project, wanted.stack)}


def role_definition_id(subscription: str, role: str) -> str:
    """The id of a built-in role, by its GUID, in a subscription."""
    return f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"


def role_assignment_name(project: str, stack: str, scope: str, subject: str, role: str) -> str:
    """The GUID of a role assignment of ours: the same on every machine, so that a lost state finds it again.

    `subject` is the principal's GUID, or the logical name of a resource whose identity is not known yet.
    """
    return str(uuid.uuid5(_NAMESPACE, "/".join((project, stack, scope.lower(), subject.lower(), role))))
