"""Which paths does Microsoft.ContainerService serve, and after which documents?"""

from __future__ import annotations

from functools import partial

from holdfast_sandbox.arm.routing import GROUP, SUBSCRIPTION, Handler, ResourceType, Route, Service
from holdfast_sandbox.arm.services.containerservice import agent_pools, exceptions, progress, responses

_VERSIONS = (
    *("2026-08-01", "2026-07-01", "2026-06-01", "2026-05-01", "2026-04-01", "2026-03-01", "2026-02-01", "2026-01-01"),
    *("2025-10-01", "2025-09-01", "2025-08-01", "2025-07-01", "2025-05-01", "2025-04-01", "2025-03-01", "2025-02-01"),
    *("2025-01-01", "2024-10-01", "2024-09-01", "2024-08-01", "2024-07-01", "2024-05-01", "2024-02-01", "2024-01-01"),
    *("2023-11-01", "2023-10-01", "2023-09-01", "2023-08-01", "2023-07-01", "2023-06-01", "2023-05-01", "2023-04-01"),
)
CLUSTERS = ResourceType(progress.CLUSTER, _VERSIONS, tracked=True, released=responses.released)
POOLS = ResourceType(progress.POOL, _VERSIONS)
KUBERNETES = ResourceType("Microsoft.ContainerService/locations/kubernetesVersions", _VERSIONS)

_ALL = "/providers/Microsoft.ContainerService/managedClusters"
_ONE = f"{GROUP}{_ALL}/{{resourceName}}"
_POOLS = f"{_ONE}/agentPools"
_POOL = f"{_POOLS}/{{agentPoolName}}"
_REST = "learn.microsoft.com/rest/api/aks"
_CLUSTER_REST, _POOL_REST = f"{_REST}/managed-clusters", f"{_REST}/agent-pools"

_write_cluster = partial(Route, type=CLUSTERS, exclusive=_ONE, conflict=lambda call: exceptions.overlapping_write())
_write_pool = partial(Route, type=POOLS, exclusive=_POOL, conflict=lambda call: exceptions.overlapping_write())


def _read(path: str, kind: ResourceType, handler: Handler, operation: str, source: str) -> Route:
    return Route("GET", path, kind, handler, operation, source)


SERVICE = Service(
    "Microsoft.ContainerService",
    types=[CLUSTERS, POOLS, KUBERNETES],
    routes=[
        _write_cluster(
            method="PUT",
            path=_ONE,
            handler=responses.put_cluster,
            operation="create or update",
            source=f"{_CLUSTER_REST}/create-or-update",
            seconds=3,
        ),
        _write_cluster(
            method="PATCH",
            path=_ONE,
            handler=responses.patch_cluster,
            operation="update tags",
            source=f"{_CLUSTER_REST}/update-tags",
            seconds=2,
        ),
        _write_cluster(
            method="DELETE",
            path=_ONE,
            handler=responses.delete_cluster,
            operation="delete",
            source=f"{_CLUSTER_REST}/delete",
            seconds=1,
        ),
        _read(_ONE, CLUSTERS, responses.get_cluster, "read", f"{_CLUSTER_REST}/get"),
        _read(
            f"{GROUP}{_ALL}",
            CLUSTERS,
            responses.list_clusters,
            "list by group",
            f"{_CLUSTER_REST}/list-by-resource-group",
        ),
        _read(f"{SUBSCRIPTION}{_ALL}", CLUSTERS, responses.list_clusters, "list", f"{_CLUSTER_REST}/list"),
        _write_cluster(
            method="POST",
            path=f"{_ONE}/stop",
            handler=responses.stop,
            operation="stop",
            source=f"{_CLUSTER_REST}/stop",
        ),
        _write_cluster(
            method="POST",
            path=f"{_ONE}/start",
            handler=responses.start,
            operation="start",
            source=f"{_CLUSTER_REST}/start",
        ),
        Route(
            "POST",
            f"{_ONE}/listClusterUserCredential",
            CLUSTERS,
            responses.list_user_credential,
            "list the user's credentials",
            f"{_CLUSTER_REST}/list-cluster-user-credentials",
        ),
        Route(
            "POST",
            f"{_ONE}/listClusterAdminCredential",
            CLUSTERS,
            responses.list_admin_credential,
            "list the administrator's credentials",
            f"{_CLUSTER_REST}/list-cluster-admin-credentials",
        ),
        _read(
            f"{_ONE}/upgradeProfiles/default",
            CLUSTERS,
            responses.get_upgrade_profile,
            "read the upgrades",
            f"{_CLUSTER_REST}/get-upgrade-profile",
        ),
        _read(
            f"{SUBSCRIPTION}/providers/Microsoft.ContainerService/locations/{{location}}/kubernetesVersions",
            KUBERNETES,
            responses.list_versions,
            "list Kubernetes versions",
            f"{_CLUSTER_REST}/list-kubernetes-versions",
        ),
        _write_pool(
            method="PUT",
            path=_POOL,
            handler=agent_pools.put_pool,
            operation="create or update",
            source=f"{_POOL_REST}/create-or-update",
            seconds=2,
        ),
        _write_pool(
            method="DELETE",
            path=_POOL,
            handler=agent_pools.delete_pool,
            operation="delete",
            source=f"{_POOL_REST}/delete",
            seconds=1,
        ),
        _read(_POOL, POOLS, agent_pools.get_pool, "read", f"{_POOL_REST}/get"),
        _read(_POOLS, POOLS, agent_pools.list_pools, "list", f"{_POOL_REST}/list"),
        _read(
            f"{_POOL}/upgradeProfiles/default",
            POOLS,
            agent_pools.get_upgrade_profile,
            "read the upgrades",
            f"{_POOL_REST}/get-upgrade-profile",
        ),
        _read(
            f"{_ONE}/availableAgentPoolVersions",
            POOLS,
            agent_pools.list_available_versions,
            "list versions for pools",
            f"{_POOL_REST}/get-available-agent-pool-versions",
        ),
    ],
    completions={progress.CLUSTER_DONE: progress.cluster_done, progress.POOL_DONE: progress.pool_done},
)
