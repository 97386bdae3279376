"""Can the cluster hold what the services ask for at the least? Told before a pod waits for a node that never comes.

The node pools as they live, at their most and as if they were empty: what is told to be too much is too much. What else
runs there takes room besides, so that the opposite is no promise.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from holdfast.decide.capacity import overfull, too_much
from holdfast.diagnose import Evidence, stated
from holdfast.model.existing import Absent, Live, Unreadable
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.nodes import allocatable, usual_max_pods
from holdfast.model.services import Target
from holdfast.model.sizing import Ask, Pool
from holdfast.model.sorts import SORTS, Sort
from holdfast.ops.doctor.answers import Unanswered, said
from holdfast.ops.service.stack import Stack
from holdfast.ops.size.subject import subject_of
from holdfast.read.resources import list_at


def look_at_capacity(stack: Stack) -> list[Evidence]:
    """A sentence for each service that can't have its replicas, and one where all of them together can't. Raises
    Unanswered, also where a pool's size of machine is not known here."""
    asks = list(_asks(stack))
    if not asks:
        return []
    cluster, sort = resource_id(stack.wanted, Kind.CLUSTER), SORTS[Sort.POOL]
    listed = list_at(stack.client, f"{cluster}{sort.path}".rstrip("/"), sort.api_version)
    if isinstance(listed, Absent):
        return []
    if isinstance(listed, Unreadable):
        raise Unanswered(said(listed))
    pools = [_pool(row) for row in listed.values() if _takes_replicas(row)]
    unknown = sorted({pool.size for pool in pools if pool.millicores is None})
    if unknown:
        raise Unanswered(f"what a node of size {', '.join(unknown)} leaves for pods is not known")
    lines = [stated.no_room(one.service, one.replicas, one.cores, one.gigabytes) for one in too_much(pools, asks)]
    if not lines and (both := overfull(pools, asks)) is not None:
        lines = [stated.no_room_for_all(both.cores, both.gigabytes, both.cores_there, both.gigabytes_there)]
    return [Evidence(f"cluster {cluster.rpartition('/')[2]}", "\n".join(lines))] if lines else []


def _asks(stack: Stack) -> Iterable[Ask]:
    """The least of each service that the stack's own cluster serves."""
    for service in stack.wanted.services:
        if service.target is Target.AKS:
            subject = subject_of(stack.wanted, stack.file, service.name)
            if subject.pools is not None:
                yield Ask(service.name, subject.scale.min, subject.cores, subject.gigabytes)


def _takes_replicas(pool: Live) -> bool:
    """A replica tolerates no taint, needs Linux, and a pool that is stopped has no nodes."""
    said = pool.properties
    tainted = [one for one in said.get("nodeTaints") or () if not str(one).endswith(":PreferNoSchedule")]
    running = str((said.get("powerState") or {}).get("code") or "Running") == "Running"
    return running and not tainted and str(said.get("osType") or "Linux") == "Linux"


def _pool(row: Live) -> Pool:
    said: dict[str, Any] = dict(row.properties)
    count = int(said.get("count") or 0)
    scaled = bool(said.get("enableAutoScaling"))
    pods = int(said.get("maxPods") or usual_max_pods(None, None))
    size = str(said.get("vmSize") or "")
    room = allocatable(size, pods)
    return Pool(
        row.name,
        size,
        room.millicores if room else None,
        room.memory if room else None,
        pods,
        int(said.get("minCount") or 0) if scaled else count,
        int(said.get("maxCount") or 0) if scaled else count,
    )
