"""How does a server start and end? `python -m holdfast_sandbox.arm --state DIR ...`: this process is the server.

It takes the state folder's lock, opens the state, binds loopback, and only then writes `server.json`: who reads that
file finds a server that answers. SIGINT, SIGTERM, `stop` and (with `--parent`) the end of the process that started it
end the server.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import logging
import os
import shutil
import socket
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from holdfast_sandbox.arm.access import Access
from holdfast_sandbox.arm.app import Connections, application
from holdfast_sandbox.arm.auth import Tokens
from holdfast_sandbox.arm.call import Plane
from holdfast_sandbox.arm.certificates import server_context
from holdfast_sandbox.arm.faults import Faults
from holdfast_sandbox.arm.front_door import FrontDoor
from holdfast_sandbox.arm.latency import Latency
from holdfast_sandbox.arm.listing import Listing
from holdfast_sandbox.arm.operations import Operations
from holdfast_sandbox.arm.request_log import RequestLog
from holdfast_sandbox.arm.routing import Registry
from holdfast_sandbox.arm.services import services
from holdfast_sandbox.arm.services.containerregistry.runs import interrupted
from holdfast_sandbox.arm.services.storage.blobs import holdings, purged
from holdfast_sandbox.arm.store import StateVersionError, Store
from holdfast_sandbox.blobs.plane import DataPlane
from holdfast_sandbox.builds.runner import Builds
from holdfast_sandbox.containers import Runtime
from holdfast_sandbox.errors import SandboxError
from holdfast_sandbox.scoring import FrontEnd

STATE, LOG, SERVER, LOCK = "state.sqlite", "log.sqlite", "server.json", "lock"


@dataclass(frozen=True)
class Options:
    """What a server is started with; `port` 0 takes a free one, `parent` 0: it lives on its own."""

    state_dir: Path
    port: int = 0
    latency: str = "off"
    list_lag: float = 0.0
    list_recase: bool = False
    rbac: bool = False  # role assignments are enforced (see access.py)
    parent: int = 0
    while_used: bool = False  # ends when no command holds the state's `users` lock (see runner.py)
    ephemeral: bool = False  # removes the state folder at its end
    autoscale: float = 1.0  # scales the polling intervals of target-utilization autoscaling


def serve(options: Options) -> None:
    """Serves until it is told to stop; `SandboxError` when it can't start."""
    state = options.state_dir
    state.mkdir(parents=True, exist_ok=True)
    state.chmod(0o700)  # secrets lie in the state as they were given
    lock = _lock(state)
    listener = _bind(options.port)
    port = listener.getsockname()[1]
    try:
        store = Store(state / STATE)
    except StateVersionError as error:
        raise SandboxError(
            "sandbox-state-version",
            f"The state in {state} was written by another version of the sandbox",
            evidence=[("found", f"version {error.found}")],
            hint="`holdfast sandbox reset` empties it",
        ) from None
    url = f"https://localhost:{port}"
    about = {
        "url": url,
        "port": port,
        "stateDir": str(state),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "latency": options.latency,
        "rbac": options.rbac,
    }
    connections = Connections()
    tokens, context = Tokens(state), server_context(state)
    latency = Latency.parse(options.latency)
    blobs = DataPlane(state, context, lambda: holdings(store), lambda name: purged(store, name))
    builds = Builds(state, blobs)
    builds.tidy()
    plane = Plane(
        store=store,
        registry=Registry(services()),
        latency=latency,
        operations=Operations(),
        listing=Listing(options.list_lag, options.list_recase),
        blobs=blobs,
        containers=Runtime(state, latency.factor),
        builds=builds,
        scoring=FrontEnd(),
        autoscale=options.autoscale,
    )
    interrupted(plane)
    plane.requests = requests = RequestLog(state / LOG)
    door = FrontDoor(plane, tokens, Faults(), requests, Access(plane) if options.rbac else None)

    class Protocol(H11Protocol):
        def connection_made(self, transport: Any) -> None:
            connections.opened(transport)
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            if self.transport is not None:
                connections.closed(self.transport)
            super().connection_lost(exc)

    def stop() -> None:
        server.should_exit = True

    config = uvicorn.Config(
        application(door, tokens, connections, about, stop),
        http=Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=600,
        timeout_graceful_shutdown=2,
        # The context is ours: certificates are issued in memory, not read from files.
        ssl_context_factory=lambda *_: context,
    )
    server = _Server(config, state / SERVER, {"pid": os.getpid(), **about}, options, plane)
    try:
        server.run(sockets=[listener])
    finally:
        _unless_replaced(state / SERVER)
        builds.stop()
        blobs.stop()
        requests.close()
        store.close()
        lock.close()
        if options.ephemeral:
            shutil.rmtree(state, ignore_errors=True)


