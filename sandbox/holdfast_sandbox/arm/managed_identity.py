"""Which managed identities does a resource have? The `identity` block that all services with managed identities share.

A system-assigned identity gets its principal when it is first asked for and keeps it as long as the resource has it; a
resource that is made anew gets another one, which is why grants to the old one are worth nothing then. A user-assigned
identity is a resource of its own: it must be there when a request names it, and brings its own principal.
"""

from __future__ import annotations

import re
import uuid

from holdfast_sandbox.arm.call import Call
from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.identity import TENANT_ID
from holdfast_sandbox.arm.store import Json, Store

_TYPES = {
    "none": "None",
    "systemassigned": "SystemAssigned",
    "userassigned": "UserAssigned",
    "systemassigned,userassigned": "SystemAssigned,UserAssigned",
}
_USER_ASSIGNED_ID = re.compile(
    r"/subscriptions/[^/]+/resourcegroups/[^/]+/providers/microsoft\.managedidentity/userassignedidentities/[^/]+",
    re.IGNORECASE,
)


def checked_identity(call: Call, body: Json, existing: Json | None, *, merge: bool = False) -> Json | None:
    """The stored `identity` after a write; a body without one leaves what is there.

    `merge` (a PATCH): user-assigned identities that the body does not name stay; a null takes one away. Shapes and
    codes: learn.microsoft.com/azure/templates (ManagedServiceIdentity). A user-assigned identity that is not there:
    400 `FailedIdentityOperation` (azure-policy#1311 shows the text).
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
        kept = _kept(call, users, before.get("userAssignedIdentities") or {}, merge)
        if not kept:
            raise _invalid(f"the identity ids must not be empty for the type '{kind}'")
        stored["userAssignedIdentities"] = kept
    elif any(value is not None for value in users.values()):
        raise _invalid(f"userAssignedIdentities are given, but the type is '{kind}'")
    return stored


def user_assigned(store: Store, identity_id: str) -> Json | None:
    """`{"principalId", "clientId"}` of a user-assigned identity; None when nothing has that id (in any letter case).

    For what names an identity outside the `identity` block too (a cluster's kubelet, an encryption key's reader).
    """
    if not _USER_ASSIGNED_ID.fullmatch(identity_id):
        return None
    found = store.get(identity_id)
    if found is None:
        return None
    properties = found.body["properties"]
    return {"principalId": properties["principalId"], "clientId": properties["clientId"]}


def _kept(call: Call, users: Json, before: Json, merge: bool) -> Json:
    """The identities after the write, by their ids; letter case of an id counts not."""
    named = {name.lower() for name in users}
    kept: Json = {name: value for name, value in before.items() if merge and name.lower() not in named}
    for name, value in users.items():
        if value is None:
            continue
        if not _USER_ASSIGNED_ID.fullmatch(name):
            raise _invalid(f"'{name}' is not the id of a user-assigned identity")
        found = user_assigned(call.store, name)
        if found is None:
            raise _not_found(call.id, name)
        kept[name] = found
    return kept


def _invalid(reason: str) -> ArmError:
    return ArmError(400, "InvalidIdentityValues", f"Invalid value for the identities: {reason}.")


def _not_found(resource_id: str, identity_id: str) -> ArmError:
    inner = f'{{"error":{{"code":"BadRequest","message":"Resource \'{identity_id}\' was not found."}}}}'
    return ArmError(
        400,
        "FailedIdentityOperation",
        f"Identity operation for resource '{resource_id}' failed with error 'Failed to perform resource identity "
        f"operation. Status: 'BadRequest'. Response: '{inner}'.'.",
    )
