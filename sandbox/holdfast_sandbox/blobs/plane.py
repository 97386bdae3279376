"""How do the storage accounts of a sandbox come to have blobs, at no cost where nobody uses any?

The sandbox listens on a loopback port of its own and starts Azurite at the first connection; bytes are handed on as
they come, TLS included. Azurite learns of accounts and keys from a file (see azurite.js), so that a new account or key
is there at once. Where Azurite can't be started the connection is answered all the same: TLS by the sandbox's
certificate, and an error in the blob service's own form.

The port is kept in the state folder and taken again: links that somebody wrote down go on to open.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import shutil
import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from holdfast_sandbox.blobs.server import BlobServer, launch
from holdfast_sandbox.errors import SandboxError

log = logging.getLogger("holdfast.sandbox")

HOST = "127.0.0.1"
#: Seconds for which a failed start is told again, instead of tried again.
FAILURE_SECONDS = 5.0
_NOT_THERE = 501  # a status that Microsoft's client does not try again


@dataclass(frozen=True)
class Holdings:
    """What the control plane knows: `accounts` with their keys in base64, `containers` as (account, container) that
    must be there, `gone`: names whose blobs are to go. Every name has its keys in `accounts`."""

    accounts: Mapping[str, Sequence[str]]
    containers: Collection[tuple[str, str]] = ()
    gone: Collection[str] = ()


@dataclass
class DataPlane:
    """The blobs of one sandbox. `listen` first; everything else by itself.

    `holdings` is asked whenever Azurite is started and at each `changed`; `purged` is told of the names of `gone` whose
    blobs are no more. Both are called in the thread of the event loop.
    """

    state: Path
    context: ssl.SSLContext
    holdings: Callable[[], Holdings]
    purged: Callable[[str], None]
    port: int = 0
    _server: BlobServer | None = None
    _listener: asyncio.Server | None = None
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock)
    _failed: tuple[float, SandboxError] | None = None
    _again: asyncio.Task[None] | None = None
    # Guards the accounts file: written by the event loop, and by the thread that starts Azurite.
    _writing: threading.Lock = field(default_factory=threading.Lock)
    _made: set[tuple[str, str]] = field(default_factory=set)

    @property
    def folder(self) -> Path:
        """Where the blobs, the accounts file and Azurite's certificate lie."""
        return self.state / "blobs"

    @property
    def used(self) -> bool:
        """Whether Azurite ever ran here."""
        return (self.folder / "data").exists()

    def url(self, account: str) -> str:
        """The account's blob endpoint: `https://127.0.0.1:PORT/ACCOUNT/`."""
        return f"https://{HOST}:{self.port}/{account}/"

    async def listen(self) -> None:
        """Takes the port of last time, or a free one."""
        loop, note = asyncio.get_running_loop(), self.state / "blob-port"
        with contextlib.suppress(OSError, ValueError):
            self.port = int(note.read_text())
        for port in dict.fromkeys((self.port, 0)):
            try:
                self._listener = await loop.create_server(lambda: _Incoming(self), HOST, port)
                break
            except OSError:
                if port == 0:
                    raise
        assert self._listener is not None
        self.port = int(self._listener.sockets[0].getsockname()[1])
        note.write_text(str(self.port))

    async def ready(self) -> int:
        """The port of an Azurite that answers; started when none does. Raises SandboxError where it can't be."""
        async with self._starting:
            if self._server is not None and self._server.alive:
                return self._server.port
            if self._failed is not None and time.monotonic() - self._failed[0] < FAILURE_SECONDS:
                raise self._failed[1]
            try:
                self._server = await asyncio.to_thread(self._launch, self.holdings())
            except SandboxError as error:
                log.warning("no blobs: %s", error)
                self._failed = (time.monotonic(), error)
                raise
            self._failed = None
            self._made.clear()
            # Whoever changed something while it started was told that there is nobody to tell.
            held = self.holdings()
            self._write(held)
            return await self._settle(self._server, held)

    def changed(self) -> None:
        """Tells a running Azurite of accounts, keys and containers that have changed."""
        if self._server is None or not self._server.alive:
            return
        held = self.holdings()
        self._write(held)
        if held.containers or held.gone:
            self._again = asyncio.get_running_loop().create_task(self._quietly(self._server, held))

    def stop(self) -> None:
        """Ends Azurite; its blobs stay."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def clear(self) -> None:
        """Ends Azurite, and its blobs with it."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _launch(self, held: Holdings) -> BlobServer:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write(held)
        return launch(self.state, self.folder, self._accounts)

    @property
    def _accounts(self) -> Path:
        return self.folder / "accounts.json"

    def _write(self, held: Holdings) -> None:
        with self._writing:
            fresh = self._accounts.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                json.dump({name: list(keys) for name, keys in held.accounts.items()}, file)
            fresh.replace(self._accounts)

    async def _quietly(self, server: BlobServer, held: Holdings) -> None:
        async with self._starting:
            if server.alive:
                await self._settle(server, held)

    async def _settle(self, server: BlobServer, held: Holdings) -> int:
        """Brings the blobs to what the control plane knows: old ones gone, new containers there."""
        from holdfast_sandbox.blobs.client import BlobError, Client  # no start pays for it

        client = Client(server.port, self.state / "ca.pem")
        try:
            for name in held.gone:
                await asyncio.to_thread(client.empty, name, held.accounts[name][0])
                self._made = {one for one in self._made if one[0] != name}
                self.purged(name)
            for account, container in set(held.containers) - self._made:
                await asyncio.to_thread(client.make, account, container, held.accounts[account][0])
                self._made.add((account, container))
        except BlobError as error:
            log.warning("blobs: %s", error)  # the account that it is about is asked again at the next change
        return server.port


