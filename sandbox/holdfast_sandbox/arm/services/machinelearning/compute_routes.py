"""Which paths of computes and datastores are served, and after which documents?"""

from __future__ import annotations

from holdfast_sandbox.arm.routing import GROUP, ResourceType, Route
from holdfast_sandbox.arm.services.machinelearning import attachments, compute_actions, computes, datastores

WORKSPACE = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/{{workspaceName}}"
_COMPUTE = f"{WORKSPACE}/computes/{{computeName}}"
_DATASTORE = f"{WORKSPACE}/datastores/{{name}}"
_COMPUTE_REST = "learn.microsoft.com/rest/api/azureml/compute"
_DATASTORE_REST = "learn.microsoft.com/rest/api/azureml/datastores"


def types(versions: tuple[str, ...]) -> list[ResourceType]:
    """The two types; datastores came with 2022-05-01."""
    newer = tuple(version for version in versions if version >= "2022-05-01")
    return [ResourceType(attachments.COMPUTE, versions), ResourceType(datastores.DATASTORE, newer)]


def routes(compute: ResourceType, datastore: ResourceType) -> list[Route]:
    """Their routes."""
    return [
        Route(
            "PUT",
            _COMPUTE,
            compute,
            computes.put_compute,
            "create or update (AmlCompute, ComputeInstance, Kubernetes)",
            f"{_COMPUTE_REST}/create-or-update",
            seconds=1,
            exclusive=_COMPUTE,
        ),
        Route(
            "PATCH",
            _COMPUTE,
            compute,
            computes.patch_compute,
            "patch (scale settings)",
            f"{_COMPUTE_REST}/update",
            seconds=0.5,
            exclusive=_COMPUTE,
        ),
        Route("GET", _COMPUTE, compute, computes.get_compute, "read", f"{_COMPUTE_REST}/get"),
        Route(
            "DELETE",
            _COMPUTE,
            compute,
            computes.delete_compute,
            "delete or detach",
            f"{_COMPUTE_REST}/delete",
            seconds=0.5,
            exclusive=_COMPUTE,
        ),
        Route("GET", f"{WORKSPACE}/computes", compute, computes.list_computes, "list", f"{_COMPUTE_REST}/list"),
        Route(
            "POST",
            f"{_COMPUTE}/listNodes",
            compute,
            compute_actions.list_nodes,
            "list nodes",
            f"{_COMPUTE_REST}/list-nodes",
        ),
        Route(
            "POST",
            f"{_COMPUTE}/listKeys",
            compute,
            compute_actions.list_keys,
            "list keys (of an AKS attachment)",
            f"{_COMPUTE_REST}/list-keys",
        ),
        *(
            Route(
                "POST",
                f"{_COMPUTE}/{action}",
                compute,
                compute_actions.change_state,
                f"{action} (an instance)",
                f"{_COMPUTE_REST}/{action}",
                seconds=0.3,
                exclusive=_COMPUTE,
            )
            for action in ("start", "stop", "restart")
        ),
        Route(
            "POST",
            f"{_COMPUTE}/updateIdleShutdownSetting",
            compute,
            compute_actions.update_idle_shutdown,
            "set an instance's idle time",
            f"{_COMPUTE_REST}/update-idle-shutdown-setting",
            seconds=0.5,
            exclusive=_COMPUTE,
        ),
        Route(
            "PUT",
            _DATASTORE,
            datastore,
            datastores.put_datastore,
            "create or update",
            f"{_DATASTORE_REST}/create-or-update",
            seconds=1,
            exclusive=_DATASTORE,
        ),
        Route("GET", _DATASTORE, datastore, datastores.get_datastore, "read", f"{_DATASTORE_REST}/get"),
        Route(
            "DELETE",
            _DATASTORE,
            datastore,
            datastores.delete_datastore,
            "delete",
            f"{_DATASTORE_REST}/delete",
            seconds=0.5,
            exclusive=_DATASTORE,
        ),
        Route(
            "GET", f"{WORKSPACE}/datastores", datastore, datastores.list_datastores, "list", f"{_DATASTORE_REST}/list"
        ),
        Route(
            "POST",
            f"{_DATASTORE}/listSecrets",
            datastore,
            datastores.list_secrets,
            "list secrets",
            f"{_DATASTORE_REST}/list-secrets",
        ),
    ]
