"""Gives a Python process the address of its container: each pod has one of its own in 127.0.0.0/8.

A container listens on 0.0.0.0:5001, and so may the next one: here they are processes of one machine, so what binds to
any address or to localhost is bound to the pod's instead, and what connects to localhost on a port of the pod reaches
it there. Nothing listens beyond loopback. Found by Python itself, through PYTHONPATH; what is not Python, or is started
with `-I` or `-E`, does not see it. A port that this user may not bind (below 1024) is another one by the pod's own
table (HOLDFAST_POD_PORTS).

Standard library only: it runs in the image's environment.
"""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

_ANY = {"", "0.0.0.0", "::", "127.0.0.1", "::1", "localhost"}


def _install(address: str, ports: dict[int, int]) -> None:
    real_bind, real_connect, real_connect_ex = socket.socket.bind, socket.socket.connect, socket.socket.connect_ex
    bound: set[int] = set()

    def mapped(sock: socket.socket, port: int) -> tuple[str, int]:
        port = ports.get(port, port)
        if sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            return ("::ffff:" + address, port)
        return (address, port)

    def is_local(sock: socket.socket, where: Any) -> bool:
        internet = sock.family in (socket.AF_INET, socket.AF_INET6)
        return internet and isinstance(where, tuple) and len(where) >= 2 and where[0] in _ANY

    def bind(self: socket.socket, where: Any) -> None:
        # Port 0 is for talks within a process, whose other end looks for it where it asked.
        if is_local(self, where) and where[1]:
            bound.add(where[1])
            where = mapped(self, where[1])
        real_bind(self, where)

    def reached(sock: socket.socket, where: Any) -> Any:
        if is_local(sock, where) and (where[1] in ports or where[1] in bound):
            return mapped(sock, where[1])
        return where

    def connect(self: socket.socket, where: Any) -> None:
        real_connect(self, reached(self, where))

    def connect_ex(self: socket.socket, where: Any) -> int:
        return real_connect_ex(self, reached(self, where))

    for name, method in (("bind", bind), ("connect", connect), ("connect_ex", connect_ex)):
        setattr(socket.socket, name, method)


def _next() -> None:
    """The `sitecustomize` that would have been found without this one, if any."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    own = sys.modules.pop("sitecustomize", None)
    try:
        __import__("sitecustomize")
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
    finally:
        if own is not None:
            sys.modules.setdefault("sitecustomize", own)


def _table(text: str) -> dict[int, int]:
    pairs = [pair.partition("=") for pair in text.split(",") if pair]
    return {int(declared): int(real) for declared, _, real in pairs}


if os.environ.get("HOLDFAST_POD_ADDRESS"):
    _install(os.environ["HOLDFAST_POD_ADDRESS"], _table(os.environ.get("HOLDFAST_POD_PORTS", "")))
_next()
