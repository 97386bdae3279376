"""How much is `100m` or `2Gi`? Kubernetes' quantities, and whether the nodes of a cluster can hold what is asked for.

kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity. What a node has left for pods:
learn.microsoft.com/azure/aks/node-resource-reservations. Pods of the system take nothing here, so a little more fits
than in Azure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_QUANTITY = re.compile(r"(\d+(?:\.\d+)?|\.\d+)(m|k|M|G|T|Ki|Mi|Gi|Ti)?")
_FACTORS = {"": 1, "m": 0.001, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
_FACTORS |= {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
_MIB = 2**20
# Millicores that AKS keeps of a node, by its cores.
_CORES_KEPT = {1: 60, 2: 100, 4: 140, 8: 180, 16: 260, 32: 420, 64: 740}


def quantity(text: object) -> float | None:
    """Cores or bytes; None for what is no quantity."""
    found = _QUANTITY.fullmatch(str(text).strip())
    return float(found[1]) * _FACTORS[found[2] or ""] if found else None


@dataclass(frozen=True, slots=True)
class Amount:
    """`cpu` in cores, `memory` in bytes."""

    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class Node:
    """What a node has for pods, and how it may be selected."""

    cpu: float
    memory: float
    labels: Mapping[str, str]


def allocatable(cores: int, memory_gib: float, max_pods: int) -> Amount:
    """What of a virtual machine is left for pods (AKS 1.29 and later)."""
    kept = next((kept for size, kept in sorted(_CORES_KEPT.items(), reverse=True) if cores >= size), 60) / 1000
    memory = memory_gib * 2**30
    reserved = min(20 * _MIB * max_pods + 50 * _MIB, memory * 0.25)
    return Amount(cores - kept, memory - reserved - 100 * _MIB)


def placed(
    nodes: Iterable[Node], there: Iterable[Amount], asked: Amount, count: int, selector: Mapping[str, str]
) -> int:
    """How many of `count` pods find a node, after those that are `there` have: the first node with room takes a pod."""
    free = [[node.cpu, node.memory, node] for node in nodes]
    for one in there:
        _take(free, one, {})
    return sum(_take(free, asked, selector) for _ in range(count))


def _take(free: list[list[object]], asked: Amount, selector: Mapping[str, str]) -> bool:
    for slot in free:
        cpu, memory, node = slot
        assert isinstance(cpu, float | int)
        assert isinstance(memory, float | int)
        assert isinstance(node, Node)
        fits = cpu + 1e-9 >= asked.cpu and memory >= asked.memory
        if fits and all(node.labels.get(name) == value for name, value in selector.items()):
            slot[0], slot[1] = cpu - asked.cpu, memory - asked.memory
            return True
    return False


def why_not(nodes: list[Node], asked: Amount, selector: Mapping[str, str]) -> str:
    """The scheduler's words for a pod that no node takes."""
    reasons: dict[str, int] = {}
    for node in nodes:
        if any(node.labels.get(name) != value for name, value in selector.items()):
            reason = "node(s) didn't match Pod's node affinity/selector"
        elif node.memory < asked.memory:
            reason = "Insufficient memory"
        else:
            reason = "Insufficient cpu"
        reasons[reason] = reasons.get(reason, 0) + 1
    told = ", ".join(f"{count} {reason}" for reason, count in reasons.items())
    return f"0/{len(nodes)} nodes are available: {told or 'the cluster has no nodes'}."
