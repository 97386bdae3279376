"""Which locks are wanted, and would one of them stand in our own way?

`CanNotDelete` leaves every write of ours alone; `ReadOnly` forbids writes, and what Azure counts as one (listing keys,
making a job). Source: "Lock your resources to protect your infrastructure" (Microsoft Learn).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.model.kinds import KINDS, Kind
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedPart, WantedResource, WhenExists
from holdfast.settings.faults import Faults
from holdfast.settings.sections import Environment, Group

#: Why nothing that is at work can be read only.
_NOT_READ_ONLY = {
    Kind.GROUP: "nothing in it could be written any more, the vault's access policies among it",
    Kind.VAULT: "no access policy could be put back, and no setting mended",
    Kind.STORAGE: "Azure counts listing its keys as a write, and the workspace needs them",
    Kind.WORKSPACE: "every compute and every job in it is a write",
}
_LEVELS = {"cannotDelete": "CanNotDelete", "readOnly": "ReadOnly"}


def want_locks(
    environment: Environment, resources: Mapping[Kind, WantedResource], project: str, stack: str, faults: Faults
) -> Iterator[WantedPart]:
    """A lock for each resource that asks for one; its name says whose it is, for it bears no tags."""
    sections: dict[Kind, Any] = {
        Kind.GROUP: environment.resource_group or Group(),
        Kind.VAULT: environment.vault,
        Kind.STORAGE: environment.storage,
        Kind.REGISTRY: environment.registry,
        Kind.WORKSPACE: environment.workspace,
    }
    for kind, section in sections.items():
        at = f"{kind.setting}.lock"
        if section.lock is None or kind not in resources:
            continue
        if section.id is not None:
            faults.add(
                "setting-does-not-fit",
                at,
                f"has no effect: the {KINDS[kind].noun} is named by its id, and only used",
                value=section.lock,
                allowed="`id` alone",
                hint=f"give `{kind.setting}.name` instead of the id to manage it",
            )
        elif environment.retain is False:
            faults.add(
                "setting-does-not-fit",
                at,
                "says that nobody deletes it, and `retain: false` that `pulumi destroy` does",
                value=section.lock,
                allowed="one of the two",
                also="retain",
            )
        elif section.lock == "readOnly" and kind in _NOT_READ_ONLY:
            faults.add(
                "lock-in-our-way",
                at,
                f"would be in the way of every run: {_NOT_READ_ONLY[kind]}",
                value=section.lock,
                allowed="cannotDelete",
            )
        else:
            yield WantedPart(
                Sort.LOCK,
                f"{project}-{stack}-{kind}",
                kind.value,
                {"target": kind.value, "level": _LEVELS[section.lock]},
                when_exists=WhenExists.ADOPT,
                key=at,
            )
