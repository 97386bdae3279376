"""May a principal do one thing to one resource? By its roles there and above, whoever asks on its behalf."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from holdfast_sandbox.arm.services.authorization import models
from holdfast_sandbox.arm.services.authorization.roles import BUILT_IN
from holdfast_sandbox.arm.store import Resource, Store


def may(store: Store, principal: str, resource: Resource, action: str, *, data: bool = False) -> bool:
    """Whether one of the principal's roles, at the resource or above it, allows the action, a data action with `data`.

    A condition of an assignment is not looked at.
    """
    needed = action.lower()
    for one in store.find(models.ASSIGNMENT):
        properties = one.body["properties"]
        scope = properties["scope"].rstrip("/").lower()
        reaches = resource.key == scope or resource.key.startswith(scope + "/")
        role = properties["roleDefinitionId"].rpartition("/")[2]
        if reaches and properties["principalId"].lower() == principal.lower() and _allows(store, role, needed, data):
            return True
    return False


def _allows(store: Store, role: str, needed: str, data: bool) -> bool:
    known = BUILT_IN.get(role.lower())
    if known is not None and data:
        return _matches(needed, known.data_actions) and not _matches(needed, known.not_data_actions)
    if known is not None:
        return _matches(needed, known.actions) and not _matches(needed, known.not_actions)
    custom = store.record("authorization.role", role) or {}
    yes, no = ("dataActions", "notDataActions") if data else ("actions", "notActions")
    return any(
        _matches(needed, part.get(yes) or []) and not _matches(needed, part.get(no) or [])
        for part in custom.get("permissions") or []
    )


def _matches(needed: str, actions: Sequence[str]) -> bool:
    return any(fnmatchcase(needed, action.lower()) for action in actions)
