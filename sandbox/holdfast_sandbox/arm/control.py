"""How do the command line and the tests steer a running server? A small interface of its own under `/_sandbox/`.

It is no part of Azure, needs no token (the server is bound to loopback) and is not in the request log.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.front_door import FrontDoor
from holdfast_sandbox.arm.services.graph.responses import register, registered

_EFFECTS = {
    "status",
    "code",
    "message",
    "retry_after",
    "drop",
    "lose_answer",
    "hold",
    "hold_answer",
    "fail_operation",
    "hold_operation",
    "hook",
    "times",
    "skip",
}


def control_routes(door: FrontDoor, about: dict[str, Any], stop: Callable[[], None]) -> list[Route]:
    """`about`: what `status` tells of this server besides its counts; `stop` ends it after the answer."""

    async def status(request: Request) -> Response:
        counts = {"requests": door.requests.last, "faults": len(door.faults.describe())}
        return JSONResponse({**about, "pid": os.getpid(), **counts})

    async def log(request: Request) -> Response:
        try:
            since = int(request.query_params.get("since", "0"))
        except ValueError:
            return _bad("since is no number")
        return JSONResponse(door.requests.since(since))

    async def faults(request: Request) -> Response:
        if request.method == "DELETE":
            door.faults.clear()
        elif request.method == "POST":
            try:
                rule = await request.json()
                unknown = set(rule) - _EFFECTS - {"match"}
                if unknown:
                    return _bad(f"unknown: {', '.join(sorted(unknown))}")
                hook = str(rule.get("hook") or "").partition("=")[0]
                if hook and hook not in door.plane.registry.hooks:
                    return _bad(
                        f"no service has a hook {hook!r}; there are: {', '.join(sorted(door.plane.registry.hooks))}"
                    )
                fault = door.faults.add(rule.pop("match"), **rule)
            except (ValueError, KeyError, TypeError) as error:
                return _bad(str(error))
            return JSONResponse({"id": fault.id}, 201)
        return JSONResponse(door.faults.describe())

    async def principals(request: Request) -> Response:
        store = door.plane.store
        try:
            given = await request.json() if request.method == "POST" else None
            with store.transaction():
                answer = registered(store) if given is None else register(store, dict(given))
        except (ArmError, ValueError, TypeError) as error:
            return _bad(str(error))
        return JSONResponse(answer, 200 if given is None else 201)

    async def rights(request: Request) -> Response:
        if door.access is None:
            return _bad("this server was started without --rbac, and asks nobody for rights")
        if request.method == "DELETE":
            door.access.forget()
        return JSONResponse(door.access.asked(request.query_params.get("caller")))

    async def reset(request: Request) -> Response:
        with door.plane.store.transaction():
            door.plane.store.clear()
        if door.plane.scoring is not None:
            door.plane.scoring.clear()
        if door.plane.containers is not None:
            door.plane.containers.clear()
        door.faults.clear()
        door.requests.clear()
        if door.access is not None:
            door.access.forget()
        if door.plane.builds is not None:
            door.plane.builds.clear()
        if door.plane.blobs is not None:
            door.plane.blobs.clear()
        return Response(status_code=204)

    async def stop_server(request: Request) -> Response:
        stop()
        return JSONResponse({"pid": os.getpid()}, 202)

    return [
        Route("/_sandbox/status", status),
        Route("/_sandbox/log", log),
        Route("/_sandbox/faults", faults, methods=["GET", "POST", "DELETE"]),
        Route("/_sandbox/principals", principals, methods=["GET", "POST"]),
        Route("/_sandbox/rights", rights, methods=["GET", "DELETE"]),
        Route("/_sandbox/reset", reset, methods=["POST"]),
        Route("/_sandbox/stop", stop_server, methods=["POST"]),
    ]


def _bad(reason: str) -> Response:
    return JSONResponse({"error": reason}, 400)
