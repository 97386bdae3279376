"""Which paths does Microsoft.Authorization serve, and after which documents?"""

from __future__ import annotations

from holdfast_sandbox.arm.routing import ResourceType, Route, Service
from holdfast_sandbox.arm.services.authorization import assignments, definitions, models

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
ASSIGNMENTS = ResourceType(models.ASSIGNMENT, _VERSIONS)
DEFINITIONS = ResourceType(models.DEFINITION, _VERSIONS)

_ASSIGNMENTS = f"/{{scope}}/providers/{models.ASSIGNMENT}"
_DEFINITIONS = f"/{{scope}}/providers/{models.DEFINITION}"
_REST = "learn.microsoft.com/rest/api/authorization"

SERVICE = Service(
    "Microsoft.Authorization",
    types=[ASSIGNMENTS, DEFINITIONS],
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
    ],
)
