"""Can a cluster hold so many replicas, and what would it need? By what each pool's nodes leave for pods.

A pool is asked as if it were alone and empty: what else runs there (the front end, system pods, other services) takes
room that only the cluster itself knows. Between a pool's least and most number of nodes the cluster adds them first,
which takes minutes; a replica that waits for one comes too late for any spike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from holdfast.model.sizing import Ask, Fit, Overfull, Pool


def fits(pools: Iterable[Pool], replicas: int, cores: float, gigabytes: float) -> tuple[Fit, ...]:
    """How each pool takes so many replicas of that size. A GB is 10**9 bytes, as in the settings."""
    return tuple(_fit(pool, replicas, round(cores * 1000), round(gigabytes * 1e9)) for pool in pools)


def too_much(pools: Sequence[Pool], asks: Iterable[Ask]) -> tuple[Ask, ...]:
    """The asks of which the pools together, each at its most and empty, hold fewer replicas; the size of every pool's
    machines has to be known."""
    return tuple(
        ask
        for ask in asks
        if sum(fit.at_most or 0 for fit in fits(pools, ask.replicas, ask.cores, ask.gigabytes)) < ask.replicas
    )


def overfull(pools: Iterable[Pool], asks: Iterable[Ask]) -> Overfull | None:
    """Whether all asks together want more cores or more memory than the pools have at their most. What fits by this may
    still not fit for how it is cut into nodes: nothing is told that is not certain."""
    nodes = [(pool.millicores or 0, pool.memory or 0, pool.max) for pool in pools]
    wants = [(round(ask.cores * 1000) * ask.replicas, round(ask.gigabytes * 1e9) * ask.replicas) for ask in asks]
    cores, memory = sum(one for one, _ in wants), sum(one for _, one in wants)
    cores_there = sum(count * one for one, _, count in nodes)
    memory_there = sum(count * one for _, one, count in nodes)
    if cores <= cores_there and memory <= memory_there:
        return None
    return Overfull(cores / 1000, memory / 1e9, cores_there / 1000, memory_there / 1e9)


def _fit(pool: Pool, replicas: int, millicores: int, memory: int) -> Fit:
    if pool.millicores is None or pool.memory is None:
        return Fit(pool, None, None, None, None)
    each = min(pool.millicores // millicores, pool.memory // memory, pool.pods)
    needed = -(-replicas // each) if each else 0
    return Fit(pool, each, each * pool.min, each * pool.max, needed)
