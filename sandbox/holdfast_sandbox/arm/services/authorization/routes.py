"""Which paths does Microsoft.Authorization serve, and after which documents?"""

from __future__ import annotations

from holdfast_sandbox.arm.locks import LOCK
from holdfast_sandbox.arm.routing import ResourceType, Route, Service
from holdfast_sandbox.arm.services.authorization import assignments, definitions, locks, models, permissions

_VERSIONS = (
    "2022-05-01-preview",
    "2022-04-01",
    "2020-10-01-preview",
    "2020-08-01-preview",
    "2020-04-01-preview",
    "2018-09-01-preview",
    "2018-07-01",
    "2018-01-01-preview",
    "2015-07-01",
)
# Of the locks (bicep-types-az lists these).
_LOCK_VERSIONS = ("2020-05-01", "2017-04-01", "2016-09-01", "2015-01-01")
ASSIGNMENTS = ResourceType(models.ASSIGNMENT, _VERSIONS)
DEFINITIONS = ResourceType(models.DEFINITION, _VERSIONS)
LOCKS = ResourceType(LOCK, _LOCK_VERSIONS)
PERMISSIONS = ResourceType("Microsoft.Authorization/permissions", _VERSIONS)

_ASSIGNMENTS = f"/{{scope}}/providers/{models.ASSIGNMENT}"
_DEFINITIONS = f"/{{scope}}/providers/{models.DEFINITION}"
_LOCKS = f"/{{scope}}/providers/{LOCK}"
_LOCKS_REST = "learn.microsoft.com/rest/api/resources/management-locks"
_REST = "learn.microsoft.com/rest/api/authorization"

SERVICE = Service(
    "Microsoft.Authorization",
    types=[ASSIGNMENTS, DEFINITIONS, LOCKS, PERMISSIONS],
    routes=[
        Route(
            "PUT",
            f"{_ASSIGNMENTS}/{{name}}",
            ASSIGNMENTS,
            assignments.put_assignment,
            "create (or describe anew)",
            f"{_REST}/role-assignments/create",
            seconds=1,
        ),
        Route(
            "GET",
            f"{_ASSIGNMENTS}/{{name}}",
            ASSIGNMENTS,
            assignments.get_assignment,
            "read",
            f"{_REST}/role-assignments/get",
        ),
        Route(
            "DELETE",
            f"{_ASSIGNMENTS}/{{name}}",
            ASSIGNMENTS,
            assignments.delete_assignment,
            "delete",
            f"{_REST}/role-assignments/delete",
            seconds=1,
        ),
        Route(
            "GET",
            _ASSIGNMENTS,
            ASSIGNMENTS,
            assignments.list_assignments,
            "list at a scope",
            f"{_REST}/role-assignments/list-for-scope",
        ),
        Route(
            "GET",
            f"{_DEFINITIONS}/{{name}}",
            DEFINITIONS,
            definitions.get_definition,
            "read",
            f"{_REST}/role-definitions/get",
        ),
        Route("GET", _DEFINITIONS, DEFINITIONS, definitions.list_definitions, "list", f"{_REST}/role-definitions/list"),
        Route(
            "PUT",
            f"{_DEFINITIONS}/{{name}}",
            DEFINITIONS,
            definitions.put_definition,
            "create or update a custom role",
            f"{_REST}/role-definitions/create-or-update",
            seconds=1,
        ),
        Route(
            "DELETE",
            f"{_DEFINITIONS}/{{name}}",
            DEFINITIONS,
            definitions.delete_definition,
            "delete a custom role",
            f"{_REST}/role-definitions/delete",
            seconds=1,
        ),
        Route(
            "GET",
            "/{scope}/providers/Microsoft.Authorization/permissions",
            PERMISSIONS,
            permissions.list_permissions,
            "list the caller's own",
            f"{_REST}/permissions/list-for-resource",
        ),
        Route(
            "PUT",
            f"{_LOCKS}/{{lockName}}",
            LOCKS,
            locks.put_lock,
            "create or update",
            f"{_LOCKS_REST}/create-or-update-by-scope",
            seconds=1,
        ),
        Route("GET", f"{_LOCKS}/{{lockName}}", LOCKS, locks.get_lock, "read", f"{_LOCKS_REST}/get-by-scope"),
        Route(
            "DELETE",
            f"{_LOCKS}/{{lockName}}",
            LOCKS,
            locks.delete_lock,
            "delete",
            f"{_LOCKS_REST}/delete-by-scope",
            seconds=1,
        ),
        Route("GET", _LOCKS, LOCKS, locks.list_locks, "list at a scope", f"{_LOCKS_REST}/list-by-scope"),
    ],
)
