"""What does a client of a scoring URI talk to? A plain HTTP server on loopback, one for all endpoints.

`/api/v1/endpoint/NAME/score`, as azureml-fe serves it. Statuses: learn.microsoft.com/azure/machine-learning/
how-to-troubleshoot-online-endpoints, "HTTP status codes": on Kubernetes 502 (`run()` raised, or the replica crashed),
503 (no replica was free in time), 504 (over the request's timeout); on managed endpoints 424, 429, 408.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import time
import uuid
from dataclasses import dataclass, field

import h11

from holdfast_sandbox.scoring.connections import Headers, ReplicaGoneError, Reply
from holdfast_sandbox.scoring.deployment import Deployment, QueueTimeoutError, TooManyError
from holdfast_sandbox.scoring.endpoint import Endpoint
from holdfast_sandbox.scoring.traffic import Answered, Traffic

log = logging.getLogger("holdfast.sandbox")

_CHUNK = 65536
_PREFIX = "/api/v1/endpoint/"
#: What is the front end's own business and not the container's.
_OURS = {b"authorization", b"azureml-model-deployment"}
_FAILED = b"x-ms-run-function-failed"


@dataclass
class FrontEnd:
    """The server, the endpoints by their lower-case name, and what was asked of them."""

    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    traffic: Traffic = field(default_factory=Traffic)
    port: int = 0
    _server: asyncio.Server | None = None
    _clients: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def listen(self, port: int = 0) -> int:
        """Opens the port (or a free one, where another process has it); answers from the loop's next turn on."""
        if self.port:
            return self.port
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            listener.bind(("127.0.0.1", 0))
        listener.listen(512)
        self.port = listener.getsockname()[1]
        self._starting = asyncio.ensure_future(self._start(listener))
        return self.port

    async def _start(self, listener: socket.socket) -> None:
        self._server = await asyncio.start_server(self._serve, sock=listener)

    def clear(self) -> None:
        """No endpoint is left."""
        for endpoint in self.endpoints.values():
            endpoint.end()
        self.endpoints = {}
        self.traffic.forget()

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in list(self._clients):
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        protocol = h11.Connection(h11.SERVER)
        self._clients.add(writer)
        try:
            while True:
                received = await _request(reader, writer, protocol)
                if received is None:
                    return
                request, body = received
                reply = await self._answer(request, body)
                headers = [*reply.headers, (b"content-length", str(len(reply.body)).encode())]
                out = protocol.send(h11.Response(status_code=reply.status, headers=headers)) or b""
                if request.method != b"HEAD":
                    out += protocol.send(h11.Data(data=reply.body)) or b""
                writer.write(out + (protocol.send(h11.EndOfMessage()) or b""))
                await writer.drain()
                if protocol.our_state is not h11.DONE or protocol.their_state is not h11.DONE:
                    return
                protocol.start_next_cycle()
        except (OSError, h11.RemoteProtocolError, asyncio.CancelledError):
            return  # the client is gone, or speaks no HTTP
        except Exception:
            log.exception("a scoring request failed")
        finally:
            self._clients.discard(writer)
            writer.close()

    async def _answer(self, request: h11.Request, body: bytes) -> Reply:
        headers = dict(request.headers)
        number = str(uuid.uuid4())
        reply = await self._score(request, headers, body)
        kept = [one for one in reply.headers if one[0] not in (b"content-length", b"x-request-id")]
        reply.headers = [*kept, (b"x-request-id", number.encode())]
        if b"x-ms-client-request-id" in headers and not any(name == b"x-ms-client-request-id" for name, _ in kept):
            reply.headers.append((b"x-ms-client-request-id", headers[b"x-ms-client-request-id"]))
        return reply

    async def _score(self, request: h11.Request, headers: dict[bytes, bytes], body: bytes) -> Reply:
        path, _, query = request.target.decode("latin-1").partition("?")
        name, _, rest = path.removeprefix(_PREFIX).partition("/") if path.startswith(_PREFIX) else ("", "", "")
        endpoint = self.endpoints.get(name.lower())
        if endpoint is None or rest not in ("score", "swagger.json"):
            return _refusal(404, "NotFound", "There is no endpoint at this address.")
        began = time.perf_counter()
        reply, deployment = await self._asked(endpoint, rest, query, request, headers, body)
        self.traffic.note(name, Answered(deployment, reply.status, reply.model), time.perf_counter() - began)
        return reply

    async def _asked(
        self,
        endpoint: Endpoint,
        what: str,
        query: str,
        request: h11.Request,
        headers: dict[bytes, bytes],
        body: bytes,
    ) -> tuple[Reply, str]:
        """The answer, and the name of the deployment that gave it; empty where none was asked."""
        scheme, _, credential = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not endpoint.allowed(credential.strip()):
            told = "A key or token of the endpoint is needed: Authorization: Bearer ..."
            return _refusal(401, "Unauthorized", told), ""
        named = headers.get(b"azureml-model-deployment")
        deployment = endpoint.choose(named.decode("latin-1") if named is not None else None)
        if deployment is None:
            return _refusal(404, "NotFound", "The endpoint has no such deployment, or none with traffic."), ""
        target = f"?{query}" if query else ""
        passed = [one for one in request.headers if one[0] not in _OURS]
        reply = await _passed_on(deployment, request.method, what, target, passed, body)
        reply.headers.append((b"azureml-model-deployment", deployment.name.encode()))
        return reply, deployment.name


