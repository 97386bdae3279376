"""What does Microsoft.Authorization answer about the caller's own permissions?

What the sandbox enforces, no more and no less: with `--rbac` the permissions of the roles that hold at the scope, one
set for each; without it every login may do everything, whatever roles it holds.
"""

from __future__ import annotations

from holdfast_sandbox.arm.call import Answer, Call
from holdfast_sandbox.arm.services.authorization.scopes import scope_of
from holdfast_sandbox.arm.store import Json

_EVERYTHING: Json = {"actions": ["*"], "notActions": [], "dataActions": [], "notDataActions": []}


def list_permissions(call: Call) -> Answer:
    """One set of permissions for each role that the caller holds, at a scope that exists."""
    scope = scope_of(call.store, call.params["scope"])
    held = call.plane.permissions
    return call.page([_EVERYTHING] if held is None else held(call.caller.oid, scope.path))
