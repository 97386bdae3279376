"""Which services are wanted, and does what the settings say about each go together?

Sources: "Resource requests and limits" and "Kubernetes online endpoints" (Microsoft Learn, Azure Machine Learning).
What is on disk is `service_files`'.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from holdfast.model.kinds import Kind
from holdfast.model.nodes import SYSTEM_SIZE, Room, allocatable, usual_max_pods
from holdfast.model.services import Target, WantedService
from holdfast.model.wanted import WantedResource
from holdfast.settings.faults import Faults
from holdfast.settings.keys import wire
from holdfast.settings.parts import written
from holdfast.settings.sections import Cluster, Environment
from holdfast.settings.sections.computes import Compute
from holdfast.settings.sections.services import Service
from holdfast.settings.service_files import errors_returned, read_code, read_environment, read_model
from holdfast.settings.suggestions import did_you_mean

#: What a target does without.
_NOT_OF = {
    Target.ACI: ("compute", "endpoint_name", "replicas", "autoscale", "traffic"),
    # An online deployment keeps its variables where every reader of the workspace sees them.
    Target.AKS: ("identity", "dns_label", "subnet", "when_exists", "secure_env"),
}
_CALLED = {Target.ACI: "a container group", Target.AKS: "an online endpoint"}
#: Keys that are read into fields of their own.
_OWN_FIELDS = ("name", "whenExists", "model", "code", "environment", "baseImage", "target", "at")


def want_services(
    environment: Environment, resources: Mapping[Kind, WantedResource], root: Path, faults: Faults
) -> tuple[WantedService, ...]:
    """Every service whose files could be read; all that is wrong is noted in `faults`. `root` is the project's folder,
    which paths start from."""
    if not environment.services:
        return ()
    _find_same_names(environment, faults)
    _find_missing_kinds(environment, resources, faults)
    return tuple(service for one in environment.services if (service := _want(one, environment, root, faults)))


def _want(service: Service, environment: Environment, root: Path, faults: Faults) -> WantedService | None:
    at = service.at
    read: dict[str, Any] = {
        name: reader(service, root, faults)
        for name, key, reader in (
            ("model", service.model, read_model),
            ("code", service.code.path, read_code),
            ("environment", service.environment, read_environment),
        )
        if key and not faults.touches(f"{at}.{name}")
    }
    if not faults.touches(f"{at}.target"):
        _find_target_faults(service, environment, faults)
    _find_probe_faults(service, faults)
    if any(read.get(name) is None for name in ("model", "code", "environment")):
        return None
    return WantedService(
        service.name,
        service.target,
        script=service.code.script,
        settings=written(service, _OWN_FIELDS),
        key=at,
        returned_errors=errors_returned(root / service.code.path / service.code.script),
        **read,
    )


def _find_same_names(environment: Environment, faults: Faults) -> None:
    """Models, images and endpoints bear a service's name, so it is one for both targets."""
    seen: dict[str, Service] = {}
    one_endpoint: dict[str, Service] = {}
    for service in environment.services:
        first = seen.setdefault(service.name, service) if service.name else service
        if first is not service:
            where = f"a service of target `{first.target}`" if first.target != service.target else "another service"
            faults.add(
                "same-name",
                f"{service.at}.name",
                f"is `{service.name}`, the name of {where}, `{first.at}`",
                value=service.name,
                allowed="another name for each service",
                also=first.at,
            )
        named = one_endpoint.setdefault(service.endpoint_name, service) if service.endpoint_name else service
        if named is not service:
            faults.add(
                "same-name",
                f"{service.at}.endpointName",
                f"is `{service.endpoint_name}`, the endpoint of `{named.at}`",
                value=service.endpoint_name,
                allowed="an endpoint of its own for each service",
                also=named.at,
            )


def _find_missing_kinds(environment: Environment, resources: Mapping[Kind, WantedResource], faults: Faults) -> None:
    if Kind.REGISTRY not in resources:
        faults.add(
            "setting-does-not-fit",
            "registry.enabled",
            "is off, and the images of `services` have nowhere to be",
            value=False,
            allowed="`true`, or without `services`",
            also=environment.services[0].at,
        )


def _find_target_faults(service: Service, environment: Environment, faults: Faults) -> None:
    for name in _NOT_OF[service.target]:
        value = getattr(service, name)
        if value not in (None, (), {}):
            faults.add(
                "setting-does-not-fit",
                f"{service.at}.{wire(name)}",
                f"has no effect: of target `{service.target}` a service is {_CALLED[service.target]}",
                allowed=f"with `target: {next(other for other in Target if other is not service.target)}`",
                also=f"{service.at}.target",
            )
    if service.target is Target.ACI:
        _find_open_faults(service, faults)
    else:
        _find_login_faults(service, faults)
        _find_scale_faults(service, faults)
        _find_compute_faults(service, environment, faults)


def _find_open_faults(service: Service, faults: Faults) -> None:
    """Nobody stands before a container group who would ask for a key: that is to be known, and written."""
    at = f"{service.at}.auth"
    if service.auth == "none" or faults.touches(at):
        return
    if service.auth is None:
        allowed = "none: whoever reaches its address may use it; `subnet` makes that address a private one"
        faults.add("settings-missing-key", at, "is missing", allowed=allowed)
        return
    faults.add(
        "setting-does-not-fit",
        at,
        "is what a container group can't do: nobody stands before it who asks for one",
        value=service.auth,
        allowed="none, or with `target: aks`",
        also=f"{service.at}.target",
    )


