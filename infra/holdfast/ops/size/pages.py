"""How is a size told? In lines that show where each number comes from, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from holdfast.decide.sizing_search import Found
from holdfast.model.sizing import MOST_REPLICAS, Fit, Interval, Outcome, Scale, Serving, Working
from holdfast.ops.size.chart import chart
from holdfast.ops.size.drawing import percent, span
from holdfast.ops.size.subject import Subject


def working(found: Working, wish: Scale) -> list[str]:
    """The rule of thumb with the numbers in it."""
    demand = found.demand
    rps, seconds, share = _shown(demand.rps), _shown(demand.seconds), _shown(Fraction(demand.target, 100))
    concurrent = _shown(found.concurrent)
    return [
        f"at the same time      {rps} requests a second * {seconds} s = {_shown(found.busy)}",
        f"with head-room        {_shown(found.busy)} / {share} = {concurrent}   (target {demand.target} percent)",
        f"replicas              {concurrent} / {demand.concurrency} a replica, rounded up = {found.replicas}",
        f"settings              autoscale: {flow(wish)}"
        if found.replicas <= MOST_REPLICAS
        else f"settings              none: `autoscale.max` is {MOST_REPLICAS} at the most",
    ]


def working_json(found: Working) -> dict[str, Any]:
    """The same for programs."""
    demand = found.demand
    return {
        "rps": float(demand.rps),
        "seconds": float(demand.seconds),
        "concurrency": demand.concurrency,
        "target": demand.target,
        "busy": float(found.busy),
        "concurrent": float(found.concurrent),
        "replicas": found.replicas,
    }


def load(rows: Sequence[Interval], goal: Fraction, now: Outcome, found: Found | None, serving: Serving) -> list[str]:
    """What the load is, what it meets now, what would be enough, and its chart."""
    until, most = rows[-1].at + rows[-1].length, max(row.requests / row.length for row in rows)
    lines = [
        f"load        {now.requests} requests in {span(until)}: {now.requests / until:.3g} a second,"
        f" {most:.3g} in the busiest row",
        f"assumed     a replica can be asked {serving.start:g} s after it is wanted, a request waits"
        f" {serving.queue_wait:g} s, {serving.concurrency} a replica",
        f"now         {_told(now, until)}",
    ]
    if found is None:
        return [*lines, f"goal {percent(float(goal))}   nothing is enough", "", *chart(now)]
    title = f"goal {percent(float(goal))}"
    return [
        *lines,
        f"{title:<11} {_told(found.outcome, until)}",
        f"settings    autoscale: {flow(found.outcome.scale)}",
        "",
        *chart(found.outcome),
    ]


def _told(outcome: Outcome, until: float) -> str:
    scale = outcome.scale
    mean = outcome.replica_seconds / until
    return (
        f"min {scale.min}, max {scale.max}, target {scale.target}: {percent(outcome.share)} of the requests get a 503"
        f" ({outcome.refused}), {mean:.1f} replicas in the mean, {outcome.most} at the most"
    )


def load_json(rows: Sequence[Interval], goal: Fraction, now: Outcome, found: Found | None) -> dict[str, Any]:
    """The same for programs. `found` and `settings` are null where nothing is enough."""
    until = rows[-1].at + rows[-1].length
    return {
        "load": {"requests": now.requests, "seconds": until},
        "goal": float(goal),
        "now": _outcome_json(now, until),
        "found": _outcome_json(found.outcome, until) if found else None,
        "settings": scale_json(found.outcome.scale) if found else None,
    }


def _outcome_json(outcome: Outcome, until: float) -> dict[str, Any]:
    return {
        **scale_json(outcome.scale),
        "refused": outcome.refused,
        "share": outcome.share,
        "meanReplicas": outcome.replica_seconds / until,
        "mostReplicas": outcome.most,
    }


def cluster(found: Sequence[Fit], wish: Scale, subject: Subject) -> list[str]:
    """Whether the pools hold so many replicas, and what that needs."""
    if subject.pools is None:
        return ["", "cluster     not this stack's own: what its nodes hold is not known here"]
    lines = ["", f"cluster     a replica asks for {subject.cores:g} cores and {subject.gigabytes:g} GB"]
    for fit in found:
        pool = fit.pool
        called = f"  pool `{pool.name}` ({pool.size}, {pool.min} to {pool.max} nodes)"
        if fit.each is None:
            lines.append(f"{called}: of a size that is not known here")
        elif not fit.each:
            lines.append(f"{called}: no node holds one")
        else:
            lines.append(
                f"{called}: {fit.each} a node, {fit.at_least} at the least, {fit.at_most} at the most; {wish.max} need"
                f" {fit.needed} nodes"
            )
    return [*lines, f"  {_verdict(found, wish)}"]


def _verdict(found: Sequence[Fit], wish: Scale) -> str:
    if _holds(found, wish) is None:
        return "whether it holds them depends on the nodes whose size is not known here"
    if not _holds(found, wish):
        ways = [f"`{fit.pool.key}.max: {fit.needed}`" for fit in found if fit.needed]
        needs = f"it needs {' or '.join(ways)}" if ways else "it needs a pool of larger nodes"
        return f"it can't hold {wish.max} replicas: {needs}"
    ready = sum(fit.at_least or 0 for fit in found)
    if ready < wish.max:
        return f"it holds them, {ready} without more nodes than there always are; a new node takes minutes"
    return "it holds them on the nodes that are always there"


def _holds(found: Sequence[Fit], wish: Scale) -> bool | None:
    if sum(fit.at_most or 0 for fit in found) >= wish.max:
        return True
    return None if any(fit.each is None for fit in found) else False


def cluster_json(found: Sequence[Fit], wish: Scale, *, known: bool) -> dict[str, Any]:
    """The same for programs. `holds` is null where nobody knows."""
    pools = [
        {
            "name": fit.pool.name,
            "size": fit.pool.size,
            "eachNode": fit.each,
            "atLeast": fit.at_least,
            "atMost": fit.at_most,
            "nodesNeeded": fit.needed,
        }
        for fit in found
    ]
    return {"replicas": wish.max, "holds": _holds(found, wish) if known else None, "pools": pools}


def warnings(longest: float, subject: Subject) -> list[str]:
    """What no number of replicas mends."""
    lines = []
    if longest > subject.timeout:
        lines.append(
            f"note: a request takes {longest:g} s, and `timeout` ends it after {subject.timeout:g} s with a 504"
        )
    if subject.fixed:
        lines.append("note: the service has `replicas`, a fixed number: without it, `autoscale` counts")
    return lines


def scale_json(scale: Scale) -> dict[str, int]:
    """The three settings by their keys."""
    return {"min": scale.min, "max": scale.max, "target": scale.target}


def flow(scale: Scale) -> str:
    """The three settings as a stack file has them."""
    return f"{{min: {scale.min}, max: {scale.max}, target: {scale.target}}}"


def _shown(number: Fraction) -> str:
    """A fraction as a decimal number, with as many places as are needed, two where it has no end."""
    for places in range(7):
        if (number * 10**places).denominator == 1:
            return f"{float(number):.{places}f}"
    return f"{float(number):.2f}"
