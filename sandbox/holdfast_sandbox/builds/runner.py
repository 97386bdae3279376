"""Who runs the builds of a server, how many at once, and what ends them? One process a build, in the order of arrival.

The server's side of `executor`: it starts the processes, passes their events on, and kills the one that is canceled or
takes too long; what a killed one could not say in its log is said here. A build dies with the server.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import shutil
import signal
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from holdfast_sandbox.blobs.plane import DataPlane
from holdfast_sandbox.errors import SandboxError

log = logging.getLogger("holdfast.sandbox")

Event = dict[str, Any]

#: What the log's metadata says of how a run ended.
_WORDS = {"Canceled": "canceled", "Timeout": "timedout", "Failed": "failed", "Error": "internalerror"}


@dataclass
class Job:
    """One build. `key` names it for `cancel` (a resource's id); `told` gets each event: `{"status", "message"?,
    "images"?}`, the last one with a status that is an end. `what` is all that the executor reads besides."""

    key: str
    timeout: float
    what: dict[str, Any]
    told: Callable[[Event], None]
    began: float = 0.0
    ended_as: str = ""


@dataclass
class Builds:
    """The builds of one server; all methods in the thread of its event loop."""

    state: Path
    blobs: DataPlane
    at_once: int = field(default_factory=lambda: max(os.cpu_count() or 1, 1))
    _jobs: dict[str, Job] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _processes: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    _turns: asyncio.Semaphore | None = None

    def tidy(self) -> None:
        """Removes what builds left behind that were killed with their server."""
        for folder in (self.state / "image-roots").glob(".building-*"):
            shutil.rmtree(folder, ignore_errors=True)

    def submit(self, job: Job) -> None:
        """Takes a build on; it begins when it is its turn."""
        self._jobs[job.key] = job
        self._tasks[job.key] = asyncio.get_running_loop().create_task(self._run(job))

    def cancel(self, key: str, status: str = "Canceled") -> bool:
        """Ends a build, whether it runs or waits; False where there is none of that key."""
        job = self._jobs.get(key)
        if job is None:
            return False
        job.ended_as = job.ended_as or status
        if (process := self._processes.get(key)) is not None:
            _kill(process)
        elif not job.began:
            self._tasks[key].cancel()
            self._forget(job)
            job.told({"status": job.ended_as})
            self.say_last(job.what["log"], job.what["runId"], job.ended_as, 0)
        return True

    def forget(self, prefix: str, server: str) -> None:
        """Ends the builds whose keys begin so, and removes what they pushed to `server`: their registry is gone."""
        for key in [key for key in self._jobs if key.startswith(prefix)]:
            self.cancel(key)
        shutil.rmtree(self.state / "images" / server, ignore_errors=True)

    def clear(self) -> None:
        """Ends all builds, and removes all images."""
        self.stop()
        for name in ("images", "image-roots"):
            shutil.rmtree(self.state / name, ignore_errors=True)

    def stop(self) -> None:
        """Kills all of them; nobody is told. The event loop may be gone."""
        for process in self._processes.values():
            _kill(process)
        self._processes.clear()
        self._jobs.clear()

    def say_last(self, link: str, run: str, status: str, seconds: float) -> None:
        """Ends the log of a run whose process could not: without that a reader waits for more."""
        task = asyncio.get_running_loop().create_task(self._say_last(link, run, status, seconds))
        self._tasks[f"{link} {status}"] = task
        task.add_done_callback(lambda _: self._tasks.pop(f"{link} {status}", None))

    async def _run(self, job: Job) -> None:
        if self._turns is None:
            self._turns = asyncio.Semaphore(self.at_once)
        async with self._turns:
            job.began = time.monotonic()
            try:
                last = await self._carried_out(job)
            except SandboxError as error:
                said = "; ".join(f"{label}: {text}" for label, text in error.evidence)
                last = {"status": "Error", "message": f"{error.id}: {error.message} ({said}). {error.hint}"}
            except Exception as error:
                log.exception("the build %s failed", job.key)
                last = {"status": "Error", "message": f"internal error: {error!r}"}
        if job.key not in self._jobs:
            return  # stopped
        self._forget(job)
        job.told(last)

    def _forget(self, job: Job) -> None:
        self._jobs.pop(job.key, None)
        self._tasks.pop(job.key, None)

    async def _carried_out(self, job: Job) -> Event:
        await self.blobs.ready()
        if job.ended_as:
            return {"status": job.ended_as}
        work = self.state / "image-roots" / f".building-{uuid.uuid4().hex}"
        try:
            return await self._in_process(job, work)
        finally:
            await asyncio.to_thread(shutil.rmtree, work, ignore_errors=True)

    async def _in_process(self, job: Job, work: Path) -> Event:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "holdfast_sandbox.builds.executor"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            limit=2**20,
        )
        self._processes[job.key] = process
        assert process.stdin is not None
        what = {
            **job.what,
            "state": str(self.state),
            "work": str(work),
            "port": self.blobs.port,
            "timeout": job.timeout,
        }
        process.stdin.write(json.dumps(what).encode() + b"\n")
        with contextlib.suppress(OSError):
            await process.stdin.drain()
        try:
            last = await asyncio.wait_for(self._follow(process, job), job.timeout)
        except TimeoutError:
            job.ended_as = job.ended_as or "Timeout"
            _kill(process)
            last = None
        finally:
            self._processes.pop(job.key, None)
        _kill(process)  # what it started and left behind
        process.stdin.close()
        await process.wait()
        if last is not None:
            return last
        status = job.ended_as or "Error"
        if job.key not in self._jobs:
            return {"status": status}  # stopped: nobody is told
        with contextlib.suppress(SandboxError):
            await self._say_last(job.what["log"], job.what["runId"], status, time.monotonic() - job.began)
        return {"status": status, "message": None if job.ended_as else "the build's process ended before the build did"}

    async def _follow(self, process: asyncio.subprocess.Process, job: Job) -> Event | None:
        """Passes events on; the last one, None where the process was killed before it told its end."""
        assert process.stdout is not None
        assert process.stderr is not None
        errors = asyncio.get_running_loop().create_task(process.stderr.read())
        last: Event | None = None
        while line := await process.stdout.readline():
            event: Event = json.loads(line)
            if event["status"] == "Running":
                job.told(event)
            else:
                last = event
        if said := (await errors).decode(errors="replace").strip():
            log.warning("the build %s said: %s", job.key, said)
        return last if not job.ended_as else None

    async def _say_last(self, link: str, run: str, status: str, seconds: float) -> None:
        from holdfast_sandbox.blobs.client import BlobError, Client

        await self.blobs.ready()
        client = Client(self.blobs.port, self.state / "ca.pem")
        how = {"Canceled": "was canceled", "Timeout": "timed out"}.get(status, "failed")
        text = f"\r\nRun ID: {run} {how} after {round(seconds)}s\r\n"

        def write() -> None:
            try:
                client.append(link, text.encode())
            except BlobError:
                client.start_log(link)  # it was killed before it began one
                client.append(link, text.encode())
            client.mark(link, Complete=_WORDS[status])

        try:
            await asyncio.to_thread(write)
        except BlobError as error:
            log.warning("the log of run %s can't be ended: %s", run, error)


def _kill(process: asyncio.subprocess.Process) -> None:
    """The process and its group: uv, and what that has started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
