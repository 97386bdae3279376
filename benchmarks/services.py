"""What does a run with nothing to do cost for each service, and does that grow with their number?

Services of both targets in turn, each with a model, an image and all that runs it; model, code and environment hold the
same in all of them, so that setting up is uploading and building little. The environment is a stand-in for the
inference server of the standard library's (`stand_in`): a hundred of the real one would not fit beside what is
measured, and what runs in a container has no part in a run that leaves it alone.

All sizes are provisioned before anything is measured, and take turns, so that what the containers cost the machine is
in every run alike. What a service costs is the difference to the stack without one, over their number. Beside it stands
the least that as many resources of the engine's cost: of components without an input, a provider or an output.
"""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Row, seconds
from benchmarks.projects import CHECKOUT, SETTINGS, MeteredProject, Run, least
from holdfast_sandbox.rehearsal import Azure

NAME = "services"
SIZES = (0, 1, 10, 100)
#: The issue's goal: milliseconds of a run with nothing to do for each service.
EACH = 15.0
#: Seconds that a first run with a hundred services may take.
PATIENCE = 1200.0

_SCORE = '''"""Twice a number."""

import json


def init():
    pass


def run(data):
    return json.loads(data)["number"] * 2
'''

_SERVER = '''"""As much of the inference server as a probe sees."""

import http.server
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "7")
        self.end_headers()
        self.wfile.write(b"Healthy")

    def log_message(self, *args):
        pass


def main():
    port = int(sys.argv[sys.argv.index("--port") + 1])
    http.server.HTTPServer(("0.0.0.0", port), Handler).serve_forever()
'''


def measure(folder: Path, azure: Azure, runs: int, say: Callable[[str], None]) -> list[Row]:
    """`pulumi up --skip-preview` with nothing to do, `runs` times for each number of services, in turns."""
    wheel = stand_in(folder)
    projects = {}
    for size in SIZES:
        say(f"provisioning {size} services")
        projects[size] = project(folder, azure, size, wheel)
    counted = {size: len(one.state()) for size, one in projects.items()}
    parts = counted[SIZES[-1]] - counted[SIZES[0]]
    say(f"provisioning {parts} resources of which there is nothing to know")
    floors = {count: least(folder, azure, count) for count in (0, parts)}
    costs: dict[int, list[Run]] = {size: [] for size in SIZES}
    floor: dict[int, list[Run]] = {count: [] for count in floors}
    for number in range(runs + 1):
        which = "warm-up" if number == 0 else f"{number} of {runs}"
        for called, series, ones in (("services", costs, projects), ("bare resources", floor, floors)):
            for size, one in ones.items():
                say(f"{size} {called}, {which}")
                run = one.nothing_to_do("up")
                if number:
                    series[size].append(run)
    return [*rows(costs), *least_rows(floor, SIZES[-1] - SIZES[0])]


def rows(costs: dict[int, list[Run]]) -> list[Row]:
    """What each size took, what a service more costs, and whether that is the same further up: what the first ten cost
    each, and what those beyond cost each."""
    found = list[Row]()
    reads = {size: len(series[-1].outcome.reads) for size, series in costs.items()}
    for size, series in costs.items():
        found.append(Row(NAME, f"{_called(size)}, wall", *_time(series, "wall")))
        found.append(Row(NAME, f"{_called(size)}, CPU, all processes", *_time(series, "cpu")))
        found.append(Row(NAME, f"{_called(size)}, ARM reads", str(reads[size]), reads[size]))
    none, *_, middle, most = sorted(costs)
    for what, key in (("wall", "wall"), ("CPU", "cpu")):
        first, further, every = (
            _each(costs[low], costs[high], key, high - low)
            for low, high in ((none, middle), (middle, most), (none, most))
        )
        found.append(Row(NAME, f"each of {most} services, {what}", f"{every:.1f} ms", every, EACH, "ms"))
        found.append(Row(NAME, f"  each of the first {middle}", f"{first:.1f} ms", first, unit="ms"))
        found.append(Row(NAME, f"  each beyond {middle}", f"{further:.1f} ms", further, unit="ms"))
    grown = reads[most] - reads[middle]
    figure = f"{grown} more" if grown else "the same"
    found.append(Row(NAME, f"ARM reads, {most} against {middle} services", figure, grown, 0))
    return found


