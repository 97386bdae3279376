"""Which roles hold at a place? Asked before a run decides, and once more before the workspace's own role is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.arm.client import Answer, ArmClient
from holdfast.model.existing import RoleAssignment

#: Source: azure-rest-api-specs, Microsoft.Authorization roleAssignments.
ROLES_VERSION = "2022-04-01"


def list_role_assignments(client: ArmClient, scope: str, *, below: bool = False) -> tuple[RoleAssignment, ...] | Answer:
    """The role assignments that hold at a scope, inherited ones included (their scope tells); an answer that is no
    list, where there was one. `below`: those in what lies within, too ("List Azure role assignments using the REST
    API", Microsoft Learn: without a filter)."""
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments" + ("" if below else "?$filter=atScope()")
    found: list[RoleAssignment] = []
    for page in client.pages(path, ROLES_VERSION):
        if not page.readable:
            return page
        for row in page.body.get("value") or ():
            properties = row.get("properties") or {}
            found.append(
                RoleAssignment(
                    id=str(row["id"]),
                    name=str(row.get("name") or ""),
                    scope=str(properties.get("scope") or ""),
                    principal=str(properties.get("principalId") or ""),
                    role=str(properties.get("roleDefinitionId") or "").rsplit("/", 1)[-1].lower(),
                )
            )
    return tuple(found)


def list_caller_permissions(client: ArmClient, scope: str) -> tuple[Mapping[str, Any], ...] | Answer:
    """What the login itself may do at a scope: a set of `actions`, `notActions`, `dataActions`, `notDataActions` for
    each role that it holds ("Permissions - List For Resource", Microsoft Learn); an answer that is no list, where there
    was one."""
    found: list[Mapping[str, Any]] = []
    for page in client.pages(f"{scope}/providers/Microsoft.Authorization/permissions", ROLES_VERSION):
        if not page.readable:
            return page
        found += page.body.get("value") or ()
    return tuple(found)
