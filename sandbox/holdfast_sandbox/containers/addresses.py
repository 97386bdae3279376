"""At which address is a pod reached? One of its own in 127.64.0.0/10, so that its ports are the declared ones.

All of 127.0.0.0/8 is loopback on Linux, with nothing to set up; other systems have 127.0.0.1 alone. Drawn at random:
sandboxes on one machine know nothing of each other, and four million addresses make them meet rarely enough.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Iterable
from ipaddress import IPv4Network
from pathlib import Path

NETWORK = IPv4Network("127.64.0.0/10")
#: What is added to a port that this user may not bind.
SHIFT = 10000
_UNPRIVILEGED = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")


def draw(taken: Collection[str] = ()) -> str:
    """An address that none of `taken` is."""
    while True:
        address = str(NETWORK[secrets.randbelow(NETWORK.num_addresses - 2) + 1])
        if address not in taken:
            return address


def is_ours(address: str) -> bool:
    """Whether it is one that `draw` could have given."""
    return address.startswith("127.") and 64 <= int(address.split(".")[1]) < 128


def real_port(port: int) -> int:
    """Where a declared port really listens: itself, or `SHIFT` higher where it takes rights that this user has not."""
    return port if os.geteuid() == 0 or port >= _first_free() else port + SHIFT


def table(ports: Iterable[int]) -> dict[str, str]:
    """What a container's process is told of its pod's ports (see network/sitecustomize.py)."""
    return {"HOLDFAST_POD_PORTS": ",".join(f"{port}={real_port(port)}" for port in sorted(set(ports)))}


def _first_free() -> int:
    try:
        return int(_UNPRIVILEGED.read_text())
    except (OSError, ValueError):
        return 1024
