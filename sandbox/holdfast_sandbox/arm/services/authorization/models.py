"""What do role definitions, assignments and their filters look like? Validation and shapes; no state.

After learn.microsoft.com/rest/api/authorization (2022-04-01).
"""

from __future__ import annotations

import re
from typing import Any

from holdfast_sandbox.arm.services.authorization import exceptions
from holdfast_sandbox.arm.services.authorization.roles import BuiltInRole
from holdfast_sandbox.arm.store import Json

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
ASSIGNMENT = "Microsoft.Authorization/roleAssignments"
DEFINITION = "Microsoft.Authorization/roleDefinitions"
PRINCIPAL_TYPES = ("User", "Group", "ServicePrincipal", "ForeignGroup", "Device")

_DEFINITION_ID = re.compile(
    r"(/subscriptions/[^/]+(/resourcegroups/[^/]+)?)?/providers/microsoft\.authorization/roledefinitions/(?P<guid>[^/]+)",
    re.IGNORECASE,
)
# The day that the oldest of them were made; the table has no dates of its own.
_BUILT_IN_SINCE = "2015-02-02T21:55:09.8806423Z"


def checked_assignment(body: Json) -> Json:
    """`principalId`, `role` (a GUID), `principalType` (None: not said), `condition`... out of a PUT's body."""
    given = body.get("properties")
    # Older clients put the same two properties at the top (2015-07-01 allows both).
    given = given if isinstance(given, dict) else body
    principal, definition = given.get("principalId"), given.get("roleDefinitionId")
    if not isinstance(definition, str) or not definition:
        raise exceptions.bad_request_format("properties.roleDefinitionId is required.")
    found = _DEFINITION_ID.fullmatch(definition.rstrip("/"))
    if found is None or not GUID.fullmatch(found["guid"]):
        raise exceptions.bad_request_format(f"'{definition}' is not the id of a role definition.")
    if not isinstance(principal, str) or not GUID.fullmatch(principal):
        raise exceptions.invalid_principal(principal if principal is not None else "")
    kind = given.get("principalType")
    if kind is not None:
        known = next((one for one in PRINCIPAL_TYPES if one.lower() == str(kind).lower()), None)
        if known is None:
            raise exceptions.bad_request_format(f"The principalType '{kind}' is not known.")
        kind = known
    condition, version = given.get("condition"), given.get("conditionVersion")
    if condition and version != "2.0":
        raise exceptions.bad_request_format("A condition needs the conditionVersion '2.0'.")
    return {
        "principalId": principal.lower(),
        "role": found["guid"].lower(),
        "principalType": kind,
        "condition": condition,
        "conditionVersion": version,
        "description": given.get("description"),
        "delegatedManagedIdentityResourceId": given.get("delegatedManagedIdentityResourceId"),
    }


def definition_id(role: str, subscription: str) -> str:
    """A definition's id as Azure answers it below a subscription."""
    where = f"/subscriptions/{subscription}" if subscription else ""
    return f"{where}/providers/{DEFINITION}/{role}"


def built_in(role: BuiltInRole, subscription: str) -> Json:
    permissions = {
        "actions": list(role.actions),
        "notActions": list(role.not_actions),
        "dataActions": list(role.data_actions),
        "notDataActions": list(role.not_data_actions),
    }
    return {
        "properties": {
            "roleName": role.name,
            "type": "BuiltInRole",
            "description": role.description,
            "assignableScopes": ["/"],
            "permissions": [permissions],
            "createdOn": _BUILT_IN_SINCE,
            "updatedOn": _BUILT_IN_SINCE,
            "createdBy": None,
            "updatedBy": None,
        },
        "id": definition_id(role.id, subscription),
        "type": DEFINITION,
        "name": role.id,
    }


def checked_definition(body: Json) -> Json:
    """The settable properties of a custom role."""
    given = body.get("properties")
    if not isinstance(given, dict):
        raise exceptions.bad_request_format("properties are required.")
    name, scopes, permissions = given.get("roleName"), given.get("assignableScopes"), given.get("permissions")
    if not isinstance(name, str) or not name:
        raise exceptions.bad_request_format("properties.roleName is required.")
    if not isinstance(scopes, list) or not scopes or not all(isinstance(scope, str) for scope in scopes):
        raise exceptions.bad_request_format("properties.assignableScopes must name at least one scope.")
    if not isinstance(permissions, list) or not all(isinstance(item, dict) for item in permissions):
        raise exceptions.bad_request_format("properties.permissions must be a list of objects.")
    lists = ("actions", "notActions", "dataActions", "notDataActions")
    return {
        "roleName": name,
        "type": "CustomRole",
        "description": given.get("description") or "",
        "assignableScopes": scopes,
        "permissions": [{key: list(item.get(key) or []) for key in lists} for item in permissions],
    }


class Filter:
    """The `$filter` of a list of assignments: any of atScope(), principalId eq, assignedTo(), joined by `and`."""

    def __init__(self, text: str | None) -> None:
        self.at_scope = False
        self.principal: str | None = None
        for clause in re.split(r"\s+and\s+", text.strip(), flags=re.IGNORECASE) if text else []:
            self._read(clause.strip(), text or "")

    def _read(self, clause: str, text: str) -> None:
        if re.fullmatch(r"atScope\(\)", clause, re.IGNORECASE):
            self.at_scope = True
            return
        found = re.fullmatch(r"principalId\s+eq\s+'?(?P<id>[0-9a-f-]+)'?", clause, re.IGNORECASE) or re.fullmatch(
            r"assignedTo\(\s*'?(?P<id>[0-9a-f-]+)'?\s*\)", clause, re.IGNORECASE
        )
        if found is None or not GUID.fullmatch(found["id"]):
            raise exceptions.unsupported_query(text)
        self.principal = found["id"].lower()

    def keeps(self, assignment: Json) -> bool:
        """Groups' members are not known: assignedTo() finds direct assignments only."""
        return self.principal is None or assignment["principalId"].lower() == self.principal


def definition_filter(text: str | None) -> dict[str, str]:
    """The `$filter` of a list of definitions: `roleName eq 'x'`, `type eq 'BuiltInRole'`, atScopeAndBelow()."""
    wanted: dict[str, str] = {}
    for clause in re.split(r"\s+and\s+", text.strip(), flags=re.IGNORECASE) if text else []:
        if re.fullmatch(r"atScopeAndBelow\(\)|atScope\(\)", clause.strip(), re.IGNORECASE):
            continue
        found = re.fullmatch(r"\s*(roleName|type)\s+eq\s+'((?:[^']|'')*)'\s*", clause, re.IGNORECASE)
        if found is None:
            raise exceptions.unsupported_query(text or "")
        wanted[found[1].lower()] = found[2].replace("''", "'")
    return wanted


def matches(definition: Json, wanted: dict[str, str]) -> bool:
    properties: Any = definition["properties"]
    return all(
        str(properties["roleName" if name == "rolename" else "type"]).lower() == value.lower()
        for name, value in wanted.items()
    )
