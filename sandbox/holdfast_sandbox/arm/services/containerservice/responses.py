"""What does Microsoft.ContainerService answer about managed clusters? Handlers.

A PUT is answered at once with what will be (201 when new, 200 after) and `Azure-AsyncOperation` to poll; all that can
be refused is refused then. Pools are resources of their own under the cluster; its profiles are a view of them.
"""

from __future__ import annotations

from typing import Any

from holdfast_sandbox.arm.actions import acted_on
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.exceptions import invalid_request_content, resource_not_found
from holdfast_sandbox.arm.services.containerservice import (
    conditions,
    credentials,
    exceptions,
    models,
    network,
    nodes,
    pools,
    progress,
    sizes,
    versions,
)
from holdfast_sandbox.arm.services.containerservice.progress import CLUSTER, POOL, pools_of
from holdfast_sandbox.arm.store import Json, Resource, Store
from holdfast_sandbox.arm.tracked import checked_location, checked_tags


def put_cluster(call: Call) -> Answer:
    name, body = models.checked_name(call.name), call.json()
    existing = call.store.get(call.id)
    location, tags, given = checked_location(call, body, existing), checked_tags(body), models.properties_of(body)
    conditions.check(call, existing.private["etag"] if existing else None)
    if existing is not None:
        progress.refuse_while_busy(call, existing.id)
        _refuse_when_stopped(existing, "updating")
    cluster = existing or Resource(call.id, CLUSTER, name, call.subscription, call.group, {}, {})
    before = existing.body["properties"] if existing else None
    sku = models.checked_sku(body, existing.body["sku"] if existing else None)
    identity = nodes.cluster_identity(call, body, existing.body["identity"] if existing else None)
    properties = models.wanted(
        given, before or models.born(name, call.group, location, given), location, existing is None
    )
    properties["networkProfile"] = network.wanted(
        given.get("networkProfile"), before["networkProfile"] if before else None, _has_subnet(given)
    )
    version = _version(name, given, properties, cluster.private.get("version"), sku["tier"])
    kubelet = (before or {}).get("identityProfile", {}).get("kubeletidentity")
    kubelet = nodes.kubelet_identity(call.store, given, identity, kubelet)
    if kubelet is not None:
        properties["identityProfile"] = {"kubeletidentity": kubelet}
    home = pools.Home(location, version, network.max_pods(properties["networkProfile"]))
    wanted_pools = _inline_pools(call, given, home, existing is None)
    head = {"location": location, "tags": tags, "sku": sku, "identity": identity}
    cluster.body = {**head, "systemData": call.system_data(existing), "properties": properties}
    cluster.private["version"] = version
    if existing is None:
        properties["currentKubernetesVersion"] = version
        cluster.private["secrets"] = credentials.secrets()
        nodes.make_group(call.plane, cluster)
    _save_pools(call.plane, cluster, wanted_pools)
    operation = progress.begin(call, cluster, "update" if existing else "create")
    return Answer(200 if existing else 201, _shown(call, cluster), operation.headers(call, "async"))


def patch_cluster(call: Call) -> Answer:
    """Tags, and nothing else, at once."""
    cluster, body = call.existing(), call.json()
    conditions.check(call, cluster.private["etag"])
    progress.refuse_while_busy(call, cluster.id)
    if body.get("tags") is not None:
        cluster.body["tags"] = checked_tags(body)
    cluster.body["systemData"] = call.system_data(cluster)
    progress.touch(call.plane, cluster)
    for pool in pools_of(call.plane, cluster.id):
        progress.touch(call.plane, pool)
    return Answer(200, _shown(call, cluster))


def get_cluster(call: Call) -> Answer:
    return Answer(200, _shown(call, call.existing()))


def list_clusters(call: Call) -> Answer:
    found = call.store.find(CLUSTER, subscription=call.subscription, group=call.group or None)
    return call.page([_shown(call, cluster) for cluster in found])


