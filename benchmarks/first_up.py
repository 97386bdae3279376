"""How long does a first `pulumi up` take beyond what Azure itself needs, one thing after another?

Two sandboxes, one with two hundredths of Azure's typical latency and one without any; the same settings, each time in a
new group. What the latency adds to the run is set against the critical path: the longest way through the graph of
dependencies, each resource with the time from its first request to its last. A program that lets nothing wait for what
it does not need adds just that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Row, seconds
from benchmarks.projects import CHECKOUT, MeteredProject, NotMeasuredError, sandbox_settings
from holdfast_sandbox.rehearsal import Azure, Request

LATENCY = "0.02"
#: The issue's limit.
LIMIT = 1.15

NAME = "first-up"


@dataclass(frozen=True, slots=True)
class Node:
    """A resource of the state: what Azure calls it, and the URNs that it waits for."""

    urn: str
    id: str
    after: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its logical name."""
        return self.urn.rpartition("::")[2]


def measure(folder: Path, runs: int, say: Callable[[str], None]) -> list[Row]:
    """`runs` first provisions with latency and without, in turns."""
    slow, fast, paths = list[float](), list[float](), list[tuple[float, list[str]]]()
    with (
        Azure.private(folder / "sandbox-slow", "--latency", LATENCY) as there,
        Azure.private(folder / "sandbox-fast") as here,
    ):
        for number in range(runs + 1):
            say(f"first up, {'warm-up' if number == 0 else f'{number} of {runs}'}")
            without = _first(folder, here, f"fast-{number}")[0]
            with_it, path = _first(folder, there, f"slow-{number}")
            if number:
                slow.append(with_it)
                fast.append(without)
                paths.append(path)
    added = [one - other for one, other in zip(slow, fast, strict=True)]
    ratios = [more / length for more, (length, _) in zip(added, paths, strict=True)]
    middle = median(ratios)
    length = seconds([path for path, _ in paths])
    return [
        Row(NAME, f"first up, added by latency {LATENCY} / critical path", _spread(ratios), middle, LIMIT),
        Row(NAME, "  added by latency", seconds(added), median(added), unit="s"),
        Row(NAME, f"  critical path: {' > '.join(paths[-1][1])}", length, median(path for path, _ in paths), unit="s"),
        Row(NAME, "first up without latency", seconds(fast), median(fast), unit="s"),
    ]


def _first(folder: Path, azure: Azure, name: str) -> tuple[float, tuple[float, list[str]]]:
    project = MeteredProject(folder / name, azure, CHECKOUT)
    settings = sandbox_settings()
    for compute in settings["computes"]:
        if compute.get("kind") == "instance":
            compute["name"] += name.replace("-", "")  # Azure has one of a name in a region
    project.settings({**settings, "resourceGroup": f"rg-{name}"})
    project.start()
    done = project.up(expect=None)
    if done.code:
        raise NotMeasuredError(f"a first up exited with {done.code}\n{done.text}")
    return project.cost().wall, critical_path(nodes(project.state()), done.requests)


def nodes(state: Sequence[Mapping[str, Any]]) -> list[Node]:
    """The resources of a checkpoint that Azure knows."""
    rows = [row for row in state if str(row.get("id") or "").startswith("/subscriptions/")]
    return [Node(row["urn"], row["id"], tuple(row.get("dependencies") or ())) for row in rows]


def critical_path(graph: Sequence[Node], requests: Sequence[Request]) -> tuple[float, list[str]]:
    """The seconds of the longest way through the graph, and the logical names along it."""
    by_urn = {node.urn: node for node in graph}
    spent = {node.urn: _spent(node, graph, requests) for node in graph}

    @cache
    def longest(urn: str) -> tuple[float, tuple[str, ...]]:
        node = by_urn[urn]
        ways = [longest(other) for other in node.after if other in by_urn]
        before, names = max(ways, default=(0.0, ()))
        return before + spent[urn], (*names, node.name)

    length, names = max(longest(node.urn) for node in graph)
    return length, list(names)


def _spent(node: Node, graph: Sequence[Node], requests: Sequence[Request]) -> float:
    """From the look before its creation to the last look at it before anything that needs it begins."""
    began = _began(node, requests)
    if began is None:
        return 0.0
    dependents = [_began(other, requests) for other in graph if node.urn in other.after]
    until = min((moment for moment in dependents if moment is not None), default=float("inf"))
    own = [request.answered for request in requests if _is_about(node, request) and began <= request.began < until]
    return max(own) - began


def _began(node: Node, requests: Sequence[Request]) -> float | None:
    """When the first write to it was sent, or the look just before that."""
    look = None
    for request in requests:
        if not _is_about(node, request):
            continue
        if request.is_write:
            return look if look is not None else request.began
        look = request.began
    return None


def _is_about(node: Node, request: Request) -> bool:
    path, own = request.path.partition("?")[0].lower(), node.id.lower()
    if own.endswith("/grants"):
        return path.startswith(f"{own.removesuffix('/grants')}/accesspolicies/")
    return path == own


def _spread(ratios: Sequence[float]) -> str:
    return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
