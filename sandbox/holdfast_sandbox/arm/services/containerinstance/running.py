"""Does a group really run, and what does it run? Groups whose images the sandbox itself has built become processes.

All of a group's images must be in the sandbox's image store and be such that a process can stand in for them, and the
group must be for Linux and mount no volume; any other group stays modelled (see states.py). A running group has an
address of its own on loopback, where its containers listen on the ports they declare: that is its public `ip`.
"""

from __future__ import annotations

import re
from typing import Any

from holdfast_sandbox.arm.call import Plane
from holdfast_sandbox.arm.services.containerinstance import states
from holdfast_sandbox.arm.services.containerinstance.containers import total
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.containers import Pod, Probe, Recipe, addresses, recipes
from holdfast_sandbox.images import Image, ImageStore

GROUP_TYPE = "Microsoft.ContainerInstance/containerGroups"
ADDRESS, RUNS = "address", "runs"
_GIB = 1024**3
_OVER = ("Stopped", "Succeeded", "Failed")


def can_run(plane: Plane, wanted: Json) -> bool:
    """Whether a group that is asked for like that will really run."""
    every = wanted["containers"] + wanted["initContainers"]
    mounts = any(one["properties"].get("volumeMounts") for one in every)
    if plane.containers is None or wanted["osType"] != "Linux" or mounts:
        return False
    store = ImageStore(plane.containers.state)
    return all(recipes.can_run(store.find(one["properties"].get("image", ""))) for one in every)


def address_for(plane: Plane, existing: Resource | None) -> str:
    """The group's own address: an update keeps it."""
    kept = existing.private.get(ADDRESS) if existing is not None else None
    assert plane.containers is not None
    taken = [str(one.private.get(ADDRESS)) for one in plane.store.find(GROUP_TYPE)]
    return str(kept) if kept else plane.containers.free_address(taken)


def placed(properties: Json, address: str) -> None:
    """Lets a public address be the one that answers."""
    if (properties.get("ipAddress") or {}).get("type") == "Public":
        properties["ipAddress"]["ip"] = address


def is_ours(address: Json | None) -> bool:
    """Whether an `ipAddress` is that of a group that runs."""
    return addresses.is_ours(str((address or {}).get("ip", "")))


def run(plane: Plane, group: Resource, *, again: int = 0) -> None:
    """Starts the group's processes. `again`: what to add to the restarts, where it ran before."""
    assert plane.containers is not None
    store, wanted = ImageStore(plane.containers.state), group.private["wanted"]
    ports = {port["port"] for one in wanted["containers"] for port in one["properties"].get("ports") or []}
    ports |= {port["port"] for port in (wanted.get("ipAddress") or {}).get("ports") or []}
    place = recipes.Place(group.private[ADDRESS], tuple(sorted(ports)), plane.containers.home(group.id))
    pod = plane.containers.run(
        group.id,
        [_recipe(store, one, place, _limit(wanted, one)) for one in wanted["containers"]],
        init=[_recipe(store, one, place, None) for one in wanted["initContainers"]],
        address=place.address,
        policy=wanted["restartPolicy"],
        changed=lambda pod: _keep(plane, pod),
    )
    for container in pod.containers:
        view = states.view_of(group.body["properties"], container.recipe.name)
        container.restarts = view["restartCount"] + again
    shifted = [port for port in ports if addresses.real_port(port) != port]
    for port in shifted:
        note = f"port {port} needs rights that this user has not: it is {addresses.real_port(port)} here"
        pod.containers[0].events.add(plane.clock(), "PortShifted", note, "Warning")
    group.body["properties"]["instanceView"]["state"] = "Pending"
    states.show(group.body["properties"], pod)


def stop(plane: Plane, group: Resource) -> None:
    """Ends the group's processes; the pod stays for its log."""
    pod = pod_of(plane, group)
    if pod is not None:
        pod.stop()