def least_rows(costs: dict[int, list[Run]], services: int) -> list[Row]:
    """What the resources of a service cost at least, where all of them are those of so many services."""
    none, parts = sorted(costs)
    found = list[Row]()
    for what, key in (("wall", "wall"), ("CPU", "cpu")):
        each = _each(costs[none], costs[parts], key, services)
        label = f"  {parts / services:g} resources without anything, {what}"
        found.append(Row(NAME, label, f"{each:.1f} ms", each, unit="ms"))
    return found


def _called(count: int) -> str:
    return "1 service" if count == 1 else f"{count} services"


def _time(series: Sequence[Run], key: str) -> tuple[str, float, None, str]:
    times = [getattr(run.cost, key) for run in series]
    return seconds(times), median(times), None, "s"


def _each(least: Sequence[Run], most: Sequence[Run], key: str, count: int) -> float:
    """Milliseconds that each of the services between the two adds."""
    before, after = (median(getattr(run.cost, key) for run in series) for series in (least, most))
    return float(after - before) / count * 1000


def project(folder: Path, azure: Azure, size: int, wheel: Path) -> MeteredProject:
    """A stack with a cluster, a compute on it and that many services; provisioned."""
    name = f"services-{size}"
    made = MeteredProject(folder / name, azure, CHECKOUT)
    for place, text in (
        ("model/factor.json", '{"factor": 2}\n'),
        ("code/score.py", _SCORE),
        ("requirements.txt", f"azureml-inference-server-http @ {wheel.as_uri()}\n"),
    ):
        path = made.folder / place
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    made.settings({**SETTINGS, "resourceGroup": f"rg-{name}", **settings(size)})
    made.patience = PATIENCE
    made.start()
    made.settle()
    made.keeps_events = False  # nobody's pipeline keeps them, and they grow with every resource
    return made


def settings(size: int) -> dict[str, Any]:
    """A cluster that holds them, and that many services."""
    pool = {"name": "serving", "size": "Standard_D32s_v5", "min": 1, "max": 4}
    return {
        "cluster": {"pools": [pool], "extension": {"inference": True, "router": "loadBalancer", "allowInsecure": True}},
        "computes": [{"name": "serving", "kind": "kubernetes"}],
        "services": [service(f"double-{size}-{number}", number) for number in range(size)],
    }


def service(name: str, number: int) -> dict[str, Any]:
    """The one of that number: a container group or an online endpoint. An endpoint's name is one in its region."""
    runs: dict[str, Any] = {"target": "aks", "replicas": 1} if number % 2 else {"target": "aci", "auth": "none"}
    return {
        "name": name,
        "model": "model",
        "code": "code",
        "environment": "requirements.txt",
        "cpu": 0.1,
        "memory": 0.5,
        # Whoever has started is left in peace.
        "probes": {"liveness": {"period": 3600}, "readiness": {"period": 100}},
        **runs,
    }


def stand_in(folder: Path) -> Path:
    """A wheel with the name and the command of the inference server, that answers probes and nothing else."""
    name, version = "azureml_inference_server_http", "0.0.1"
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}/__init__.py": _SERVER,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: benchmarks\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[console_scripts]\nazmlinfsrv = {name}:main\n",
    }
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for place, text in files.items():
            wheel.writestr(place, text)
        wheel.writestr(f"{info}/RECORD", "".join(_record(place, text) for place, text in files.items()))
    return path


def _record(place: str, text: str) -> str:
    """A line of the wheel's own list. Source: "Binary distribution format" (packaging.python.org)."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    return f"{place},sha256={digest},{len(text.encode())}\n"
