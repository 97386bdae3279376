"""Which resources are wanted, by which name or id?

A section gives a name, an id, or neither; never both. Names are compared across kinds: one name twice is more often a
copied line than a wish, and Azure's errors about it come in the middle of a run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from holdfast.model.kinds import KINDS, Kind
from holdfast.model.wanted import WantedResource, WhenExists
from holdfast.settings.faults import Faults
from holdfast.settings.keys import Bad, Text
from holdfast.settings.naming import check_name, default_name, pattern_name, short_hash
from holdfast.settings.principals import GUID
from holdfast.settings.sections import Environment, Group, Names, example_id

#: Stands for a subscription that is not known yet, before anybody is logged in: nothing is in another one, and names
#: with a hash are not the real ones.
NO_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"

_GUID = GUID[1:-1]
_ID = re.compile(
    rf"/subscriptions/(?P<subscription>{_GUID})/resourceGroups/(?P<group>[^/]+)"
    r"(?:/providers/(?P<type>[^/]+/[^/]+)/(?P<name>[^/]+))?",
    re.IGNORECASE,
)
_BUILT_IN = ("prefix", "stack", "project", "location", "hash", "kind")


class Named(Protocol):
    """What the sections of all kinds share."""

    @property
    def name(self) -> str | None: ...

    @property
    def id(self) -> str | None: ...

    @property
    def when_exists(self) -> WhenExists | None: ...


def want_resources(
    environment: Environment, faults: Faults, *, project: str, stack: str, subscription: str, location: str
) -> dict[Kind, WantedResource]:
    """Every kind, the group first; kinds whose name or id is wrong are noted in `faults`."""
    group_section = environment.resource_group or Group()
    group = _want_group(group_section, faults, subscription)
    values = _own_values(environment.names, faults) | {
        "prefix": environment.prefix or project,
        "stack": stack,
        "project": project,
        "location": location,
        "hash": short_hash(subscription, group.name, project, stack),
    }
    sections: dict[Kind, Named] = {
        Kind.VAULT: environment.vault,
        Kind.STORAGE: environment.storage,
        Kind.LOGS: environment.logs,
        Kind.INSIGHTS: environment.insights,
        Kind.REGISTRY: environment.registry,
        **({Kind.CLUSTER: environment.cluster} if environment.cluster else {}),
        Kind.WORKSPACE: environment.workspace,
    }
    wanted = {Kind.GROUP: group}
    for kind, section in sections.items():
        if not is_there(section):
            continue
        wanted[kind] = _want(kind, section, environment.names, values, faults)
    _find_same_names(wanted, faults)
    return wanted


def is_there(section: object) -> bool:
    """Whether the environment has one: a few kinds can be said not to be."""
    return getattr(section, "enabled", None) is not False


def _want_group(section: Group, faults: Faults, subscription: str) -> WantedResource:
    found = _explicit(Kind.GROUP, "resourceGroup", section, faults, "" if section.bare else ".name")
    if found is None:
        if not faults.touches("resourceGroup"):
            says = Text(example="rg-ml-dev").says
            faults.add("settings-missing-key", "resourceGroup.name", "is missing", allowed=says)
        return WantedResource(Kind.GROUP, "", None, WhenExists.REFER, "resourceGroup.name")
    match = _ID.fullmatch(found.id or "")
    if match and match["subscription"].lower() != subscription.lower() != NO_SUBSCRIPTION:
        faults.add(
            "invalid-id",
            "resourceGroup.id",
            "is in another subscription than this login",
            value=found.id,
            allowed=f"a group of subscription {subscription}",
        )
    return found


def _want(kind: Kind, section: Named, names: Names, values: Mapping[str, str], faults: Faults) -> WantedResource:
    found = _explicit(kind, str(kind), section, faults)
    if found is not None:
        return found
    when_exists = section.when_exists or _default(kind)
    own: str | None = getattr(names, kind)
    pattern, path = (own, f"names.{kind}") if own else (names.pattern, "names" if names.bare else "names.pattern")
    if pattern is None:
        return WantedResource(kind, default_name(kind, values), None, when_exists, f"{kind}.name")
    try:
        name = pattern_name(kind, pattern, values, literal=own is not None)
    except Bad as bad:
        if not faults.touches(path):  # the pattern of all kinds is wrong once, not five times
            faults.add(bad.fault, path, bad.says, value=pattern, allowed=bad.allowed, hint=bad.hint)
        name = ""
    return WantedResource(kind, name, None, when_exists, path)


def _explicit(kind: Kind, path: str, section: Named, faults: Faults, suffix: str = ".name") -> WantedResource | None:
    """What a section's own `name` or `id` says; `None` where it has neither."""
    if section.name is not None:
        try:
            check_name(kind, section.name)
        except Bad as bad:
            faults.add(bad.fault, path + suffix, bad.says, value=section.name, allowed=bad.allowed, hint=bad.hint)
    if section.name is not None and section.id is not None:
        faults.add(
            "name-and-id",
            path,
            "has both a name and an id",
            allowed="`name` or `id`",
            hint="keep the id to use it unmanaged",
        )
    if section.id is not None:
        if section.when_exists not in (None, WhenExists.REFER):
            faults.add(
                "name-and-id",
                f"{path}.whenExists",
                "says to manage what is named by `id`, and that is only ever used",
                value=str(section.when_exists),
                allowed="refer",
                hint=f"give `{path}.name` instead of the id to adopt it",
            )
        return _by_id(kind, path, section.id, faults)
    if section.name is not None:
        return WantedResource(kind, section.name, None, section.when_exists or _default(kind), path + suffix)
    return None


