"""What does Microsoft.ContainerService answer about agent pools? Handlers.

A pool may be made with its cluster or on its own; either way it is read, changed and deleted here, but for the last
system pool (learn.microsoft.com/azure/aks/use-system-pools).
"""

from __future__ import annotations

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.call import Answer, Call
from holdfast_sandbox.arm.services.containerservice import (
    conditions,
    exceptions,
    models,
    network,
    nodes,
    pools,
    progress,
    responses,
    versions,
)
from holdfast_sandbox.arm.services.containerservice.progress import CLUSTER, POOL, pools_of
from holdfast_sandbox.arm.store import Json, Resource


def put_pool(call: Call) -> Answer:
    cluster, body = _cluster(call, writing=True), call.json()
    name, given = pools.checked_name(call.name, pools.OWN), models.properties_of(body)
    existing = call.store.get(call.id)
    conditions.check(call, existing.private["etag"] if existing else None)
    progress.refuse_while_busy(call, cluster.id, call.id)
    facts = cluster.body["properties"]
    if facts["powerState"]["code"] == "Stopped":
        raise exceptions.power_state(facts["provisioningState"], "Stopped", "updating agent pools")
    before = existing.body["properties"] if existing else None
    responses.check_subnets(call.plane, given, "properties", pools.OWN)
    home = pools.Home(cluster.location, cluster.private["version"], network.max_pods(facts["networkProfile"]))
    properties = pools.wanted(name, given, before, home, pools.OWN)
    known = {pool.name: pool.body["properties"] for pool in pools_of(call.plane, cluster.id)}
    _check_subnet_for_all(known, name, properties)
    if existing is not None and not _has_system({**known, name: properties}):
        raise exceptions.last_system_pool(alone=False)
    responses.check_quota(call.store, cluster.location, known, {**known, name: properties})
    pool = existing or responses.new_pool(call.plane, cluster, name)
    pool.body = {"properties": properties}
    operation = progress.begin(call, pool, "update" if existing else "create")
    return Answer(200 if existing else 201, _shown(call, pool), operation.headers(call, "async"))


def get_pool(call: Call) -> Answer:
    _cluster(call)
    return Answer(200, _shown(call, call.existing()))


def list_pools(call: Call) -> Answer:
    cluster = _cluster(call)
    return call.page([_shown(call, pool) for pool in pools_of(call.plane, cluster.id)])


def delete_pool(call: Call) -> Answer:
    """202; 204 when nothing is there; 400 for the last system pool."""
    pool = call.store.get(call.id)
    conditions.check(call, pool.private["etag"] if pool else None)
    if pool is None:
        return Answer(204)
    cluster = _cluster(call)
    running = call.plane.operations.under_way(call.plane, pool.id)
    if running is not None and running.payload["verb"] == "delete":
        return Answer(202, None, running.headers(call))
    progress.refuse_while_busy(call, cluster.id, pool.id)
    others = {one.name: one.body["properties"] for one in pools_of(call.plane, cluster.id) if one.id != pool.id}
    staying = {name: one for name, one in others.items() if one["provisioningState"] != "Deleting"}
    if pool.body["properties"]["mode"] == "System" and not _has_system(staying):
        raise exceptions.last_system_pool(alone=not staying)
    return Answer(202, None, progress.begin(call, pool, "delete").headers(call))


def list_available_versions(call: Call) -> Answer:
    """What a new pool of this cluster can run: nothing newer than the control plane."""
    cluster = _cluster(call)
    current = cluster.body["properties"]["currentKubernetesVersion"]
    at = versions.ALL.index(current)
    possible = [one for one in versions.ALL[: at + 1] if not versions.long_term_only(one) or one == current]
    rows = [{"kubernetesVersion": one, **({"default": True} if one == current else {})} for one in possible]
    return Answer(
        200,
        {
            "id": f"{nodes.public_id(cluster.id)}/availableagentpoolversions",
            "name": "default",
            "type": f"{CLUSTER}/availableAgentpoolVersions",
            "properties": {"agentPoolVersions": rows},
        },
    )


def get_upgrade_profile(call: Call) -> Answer:
    """What one pool can be upgraded to, within its control plane's version."""
    cluster = _cluster(call)
    pool = call.store.get(f"{cluster.id}/agentPools/{call.params['agentPoolName']}")
    if pool is None:
        raise arm.resource_not_found(POOL, f"{cluster.name}/{call.params['agentPoolName']}", call.group)
    properties = pool.body["properties"]
    current, limit = properties["currentOrchestratorVersion"], cluster.body["properties"]["currentKubernetesVersion"]
    reachable = versions.ALL[: versions.ALL.index(limit) + 1]
    upgrades = [{"kubernetesVersion": one} for one in versions.upgrades(current) if one in reachable]
    return Answer(
        200,
        {
            "id": f"{nodes.public_id(pool.id)}/upgradeprofiles/default",
            "name": "default",
            "type": f"{POOL}/upgradeProfiles",
            "properties": {
                "kubernetesVersion": current,
                "osType": properties["osType"],
                "upgrades": upgrades,
                "latestNodeImageVersion": properties["nodeImageVersion"],
            },
        },
    )


def _cluster(call: Call, *, writing: bool = False) -> Resource:
    cluster_id = progress.cluster_id_of(call)
    cluster = call.store.get(cluster_id)
    if cluster is None and writing:
        raise arm.parent_not_found(POOL, call.name, cluster_id)
    if cluster is None:
        raise arm.resource_not_found(CLUSTER, call.params["resourceName"], call.group)
    return cluster


def _has_system(known: dict[str, Json]) -> bool:
    return any(pool["mode"] == "System" for pool in known.values())


def _check_subnet_for_all(known: dict[str, Json], name: str, properties: Json) -> None:
    """In a network of one's own every pool names its subnet (github.com/Azure/AKS/issues/2927)."""
    for other, pool in known.items():
        if other != name and bool(pool.get("vnetSubnetID")) != bool(properties.get("vnetSubnetID")):
            lacking = other if properties.get("vnetSubnetID") else name
            raise exceptions.bad_request(f"The Agentpool {lacking} does not have subnet defined.")


def _shown(call: Call, pool: Resource) -> Json:
    tag = {"eTag": pool.private["etag"]} if conditions.known_to(call.api_version) else {}
    answer = pool.answer()
    return {**answer, "id": nodes.public_id(pool.id), "properties": {**answer["properties"], **tag}}