def delete_cluster(call: Call) -> Answer:
    """202, whatever else is under way; 204 when nothing is there."""
    cluster = call.store.get(call.id)
    conditions.check(call, cluster.private["etag"] if cluster else None)
    if cluster is None:
        return Answer(204)
    running = call.plane.operations.under_way(call.plane, cluster.id)
    if running is None or running.payload["verb"] != "delete":
        running = progress.begin(call, cluster, "delete")
    return Answer(202, None, running.headers(call))


def released(plane: Plane, cluster: Resource) -> None:
    """With its resource group goes the group of its nodes."""
    nodes.remove_group(plane, cluster)
    plane.remove(cluster)


# -- actions -----------------------------------------------------------------------------------------------------------


def stop(call: Call) -> Answer:
    return _switch(call, "stop", "Running")


def start(call: Call) -> Answer:
    return _switch(call, "start", "Stopped")


def _switch(call: Call, verb: str, expected: str) -> Answer:
    cluster = acted_on(call)
    progress.refuse_while_busy(call, cluster.id)
    properties = cluster.body["properties"]
    if properties["powerState"]["code"] != expected:
        doing = {"stop": "stopping", "start": "starting"}[verb]
        raise exceptions.power_state(properties["provisioningState"], properties["powerState"]["code"], doing)
    return Answer(202, None, progress.begin(call, cluster, verb).headers(call, "async"))


def list_user_credential(call: Call) -> Answer:
    return Answer(200, credentials.user(acted_on(call), call.query.get("format", "exec")))


def list_admin_credential(call: Call) -> Answer:
    return Answer(200, credentials.admin(acted_on(call)))


def get_upgrade_profile(call: Call) -> Answer:
    """What the control plane, and each pool, can be upgraded to."""
    cluster = _parent(call)
    rows = [
        {"name": pool.name, **_upgrades(pool.body["properties"]["currentOrchestratorVersion"])}
        | {"osType": pool.body["properties"]["osType"]}
        for pool in pools_of(call.plane, cluster.id)
    ]
    plane = {"name": "master", "osType": "Linux", **_upgrades(cluster.body["properties"]["currentKubernetesVersion"])}
    return Answer(
        200,
        {
            "id": f"{nodes.public_id(cluster.id)}/upgradeprofiles/default",
            "name": "default",
            "type": f"{CLUSTER}/upgradeprofiles",
            "properties": {"controlPlaneProfile": plane, "agentPoolProfiles": rows},
        },
    )


def list_versions(call: Call) -> Answer:
    return Answer(200, versions.listed())


def _upgrades(version: str) -> Json:
    possible = [{"kubernetesVersion": one} for one in versions.upgrades(version)]
    return {"kubernetesVersion": version, "upgrades": possible}


def _parent(call: Call) -> Resource:
    """The cluster whose read-only views the path asks for."""
    cluster = call.store.get(progress.cluster_id_of(call))
    if cluster is None:
        raise resource_not_found(CLUSTER, call.params["resourceName"], call.group)
    return cluster


# -- what a PUT says ---------------------------------------------------------------------------------------------------


def _version(name: str, given: Json, properties: Json, current: str | None, tier: str) -> str:
    """The patch version to run; `kubernetesVersion` stays as it was asked for (an alias stays an alias)."""
    asked = given.get("kubernetesVersion") or properties.get("kubernetesVersion") or versions.DEFAULT
    version = versions.checked_cluster_version(name, str(asked), current, properties["supportPlan"], tier)
    properties["kubernetesVersion"] = str(asked)
    return version


