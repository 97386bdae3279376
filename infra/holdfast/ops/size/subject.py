"""What does the stack file say about the service that is sized, and about the nodes that its replicas run on?

By the file alone: no login. The defaults are those that the deployment is made with (`model/deployments.py`) and that
the cluster is made with (stacks/README.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.model.deployments import AUTOSCALE, PROBE, QUEUE_WAIT, TIMEOUT
from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.kinds import Kind
from holdfast.model.nodes import SYSTEM_SIZE, allocatable, usual_max_pods
from holdfast.model.services import Target, WantedService
from holdfast.model.sizing import Pool, Scale, Serving
from holdfast.model.sorts import Sort
from holdfast.model.wanted import Wanted, WantedPart
from holdfast.ops.stack_file import named_service

#: A pool's nodes where nothing is said, at the least and at the most: of the system pool, of any other.
_SYSTEM_NODES, _USER_NODES = (1, 3), (0, 3)


@dataclass(frozen=True, slots=True)
class Subject:
    """A service of a stack. `cores` and `gigabytes` are those of a replica, `timeout` the seconds that a request may
    take; `fixed`: it has `replicas` and is not scaled. `pools`: where its replicas may run, `None` where the cluster is
    not the stack's own."""

    name: str
    file: Path
    cores: float
    gigabytes: float
    timeout: float
    serving: Serving
    scale: Scale
    fixed: bool
    pools: tuple[Pool, ...] | None


def subject_of(wanted: Wanted, file: Path, name: str) -> Subject:
    """A service of the stack. Raises HoldfastError: `unknown-service`, `not-autoscaled`."""
    service = named_service(wanted, file, name)
    if service.target is not Target.AKS:
        rows = (("file", str(file)), ("key", f"{service.key}.target"), ("value", str(service.target)))
        what = f"service `{name}` is a container group, of which there is one and never more"
        raise HoldfastError([Fault("not-autoscaled", what, rows, "target `aks` has replicas")])
    settings = service.settings
    fixed = settings.get("replicas")
    scale = {**AUTOSCALE, **(settings.get("autoscale") or {})}
    return Subject(
        name,
        file,
        float(settings["cpu"]),
        float(settings["memory"]),
        float(settings.get("timeout") or TIMEOUT),
        Serving(settings.get("maxConcurrentRequests") or 1, _start(settings), QUEUE_WAIT),
        Scale(fixed, fixed, scale["target"]) if fixed else Scale(scale["min"], scale["max"], scale["target"]),
        bool(fixed),
        _pools(wanted, service),
    )


def _start(settings: Mapping[str, Any]) -> float:
    """No replica is asked before its readiness probe has been answered, and no probe asks sooner than that."""
    readiness = (settings.get("probes") or {}).get("readiness") or {}
    return float({**PROBE, **readiness}["initialDelay"])


def _pools(wanted: Wanted, service: WantedService) -> tuple[Pool, ...] | None:
    cluster = wanted.resources.get(Kind.CLUSTER)
    computes = [one for one in wanted.parts if one.sort is Sort.COMPUTE and one.settings.get("kind") == "kubernetes"]
    named = service.settings.get("compute")
    compute = next((one for one in computes if named is None or one.name.lower() == named.lower()), None)
    if cluster is None or cluster.id or compute is None or compute.id or compute.settings.get("cluster"):
        return None
    settings = wanted.settings.get(Kind.CLUSTER, {})
    network = settings.get("network") or {}
    usual = usual_max_pods(network.get("plugin"), network.get("mode"))
    pools = [one for one in wanted.parts if one.sort is Sort.POOL]
    system = next((one for one in pools if one.inline), None)
    first = {"size": SYSTEM_SIZE, **(system.settings if system else {})}
    found = [_pool(system.name if system else "system", first, "cluster.systemPool", usual, _SYSTEM_NODES)]
    # A replica tolerates no taint, so it runs on no node that has one; spot pools have one of Azure's.
    rest = [one for one in pools if not (one.inline or one.settings.get("taints") or one.settings.get("spot"))]
    return (*found, *(_user_pool(one, usual) for one in rest))


def _user_pool(part: WantedPart, usual: int) -> Pool:
    nodes = _SYSTEM_NODES if part.settings.get("mode") == "System" else _USER_NODES
    return _pool(part.name, part.settings, part.key, usual, nodes)


def _pool(name: str, said: Mapping[str, Any], key: str, usual: int, nodes: tuple[int, int]) -> Pool:
    pods, count = int(said.get("maxPods") or usual), said.get("count")
    room = allocatable(str(said["size"]), pods)
    least = count if count is not None else said.get("min")
    most = count if count is not None else said.get("max")
    return Pool(
        name,
        str(said["size"]),
        room.millicores if room else None,
        room.memory if room else None,
        pods,
        nodes[0] if least is None else int(least),
        max(nodes[1] if most is None else int(most), int(least or 0)),
        key,
    )