class _Server(uvicorn.Server):
    """uvicorn's server, which announces itself when it answers, and ends with its parent."""

    def __init__(
        self, config: uvicorn.Config, announcement: Path, about: dict[str, Any], options: Options, plane: Plane
    ) -> None:
        super().__init__(config)
        self._announcement, self._about, self._options, self._plane = announcement, about, options, plane

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._plane.blobs is not None:
            await self._plane.blobs.listen()
        with self._plane.store.transaction():
            for service in self._plane.registry.services:
                if service.started is not None:
                    service.started(self._plane)
        fresh = self._announcement.with_suffix(".new")
        fresh.write_text(json.dumps(self._about))
        fresh.replace(self._announcement)
        logging.getLogger("holdfast.sandbox").info("ready at %s", self._about["url"])
        self._watch = asyncio.create_task(self._end_when_unneeded())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._plane.scoring is not None:
            self._plane.scoring.close()
        if self._plane.containers is not None:
            await self._plane.containers.close()
        # An idle TLS connection would be closed by a handshake that a sleeping client never answers: seconds of
        # waiting.
        for connection in list(self.server_state.connections):
            cycle = getattr(connection, "cycle", None)
            transport = getattr(connection, "transport", None)
            if transport is not None and (cycle is None or cycle.response_complete):
                transport.abort()
        await super().shutdown(sockets)

    async def _end_when_unneeded(self) -> None:
        while self._needed():  # noqa: ASYNC110 - no event tells of a parent's end or a lock that is let go
            await asyncio.sleep(0.5)
        self.should_exit = True

    def _needed(self) -> bool:
        if self._options.parent and os.getppid() != self._options.parent:
            return False
        if not self._options.while_used:
            return True
        file = open(self._options.state_dir / "users", "w")  # noqa: SIM115 - the lock is held to the end of the process
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return True
        # Nobody uses it; who comes now waits for this lock, and then starts a server of its own.
        self._unused = file
        return False


def _lock(state: Path) -> IO[str]:
    """The state folder's lock, held while the process lives; two servers on one state would lose writes."""
    file = open(state / LOCK, "w")  # noqa: SIM115 - held open on purpose
    for attempt in range(20):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except OSError:
            # A server that is just ending may still hold it.
            if attempt < 19:
                time.sleep(0.1)
    raise SandboxError(
        "sandbox-running",
        f"Another sandbox server uses the state in {state}",
        hint="`holdfast sandbox stop` ends it; `--state DIR` starts one beside it",
    )


def _bind(port: int) -> socket.socket:
    # The protocol is named because asyncio turns Nagle's algorithm off (40 ms an answer) only where it is.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        raise SandboxError(
            "port-in-use",
            f"Port {port} on 127.0.0.1 can't be used",
            evidence=[("found", str(error))],
            hint="choose another with `--port`, or leave it out: a free one is taken",
        ) from None
    return listener


def _unless_replaced(announcement: Path) -> None:
    """Removes server.json if it is ours."""
    try:
        if json.loads(announcement.read_text()).get("pid") == os.getpid():
            announcement.unlink()
    except (OSError, ValueError):
        return


def log_to(path: Path) -> None:
    """Sends the server's and uvicorn's log lines to a file."""
    logging.basicConfig(filename=path, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("asyncio").setLevel(logging.WARNING)

    def ended(*error: Any) -> None:
        logging.getLogger("holdfast.sandbox").critical("ended", exc_info=error)
        sys.__excepthook__(*error)  # the command that waits for this server shows its last line

    sys.excepthook = ended
