"""Where does an assignment hold? Scopes: a subscription, a group, a resource; and what lies above and below them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.identity import OBJECT_ID, SUBSCRIPTION_ID
from holdfast_sandbox.arm.routing import type_in
from holdfast_sandbox.arm.store import Resource, Store


@dataclass(frozen=True)
class Scope:
    """A scope that exists. `path` has no final slash; the tenant's own is empty."""

    path: str
    subscription: str = ""
    group: str = ""

    def covers(self, other: str) -> bool:
        """Whether `other` (a path) is this scope or lies in it."""
        mine, theirs = self.path.lower(), other.lower()
        return theirs == mine or theirs.startswith(mine + "/")

    def lies_in(self, other: str) -> bool:
        """Whether this scope is `other` or lies in it."""
        mine, theirs = self.path.lower(), other.lower().rstrip("/")
        return mine == theirs or mine.startswith(theirs + "/")


def scope_of(store: Store, given: str) -> Scope:
    """The scope that a request names, in the letter case of what is there; 404, as ARM words it, when nothing is."""
    # Clients fill an empty parent into a template and send `//`, which Resource Manager takes for `/`.
    path = re.sub("/+", "/", given).rstrip("/")
    if not path:
        return Scope("")
    parts = path.strip("/").split("/")
    if parts[0].lower() != "subscriptions" or len(parts) < 2:
        raise arm.unknown_path(path)
    if parts[1].lower() != SUBSCRIPTION_ID:
        raise arm.subscription_not_found(parts[1])
    if len(parts) == 2:
        return Scope(path, parts[1])
    found = store.get(path)
    if found is not None:
        group = found.group or (found.name if len(parts) == 4 else "")
        return Scope(found.id, parts[1], group)
    raise _nothing_there(store, path, parts)


def _nothing_there(store: Store, path: str, parts: list[str]) -> arm.ArmError:
    if parts[2].lower() != "resourcegroups" or len(parts) < 4:
        return arm.unknown_path(path)
    if len(parts) == 4 or store.get("/" + "/".join(parts[:4])) is None:
        return arm.resource_group_not_found(parts[3])
    namespace, kind = type_in(path)
    names = path.rpartition("/providers/")[2].split("/")[2::2]
    return arm.resource_not_found(f"{namespace}/{kind}", "/".join(names), parts[3])


def principal_type_of(store: Store, principal: str) -> str | None:
    """What the principal is known as: the sandbox's own login and a resource's managed identity; None: not known.

    The sandbox has no directory: of people and groups it knows nothing and believes what it is told.
    """
    known = principal.lower() == OBJECT_ID or any(_has_identity(one, principal) for one in store.find())
    return "ServicePrincipal" if known else None


def _has_identity(resource: Resource, principal: str) -> bool:
    identity = resource.body.get("identity")
    if not isinstance(identity, dict):
        return False
    users = (identity.get("userAssignedIdentities") or {}).values()
    known = [identity.get("principalId"), *(user.get("principalId") for user in users)]
    return principal.lower() in [str(one).lower() for one in known if one]