class _Side(asyncio.Protocol):
    """One side of a connection; what comes in goes out at the other."""

    other: asyncio.Transport | None = None
    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.other is not None:
            self.other.write(data)

    def eof_received(self) -> bool:
        if self.other is not None and self.other.can_write_eof():
            self.other.write_eof()
        return True

    def pause_writing(self) -> None:
        if self.other is not None:
            self.other.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None:
            self.other.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.other is not None:
            self.other.close()


class _Incoming(_Side):
    """A client's connection; it is read once Azurite is there."""

    def __init__(self, plane: DataPlane) -> None:
        self._plane = plane

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.transport.pause_reading()
        self._task = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            port = await self._plane.ready()
            upstream = _Side()
            upstream.other = self.transport
            self.other, _ = await loop.create_connection(lambda: upstream, HOST, port)
            self.transport.resume_reading()
        except SandboxError as error:
            refusal = _Refusal(error)
            with contextlib.suppress(OSError, ssl.SSLError):
                secured = await loop.start_tls(self.transport, refusal, self._plane.context, server_side=True)
                if secured is not None:
                    refusal.opened(secured)
        except OSError:
            self.transport.abort()  # it went away just now; the client tries again
        if self.transport.is_closing() and self.other is not None:
            self.other.close()


class _Refusal(asyncio.Protocol):
    """Answers one request with an error, whatever it asks; what it sends is read, or it would miss the answer."""

    def __init__(self, error: SandboxError) -> None:
        text = f"{error.message}: {'; '.join(f'{label}: {said}' for label, said in error.evidence)}".rstrip(": ")
        self._body = (
            f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{escape(error.id)}</Code>'
            f"<Message>{escape(f'{text}. {error.hint}')}</Message></Error>"
        ).encode()
        self._head = (
            f"HTTP/1.1 {_NOT_THERE} Not Implemented\r\nContent-Type: application/xml\r\n"
            f"Content-Length: {len(self._body)}\r\nx-ms-error-code: {error.id}\r\nConnection: close\r\n\r\n"
        ).encode()
        self._asked = b""
        self._transport: asyncio.Transport | None = None
        self._answered = False

    def opened(self, transport: asyncio.Transport) -> None:
        """The handshake is done."""
        self._transport = transport
        asyncio.get_running_loop().call_later(FAILURE_SECONDS * 2, transport.close)
        self.data_received(b"")

    def data_received(self, data: bytes) -> None:
        if self._answered:
            return
        self._asked += data
        if b"\r\n\r\n" in self._asked and self._transport is not None:
            self._answered = True
            self._transport.write(self._head if self._asked.startswith(b"HEAD ") else self._head + self._body)