def _by_id(kind: Kind, path: str, id: str, faults: Faults) -> WantedResource:
    match, arm_type = _ID.fullmatch(id), KINDS[kind].arm_type
    found = (match["type"] or KINDS[Kind.GROUP].arm_type) if match else ""
    name = (match["name"] or match["group"]) if match else ""
    if found.lower() != arm_type.lower():
        says = f"is the id of a {found}" if found else "is no resource id"
        faults.add("invalid-id", f"{path}.id", says, value=id, allowed=f"an id such as {example_id(kind)}")
    else:
        try:
            check_name(kind, name)
        except Bad as bad:
            faults.add(bad.fault, f"{path}.id", f"ends in `{name}`, which {bad.says}", value=id, allowed=bad.allowed)
    return WantedResource(kind, name, id, WhenExists.REFER, f"{path}.id")


def _default(kind: Kind) -> WhenExists:
    return WhenExists.REFER if kind in (Kind.GROUP, Kind.VAULT) else WhenExists.REFUSE


def _own_values(names: Names, faults: Faults) -> dict[str, str]:
    values = {}
    for name, value in names.values.items():
        path = f"names.values.{name}"
        if name in _BUILT_IN:
            faults.add("invalid-placeholder", path, "is a placeholder that Holdfast fills in itself", value=value)
        elif not re.fullmatch("[A-Za-z][A-Za-z0-9_-]*", name):
            faults.add(
                "invalid-placeholder", path, "is no name for a placeholder", allowed="letters, digits, `-` and `_`"
            )
        elif not re.search("[A-Za-z0-9]", value):
            faults.add("invalid-placeholder", path, "has nothing that a name can hold", value=value)
        values[name] = value
    return values


def _find_same_names(wanted: Mapping[Kind, WantedResource], faults: Faults) -> None:
    """One name for two resources that are to be made. The group does not count: it is often named like its content."""
    seen: dict[str, WantedResource] = {}
    for kind, resource in wanted.items():
        if kind is Kind.GROUP or resource.id is not None or not resource.name:
            continue
        first = seen.setdefault(resource.name.lower(), resource)
        if first is resource or faults.touches(resource.key):
            continue
        hint = "put `{kind}` in the pattern" if resource.key.startswith("names") else "give each its own name"
        faults.add(
            "same-name",
            resource.key,
            f"gives the {KINDS[kind].noun} the name `{resource.name}`, which the {KINDS[first.kind].noun} has",
            also=first.key if first.key != resource.key else "",
            allowed="another name for each resource",
            hint=hint,
        )
