"""Do the nodes of a deployment's cluster hold its replicas, beside what runs there? Against what is allocatable."""

from __future__ import annotations

from holdfast_sandbox.arm.call import Plane
from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.services.containerservice import progress
from holdfast_sandbox.arm.services.containerservice.sizes import SIZES_BY_KEY
from holdfast_sandbox.arm.services.machinelearning import endpoint_models as models
from holdfast_sandbox.arm.services.machinelearning.quantities import Amount, Node, allocatable, placed, why_not
from holdfast_sandbox.arm.store import Json, Resource, Store

_DEPLOYMENT = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments"


def compute_of(store: Store, endpoint_id: str) -> Json:
    """The properties of the Kubernetes compute of an endpoint; with its `resourceId`."""
    endpoint = store.get(endpoint_id)
    compute = store.get(str((endpoint.body["properties"] if endpoint else {}).get("compute")))
    if compute is None:
        raise models.ended("KubernetesUnaccessible", "The compute of the endpoint is not attached any more.")
    properties = compute.body["properties"]
    return {**properties["properties"], "resourceId": properties["resourceId"]}


def check(plane: Plane, deployment: Resource, count: int) -> None:
    """Refuses a number of replicas that the cluster can't hold besides what other deployments run on it."""
    cluster, asked, selector = _asked(plane, deployment)
    nodes = nodes_of(plane, cluster)
    there = _there(plane, cluster, without=deployment.id)
    if placed(nodes, there, asked, count, selector) < count:
        free = [node for node in nodes if placed([node], [], asked, 1, selector) == 0]
        told = why_not(free or nodes, asked, selector) if free else f"0/{len(nodes)} nodes are available: no room left."
        raise models.ended("PodUnschedulable", told)


def room(plane: Plane, deployment: Resource, count: int) -> int:
    """How many of `count` more replicas find a node; none where the cluster is gone."""
    try:
        cluster, asked, selector = _asked(plane, deployment)
        return placed(nodes_of(plane, cluster), _there(plane, cluster), asked, count, selector)
    except ArmError:
        return 0


def nodes_of(plane: Plane, cluster_id: str) -> list[Node]:
    """The cluster's nodes with what they have for pods; those with taints take none."""
    cluster = plane.store.get(cluster_id)
    if cluster is None or cluster.body["properties"]["powerState"]["code"] == "Stopped":
        raise models.ended("KubernetesUnaccessible", f"The cluster '{cluster_id}' is not reachable.")
    nodes: list[Node] = []
    for pool in progress.pools_of(plane, cluster.id):
        properties = pool.body["properties"]
        size = SIZES_BY_KEY.get(str(properties.get("vmSize")).lower())
        if size is None or properties.get("nodeTaints") or properties.get("osType", "Linux") != "Linux":
            continue
        amount = allocatable(size.cores, size.memory, int(properties.get("maxPods") or 110))
        labels = {"agentpool": pool.name, **(properties.get("nodeLabels") or {})}
        nodes += [Node(amount.cpu, amount.memory, labels)] * int(properties.get("count") or 0)
    return nodes


def _asked(plane: Plane, deployment: Resource) -> tuple[str, Amount, dict[str, str]]:
    compute = compute_of(plane.store, deployment.id.rpartition("/deployments/")[0])
    asked = deployment.private["asked"]
    return str(compute["resourceId"]), Amount(asked["cpu"], asked["memory"]), dict(asked["selector"])


def _there(plane: Plane, cluster_id: str, without: str = "") -> list[Amount]:
    """What the replicas ask for that run on the cluster."""
    found: list[Amount] = []
    assert plane.scoring is not None
    for endpoint in plane.scoring.endpoints.values():
        for service in endpoint.deployments.values():
            sets = [one for one in (service.current, service.next) if one is not None]
            resource = plane.store.get(sets[0].key) if sets else None
            if resource is None or resource.key == without.lower() or resource.body["kind"] != models.KUBERNETES:
                continue
            try:
                where, asked, _ = _asked(plane, resource)
            except ArmError:
                continue  # its compute is detached: it is on no cluster that is known
            if where.lower() == cluster_id.lower():
                found += [asked] * len(service.replicas)
    return found
