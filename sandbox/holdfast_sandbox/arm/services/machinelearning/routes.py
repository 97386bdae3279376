"""Which paths does Microsoft.MachineLearningServices serve, and after which documents?"""

from __future__ import annotations

from holdfast_sandbox.arm.routing import GROUP, SUBSCRIPTION, ResourceType, Route, Service
from holdfast_sandbox.arm.services.machinelearning import (
    asset_routes,
    compute_actions,
    compute_routes,
    computes,
    deleted,
    endpoint_routes,
    responses,
    serving,
)

_VERSIONS = (
    "2026-05-01",
    "2026-03-01",
    "2025-12-01",
    "2025-10-01-preview",
    "2025-09-01",
    "2025-07-01-preview",
    "2025-06-01",
    "2025-04-01",
    "2025-04-01-preview",
    "2025-01-01-preview",
    "2024-10-01",
    "2024-10-01-preview",
    "2024-07-01-preview",
    "2024-04-01",
    "2024-04-01-preview",
    "2024-01-01-preview",
    "2023-10-01",
    "2023-08-01-preview",
    "2023-06-01-preview",
    "2023-04-01",
    "2023-04-01-preview",
    "2022-10-01",
    "2022-10-01-preview",
    "2022-05-01",
    "2021-07-01",
    "2021-04-01",
    "2020-08-01",
)
WORKSPACES = ResourceType(responses.WORKSPACE, _VERSIONS, tracked=True, released=deleted.soft_delete)

COMPUTES, DATASTORES = compute_routes.types(_VERSIONS)
ASSETS = asset_routes.types(_VERSIONS)
ENDPOINTS = endpoint_routes.types(_VERSIONS)

_ALL = "/providers/Microsoft.MachineLearningServices/workspaces"
_ONE = f"{GROUP}{_ALL}/{{workspaceName}}"
_REST = "learn.microsoft.com/rest/api/azureml/workspaces"

SERVICE = Service(
    "Microsoft.MachineLearningServices",
    types=[WORKSPACES, COMPUTES, DATASTORES, *ASSETS, *ENDPOINTS],
    routes=[
        Route(
            "PUT",
            _ONE,
            WORKSPACES,
            responses.put_workspace,
            "create or update",
            f"{_REST}/create-or-update",
            seconds=2,
            exclusive=_ONE,
        ),
        Route(
            "PATCH",
            _ONE,
            WORKSPACES,
            responses.patch_workspace,
            "patch",
            f"{_REST}/update",
            seconds=2,
            exclusive=_ONE,
        ),
        Route("GET", _ONE, WORKSPACES, responses.get_workspace, "read", f"{_REST}/get"),
        Route(
            "DELETE",
            _ONE,
            WORKSPACES,
            responses.delete_workspace,
            "delete (softly, or for good with forceToPurge=true)",
            f"{_REST}/delete",
            seconds=1,
            exclusive=_ONE,
        ),
        Route(
            "GET",
            f"{GROUP}{_ALL}",
            WORKSPACES,
            responses.list_workspaces,
            "list by group",
            f"{_REST}/list-by-resource-group",
        ),
        Route(
            "GET",
            f"{SUBSCRIPTION}{_ALL}",
            WORKSPACES,
            responses.list_workspaces,
            "list",
            f"{_REST}/list-by-subscription",
        ),
        Route("POST", f"{_ONE}/listKeys", WORKSPACES, responses.list_keys, "list keys", f"{_REST}/list-keys"),
        Route(
            "POST",
            f"{_ONE}/resyncKeys",
            WORKSPACES,
            responses.resync_keys,
            "resync keys (and the identity's access)",
            "learn.microsoft.com/azure/machine-learning/concept-enterprise-security",
            seconds=3,
        ),
        *compute_routes.routes(COMPUTES, DATASTORES),
        *asset_routes.routes(ASSETS),
        *endpoint_routes.routes(ENDPOINTS),
    ],
    completions={
        "machinelearning.created": responses.workspace_created,
        "machinelearning.updated": responses.workspace_updated,
        "machinelearning.deleted": responses.workspace_deleted,
        "machinelearning.compute-written": computes.compute_written,
        "machinelearning.compute-deleted": computes.compute_deleted,
        "machinelearning.compute-state": compute_actions.state_changed,
        **endpoint_routes.COMPLETIONS,
    },
    started=serving.resume,
)
