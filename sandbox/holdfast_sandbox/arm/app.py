"""What is the server as a whole? One ASGI application: control, login and, for everything else, the front door.

The login's requests are logged and can meet faults like any other, by the same rules.
"""

from __future__ import annotations

import socket
import struct
from asyncio import Transport
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from holdfast_sandbox.arm.auth import NOBODY, Tokens
from holdfast_sandbox.arm.control import control_routes
from holdfast_sandbox.arm.front_door import FrontDoor, path_of, subject
from holdfast_sandbox.arm.login import login_routes

_LOGIN = ("/oauth2/", "/.well-known/", "/discovery/", "/metadata/endpoints")


class Connections:
    """The open connections by the client's address: a fault resets one."""

    def __init__(self) -> None:
        self._open: dict[Transport, tuple[str, int]] = {}

    def opened(self, transport: Transport) -> None:
        peer = transport.get_extra_info("peername")
        self._open[transport] = (peer[0], peer[1])

    def closed(self, transport: Transport) -> None:
        self._open.pop(transport, None)

    def reset(self, client: tuple[str, int]) -> None:
        """Ends the connection with a TCP reset: the client sees a transport error, never an answer."""
        for transport, peer in list(self._open.items()):
            if peer == (client[0], client[1]):
                raw = transport.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                transport.abort()


def application(
    door: FrontDoor, tokens: Tokens, connections: Connections, about: dict[str, Any], stop: Callable[[], None]
) -> ASGIApp:
    """The ASGI application of one server."""
    control = Starlette(routes=control_routes(door, about, stop))
    login = Starlette(routes=login_routes(tokens))

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path = scope["path"]
        if path.startswith("/_sandbox/"):
            await control(scope, receive, send)
            return
        request = Request(scope, receive)
        if path.startswith("/subscriptions/") or not any(part in path for part in _LOGIN):
            response = await door(request)
        else:
            response = await _log_in(door, login, request)
        if response is None:
            connections.reset(scope["client"])
        else:
            await response(scope, receive, send)

    return serve


async def _log_in(door: FrontDoor, login: ASGIApp, request: Request) -> Response | None:
    started, n = perf_counter(), door.requests.arrive()
    body = await request.body()
    fault = door.faults.take(subject(request, NOBODY))
    response: Response | None
    if fault is not None and fault.status is not None:
        error = fault.answer(request.method, request.url.path, "", "")
        oauth = {"error": error.code, "error_description": error.message, "error_codes": []}
        response = JSONResponse(oauth, error.status, error.headers)
    elif fault is not None and (fault.drop or fault.lose_answer):
        response = None
    else:
        response = await _collected(login, request, body)
    status = response.status_code if response is not None else None
    note = f"fault {fault.id}" if fault is not None else None
    version = request.query_params.get("api-version")
    door.requests.add(
        n, request.method, path_of(request), version, status, (perf_counter() - started) * 1000, None, note
    )
    return response


async def _collected(app: ASGIApp, request: Request, body: bytes) -> Response:
    """The application's answer as an object, so that it can be logged before it is sent."""
    status, headers, parts = 500, [], []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], message.get("headers", [])
        else:
            parts.append(message.get("body", b""))

    run: Callable[..., Awaitable[None]] = app
    await run(request.scope, receive, send)
    response = Response(b"".join(parts), status)
    response.raw_headers = list(headers)
    return response