def _inline_pools(call: Call, given: Json, home: pools.Home, new: bool) -> dict[str, Json]:
    """The profiles of the body by name, checked; what it leaves out stays (pulumi-azure-native#1686)."""
    profiles = given.get("agentPoolProfiles")
    if profiles is None and not new:
        profiles = []
    if profiles is None:
        raise exceptions.missing_parameter("agentPoolProfiles")
    if not isinstance(profiles, list) or not all(isinstance(one, dict) for one in profiles):
        raise invalid_request_content("properties.agentPoolProfiles must be a list of objects")
    known = {pool.name: pool.body["properties"] for pool in pools_of(call.plane, call.id)}
    after: dict[str, Json] = {}
    for index, profile in enumerate(profiles):
        name = pools.checked_name(profile.get("name"), pools.INLINE)
        if name in after:
            raise exceptions.invalid_parameter("agentPoolProfile.name")
        if not new and name not in known:
            raise exceptions.new_pool_in_cluster()
        check_subnets(call.plane, profile, f"properties.agentPoolProfiles[{index}]", pools.INLINE)
        after[name] = pools.wanted(name, profile, known.get(name), home, pools.INLINE)
    every = {**known, **after}
    if not any(pool["mode"] == "System" for pool in every.values()):
        raise exceptions.no_system_pool()
    check_quota(call.store, home.location, known, every)
    return after


def check_subnets(plane: Plane, given: Json, path: str, where: str) -> None:
    for name in ("vnetSubnetID", "podSubnetID"):
        if isinstance(given.get(name), str) and given[name]:
            network.check_subnet(plane, given[name], f"{path}.{name}", f"{where}.{name}")


def check_quota(store: Store, location: str, before: dict[str, Json], after: dict[str, Json]) -> None:
    """Whether the region has the cores that the pools after a write take more than those before it."""
    more = sum(map(pools.cores, after.values())) - sum(map(pools.cores, before.values()))
    if more <= 0:
        return
    places = {cluster.id.lower() for cluster in store.find(CLUSTER) if cluster.location == location}
    used = sum(
        pools.cores(pool.body["properties"])
        for pool in store.find(POOL)
        if pool.id.lower().rpartition("/agentpools/")[0] in places
    )
    sizes.check_quota(location, used, more)


def _save_pools(plane: Plane, cluster: Resource, wanted: dict[str, Json]) -> None:
    for name, properties in wanted.items():
        existing = plane.store.get(f"{cluster.id}/agentPools/{name}")
        pool = existing or new_pool(plane, cluster, name)
        pool.body = {"properties": properties}
        plane.save(pool)


def new_pool(plane: Plane, cluster: Resource, name: str) -> Resource:
    last = max((int(pool.private["n"]) for pool in pools_of(plane, cluster.id)), default=0)
    return Resource(
        f"{cluster.id}/agentPools/{name}", POOL, name, cluster.subscription, cluster.group, {}, {"n": last + 1}
    )


def _has_subnet(given: Json) -> bool:
    profiles: Any = given.get("agentPoolProfiles")
    return isinstance(profiles, list) and any(isinstance(one, dict) and one.get("vnetSubnetID") for one in profiles)


def _refuse_when_stopped(cluster: Resource, doing: str) -> None:
    properties = cluster.body["properties"]
    if properties["powerState"]["code"] == "Stopped":
        raise exceptions.power_state(properties["provisioningState"], "Stopped", doing)


# -- what a GET shows --------------------------------------------------------------------------------------------------


def _shown(call: Call, cluster: Resource) -> Json:
    """The cluster as the service spells it, with its pools, and eTags where the version has them."""
    tagged = conditions.known_to(call.api_version)
    profiles = [
        {"name": pool.name, **pool.body["properties"], **({"eTag": pool.private["etag"]} if tagged else {})}
        for pool in pools_of(call.plane, cluster.id)
    ]
    answer = {name: value for name, value in cluster.answer().items() if name != "tags" or value}
    return {
        **answer,
        "id": nodes.public_id(cluster.id),
        "type": "Microsoft.ContainerService/ManagedClusters",
        **({"eTag": cluster.private["etag"]} if tagged else {}),
        "properties": {**answer["properties"], "agentPoolProfiles": profiles},
    }
