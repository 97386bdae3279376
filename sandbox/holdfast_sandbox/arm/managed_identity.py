"""Which managed identities does a resource have? The `identity` block that all services with managed identities share.

A system-assigned identity gets its principal when it is first asked for and keeps it as long as the resource has it; a
resource that is made anew gets another one, which is why grants to the old one are worth nothing then.
"""

from __future__ import annotations

import uuid

from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.identity import TENANT_ID
from holdfast_sandbox.arm.store import Json

_TYPES = {
    "none": "None",
    "systemassigned": "SystemAssigned",
    "userassigned": "UserAssigned",
    "systemassigned,userassigned": "SystemAssigned,UserAssigned",
}
_PRINCIPALS = uuid.UUID(TENANT_ID)


def checked_identity(body: Json, existing: Json | None, *, merge: bool = False) -> Json | None:
    """The stored `identity` after a write; a body without one leaves what is there.

    `merge` (a PATCH): user-assigned identities that the body does not name stay; a null takes one away. Shapes and
    codes: learn.microsoft.com/azure/templates (ManagedServiceIdentity); the user-assigned principals are derived from
    their ids, for the sandbox has no Microsoft.ManagedIdentity yet.
    """
    given = body.get("identity")
    if given is None:
        return existing
    if not isinstance(given, dict):
        raise _invalid("the identity must be an object")
    kind = _TYPES.get(str(given.get("type", "")).replace(" ", "").lower())
    if kind is None:
        raise _invalid(f"the type '{given.get('type')}' is not one of {', '.join(sorted(_TYPES.values()))}")
    before = existing or {}
    stored: Json = {"type": kind}
    if "SystemAssigned" in kind:
        stored["principalId"] = before.get("principalId") or str(uuid.uuid4())
        stored["tenantId"] = TENANT_ID
    users = given.get("userAssignedIdentities") or {}
    if not isinstance(users, dict):
        raise _invalid("userAssignedIdentities must be an object with the ids as names")
    if "UserAssigned" in kind:
        kept = _kept(users, before.get("userAssignedIdentities") or {}, merge)
        if not kept:
            raise _invalid(f"the identity ids must not be empty for the type '{kind}'")
        stored["userAssignedIdentities"] = kept
    elif any(value is not None for value in users.values()):
        raise _invalid(f"userAssignedIdentities are given, but the type is '{kind}'")
    return stored


def _kept(users: Json, before: Json, merge: bool) -> Json:
    """The identities after the write, by their ids; letter case of an id counts not."""
    known = {name.lower(): value for name, value in before.items()}
    named = {name.lower() for name in users}
    kept: Json = {name: value for name, value in before.items() if merge and name.lower() not in named}
    for name, value in users.items():
        if value is None:
            continue
        if "/providers/microsoft.managedidentity/userassignedidentities/" not in name.lower():
            raise _invalid(f"'{name}' is not the id of a user-assigned identity")
        kept[name] = known.get(name.lower()) or {
            "principalId": str(uuid.uuid5(_PRINCIPALS, "principal " + name.lower())),
            "clientId": str(uuid.uuid5(_PRINCIPALS, "client " + name.lower())),
        }
    return kept


def _invalid(reason: str) -> ArmError:
    return ArmError(400, "InvalidIdentityValues", f"Invalid value for the identities: {reason}.")
