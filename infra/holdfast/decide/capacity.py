"""Can a cluster hold so many replicas, and what would it need? By what each pool's nodes leave for pods.

A pool is asked as if it were alone and empty: what else runs there (the front end, system pods, other services) takes
room that only the cluster itself knows. Between a pool's least and most number of nodes the cluster adds them first,
which takes minutes; a replica that waits for one comes too late for any spike.
"""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.model.sizing import Fit, Pool


def fits(pools: Iterable[Pool], replicas: int, cores: float, gigabytes: float) -> tuple[Fit, ...]:
    """How each pool takes so many replicas of that size. A GB is 10**9 bytes, as in the settings."""
    return tuple(_fit(pool, replicas, round(cores * 1000), round(gigabytes * 1e9)) for pool in pools)


def _fit(pool: Pool, replicas: int, millicores: int, memory: int) -> Fit:
    if pool.millicores is None or pool.memory is None:
        return Fit(pool, None, None, None, None)
    each = min(pool.millicores // millicores, pool.memory // memory, pool.pods)
    needed = -(-replicas // each) if each else 0
    return Fit(pool, each, each * pool.min, each * pool.max, needed)
