"""Which paths of online endpoints and deployments are served, and after which documents?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from holdfast_sandbox.arm.call import Plane
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.routing import Handler, ResourceType, Route
from holdfast_sandbox.arm.services.machinelearning import deployments, endpoints, serving
from holdfast_sandbox.arm.services.machinelearning.compute_routes import WORKSPACE

_ALL = f"{WORKSPACE}/onlineEndpoints"
_ONE = f"{_ALL}/{{endpointName}}"
_DEPLOYMENTS = f"{_ONE}/deployments"
_DEPLOYMENT = f"{_DEPLOYMENTS}/{{deploymentName}}"
_REST = "learn.microsoft.com/rest/api/azureml"

COMPLETIONS: Mapping[str, Callable[[Plane, Operation], None]] = {
    "machinelearning.endpoint-written": endpoints.endpoint_written,
    "machinelearning.endpoint-deleted": endpoints.endpoint_deleted,
    "machinelearning.endpoint-keys": endpoints.keys_regenerated,
    "machinelearning.deployed": deployments.deployed,
    "machinelearning.deployment-deleted": deployments.deployment_deleted,
}


def types(versions: tuple[str, ...]) -> list[ResourceType]:
    """They came with 2022-05-01; both have a location and tags."""
    newer = tuple(version for version in versions if version >= "2022-05-01")
    return [ResourceType(name, newer, tracked=True) for name in (serving.ENDPOINT, serving.DEPLOYMENT)]


def routes(known: list[ResourceType]) -> list[Route]:
    endpoint, deployment = known
    pages = f"{_REST}/online-endpoints", f"{_REST}/online-deployments"

    def write(method: str, kind: ResourceType, handler: Handler, operation: str, page: str) -> Route:
        path = _ONE if kind is endpoint else _DEPLOYMENT
        source = f"{pages[0] if kind is endpoint else pages[1]}/{page}"
        return Route(method, path, kind, handler, operation, source, seconds=1, exclusive=path)

    def act(
        kind: ResourceType, action: str, handler: Handler, operation: str, page: str, method: str = "POST"
    ) -> Route:
        path = f"{_ONE if kind is endpoint else _DEPLOYMENT}/{action}"
        return Route(method, path, kind, handler, operation, f"{pages[0] if kind is endpoint else pages[1]}/{page}")

    return [
        write("PUT", endpoint, endpoints.put_endpoint, "create or update", "create-or-update"),
        write("PATCH", endpoint, endpoints.patch_endpoint, "patch (tags, identity)", "update"),
        Route("GET", _ONE, endpoint, endpoints.get_endpoint, "read", f"{pages[0]}/get"),
        Route("GET", _ALL, endpoint, endpoints.list_endpoints, "list", f"{pages[0]}/list"),
        write("DELETE", endpoint, endpoints.delete_endpoint, "delete (with its deployments)", "delete"),
        act(endpoint, "listKeys", endpoints.list_keys, "list keys", "list-keys"),
        act(endpoint, "regenerateKeys", endpoints.regenerate_keys, "regenerate a key", "regenerate-keys"),
        act(endpoint, "token", endpoints.get_token, "get a token", "get-token"),
        write("PUT", deployment, deployments.put_deployment, "create or update (its replicas run)", "create-or-update"),
        write("PATCH", deployment, deployments.patch_deployment, "patch (tags, number of instances)", "update"),
        Route("GET", _DEPLOYMENT, deployment, deployments.get_deployment, "read", f"{pages[1]}/get"),
        Route("GET", _DEPLOYMENTS, deployment, deployments.list_deployments, "list", f"{pages[1]}/list"),
        write("DELETE", deployment, deployments.delete_deployment, "delete", "delete"),
        act(deployment, "getLogs", deployments.get_logs, "read the log", "get-logs"),
        act(deployment, "skus", deployments.list_skus, "list skus", "list-skus", "GET"),
    ]
