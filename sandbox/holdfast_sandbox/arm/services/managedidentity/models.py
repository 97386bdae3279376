"""What does a user-assigned identity look like? Validation and shape; no state.

The shape is that of the REST reference (learn.microsoft.com/rest/api/managedidentity/user-assigned-identities), the
name's rule that of learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules.
"""

from __future__ import annotations

import re

from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.identity import TENANT_ID
from holdfast_sandbox.arm.services.managedidentity import exceptions
from holdfast_sandbox.arm.store import Json

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,127}")
ISOLATION_SINCE = "2024-11-30"


def checked_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise exceptions.name_invalid(name)
    return name


def checked_isolation(body: Json) -> str | None:
    """The body's `isolationScope` (None: not given), of which only the value `None` is served."""
    given = body.get("properties") or {}
    if not isinstance(given, dict):
        raise invalid_request_content("properties must be an object")
    scope = given.get("isolationScope")
    if scope is None:
        return None
    known = {"none": "None", "regional": "Regional"}.get(str(scope).lower())
    if known is None:
        raise exceptions.isolation_not_valid(scope)
    if known != "None":
        raise exceptions.isolation_not_served(known)
    return known


def born(principal_id: str, client_id: str) -> Json:
    """The properties of a new identity: Azure chooses them, no request does."""
    return {"tenantId": TENANT_ID, "principalId": principal_id, "clientId": client_id}


def shown(answer: Json, api_version: str) -> Json:
    """What a GET shows in that version."""
    if api_version >= ISOLATION_SINCE:
        return answer
    properties = {name: value for name, value in answer["properties"].items() if name != "isolationScope"}
    return {**answer, "properties": properties}
