"""May this caller do that? Azure RBAC over the control plane, for a server that is started with `--rbac`.

After learn.microsoft.com/azure/role-based-access-control/overview: the role assignments that hold at the scope, its
own and the inherited, are added up; within a role `notActions` are taken off `actions`. It stands before the handlers,
as in Resource Manager: who may not read a resource is not told whether it is there.

Not known here, and never let through in their place: members of groups, deny assignments, and the conditions of an
assignment, which then grants nothing. The built-in roles are those of services/authorization/roles, some of them
shorter than Azure's.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.exceptions import authorization_failed, linked_authorization_failed
from holdfast_sandbox.arm.identity import OBJECT_ID, SUBSCRIPTION_ID
from holdfast_sandbox.arm.linked import linked_rights
from holdfast_sandbox.arm.rights import Right, right_of
from holdfast_sandbox.arm.services.authorization.definitions import permissions_of
from holdfast_sandbox.arm.services.authorization.models import ASSIGNMENT
from holdfast_sandbox.arm.store import Json

log = logging.getLogger("holdfast.sandbox")

# What every identity may ask: which subscriptions and tenants it sees, and what the roles of the tenant are.
_OPEN = re.compile(
    r"/(subscriptions|tenants|providers/Microsoft\.Authorization/roleDefinitions(/[^/]+)?)", re.IGNORECASE
)
# A subscription's lists. Resource Manager shows whoever holds something in the subscription what it may read of them,
# that is: an empty list where that is nothing (github.com/Azure/azure-cli/issues/14091, of the deleted vaults).
_FILTERED = re.compile(r"/subscriptions/[^/]+/(resources|resourceGroups|providers/[^/]+/[^/]+)", re.IGNORECASE)
_OPERATIONS = "Microsoft.Resources/operations"


@dataclass(frozen=True)
class Grant:
    """A role that holds at a scope and below: for each of its permissions the actions and what is taken off them."""

    scope: str
    permissions: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]

    def allows(self, right: Right) -> bool:
        return _within(right.scope, self.scope) and self.allows_action(right.action)

    def allows_action(self, action: str) -> bool:
        return any(_matches(action, yes) and not _matches(action, no) for yes, no in self.permissions)


class Access:
    """Checks the requests of one server, and remembers which rights they asked for (see `asked`)."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        plane.permissions = self.permissions
        self._asked: dict[tuple[str, str], dict[str, Any]] = {}

    def check(self, call: Call) -> None:
        """403 `AuthorizationFailed`, or `LinkedAuthorizationFailed` for what the body refers to, where a right lacks.

        A list of the subscription passes for whoever holds anything in it; `visible` then leaves out the rest.
        """
        if call.method in {"GET", "HEAD"} and _OPEN.fullmatch(call.path):
            return
        who, right = call.caller, right_of(call.method, call.path)
        grants = self._grants(who.oid)
        if not self._holds(call, grants, right):
            self._note(who.oid, right, held=False)
            raise authorization_failed(who.appid, who.oid, right.action, right.scope)
        self._note(who.oid, right, held=_allowed(grants, right) or call.route.type.name == _OPERATIONS)
        for linked in linked_rights(call):
            held = _allowed(grants, linked)
            self._note(who.oid, linked, held=held)
            if not held:
                raise linked_authorization_failed(who.appid, who.oid, right, linked)

    def visible(self, call: Call, answer: Answer) -> Answer:
        """The answer without the rows of a subscription's list that the caller may not read."""
        rows = answer.body.get("value") if isinstance(answer.body, dict) and call.method == "GET" else None
        if not isinstance(rows, list):
            return answer
        grants, path = self._grants(call.caller.oid), call.path.lower()
        if path == "/subscriptions":
            shown = rows if grants else []
            return Answer(answer.status, {**answer.body, "value": shown, "count": _total(shown)}, answer.headers)
        right = right_of("GET", call.path)
        if not _FILTERED.fullmatch(path) or _allowed(grants, right):
            return answer
        of_all_types = path.endswith("/resources")
        shown = [
            row
            for row in rows
            if _allowed(grants, Right(f"{row['type']}/read" if of_all_types else right.action, row["id"]))
        ]
        return Answer(answer.status, {**answer.body, "value": shown}, answer.headers)

    def asked(self, caller: str | None = None) -> list[dict[str, Any]]:
        """Each right that was asked for, by caller: `{caller, right, scope, held, refused}`; `scope` is the last one,
        `held` and `refused` say how often (a list that leaves rows out counts as refused). In memory: a restart
        forgets."""
        rows = (row for row in self._asked.values() if caller in (None, row["caller"]))
        return sorted(rows, key=lambda row: (row["caller"], row["right"].lower()))

    def forget(self) -> None:
        """Forgets what was asked."""
        self._asked.clear()

    def permissions(self, oid: str, scope: str) -> list[Json]:
        """What a principal may do at a scope: one set of actions for each role that holds there."""
        held = [grant for grant in self._grants(oid) if _within(scope, grant.scope)]
        return [
            {"actions": list(yes), "notActions": list(no), "dataActions": [], "notDataActions": []}
            for grant in held
            for yes, no in grant.permissions
        ]

    def _note(self, caller: str, right: Right, *, held: bool) -> None:
        key = (caller, right.action.lower())
        row = self._asked.setdefault(key, {"caller": caller, "right": right.action, "held": 0, "refused": 0})
        row["scope"] = right.scope
        row["held" if held else "refused"] += 1

    def _holds(self, call: Call, grants: list[Grant], right: Right) -> bool:
        if call.route.type.name == _OPERATIONS:
            # Its address lies outside of the group, and a right on a resource alone is not enough for it:
            # learn.microsoft.com/azure/azure-resource-manager/management/async-operations
            return any(grant.scope.count("/") <= 4 and grant.allows_action(right.action) for grant in grants)
        if call.method == "GET" and _FILTERED.fullmatch(call.path) and grants:
            return True
        return _allowed(grants, right)

    def _grants(self, oid: str) -> list[Grant]:
        found = []
        if oid == OBJECT_ID:
            found.append(_OWNER)
        for one in self._plane.store.find(ASSIGNMENT):
            properties = one.body["properties"]
            if properties["principalId"].lower() != oid:
                continue
            if properties.get("condition"):
                log.warning("the condition of role assignment %s is not evaluated: it grants nothing", one.name)
                continue
            role = properties["roleDefinitionId"].rpartition("/")[2]
            found.append(_grant(properties["scope"], permissions_of(self._plane.store, role)))
        return found


def _grant(scope: str, permissions: Iterable[Mapping[str, Any]]) -> Grant:
    rows = tuple((tuple(one["actions"]), tuple(one["notActions"])) for one in permissions)
    return Grant(scope.rstrip("/"), rows)


_OWNER = Grant(f"/subscriptions/{SUBSCRIPTION_ID}", ((("*",), ()),))


def _allowed(grants: list[Grant], right: Right) -> bool:
    return any(grant.allows(right) for grant in grants)


def _within(scope: str, above: str) -> bool:
    inner, outer = scope.lower() + "/", above.lower() + "/"
    return inner.startswith(outer)


def _matches(action: str, patterns: tuple[str, ...]) -> bool:
    return any(_pattern(pattern).fullmatch(action) for pattern in patterns)


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in text.split("*")), re.IGNORECASE)


def _total(rows: list[Any]) -> dict[str, Any]:
    return {"type": "Total", "value": len(rows)}
