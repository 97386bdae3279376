"""What becomes of one container? It waits, runs and ends, is restarted by its policy, and each step is an event.

As Kubernetes does it (kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle, "Container restarts"): the first
restart at once, then a back-off that doubles and that ten minutes of running reset; `CrashLoopBackOff` is in between.
Back-offs and grace periods are scaled by the sandbox's latency; a liveness probe and the ten minutes keep their own
time, because the process runs in real time, and a readiness probe that waits for the first success asks more often.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from holdfast_sandbox.containers import files, model, probes
from holdfast_sandbox.containers.log import Log
from holdfast_sandbox.containers.model import RUNNING, TERMINATED, WAITING, Events, Policy, Probe, Recipe, State
from holdfast_sandbox.containers.process import Run

_SIGKILLED = 128 + signal.SIGKILL


class Container:
    """One container of a pod. `changed` is called after every change of what can be seen of it."""

    def __init__(
        self,
        recipe: Recipe,
        policy: Policy,
        address: str,
        scale: float,
        clock: Callable[[], float],
        changed: Callable[[], None],
    ) -> None:
        self.recipe, self.address = recipe, address
        self.state = State(WAITING, "ContainerCreating")
        self.previous: State | None = None
        self.restarts = 0
        self.events = Events()
        self.log, self.previous_log = Log(), Log()
        self.ready = False
        self._policy, self._scale, self._clock, self._changed = policy, scale, clock, changed
        self._run: Run | None = None
        self._wanted = self._out_of_memory = self._restarting = False
        self._crashes = 0
        self._timers: list[asyncio.TimerHandle] = []
        self._checks: list[asyncio.Task[None]] = []

    @property
    def pid(self) -> int | None:
        """The process group that runs it."""
        return self._run.pid if self._run is not None else None

    @property
    def done(self) -> bool:
        """Whether it has ended and nothing starts it again."""
        return self.state.state == TERMINATED and not self._comes_back(self.state.exit_code or 0)

    def start(self) -> None:
        """Pulls (the image is here) and runs it."""
        self._wanted, self._crashes = True, 0
        self._event("Pulling", f'pulling image "{self.recipe.image}"')
        self._event("Pulled", f'Successfully pulled image "{self.recipe.image}"')
        self._spawn()

    def stop(self, why: str = "Stopping container") -> None:
        """Ends it: SIGTERM, and SIGKILL after the grace period. Its state says so at once."""
        self._wanted = self._restarting = False
        self._cancel()
        if self._run is not None:
            self._kill(f"{why} {self.recipe.name}")
        elif self.state.state == WAITING:
            now = self._clock()
            self.state = self.previous or State(TERMINATED, "Completed", started=now, finished=now, exit_code=0)
            self._changed()

    def restart(self) -> None:
        """Ends it and starts it anew, whatever its policy."""
        self._wanted, self._crashes = True, 0
        self._cancel()
        if self._run is None:
            self._again()
        else:
            self._restarting = True
            self._kill(f"Stopping container {self.recipe.name}")

    def kill_now(self) -> None:
        """SIGKILL to the group: the sandbox ends."""
        self._wanted = self._restarting = False
        self._cancel()
        if self._run is not None:
            self._run.send(signal.SIGKILL)

    def over_limit(self) -> None:
        """Its processes hold more memory than it may have: killed at once, as the kernel does in a cgroup."""
        if self._run is not None and not self._out_of_memory:
            self._out_of_memory = True
            self._run.send(signal.SIGKILL)

    # -- one run -------------------------------------------------------------------------------------------------------

    def _spawn(self) -> None:
        self.ready = False
        if self.log.lines():
            self.previous_log, self.log = self.log, Log()
        self._event("Created", f"Created container {self.recipe.name}")
        now = self._clock()
        try:
            files.lay_out(self.recipe.files, self.recipe.root)
            self._run = Run(self.recipe, self.log, self._clock, self._exited)
        except OSError as error:
            self._event("Failed", f"Error: failed to start container {self.recipe.name}: {error}", "Warning")
            self.state = State(RUNNING, started=now)
            self._exited(128)
            return
        self.state = State(RUNNING, started=now)
        self._event("Started", f"Started container {self.recipe.name}")
        self.ready = self.recipe.readiness is None
        for probe, check in ((self.recipe.liveness, self._live), (self.recipe.readiness, self._ready)):
            if probe is not None:
                self._checks.append(asyncio.ensure_future(check(probe, self._run)))
        self._changed()

    def _exited(self, code: int) -> None:
        self._run, self.ready = None, False
        self._cancel()
        now, started = self._clock(), self.state.started
        reason = "Completed" if code == 0 else "Error"
        if self._out_of_memory:
            reason, code = "OOMKilled", _SIGKILLED
        self._out_of_memory = False
        self.state = State(TERMINATED, reason, started=started, finished=now, exit_code=code)
        if self._restarting:
            self._restarting = False
            self._again()
        elif self._wanted and self._comes_back(code):
            self._back_off(now - (started or now))
        self._changed()

    def _comes_back(self, code: int) -> bool:
        return self._policy == "Always" or (self._policy == "OnFailure" and code != 0)

    def _back_off(self, ran: float) -> None:
        self._crashes = 1 if ran >= model.BACK_OFF_RESET and self._crashes else self._crashes + 1
        delay = model.back_off(self._crashes)
        if not delay:
            self._again()
            return
        self.previous = self.state
        message = f"back-off {delay:g}s restarting failed container={self.recipe.name}"
        self.state = State(WAITING, "CrashLoopBackOff", message)
        self._event("BackOff", "Back-off restarting failed container", "Warning")
        self._later(delay * self._scale, self._again)

    def _again(self) -> None:
        if self.state.state == TERMINATED:
            self.previous = self.state
        self.restarts += 1
        self._spawn()

    def _kill(self, message: str) -> None:
        run = self._run
        assert run is not None
        self._event("Killing", message)
        run.send(signal.SIGTERM)
        self._later(model.GRACE * self._scale, lambda: run.send(signal.SIGKILL) if self._run is run else None)

    # -- probes --------------------------------------------------------------------------------------------------------

    async def _live(self, probe: Probe, run: Run) -> None:
        await asyncio.sleep(probe.initial_delay)
        failures = 0
        while self._run is run:
            reason = await probes.failure(probe, self.recipe, self.address)
            if self._run is not run:
                return
            failures = failures + 1 if reason is not None else 0
            if reason is not None:
                self._event("Unhealthy", f"Liveness probe failed: {reason}", "Warning")
            if failures >= probe.failures:
                # Not through `_cancel`, which would cancel this very task before its kill is on its way.
                self._kill(f"Container {self.recipe.name} failed liveness probe, will be restarted")
                return
            await asyncio.sleep(probe.period)

    async def _ready(self, probe: Probe, run: Run) -> None:
        scaled = min(self._scale, 1.0)
        await asyncio.sleep(probe.initial_delay * scaled)
        failures = successes = 0
        while self._run is run:
            reason = await probes.failure(probe, self.recipe, self.address)
            if self._run is not run:
                return
            failures, successes = (failures + 1, 0) if reason is not None else (0, successes + 1)
            if reason is not None:
                self._event("Unhealthy", f"Readiness probe failed: {reason}", "Warning")
            if self.ready != (ready := successes >= probe.successes or (self.ready and failures < probe.failures)):
                self.ready = ready
                self._changed()
            await asyncio.sleep(probe.period if self.ready else min(probe.period, max(0.1, probe.period * scaled)))

    # -- the rest ------------------------------------------------------------------------------------------------------

    def _event(self, name: str, message: str, kind: str = "Normal") -> None:
        self.events.add(self._clock(), name, message, kind)

    def _later(self, seconds: float, what: Callable[[], object]) -> None:
        self._timers.append(asyncio.get_running_loop().call_later(seconds, what))

    def _cancel(self) -> None:
        for timer in self._timers:
            timer.cancel()
        for check in self._checks:
            check.cancel()
        self._timers, self._checks = [], []
