"""Which identities are meant, and does what the settings say about them go together?

An identity is chosen by the name of an item of `identities`, or by the id of one that is somebody's. The latter becomes
a part as well, one that is only used: it is read like any other, so that a wrong id is told before anything is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedPart, WhenExists
from holdfast.settings.faults import Faults
from holdfast.settings.sections import Environment
from holdfast.settings.sections.identities import ChosenIdentity, Identity, UserIdentity
from holdfast.settings.suggestions import did_you_mean

IDENTITY_ID = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.ManagedIdentity/userAssignedIdentities/[^/]+",
    re.IGNORECASE,
)


def find_identity_faults(identity: Identity, faults: Faults) -> None:
    """Note what contradicts itself in one item of `identities`."""
    if identity.id is None:
        return
    _check_id(f"{identity.at}.id", identity.id, faults)
    if identity.when_exists not in (None, WhenExists.REFER):
        faults.add(
            "name-and-id",
            f"{identity.at}.whenExists",
            "says to manage what is named by `id`, and that is only ever used",
            value=str(identity.when_exists),
            allowed="refer",
            hint="leave the id out to have it managed",
        )


def foreign_identities(environment: Environment, faults: Faults) -> Iterator[WantedPart]:
    """A part for every identity that is chosen by its id, once; wrong choices are noted in `faults`."""
    seen: dict[str, str] = {}
    for path, user in _chosen(environment, faults):
        _check_user(path, user, environment.identities, faults)
        if user.id is not None and seen.setdefault(user.id.lower(), path) == path:
            yield WantedPart(Sort.IDENTITY, user.id, "group", {}, user.id, WhenExists.REFER, path)


def _chosen(environment: Environment, faults: Faults) -> Iterator[tuple[str, UserIdentity]]:
    """Every choice of a user-assigned identity, with the key path of its `user`."""
    owners: list[tuple[str, Any]] = [("workspace", environment.workspace)]
    owners += [("cluster", environment.cluster)] if environment.cluster else []
    owners += [(group.at, group) for group in environment.container_groups]
    for path, owner in owners:
        identity: ChosenIdentity | None = getattr(owner, "identity", None)
        if identity is not None:
            _check_choice(f"{path}.identity", identity, faults)
            if identity.user is not None:
                # A service has but one sort of identity, and no `user` before it.
                yield f"{path}.identity{'' if path.startswith('services[') else '.user'}", identity.user
        kubelet: UserIdentity | None = getattr(owner, "kubelet_identity", None)
        if kubelet is not None:
            yield f"{path}.kubeletIdentity", kubelet
            if identity is None or identity.user is None:
                faults.add(
                    "setting-does-not-fit",
                    f"{path}.kubeletIdentity",
                    "is for a cluster whose own identity is user-assigned, as Azure has it",
                    allowed="with `identity: {user: ...}`",
                    also=f"{path}.identity",
                )


def _check_choice(path: str, identity: ChosenIdentity, faults: Faults) -> None:
    if identity.type not in (None, "system"):
        hint = f"write `identity: {{user: {identity.type}}}` for an item of `identities`"
        faults.add(
            "settings-invalid-value",
            path,
            "is no identity that can be set",
            value=identity.type,
            allowed="system, or a map with `user`",
            hint=hint,
        )
    elif (identity.type is None) == (identity.user is None) and not faults.touches(path):
        says = "has neither `type` nor `user`" if identity.type is None else "has both `type` and `user`"
        faults.add("setting-does-not-fit", path, says, allowed="one of the two")


def _check_user(path: str, user: UserIdentity, identities: Sequence[Identity], faults: Faults) -> None:
    if (user.name is None) == (user.id is None):
        if not faults.touches(path):
            says = "has neither a name nor an id" if user.id is None else "has both a name and an id"
            faults.add("name-and-id", path, says, allowed="`name` or `id`")
    elif user.id is not None:
        _check_id(f"{path}.id", user.id, faults)
    elif user.name is not None:
        names: Mapping[str, str] = {one.name.lower(): one.name for one in identities}
        if user.name.lower() not in names:
            faults.add(
                "unknown-identity",
                path if user.bare else f"{path}.name",
                "is no name of `identities`",
                value=user.name,
                allowed=", ".join(names.values()) or "none is listed there",
                hint=did_you_mean(user.name, names.values()) or f"list it: `identities: [{{name: {user.name}}}]`",
            )


def _check_id(path: str, id: str, faults: Faults) -> None:
    if not IDENTITY_ID.fullmatch(id):
        faults.add("invalid-id", path, "is no id of a user-assigned identity", value=id)
