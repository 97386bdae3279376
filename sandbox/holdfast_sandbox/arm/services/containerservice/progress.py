"""What is under way in a cluster? How its operations begin and end, and what meets them meanwhile.

An operation on a cluster excludes every other write to it and its pools; one on a pool excludes writes to that pool and
to the cluster, while other pools go on (Azure/AKS changed to that; the texts are in `exceptions.py`). A deletion waits
for nothing: it takes over what is under way (kaito-project/kaito#2075 shows it preempt others).
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from holdfast_sandbox.arm.call import Call, Plane
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.routing import GROUP
from holdfast_sandbox.arm.services.containerservice import exceptions, network, nodes
from holdfast_sandbox.arm.store import Resource

CLUSTER = "Microsoft.ContainerService/managedClusters"
POOL = "Microsoft.ContainerService/managedClusters/agentPools"
CLUSTER_DONE, POOL_DONE = "containerservice.cluster", "containerservice.agent-pool"
# Typical seconds: create, update, delete, and so on, of a cluster and of a pool.
SECONDS = {"create": 240, "update": 90, "delete": 240, "start": 180, "stop": 120}
POOL_SECONDS = {"create": 120, "update": 90, "delete": 120}
_STATES = {"create": "Creating", "update": "Updating", "delete": "Deleting", "start": "Starting", "stop": "Stopping"}


def cluster_id_of(call: Call) -> str:
    """The id of the cluster that the path is about, or lies under."""
    group = GROUP.format(subscriptionId=call.subscription, resourceGroupName=call.group)
    return f"{group}/providers/{CLUSTER}/{call.params['resourceName']}"


def pools_of(plane: Plane, cluster_id: str) -> list[Resource]:
    """The cluster's pools in the order in which they were made."""
    found = plane.store.find(POOL, under=cluster_id)
    return sorted(found, key=lambda pool: int(pool.private["n"]))


def refuse_while_busy(call: Call, cluster_id: str, pool_id: str | None = None) -> None:
    """409 `OperationNotAllowed` while the cluster, the pool, or (for the cluster's own writes) any pool is busy."""
    pools = [pool_id] if pool_id is not None else [pool.id for pool in pools_of(call.plane, cluster_id)]
    for target, what in ((cluster_id, "managed cluster"), *((pool, "agent pool") for pool in pools)):
        running = call.plane.operations.under_way(call.plane, target)
        if running is not None:
            started = datetime.fromtimestamp(running.started, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            raise exceptions.operation_in_progress(running.payload["verb"], what, running.id, started)


def begin(call: Call, target: Resource, verb: str) -> Operation:
    """Starts the operation, marks its target (a cluster: with all its pools) and gives it a new eTag."""
    pool = target.type == POOL
    seconds = (POOL_SECONDS if pool else SECONDS)[verb]
    touch(call.plane, target, _STATES[verb])
    for one in [] if pool else pools_of(call.plane, target.id):
        touch(call.plane, one, _STATES[verb])
    done = POOL_DONE if pool else CLUSTER_DONE
    operation = call.plane.operations.start(call, done, seconds=seconds, target=target.id, verb=verb)
    cluster = call.store.get(target.id.rpartition("/agentPools/")[0]) if pool else target
    operation.location = cluster.location if cluster is not None else ""  # only shown in the polling addresses
    return operation


def touch(plane: Plane, resource: Resource, state: str | None = None) -> None:
    """A new eTag, and perhaps another state."""
    if state is not None:
        resource.body["properties"]["provisioningState"] = state
    resource.private["etag"] = str(uuid.uuid4())
    plane.save(resource)


def cluster_done(plane: Plane, operation: Operation) -> None:
    """Ends a cluster's operation: what it wanted is there, or the cluster has failed."""
    cluster = plane.store.get(operation.target)
    if cluster is None:
        return
    verb, properties = operation.payload["verb"], cluster.body["properties"]
    if verb != "delete" and properties["provisioningState"] == "Deleting":
        return
    if operation.failure is None and verb == "delete":
        nodes.remove_group(plane, cluster)
        plane.remove(cluster)
        return
    if operation.failure is None:
        _settle(plane, cluster, verb)
    else:
        cluster.private["version"] = properties["currentKubernetesVersion"]
    _finish(plane, cluster, operation)
    for pool in pools_of(plane, cluster.id):
        if verb in ("start", "stop") and operation.failure is None:
            pool.body["properties"]["powerState"] = dict(properties["powerState"])
        _finish(plane, pool, operation)


def pool_done(plane: Plane, operation: Operation) -> None:
    """Ends an agent pool's operation."""
    pool = plane.store.get(operation.target)
    if pool is None or (operation.payload["verb"] != "delete" and _state(pool) == "Deleting"):
        return
    if operation.failure is None and operation.payload["verb"] == "delete":
        plane.remove(pool)
    else:
        _finish(plane, pool, operation)


def _settle(plane: Plane, cluster: Resource, verb: str) -> None:
    properties = cluster.body["properties"]
    if verb in ("start", "stop"):
        properties["powerState"] = {"code": "Stopped" if verb == "stop" else "Running"}
        return
    nodes.settle_in(plane, cluster)
    balancer = properties["networkProfile"].get("loadBalancerProfile")
    if balancer is not None:
        addresses = network.outbound_addresses(properties["networkProfile"], nodes.group_id(cluster))
        balancer["effectiveOutboundIPs"] = addresses
    properties["currentKubernetesVersion"] = cluster.private["version"]


def _finish(plane: Plane, resource: Resource, operation: Operation) -> None:
    failed = operation.failure is not None
    resource.body["properties"]["provisioningState"] = "Failed" if failed else "Succeeded"
    plane.save(resource)


def _state(resource: Resource) -> str:
    return str(resource.body["properties"]["provisioningState"])
