"""Which paths does Microsoft.ContainerInstance serve, and after which documents?

API versions before 2021-07-01 put a group into a network profile, which is gone: they are not served. Nor are those of
2026, whose changes are not known here.
"""

from __future__ import annotations

from holdfast_sandbox.arm.call import Call
from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.routing import GROUP, SUBSCRIPTION, Handler, ResourceType, Route, Service
from holdfast_sandbox.arm.services.containerinstance import exceptions, locations, responses, running

_VERSIONS = (
    "2025-09-01",
    "2024-11-01-preview",
    "2024-10-01-preview",
    "2024-09-01-preview",
    "2024-05-01-preview",
    "2023-05-01",
    "2023-02-01-preview",
    "2022-10-01-preview",
    "2022-09-01",
    "2021-10-01",
    "2021-09-01",
    "2021-07-01",
)
GROUPS = ResourceType(responses.GROUP_TYPE, _VERSIONS, tracked=True, released=running.released)
CONTAINERS = ResourceType(f"{responses.GROUP_TYPE}/containers", _VERSIONS)
LOCATIONS = ResourceType("Microsoft.ContainerInstance/locations", _VERSIONS)

_ALL = "/providers/Microsoft.ContainerInstance/containerGroups"
_ONE = f"{GROUP}{_ALL}/{{containerGroupName}}"
_CONTAINER = f"{_ONE}/containers/{{containerName}}"
_PLACE = f"{SUBSCRIPTION}/providers/Microsoft.ContainerInstance/locations/{{location}}"
_REST = "learn.microsoft.com/rest/api/container-instances"


def _transitioning(call: Call) -> ArmError:
    return exceptions.transitioning(call.params["containerGroupName"])


def _write(method: str, path: str, handler: Handler, operation: str, page: str, seconds: float) -> Route:
    """A route that changes a group: one at a time."""
    return Route(
        method,
        path,
        GROUPS,
        handler,
        operation,
        f"{_REST}/container-groups/{page}",
        seconds=seconds,
        exclusive=_ONE,
        conflict=_transitioning,
    )


SERVICE = Service(
    "Microsoft.ContainerInstance",
    types=[GROUPS, CONTAINERS, LOCATIONS],
    routes=[
        _write(
            "PUT",
            _ONE,
            responses.put_group,
            "create or update (runs where the images are the sandbox's; else modelled)",
            "create-or-update",
            1.5,
        ),
        _write("PATCH", _ONE, responses.patch_group, "patch (tags)", "update", 0.6),
        Route("GET", _ONE, GROUPS, responses.get_group, "read", f"{_REST}/container-groups/get"),
        _write("DELETE", _ONE, responses.delete_group, "delete", "delete", 3),
        Route(
            "GET",
            f"{GROUP}{_ALL}",
            GROUPS,
            responses.list_groups,
            "list by group",
            f"{_REST}/container-groups/list-by-resource-group",
        ),
        Route(
            "GET",
            f"{SUBSCRIPTION}{_ALL}",
            GROUPS,
            responses.list_groups,
            "list",
            f"{_REST}/container-groups/list",
        ),
        _write("POST", f"{_ONE}/start", responses.start_group, "start", "start", 1),
        _write("POST", f"{_ONE}/stop", responses.stop_group, "stop", "stop", 4),
        _write("POST", f"{_ONE}/restart", responses.restart_group, "restart", "restart", 4),
        Route(
            "GET",
            f"{_ONE}/outboundNetworkDependenciesEndpoints",
            GROUPS,
            responses.get_outbound_dependencies,
            "outbound dependencies (none, ever)",
            f"{_REST}/container-groups/get-outbound-network-dependencies-endpoints",
        ),
        Route(
            "GET",
            f"{_CONTAINER}/logs",
            CONTAINERS,
            responses.get_logs,
            "read the log (of a group that runs)",
            f"{_REST}/containers/list-logs",
        ),
        Route(
            "POST",
            f"{_CONTAINER}/exec",
            CONTAINERS,
            responses.execute,
            "execute a command (always refused)",
            f"{_REST}/containers/execute-command",
        ),
        Route(
            "POST",
            f"{_CONTAINER}/attach",
            CONTAINERS,
            responses.attach,
            "attach (always refused)",
            f"{_REST}/containers/attach",
        ),
        Route(
            "GET", f"{_PLACE}/usages", LOCATIONS, locations.list_usages, "list usages", f"{_REST}/location/list-usage"
        ),
        Route(
            "GET",
            f"{_PLACE}/capabilities",
            LOCATIONS,
            locations.list_capabilities,
            "list capabilities",
            f"{_REST}/location/list-capabilities",
        ),
        Route(
            "GET",
            f"{_PLACE}/cachedImages",
            LOCATIONS,
            locations.list_cached_images,
            "list cached images",
            f"{_REST}/location/list-cached-images",
        ),
    ],
    completions={"containerinstance.deployed": responses.group_deployed},
    started=running.resume,
)
