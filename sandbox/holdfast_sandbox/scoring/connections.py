"""How does a request reach a replica? HTTP/1.1 over connections that are kept where the replica keeps them.

h11 reads the answers (uvicorn, which the sandbox's server runs on, reads requests with it). gunicorn's plain workers
close after each answer: then each request has a connection of its own, which on loopback costs a tenth of a
millisecond.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import h11

from holdfast_sandbox.containers.addresses import real_port

Headers = list[tuple[bytes, bytes]]
_CHUNK = 65536
_HOP = {b"connection", b"keep-alive", b"transfer-encoding", b"te", b"trailer", b"upgrade", b"proxy-connection"}


@dataclass(slots=True)
class Reply:
    """A whole answer; `headers` without those of the connection. `model` is the status that the replica itself gave, 0
    where none did."""

    status: int
    headers: Headers
    body: bytes
    model: int = 0


class ReplicaGoneError(Exception):
    """The connection broke: the replica crashed, or never listened."""


class Connections:
    """The connections to one replica."""

    def __init__(self, address: str, port: int) -> None:
        self._address, self._port = address, real_port(port)
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter, h11.Connection]] = []

    def close(self) -> None:
        for _, writer, _ in self._idle:
            writer.close()
        self._idle = []

    async def send(self, method: bytes, target: bytes, headers: Headers, body: bytes) -> Reply:
        """The answer to a request; ReplicaGoneError where there is none."""
        while self._idle:
            kept = self._idle.pop()
            if kept[0].at_eof() or kept[1].is_closing():
                kept[1].close()
                continue
            try:
                return await self._exchange(kept, method, target, headers, body)
            except ReplicaGoneError:
                break  # it was closed meanwhile: once more, on a fresh one
        try:
            reader, writer = await asyncio.open_connection(self._address, self._port)
        except OSError as error:
            raise ReplicaGoneError(str(error)) from None
        fresh = (reader, writer, h11.Connection(h11.CLIENT))
        return await self._exchange(fresh, method, target, headers, body)

    async def _exchange(
        self,
        kept: tuple[asyncio.StreamReader, asyncio.StreamWriter, h11.Connection],
        method: bytes,
        target: bytes,
        headers: Headers,
        body: bytes,
    ) -> Reply:
        reader, writer, protocol = kept
        done = False
        try:
            sent = [(name, value) for name, value in headers if name not in _HOP | {b"host", b"content-length"}]
            sent += [(b"host", f"{self._address}:{self._port}".encode()), (b"content-length", str(len(body)).encode())]
            out = protocol.send(h11.Request(method=method, target=target, headers=sent))
            out = (out or b"") + (protocol.send(h11.Data(data=body)) or b"")
            writer.write(out + (protocol.send(h11.EndOfMessage()) or b""))
            reply = await self._read(reader, protocol)
            done = protocol.our_state is h11.DONE and protocol.their_state is h11.DONE
        except (OSError, h11.ProtocolError, EOFError) as error:
            raise ReplicaGoneError(str(error)) from None
        finally:
            if not done:
                writer.close()
        if done:
            protocol.start_next_cycle()
            self._idle.append(kept)
        return reply

    @staticmethod
    async def _read(reader: asyncio.StreamReader, protocol: h11.Connection) -> Reply:
        reply: Reply | None = None
        parts: list[bytes] = []
        while True:
            event = protocol.next_event()
            if event is h11.NEED_DATA:
                content = await reader.read(_CHUNK)
                if not content and reply is None:
                    raise EOFError("the replica closed the connection")
                protocol.receive_data(content)
            elif isinstance(event, h11.Response):
                reply = Reply(event.status_code, [one for one in event.headers if one[0] not in _HOP], b"")
            elif isinstance(event, h11.Data):
                parts.append(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                assert reply is not None
                reply.body = b"".join(parts)
                return reply
            elif isinstance(event, h11.ConnectionClosed):
                raise EOFError("the replica closed the connection")
