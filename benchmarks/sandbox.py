"""How soon does the sandbox answer, and how much memory does it take?

Each start is on an empty state folder, so it makes its certificates too. The thousand requests are reads of the
resource manager's with a token, over one connection that is kept, as clients do.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import psutil
import requests

from benchmarks.figures import Row, megabytes, seconds
from benchmarks.projects import NotMeasuredError
from holdfast_sandbox.rehearsal import Azure

#: The issue's limits: seconds to the first answer, and MB of resident memory.
READY, MEMORY = 1.5, 150.0
REQUESTS = 1000

NAME = "sandbox"


def measure(folder: Path, runs: int, say: Callable[[str], None]) -> list[Row]:
    """`runs` starts, and one server that answers a thousand requests."""
    starts, at_ready = list[float](), list[float]()
    used = taken = 0.0
    for number in range(runs):
        say(f"start of the sandbox, {number + 1} of {runs}")
        began = time.monotonic()
        with Azure.private(folder / f"sandbox-{number}") as azure:
            azure.server.ask("GET", "status")
            starts.append(time.monotonic() - began)
            at_ready.append(_resident(azure))
            if number == runs - 1:
                say(f"{REQUESTS} requests")
                taken = _thousand(azure)
                used = _resident(azure)
    ready = median(at_ready)
    return [
        Row(NAME, "sandbox, start to first answer", seconds(starts), median(starts), READY, "s"),
        Row(NAME, "sandbox, memory when ready", f"{ready:.0f} MB", ready, MEMORY, "MB"),
        Row(NAME, f"sandbox, memory after {REQUESTS} requests", f"{used:.0f} MB", used, MEMORY, "MB"),
        Row(NAME, "sandbox, one read", f"{taken * 1000:.1f} ms", taken * 1000, unit="ms"),
    ]


def _resident(azure: Azure) -> float:
    return megabytes(psutil.Process(azure.server.pid).memory_info().rss)


def _thousand(azure: Azure) -> float:
    """Seconds for one of them."""
    with requests.Session() as session:
        session.trust_env = False  # no proxy: the server is on this machine
        session.verify = azure.environ["REQUESTS_CA_BUNDLE"]
        given = session.post(
            f"{azure.server.url}/{azure.environ['ARM_TENANT_ID']}/oauth2/v2.0/token",
            data={
                "grant_type": "client_credentials",
                "client_id": azure.environ["ARM_CLIENT_ID"],
                "client_secret": azure.environ["ARM_CLIENT_SECRET"],
                "scope": f"{azure.server.url}/.default",
            },
            timeout=60,
        )
        session.headers["Authorization"] = f"Bearer {given.json()['access_token']}"
        path = f"/subscriptions/{azure.environ['ARM_SUBSCRIPTION_ID']}/resourcegroups?api-version=2024-03-01"
        began = time.monotonic()
        for _ in range(REQUESTS):
            answer = session.get(f"{azure.server.url}{path}", timeout=60)
            if answer.status_code != 200:
                raise NotMeasuredError(f"GET {path} was answered with {answer.status_code}: {answer.text}")
        return (time.monotonic() - began) / REQUESTS