def _find_login_faults(service: Service, faults: Faults) -> None:
    """Source: azure-rest-api-specs, EndpointAuthMode: an online endpoint always asks for something."""
    at = f"{service.at}.auth"
    if service.auth == "none" and not faults.touches(at):
        faults.add(
            "setting-does-not-fit",
            at,
            "is what an online endpoint can't do: it lets nobody in without",
            value=service.auth,
            allowed="key or token, or with `target: aci`",
            also=f"{service.at}.target",
        )


def _find_scale_faults(service: Service, faults: Faults) -> None:
    scale = service.autoscale
    if scale is not None and service.replicas is not None:
        faults.add(
            "setting-does-not-fit",
            f"{service.at}.replicas",
            "is a number of replicas, and `autoscale` changes it",
            value=service.replicas,
            allowed="one of the two",
            also=f"{service.at}.autoscale",
        )
    if scale is not None and scale.min > scale.max and not faults.touches(scale.at):
        faults.add(
            "setting-does-not-fit",
            f"{scale.at}.min",
            "is more than `max`",
            value=scale.min,
            allowed=f"at most {scale.max}",
            also=f"{scale.at}.max",
        )
    at = f"{service.at}.traffic"
    if service.traffic and not faults.touches(at) and sum(service.traffic.values()) != 100:
        faults.add(
            "traffic-not-whole",
            at,
            f"sums to {sum(service.traffic.values())}",
            value=dict(service.traffic),
            allowed="percentages that sum to 100",
        )


def _find_compute_faults(service: Service, environment: Environment, faults: Faults) -> None:
    computes = {one.name.lower(): one for one in environment.computes if one.kind == "kubernetes" or one.id}
    at = f"{service.at}.compute" if service.compute else f"{service.at}.target"
    if not computes:
        faults.add(
            "setting-does-not-fit",
            f"{service.at}.target",
            "needs a cluster, and the settings have none that models are served in",
            value=str(service.target),
            allowed="with a compute of kind `kubernetes`, and `cluster` or the id of one",
            hint="write `cluster: {extension: {inference: true, ...}}` and `computes: [{name: serving, kind:"
            " kubernetes}]`",
        )
        return
    if service.compute is None and len(computes) > 1:
        allowed = ", ".join(one.name for one in computes.values())
        faults.add("settings-missing-key", f"{service.at}.compute", "is missing: there are several", allowed=allowed)
        return
    compute = computes.get((service.compute or next(iter(computes))).lower())
    if compute is None:
        names = [one.name for one in computes.values()]
        faults.add(
            "unknown-compute",
            at,
            "is no compute of kind `kubernetes` of the settings",
            value=service.compute,
            allowed=", ".join(names),
            hint=did_you_mean(service.compute or "", names),
        )
        return
    cluster = environment.cluster
    if compute.id is None and compute.cluster is None and cluster is not None and cluster.id is None:
        _find_cluster_faults(service, compute, cluster, faults)


def _find_cluster_faults(service: Service, compute: Compute, cluster: Cluster, faults: Faults) -> None:
    """What the environment's own cluster has to have."""
    extension = cluster.extension
    installed = extension is None or extension.install is not False
    if installed and (extension is None or not extension.inference):
        faults.add(
            "setting-does-not-fit",
            f"{service.at}.target",
            f"needs what serves models in the cluster of `{compute.at}`, and the extension is there for training alone",
            value=str(service.target),
            allowed="with `cluster.extension.inference: true`",
            also="cluster.extension",
        )
    nodes = list(_nodes(cluster))
    rooms = [room for _, _, room in nodes if room is not None]
    if len(rooms) < len(nodes) or any(room.holds(service.cpu, service.memory) for room in rooms):
        return  # of a size that nobody knows here anything may be true
    at, size, widest = max(((at, size, room) for at, size, room in nodes if room), key=lambda node: node[2].memory)
    wrong = {"cpu": not any(room.holds(service.cpu, 0) for room in rooms)}
    wrong["memory"] = not any(room.holds(0, service.memory) for room in rooms)
    for name in [name for name, alone in wrong.items() if alone] or ["cpu"]:
        faults.add(
            "no-node-holds-it",
            f"{service.at}.{name}",
            "is more than any node has left for pods" if wrong[name] else "fits no node together with `memory`",
            value=getattr(service, name),
            allowed=f"what `{at}` ({size}) leaves once AKS has kept its own: {widest.millicores / 1000:g} cores and"
            f" {widest.memory / 1e9:.1f} GB",
            also=at,
        )


def _nodes(cluster: Cluster) -> Iterator[tuple[str, str, Room | None]]:
    """Where each pool stands in the settings, its size, and what a node of it leaves."""
    network = cluster.network
    usual = usual_max_pods(network.plugin if network else None, network.mode if network else None)
    system = cluster.system_pool
    size = (system.size if system else None) or SYSTEM_SIZE
    yield "cluster.systemPool", size, allocatable(size, (system.max_pods if system else None) or usual)
    for pool in cluster.pools:
        if pool.size:
            yield pool.at, pool.size, allocatable(pool.size, pool.max_pods or usual)


def _find_probe_faults(service: Service, faults: Faults) -> None:
    for name in ("liveness", "readiness"):
        probe = getattr(service.probes, name) if service.probes else None
        if probe is not None and probe.timeout is not None and probe.timeout > (probe.period or 10):
            faults.add(
                "setting-does-not-fit",
                f"{probe.at}.timeout",
                "is longer than the time between two looks",
                value=probe.timeout,
                allowed=f"at most {probe.period or 10}",
            )
