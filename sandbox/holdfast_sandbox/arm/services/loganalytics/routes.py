"""Which paths does Microsoft.OperationalInsights serve, and after which documents?"""

from __future__ import annotations

from holdfast_sandbox.arm.routing import GROUP, SUBSCRIPTION, ResourceType, Route, Service
from holdfast_sandbox.arm.services.loganalytics import responses

_VERSIONS = (
    "2025-07-01",
    "2025-02-01",
    "2023-09-01",
    "2022-10-01",
    "2021-12-01-preview",
    "2021-06-01",
    "2020-10-01",
    "2020-08-01",
    "2020-03-01-preview",
    "2015-11-01-preview",
)
WORKSPACES = ResourceType(responses.WORKSPACE, _VERSIONS, tracked=True, released=responses.workspace_released)
DELETED = ResourceType("Microsoft.OperationalInsights/deletedWorkspaces", _VERSIONS)

_ALL = "/providers/Microsoft.OperationalInsights/workspaces"
_ONE = f"{GROUP}{_ALL}/{{workspaceName}}"
_REST = "learn.microsoft.com/rest/api/loganalytics"

SERVICE = Service(
    "Microsoft.OperationalInsights",
    types=[WORKSPACES, DELETED],
    routes=[
        Route(
            "PUT",
            _ONE,
            WORKSPACES,
            responses.put_workspace,
            "create, update or recover",
            f"{_REST}/workspaces/create-or-update",
            seconds=2,
            exclusive=_ONE,
        ),
        Route(
            "PATCH",
            _ONE,
            WORKSPACES,
            responses.patch_workspace,
            "patch",
            f"{_REST}/workspaces/update",
            seconds=2,
            exclusive=_ONE,
        ),
        Route("GET", _ONE, WORKSPACES, responses.get_workspace, "read", f"{_REST}/workspaces/get"),
        Route(
            "DELETE",
            _ONE,
            WORKSPACES,
            responses.delete_workspace,
            "delete (softly, or for good with force=true)",
            f"{_REST}/workspaces/delete",
            seconds=3,
            exclusive=_ONE,
        ),
        Route(
            "GET",
            f"{GROUP}{_ALL}",
            WORKSPACES,
            responses.list_workspaces,
            "list by group",
            f"{_REST}/workspaces/list-by-resource-group",
        ),
        Route(
            "GET", f"{SUBSCRIPTION}{_ALL}", WORKSPACES, responses.list_workspaces, "list", f"{_REST}/workspaces/list"
        ),
        Route(
            "POST",
            f"{_ONE}/sharedKeys",
            WORKSPACES,
            responses.shared_keys,
            "list keys",
            f"{_REST}/shared-keys/get-shared-keys",
        ),
        Route(
            "POST",
            f"{_ONE}/regenerateSharedKey",
            WORKSPACES,
            responses.regenerate_keys,
            "regenerate the keys",
            f"{_REST}/shared-keys/regenerate",
        ),
        Route(
            "GET",
            f"{GROUP}/providers/Microsoft.OperationalInsights/deletedWorkspaces",
            DELETED,
            responses.list_deleted,
            "list by group",
            f"{_REST}/deleted-workspaces/list-by-resource-group",
        ),
        Route(
            "GET",
            f"{SUBSCRIPTION}/providers/Microsoft.OperationalInsights/deletedWorkspaces",
            DELETED,
            responses.list_deleted,
            "list",
            f"{_REST}/deleted-workspaces/list",
        ),
    ],
    completions={"loganalytics.created": responses.workspace_created},
)
