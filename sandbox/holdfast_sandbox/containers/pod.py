"""What do containers share that run together? An address, a restart policy, and that init containers come first.

Kubernetes' pod and ACI's container group (kubernetes.io/docs/concepts/workloads/pods/init-containers): init containers
run one after another, each to its end; the others start when the last of them has ended well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from holdfast_sandbox.containers.container import Container
from holdfast_sandbox.containers.model import RUNNING, TERMINATED, Policy, Recipe

PENDING, SUCCEEDED, FAILED = "Pending", "Succeeded", "Failed"


class Pod:
    """Containers with one address. `changed` is called, soon and once for several changes, with the pod.

    `scale`: what back-offs and grace periods are multiplied with.
    """

    def __init__(
        self,
        key: str,
        recipes: Sequence[Recipe],
        *,
        init: Sequence[Recipe] = (),
        address: str,
        policy: Policy = "Always",
        scale: float = 1.0,
        clock: Callable[[], float],
        changed: Callable[[Pod], None] | None = None,
    ) -> None:
        self.key, self.address, self.policy = key, address, policy
        self._notify, self._noticed = changed, False
        # An init container is started again only after a failure: to end is its purpose.
        first: Policy = "Never" if policy == "Never" else "OnFailure"
        self.init = [Container(one, first, address, scale, clock, self._changed) for one in init]
        self.containers = [Container(one, policy, address, scale, clock, self._changed) for one in recipes]
        self._next = 0
        self._stopped = False

    @property
    def every(self) -> list[Container]:
        return [*self.init, *self.containers]

    @property
    def phase(self) -> str:
        """Pending, Running, Succeeded or Failed, as of a pod (kubernetes.io, "Pod phase")."""
        if any(one.done and one.state.exit_code for one in self.init):
            return FAILED
        if any(not one.done for one in self.init):
            return PENDING
        if all(one.done for one in self.containers):
            return FAILED if any(one.state.exit_code for one in self.containers) else SUCCEEDED
        return RUNNING

    @property
    def ready(self) -> bool:
        """Whether all containers run and their readiness probes succeed."""
        return all(one.state.state == RUNNING and one.ready for one in self.containers)

    def start(self) -> None:
        self._stopped = False
        if self.init:
            self._next = 1
            self.init[0].start()
        else:
            self._start_all()

    def stop(self) -> None:
        self._stopped = True
        for one in self.every:
            one.stop()

    def restart(self) -> None:
        """All containers anew, in place."""
        self._stopped = False
        for one in self.containers:
            one.restart()

    def kill_now(self) -> None:
        self._stopped, self._notify = True, None
        for one in self.every:
            one.kill_now()

    def container(self, name: str) -> Container | None:
        return next((one for one in self.every if one.recipe.name == name), None)

    def _start_all(self) -> None:
        self._next = len(self.init) + 1
        for one in self.containers:
            one.start()

    def _changed(self) -> None:
        if not self._noticed:
            self._noticed = True
            asyncio.get_running_loop().call_soon(self._tell)

    def _tell(self) -> None:
        self._noticed = False
        self._go_on()
        if self._notify is not None:
            self._notify(self)

    def _go_on(self) -> None:
        """Starts what waited for an init container."""
        if self._stopped or not 0 < self._next <= len(self.init):
            return
        before = self.init[self._next - 1]
        if before.state.state != TERMINATED or before.state.exit_code != 0:
            return
        if self._next == len(self.init):
            self._start_all()
        else:
            self._next += 1
            self.init[self._next - 1].start()
