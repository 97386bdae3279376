"""Which pods run in this sandbox? One object holds them all, looks after their memory, and ends them with the server.

An idle sandbox has nothing to do here: without a running container there is no timer, and with some there is one look
at the memory a second.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from holdfast_sandbox.containers import addresses
from holdfast_sandbox.containers.container import Container
from holdfast_sandbox.containers.model import GRACE, Policy, Recipe
from holdfast_sandbox.containers.pod import Pod

#: Seconds between two looks at the memory of all containers.
LOOK_SECONDS = 1.0
#: Without latency, waiting takes a hundredth.
SHORTEST_SCALE = 0.01
_END_SECONDS = 5.0


class Runtime:
    """The pods of a sandbox. To be used on the server's event loop; `factor` is the latency's."""

    def __init__(self, state: Path, factor: float = 0.0, clock: Callable[[], float] = time.time) -> None:
        self.state = state
        self.scale = max(factor, SHORTEST_SCALE)
        self._clock = clock
        self._pods: dict[str, Pod] = {}
        self._leaving: list[Pod] = []
        self._look: asyncio.TimerHandle | None = None
        shutil.rmtree(state / "containers", ignore_errors=True)  # of a sandbox that was killed

    def pods(self) -> list[Pod]:
        """All pods, as of now."""
        return [*self._pods.values()]

    def get(self, key: str) -> Pod | None:
        """The pod of that key in any letter case."""
        return self._pods.get(key.lower())

    def home(self, key: str) -> Path:
        """A folder of the pod's own, for what its processes look for under HOME."""
        folder = self.state / "containers" / key.strip("/").lower().replace("/", "_")[-200:]
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def run(
        self,
        key: str,
        recipes: Sequence[Recipe],
        *,
        init: Sequence[Recipe] = (),
        address: str,
        policy: Policy = "Always",
        changed: Callable[[Pod], None] | None = None,
    ) -> Pod:
        """Starts a pod; one that has the key is ended first."""
        self.remove(key)
        pod = Pod(
            key.lower(),
            recipes,
            init=init,
            address=address,
            policy=policy,
            scale=self.scale,
            clock=self._clock,
            changed=changed,
        )
        self._pods[key.lower()] = pod
        pod.start()
        if self._look is None:
            self._look = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look_at_memory)
        return pod

    def remove(self, key: str) -> None:
        """Ends the pod, with its grace period, and forgets it."""
        pod = self._pods.pop(key.lower(), None)
        if pod is not None:
            pod.stop()
            self._leaving = [*(one for one in self._leaving if any(each.pid for each in one.every)), pod]
            wait = GRACE * self.scale + 1
            asyncio.get_running_loop().call_later(wait, self._forget_files, key)

    def _forget_files(self, key: str) -> None:
        if key.lower() not in self._pods:
            shutil.rmtree(self.home(key), ignore_errors=True)

    def clear(self) -> None:
        """Ends all pods at once and forgets them."""
        for pod in [*self._pods.values(), *self._leaving]:
            pod.kill_now()
        self._pods, self._leaving = {}, []

    def free_address(self, taken: Collection[str] = ()) -> str:
        """An address that no pod has."""
        return addresses.draw({*taken, *(pod.address for pod in self._pods.values())})

    async def close(self) -> None:
        """Kills every process, and waits until they are gone: after that nobody is there to be asked."""
        pids = [pid for pod in [*self._pods.values(), *self._leaving] for one in pod.every if (pid := one.pid)]
        self.clear()
        if self._look is not None:
            self._look.cancel()
        end = time.monotonic() + _END_SECONDS
        while any(_exists(pid) for pid in pids) and time.monotonic() < end:  # noqa: ASYNC110 - bounded
            await asyncio.sleep(0.01)

    def _look_at_memory(self) -> None:
        watched = {pid: one for pod in self._pods.values() for one in pod.every if (pid := one.pid) is not None}
        self._look = None
        if any(one.recipe.memory is not None for one in watched.values()):
            self._compare(watched)
        if self._pods:
            self._look = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look_at_memory)

    @staticmethod
    def _compare(watched: dict[int, Container]) -> None:
        for leader, used in resident(watched).items():
            container = watched[leader]
            if container.recipe.memory is not None and used > container.recipe.memory:
                container.over_limit()


def resident(leaders: Iterable[int]) -> dict[int, int]:
    """Bytes of resident memory by process group: the sum over the group's processes, without its first one, which is
    ours (first.py).

    Pages that processes share count once for each, so that a group of many workers is a little more than in a cgroup;
    the page cache, which a cgroup counts, does not count.
    """
    import psutil  # here: a sandbox without containers does without it

    sums = dict.fromkeys(leaders, 0)
    for pid in psutil.pids():
        try:
            leader = os.getsid(pid)
            if leader in sums and pid != leader:
                sums[leader] += psutil.Process(pid).memory_info().rss
        except (OSError, psutil.Error):
            continue  # it has ended meanwhile
    return sums


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
