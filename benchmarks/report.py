"""What does it cost a run to note its times, and how long does the page of a large one take?

The first is measured without an engine: a monitor that answers at once is asked for every resource of a stack of a
hundred services, with and without the watch between, and the watch is then asked what it saw. What is left is the
watch's own cost, in CPU; the clock of a whole run would show nothing of it. The page is that of the same stack, with a
thousand principals in its vault over twenty runs.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.figures import Row, seconds

NAME = "report"
SERVICES, PRINCIPALS, RUNS = 100, 1024, 20
#: Times that the same is measured; the median counts.
REPEATED = 7
#: Milliseconds of CPU that the whole of such a run may take more: a hundredth of what it takes with nothing to do.
MORE = 79.0

_NATIVE, _OURS = "azure-native:x:", "pulumi-python:dynamic/holdfast:"
_VAULT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"

Operation = dict[str, Any]


def operations(services: int) -> list[Operation]:
    """What a run asks for: nine of the environment, five of each service."""
    kinds = ("group", "vault", "storage", "logs", "insights", "registry", "cluster", "workspace", "vault-grants")
    rows = [_row(name, _NATIVE + name, kinds[:at][-1:]) for at, name in enumerate(kinds)]
    for number in range(services):
        model, image, container = f"model-{number}", f"image-{number}", f"container-{number}"
        rows += [
            _row(f"identity-{number}", f"{_NATIVE}Identity", ("group",)),
            _row(model, f"{_OURS}ServiceModel", ("workspace",)),
            _row(image, f"{_OURS}ServiceImage", (model, "registry")),
            _row(container, f"{_NATIVE}ContainerGroup", (image, f"identity-{number}")),
            _row(f"service-{number}", f"{_OURS}ServiceStart", (container,)),
        ]
    return rows


def measure(say: Callable[[str], None]) -> list[Row]:
    """The milliseconds of the watch, and the seconds and size of a page."""
    rows = operations(SERVICES)
    say(f"the watch over {len(rows)} resources")
    more = sorted(watched(rows) for _ in range(REPEATED))[REPEATED // 2] * 1000
    say(f"the page of {len(rows)} resources and {PRINCIPALS} principals over {RUNS} runs")
    with tempfile.TemporaryDirectory() as folder:
        leave(Path(folder), rows)
        took = [page(Path(folder)) for _ in range(3)]
        size = (Path(folder) / "run.html").stat().st_size
    return [
        Row(NAME, f"noting the times of {len(rows)} resources, CPU", f"{more:.0f} ms", more, MORE, "ms"),
        Row(NAME, f"page of them and {PRINCIPALS} principals, CPU", seconds(took), min(took), unit="s"),
        Row(NAME, "its size", f"{size / 1000:.0f} kB", size / 1000, unit="kB"),
    ]


def watched(rows: list[Operation]) -> float:
    """Seconds of CPU that a run takes more for being watched."""
    from google.protobuf import json_format, struct_pb2
    from pulumi.runtime import settings
    from pulumi.runtime.proto import resource_pb2

    from holdfast.provision.watch import Watch

    outputs = {f"key{number}": [{"id": "x" * 60, "on": True, "of": None}] for number in range(8)}
    struct = struct_pb2.Struct()
    json_format.ParseDict(outputs, struct)
    asked = [
        (
            resource_pb2.RegisterResourceRequest(
                type=row["type"], name=row["name"], custom=True, dependencies=[_urn(need) for need in row["needs"]]
            ),
            resource_pb2.RegisterResourceResponse(urn=_urn(row["name"]), object=struct),
        )
        for row in rows
    ]
    answers: Iterator[Any] = iter(())
    monitor = SimpleNamespace(RegisterResource=lambda _request: next(answers))
    real, settings.get_monitor = settings.get_monitor, lambda: monitor

    def ask_all() -> float:
        nonlocal answers
        answers = iter([answer for _, answer in asked])
        began = time.process_time()
        for request, _ in asked:
            monitor.RegisterResource(request)
        return time.process_time() - began

    try:
        bare = ask_all()
        watch = Watch()
        whole = ask_all()
        state = {_urn(row["name"]): outputs for row in rows}
        began = time.process_time()
        timing = watch.finish(state)
        whole += time.process_time() - began
    finally:
        settings.get_monitor = real
    if len(timing.watched) != len(rows) or any(one.changed for one in timing.watched):
        raise ValueError("the watch saw something else than what was asked")
    return whole - bare


def leave(folder: Path, rows: list[Operation]) -> None:
    """The receipts of some runs, between which principals come and go."""
    place = folder / "receipts" / "holdfast" / "bench"
    place.mkdir(parents=True)
    secrets = {"secrets": ["get"]}
    for day in range(1, RUNS + 1):
        held = [f"b0b0b0b0-0000-4000-8000-{number:012}" for number in range(PRINCIPALS) if (number + day) % 7]
        policies = [
            {"principal": who, "whose": "theirs", "before": secrets, "after": secrets, "state": "kept"} for who in held
        ]
        body = {
            "schema": 3,
            "time": f"2026-01-{day:02}T12:00:00+00:00",
            "project": "holdfast",
            "stack": "bench",
            "vault": {"id": _VAULT, "authorization": "access-policies"},
            "duration": {"began": None, "seconds": float(len(rows)), "stages": []},
            "operations": [{**row, "start": float(at)} for at, row in enumerate(rows)],
            "policies": policies,
        }
        (place / f"receipt-202601{day:02}T120000000000-aaaaaaaa.json").write_text(json.dumps(body), encoding="utf-8")


def page(folder: Path) -> float:
    """Seconds of CPU of the command, from its start to its end."""
    command = [sys.executable, "-m", "holdfast.ops.main", "report", "--no-doctor", "--runs", str(RUNS)]
    environ = {**os.environ, "HOLDFAST_HOME": str(folder)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*command, "--output", "run.html"], cwd=folder, env=environ, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _row(name: str, type: str, needs: tuple[str, ...]) -> Operation:
    return {"name": name, "type": type, "operation": "same", "start": 0.0, "seconds": 0.5, "needs": list(needs)}


def _urn(name: str) -> str:
    return f"urn:pulumi:bench::holdfast::a:b:C::{name}"
