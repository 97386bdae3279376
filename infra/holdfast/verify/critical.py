"""Which operations did a run really wait for? The longest chain, by durations, in which each needs the one before.

Whoever wants a run to be shorter begins with one of these: as far as dependencies go, no other holds it up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter


def critical_path(seconds: Mapping[str, float], needs: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The names of the longest chain, first to last; of several as long, the one whose end comes first by name.

    `seconds` are the durations by name, none of them negative; `needs` what each waited for. A name without a duration
    is nothing to wait for. Raises ValueError where operations wait for each other in a circle.
    """
    graph = {name: [need for need in needs.get(name, ()) if need in seconds] for name in sorted(seconds)}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise ValueError(f"these wait for each other: {', '.join(error.args[1])}") from None
    total: dict[str, float] = {}
    before: dict[str, str] = {}
    for name in order:
        longest = max(sorted(graph[name]), key=lambda need: total[need], default="")
        total[name] = seconds[name] + total.get(longest, 0.0)
        before[name] = longest
    at = max(sorted(total), key=lambda name: total[name], default="")
    path: list[str] = []
    while at:
        path.append(at)
        at = before[at]
    return tuple(reversed(path))
