"""Who asks, and how is waiting shown? What every command that reads Azure begins with."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.arm import ArmClient, Graph


# azure-identity logs each login that fails, and what nobody handles Python prints: our own error says it already.
logging.getLogger("azure").addHandler(logging.NullHandler())


def login_client() -> ArmClient:
    """Azure for the login of the environment, by azure-identity in the provider's order."""
    from holdfast.arm import ArmClient, find_cloud, log_in

    cloud = find_cloud(os.environ)
    return ArmClient(cloud, log_in(cloud, os.environ))


def login_clients() -> tuple[ArmClient, Graph]:
    """Azure and its directory, by the same login; nothing is asked of either yet."""
    from holdfast.arm import ArmClient, Graph, find_cloud, log_in

    cloud = find_cloud(os.environ)
    credential = log_in(cloud, os.environ)
    return ArmClient(cloud, credential), Graph(cloud, credential)


@contextmanager
def progress(verb: str = "reading") -> Iterator[Callable[[str], None]]:
    """Shows what is being done, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda _text: None
        return
    from rich.console import Console

    with Console(stderr=True).status(verb) as status:
        yield lambda text: status.update(f"{verb} {text}")
