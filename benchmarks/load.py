"""How many requests does the sandbox answer with eight clients at once, how late is the slowest, how much does it keep?

Each client is a process with a connection of its own, and asks again as soon as it has its answer. Of five requests
four read the client's resource group and one writes it, so that the store is written and the log grows.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median
from urllib.parse import urlencode, urlsplit

import psutil

from benchmarks.figures import Row, megabytes
from benchmarks.projects import NotMeasuredError
from holdfast_sandbox.rehearsal import Azure

CLIENTS = 8
REQUESTS = 10_000
#: The issue's limit, MB of resident memory after them.
MEMORY = 150.0

NAME = "load"


def measure(folder: Path, say: Callable[[str], None]) -> list[Row]:
    """One server, eight clients, ten thousand requests."""
    say(f"{REQUESTS} requests by {CLIENTS} clients")
    with Azure.private(folder / "sandbox-load") as azure:
        began = time.monotonic()
        with ProcessPoolExecutor(CLIENTS) as pool:
            asked = [pool.submit(_client, dict(azure.environ), number) for number in range(CLIENTS)]
            taken = sorted(seconds for client in asked for seconds in client.result())
        wall = time.monotonic() - began
        used = megabytes(psutil.Process(azure.server.pid).memory_info().rss)
    middle = median(taken) * 1000
    rate, p99 = len(taken) / wall, taken[int(len(taken) * 0.99)] * 1000
    return [
        Row(NAME, f"sandbox, {CLIENTS} clients, requests per second", f"{rate:.0f}", rate),
        Row(NAME, f"sandbox, {CLIENTS} clients, median", f"{middle:.1f} ms", middle, unit="ms"),
        Row(NAME, f"sandbox, {CLIENTS} clients, p99", f"{p99:.1f} ms", p99, unit="ms"),
        Row(NAME, f"sandbox, memory after {len(taken)} requests", f"{used:.0f} MB", used, MEMORY, "MB"),
    ]


def _client(environ: dict[str, str], number: int) -> list[float]:
    """The seconds that each of this client's answers took."""
    host = urlsplit(f"https://{environ['ARM_METADATA_HOSTNAME']}")
    context = ssl.create_default_context(cafile=environ["REQUESTS_CA_BUNDLE"])
    connection = http.client.HTTPSConnection(host.hostname or "", host.port, context=context, timeout=60)
    form = {
        "grant_type": "client_credentials",
        "client_id": environ["ARM_CLIENT_ID"],
        "client_secret": environ["ARM_CLIENT_SECRET"],
        "scope": f"https://{environ['ARM_METADATA_HOSTNAME']}/.default",
    }
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", f"/{environ['ARM_TENANT_ID']}/oauth2/v2.0/token", urlencode(form), kind)
    token = json.loads(connection.getresponse().read())["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    path = f"/subscriptions/{environ['ARM_SUBSCRIPTION_ID']}/resourcegroups/rg-load-{number}?api-version=2024-03-01"
    taken = []
    for turn in range(REQUESTS // CLIENTS):
        written = json.dumps({"location": "westeurope", "tags": {"n": str(turn)}})
        method, body = ("GET", None) if turn % 5 else ("PUT", written)
        began = time.monotonic()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        taken.append(time.monotonic() - began)
        if answer.status not in (200, 201):
            raise NotMeasuredError(f"{method} {path} was answered with {answer.status}: {text[:200]!r}")
    return taken
