"""May this request write, or delete? The check of management locks, which the front door makes for every service.

A lock holds at its scope and for all that lies under it; a deletion is also refused while something below is locked,
as with a group that holds a locked resource. `CanNotDelete` refuses deletions; `ReadOnly` refuses every write as well,
POSTs among them: listing an account's keys is one (learn.microsoft.com/azure/azure-resource-manager/management/
lock-resources). Locks themselves are outside of it, or none could ever be taken away.
"""

from __future__ import annotations

from collections.abc import Sequence

from holdfast_sandbox.arm.call import Call
from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.rights import READING_POSTS
from holdfast_sandbox.arm.store import Resource, Store

LOCK = "Microsoft.Authorization/locks"
CAN_NOT_DELETE, READ_ONLY = "CanNotDelete", "ReadOnly"


def refuse_locked(call: Call) -> None:
    """409 `ScopeLocked` when a lock forbids what the request is about to do."""
    if call.method not in {"PUT", "PATCH", "POST", "DELETE"} or call.route.type.name == LOCK:
        return
    if call.method == "POST" and call.path.lower().endswith(READING_POSTS):
        return
    scope = call.id.rstrip("/")
    if call.method == "POST":
        scope = scope.rpartition("/")[0]
    refuse_locked_scope(call.store, scope, deleting=call.method == "DELETE")


def refuse_locked_scope(store: Store, scope: str, *, deleting: bool) -> None:
    """The same for a scope that a service is about to change on behalf of another."""
    in_the_way = [locked_scope(lock) for lock in store.find(LOCK) if _forbids(lock, scope, deleting)]
    if in_the_way:
        raise scope_locked(scope, "delete" if deleting else "write", sorted(set(in_the_way)))


def locked_scope(lock: Resource) -> str:
    """The id of what a lock is on."""
    return lock.id.removesuffix(f"/providers/{LOCK}/{lock.name}")


def scope_locked(scope: str, operation: str, locked: Sequence[str]) -> ArmError:
    """Quoted so in azure-cli#20232 and azurerm#17478."""
    named = ",".join(locked)
    return ArmError(
        409,
        "ScopeLocked",
        f"The scope '{scope}' cannot perform {operation} operation because following scope(s) are locked: '{named}'. "
        "Please remove the lock and try again.",
    )


def _forbids(lock: Resource, scope: str, deleting: bool) -> bool:
    held, wanted = locked_scope(lock).lower() + "/", scope.lower() + "/"
    if wanted.startswith(held):
        return deleting or lock.body["properties"]["level"] == READ_ONLY
    return deleting and held.startswith(wanted)
