"""Which resources of which there can be many are wanted, and what do the settings say about each resource?

Only what is written counts: a key that is left out is not in `settings`, so that nothing live is ever changed by a
default. Contradictions between the keys of one item are found by its sort's own rule.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from holdfast.model.kinds import KINDS, Kind
from holdfast.model.sorts import SORTS, Sort
from holdfast.model.wanted import WantedPart, WhenExists
from holdfast.settings.computes import find_compute_faults
from holdfast.settings.containers import find_container_faults
from holdfast.settings.datastores import find_datastore_faults, find_default_faults
from holdfast.settings.faults import Faults
from holdfast.settings.identities import find_identity_faults, foreign_identities
from holdfast.settings.keys import wire
from holdfast.settings.network import network_settings
from holdfast.settings.registry import find_registry_faults
from holdfast.settings.resources import is_there
from holdfast.settings.sections import Environment
from holdfast.settings.workspace import find_workspace_faults

#: Keys that say which resource it is, not what is asked of it.
_ADDRESS = ("name", "id", "lock", "whenExists", "enabled", "at", "bare")
#: Keys of a kind that are parts of it (`cluster`).
_PARTS = ("extension", "pools")
#: Keys of a map within that are none of its settings.
_OWN = ("at", "bare")

#: The lists of the settings, by sort: the field of `Environment`, and the rule across an item's keys.
LISTS: dict[Sort, tuple[str, Callable[[Any, Faults], None]]] = {
    Sort.IDENTITY: ("identities", find_identity_faults),
    Sort.COMPUTE: ("computes", find_compute_faults),
    Sort.DATASTORE: ("datastores", find_datastore_faults),
    Sort.CONTAINER: ("container_groups", find_container_faults),
}


def want_parts(environment: Environment, faults: Faults) -> tuple[WantedPart, ...]:
    """Every item of every list; two of one name are noted in `faults`."""
    find_default_faults(environment.datastores, faults)
    parts = []
    for sort, (field, rule) in LISTS.items():
        seen: dict[str, str] = {}
        for item in getattr(environment, field):
            rule(item, faults)
            # An item whose name is no good has been told so.
            first = seen.setdefault(item.name.lower(), item.at) if item.name else item.at
            if first != item.at:
                faults.add(
                    "same-name",
                    f"{item.at}.name",
                    f"gives a {SORTS[sort].noun} the name `{item.name}`, which `{first}` has",
                    value=item.name,
                    allowed="another name for each resource",
                    also=first,
                )
            parts.append(
                WantedPart(
                    sort,
                    item.name,
                    SORTS[sort].parent.value,
                    written(item),
                    getattr(item, "id", None),
                    item.when_exists or WhenExists.REFUSE,
                    item.at,
                )
            )
    return (*parts, *foreign_identities(environment, faults))


def kind_settings(environment: Environment, faults: Faults) -> dict[Kind, Mapping[str, Any]]:
    """What is written about each kind beyond its name; about one that is only used, nothing can be."""
    if environment.registry.id is None and is_there(environment.registry):
        find_registry_faults(environment.registry, faults, private=environment.network is not None)
    find_workspace_faults(environment, faults)
    sections: dict[Kind, Any] = {
        Kind.STORAGE: environment.storage,
        Kind.LOGS: environment.logs,
        Kind.INSIGHTS: environment.insights,
        Kind.REGISTRY: environment.registry,
        **({Kind.CLUSTER: environment.cluster} if environment.cluster else {}),
        Kind.WORKSPACE: environment.workspace,
    }
    insights = environment.insights
    made_before = insights.id is not None or insights.when_exists in (WhenExists.ADOPT, WhenExists.REFER)
    if not is_there(environment.logs) and is_there(insights) and not made_before:
        faults.add(
            "setting-does-not-fit",
            "logs.enabled",
            "leaves a new component nowhere to keep what it is told: Azure makes none without logs any more",
            value=False,
            allowed="with `insights: false`, or with a component that is there",
            also="insights",
        )
    for kind in [kind for kind, section in sections.items() if not is_there(section)]:
        _find_said_of_nothing(kind, sections.pop(kind), faults)
    settings: dict[Kind, Mapping[str, Any]] = {
        kind: found for kind, section in sections.items() if (found := written(section, (*_ADDRESS, *_PARTS)))
    }
    for kind in [kind for kind in settings if sections[kind].id is not None]:
        for name, value in settings.pop(kind).items():
            faults.add(
                "setting-does-not-fit",
                f"{kind.setting}.{name}",
                f"has no effect: the {KINDS[kind].noun} is named by its id, and only used",
                value=value,
                allowed="`id` alone",
                hint=f"give `{kind.setting}.name` instead of the id to manage it",
            )
    if (
        environment.diagnostics is not None
        and environment.diagnostics.enabled is not False
        and Kind.LOGS not in sections
    ):
        faults.add(
            "setting-does-not-fit",
            "diagnostics",
            "has nowhere to send anything: the environment has no logs",
            allowed="with `logs`",
            also="logs",
        )
    for kind, asked in network_settings(environment).items():
        settings[kind] = {**settings.get(kind, {}), **asked}
    return settings


def _find_said_of_nothing(kind: Kind, section: Any, faults: Faults) -> None:
    """What is written about a resource that the environment is not to have."""
    for name, value in written(section, ("enabled", "bare")).items():
        faults.add(
            "setting-does-not-fit",
            f"{kind.setting}.{name}",
            f"has no effect: the environment has no {KINDS[kind].noun}",
            value=value,
            allowed="`enabled: false` alone",
            also=f"{kind.setting}.enabled",
        )


def written(section: Any, but: tuple[str, ...] = _ADDRESS) -> dict[str, Any]:
    """The keys of a section that are written, by the names that a stack file gives them."""
    found = {}
    for field in dataclasses.fields(section):
        value, name = getattr(section, field.name), wire(field.name)
        # An empty list or map asks for nothing; so does a key without a value.
        if name not in but and value is not None and value not in ((), {}):
            found[name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return written(value, _OWN)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value