def restart(plane: Plane, group: Resource) -> None:
    pod = pod_of(plane, group)
    if pod is None or pod.init:
        run(plane, group, again=1)
    else:
        pod.restart()
        group.body["properties"]["instanceView"]["state"] = "Running"
        states.show(group.body["properties"], pod)


def end(plane: Plane, group: Resource) -> None:
    """The group is deleted."""
    if plane.containers is not None:
        plane.containers.remove(group.id)


def released(plane: Plane, group: Resource) -> None:
    """The resource group that held it is deleted."""
    end(plane, group)
    plane.remove(group)


def refresh(plane: Plane, group: Resource) -> Resource:
    """The group with what its processes are doing right now."""
    pod = pod_of(plane, group)
    if pod is not None:
        states.show(group.body["properties"], pod)
    return group


def pod_of(plane: Plane, group: Resource) -> Pod | None:
    """The pod of a group that runs, or has run since the sandbox's start."""
    if plane.containers is None or not group.private.get(RUNS):
        return None
    return plane.containers.get(group.id)


def resume(plane: Plane) -> None:
    """The sandbox has started: what ran when it ended runs again, once more restarted (ACI's infrastructure does that,
    too: container-instances-troubleshooting, "isolated restart")."""
    for group in plane.store.find(GROUP_TYPE):
        properties = group.body["properties"]
        under_way = properties["provisioningState"] != "Succeeded"
        if not group.private.get(RUNS) or under_way or properties["instanceView"]["state"] in _OVER:
            continue
        if can_run(plane, group.private["wanted"]):
            run(plane, group, again=1)
            plane.save(group)


def _keep(plane: Plane, pod: Pod) -> None:
    """Writes down what has changed, so that it is known after a restart of the sandbox."""
    with plane.store.transaction():
        group = plane.store.get(pod.key)
        if group is not None and pod_of(plane, group) is pod:
            states.show(group.body["properties"], pod)
            plane.save(group)


def _recipe(store: ImageStore, container: Json, place: recipes.Place, memory: int | None) -> Recipe:
    properties = container["properties"]
    image = store.find(properties["image"])
    assert isinstance(image, Image)
    given = properties.get("environmentVariables") or []
    env = {one["name"]: one.get("secureValue", one.get("value", "")) for one in given}
    return recipes.recipe(
        image,
        container["name"],
        place,
        reference=properties["image"],
        command=properties.get("command") or (),
        env={name: _expanded(value, env) for name, value in env.items()},
        memory=memory,
        liveness=_probe(properties.get("livenessProbe")),
        readiness=_probe(properties.get("readinessProbe")),
    )


def _expanded(value: str, env: dict[str, str]) -> str:
    """`$(NAME)` of another variable (kubernetes.io, "Define dependent environment variables")."""
    return re.sub(r"\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)", lambda match: env.get(match[1], match[0]), value)


def _limit(wanted: Json, container: Json) -> int:
    """Bytes: a container may use its limit, without one all that the group requests
    (container-instances-container-groups, "Resource allocation")."""
    limit = container["properties"]["resources"].get("limits", {}).get("memoryInGB")
    return int((limit or total(wanted["containers"], "memoryInGB")) * _GIB)


def _probe(given: Json | None) -> Probe | None:
    """Defaults are Kubernetes': the service's reference (ContainerProbe) names none."""
    if given is None:
        return None
    get: Json = given.get("httpGet") or {}
    headers: Any = get.get("httpHeaders") or []
    if isinstance(headers, dict):
        headers = [headers]
    return Probe(
        path=str(get.get("path") or "/"),
        port=int(get.get("port") or 0),
        scheme=str(get.get("scheme") or "http"),
        headers=tuple((str(one.get("name")), str(one.get("value"))) for one in headers),
        command=tuple((given.get("exec") or {}).get("command") or ()),
        initial_delay=float(given.get("initialDelaySeconds") or 0),
        period=float(given.get("periodSeconds") or 10),
        timeout=float(given.get("timeoutSeconds") or 1),
        failures=int(given.get("failureThreshold") or 3),
        successes=int(given.get("successThreshold") or 1),
    )
