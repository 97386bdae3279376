"""What does Microsoft.Authorization answer about management locks? What they forbid is in arm/locks.py.

A lock lies under its scope in the store, so that it goes with it.
"""

from __future__ import annotations

import re

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.call import Answer, Call
from holdfast_sandbox.arm.locks import CAN_NOT_DELETE, LOCK, READ_ONLY, locked_scope
from holdfast_sandbox.arm.services.authorization import exceptions
from holdfast_sandbox.arm.services.authorization.scopes import scope_of
from holdfast_sandbox.arm.store import Json, Resource

# learn.microsoft.com/rest/api/resources/management-locks: the names' and the notes' limits.
_MAX_NAME, _MAX_NOTES = 260, 512
_RESERVED = re.compile(r"[<>%&:\\?/\x00-\x1f]")


def put_lock(call: Call) -> Answer:
    """201 for a new one, 200 for a change."""
    name = call.params["lockName"]
    if len(name) > _MAX_NAME or _RESERVED.search(name):
        raise exceptions.bad_lock_name(name)
    scope = scope_of(call.store, call.params["scope"])
    wanted = _checked(call.json())
    lock_id = f"{scope.path}/providers/{LOCK}/{name}"
    existing = call.store.get(lock_id)
    lock = existing or Resource(lock_id, LOCK, name, scope.subscription, scope.group)
    lock.body = {"properties": wanted, "systemData": call.system_data(existing)}
    call.plane.save(lock)
    return Answer(200 if existing else 201, _shown(call, lock))


def get_lock(call: Call) -> Answer:
    found = _found(call)
    if found is None:
        raise exceptions.lock_not_found(call.params["lockName"])
    return Answer(200, _shown(call, found))


def delete_lock(call: Call) -> Answer:
    """200, or 204 when there was none."""
    found = _found(call)
    if found is None:
        return Answer(204)
    call.plane.remove(found)
    return Answer(200)


def list_locks(call: Call) -> Answer:
    """At, above and below the scope; with atScope() not those below (Get-AzResourceLock, -AtScope)."""
    scope = scope_of(call.store, call.params["scope"])
    text = call.query.get("$filter", "")
    if text and not re.fullmatch(r"\s*atScope\(\)\s*", text, re.IGNORECASE):
        raise exceptions.unsupported_query(text)
    found = []
    for lock in call.store.find(LOCK):
        where = locked_scope(lock)
        if scope.lies_in(where) or (not text and scope.covers(where)):
            found.append(_shown(call, lock))
    return call.page(found)


def _found(call: Call) -> Resource | None:
    scope = scope_of(call.store, call.params["scope"])
    return call.store.get(f"{scope.path}/providers/{LOCK}/{call.params['lockName']}")


def _checked(body: Json) -> Json:
    given = body.get("properties")
    if not isinstance(given, dict):
        raise arm.invalid_request_content("properties are required")
    levels = (CAN_NOT_DELETE, READ_ONLY)
    level = next((one for one in levels if one.lower() == str(given.get("level")).lower()), None)
    if level is None:
        raise arm.invalid_request_content(f"properties.level must be one of {', '.join(levels)}")
    stored: Json = {"level": level}
    notes, owners = given.get("notes"), given.get("owners")
    if notes is not None:
        if not isinstance(notes, str) or len(notes) > _MAX_NOTES:
            raise arm.invalid_request_content(f"properties.notes must be a text of at most {_MAX_NOTES} characters")
        stored["notes"] = notes
    if owners:
        if not isinstance(owners, list) or not all(isinstance(owner, dict) for owner in owners):
            raise arm.invalid_request_content("properties.owners must be a list of objects")
        stored["owners"] = owners
    return stored


def _shown(call: Call, lock: Resource) -> Json:
    """`systemData` came with 2020-05-01."""
    shown = lock.answer()
    if call.api_version < "2020-05-01":
        shown.pop("systemData", None)
    return shown