async def _passed_on(
    deployment: Deployment, method: bytes, what: str, query: str, headers: Headers, body: bytes
) -> Reply:
    settings = deployment.settings
    try:
        replica = await deployment.acquire()
    except QueueTimeoutError:
        return _refusal(503, "ServiceUnavailable", "No replica was free to take the request in time.")
    except TooManyError:
        return _refusal(429, "TooManyRequests", "The deployment has more requests under way than it takes.")
    try:
        current = deployment.current
        path = (current.version.path if current is not None else "/score") if what == "score" else "/swagger.json"
        async with asyncio.timeout(settings.timeout):
            reply = await replica.connections.send(method, (path + query).encode("latin-1"), headers, body)
            reply.model = reply.status
    except TimeoutError:
        status = 408 if settings.managed else 504
        return _refusal(status, "RequestTimeout", f"The model did not answer within {settings.timeout:g} seconds.")
    except ReplicaGoneError:
        if settings.managed:
            return _model_error(Reply(502, [], b""), "model_not_reachable")
        return _refusal(502, "BadGateway", "The replica ended before it had answered.")
    finally:
        deployment.release(replica)
    if settings.managed and reply.status != 200:
        return _model_error(reply, "model_error")
    if reply.status == 500 and any(name == _FAILED for name, _ in reply.headers):
        reply.status = 502
    return reply


def _model_error(reply: Reply, reason: str) -> Reply:
    told = [
        (b"ms-azureml-model-error-statuscode", str(reply.status).encode()),
        (b"ms-azureml-model-error-reason", reason.encode()),
    ]
    return Reply(424, [*reply.headers, *told], reply.body, reply.model)


def _refusal(status: int, code: str, message: str) -> Reply:
    body = json.dumps({"error": {"code": code, "message": message}}).encode()
    return Reply(status, [(b"content-type", b"application/json")], body)


async def _request(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, protocol: h11.Connection
) -> tuple[h11.Request, bytes] | None:
    request: h11.Request | None = None
    parts: list[bytes] = []
    while True:
        event = protocol.next_event()
        if event is h11.NEED_DATA:
            if protocol.they_are_waiting_for_100_continue:
                writer.write(protocol.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            protocol.receive_data(await reader.read(_CHUNK))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            parts.append(bytes(event.data))
        elif isinstance(event, h11.EndOfMessage):
            assert request is not None
            return request, b"".join(parts)
        else:  # the connection is closed
            return None
