"""How far is what `holdfast size` predicts from what the sandbox's front end does under the same load?

The front end, its queue, its autoscaler and real processes as replicas, asked by a client that sends each request at
its time, whatever became of those before it. The simulation is given the same times, how long a replica is busy with
a request, and how long the containers took to start; what is compared is the share of 503s.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from benchmarks.figures import Row
from benchmarks.projects import NotMeasuredError
from benchmarks.scoring import image_of
from holdfast.decide.arrivals import arrivals
from holdfast.decide.simulation import simulate
from holdfast.model.sizing import Interval, Scale, Serving
from holdfast_sandbox.containers import Probe, Recipe, Runtime, recipes
from holdfast_sandbox.containers.addresses import real_port
from holdfast_sandbox.scoring import Deployment, Endpoint, FrontEnd, ReplicaSet, Settings, Version
from holdfast_sandbox.scoring.scaling import Limits

NAME = "sizing"
#: Percentage points that the prediction may be away (the issue's goal).
ERROR = 2.0
PORT = 5001
#: Seconds of a request, of a container's `init()`.
SECONDS, INIT = 0.3, 2.0

_MODEL = f"""
import http.server, time
time.sleep({INIT})
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version, disable_nagle_algorithm = "HTTP/1.1", True
    def do_GET(self):
        self.answer()
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep({SECONDS})
        self.answer()
    def answer(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"42")
    def log_message(self, *args):
        pass
class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 64
Server(("0.0.0.0", {PORT}), Handler).serve_forever()
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A load and the settings that meet it. `pace` scales the time between two looks of the autoscaler."""

    name: str
    profile: tuple[Interval, ...]
    scale: Scale
    concurrency: int = 1
    pace: float = 1.0


def _profile(*rows: tuple[float, float]) -> tuple[Interval, ...]:
    """(seconds, requests a second) of each row."""
    found, at = list[Interval](), 0.0
    for length, rps in rows:
        found.append(Interval(at, length, round(length * rps), SECONDS))
        at += length
    return tuple(found)


CASES = (
    Case("a spike", _profile((10, 4), (15, 30), (15, 4)), Scale(2, 12, 70)),
    Case("as much as four replicas can do", _profile((30, 13)), Scale(4, 4, 70)),
    Case("two at once in each replica", _profile((10, 2), (20, 30)), Scale(1, 6, 90), concurrency=2),
    Case("fewer and more again", _profile((6, 20), (14, 1), (6, 20), (14, 1)), Scale(1, 10, 70), pace=0.1),
)


def measure(folder: Path, say: Callable[[str], None]) -> list[Row]:
    """The share of 503s of each load, predicted and measured."""
    rows, worst = list[Row](), 0.0
    for number, case in enumerate(CASES):
        say(f"the same load simulated and sent: {case.name}")
        load = arrivals(case.profile)
        until = case.profile[-1].at + case.profile[-1].length
        seen = _Stand(folder / f"sizing-{number}", case).run(load)
        serving = Serving(case.concurrency, seen.start, look=case.pace, down=60 * case.pace)
        simulated = simulate([(at, seen.seconds) for at, _ in load], until, case.scale, serving)
        predicted, measured = simulated.share * 100, seen.refused / len(load) * 100
        worst = max(worst, abs(predicted - measured))
        figure = f"{predicted:.1f} % / {measured:.1f} % of {len(load)}"
        rows.append(Row(NAME, f"503s, {case.name}: predicted / measured", figure, predicted - measured))
        told = f"{seen.start:.2f} s, {seen.seconds * 1000:.0f} ms"
        rows.append(Row(NAME, "  a container's start, a replica busy with a request", told, seen.start, unit="s"))
    rows.append(Row(NAME, "503s, worst error in percentage points", f"{worst:.2f}", worst, ERROR))
    return rows


@dataclass(frozen=True, slots=True)
class Seen:
    """`start`: seconds from the decision for a replica until it was ready, in the mean; `seconds`: that a replica is
    busy with a request."""

    refused: int
    start: float
    seconds: float


class _Stand:
    """A front end with one deployment behind it. The client has a loop and a thread of its own."""

    def __init__(self, folder: Path, case: Case) -> None:
        self._image = image_of(folder, _MODEL)
        self._folder, self._case = folder, case
        self._wanted: dict[str, float] = {}
        self._starts: list[float] = []
        self._statuses: list[int] = []
        self._alone: list[float] = []

    def run(self, load: Sequence[tuple[float, float]]) -> Seen:
        """Send the load, and see."""
        asyncio.run(self._run(load))
        wrong = [status for status in self._statuses if status not in (200, 503)]
        if wrong or len(self._statuses) != len(load):
            raise NotMeasuredError(f"{len(self._statuses)} of {len(load)} answers, {len(wrong)} of them {wrong[:5]}")
        return Seen(self._statuses.count(503), mean(self._starts), median(self._alone))

    async def _run(self, load: Sequence[tuple[float, float]]) -> None:
        case, limits = self._case, self._case.scale
        runtime, front_end, ready = Runtime(self._folder), FrontEnd(), asyncio.Event()
        bounds = Limits(limits.min, limits.max, limits.target / 100)
        settings = Settings(bounds, per_replica=case.concurrency, timeout=60)
        deployment = Deployment("blue", settings, lambda count: count, case.pace)
        probe = Probe(path="/", port=PORT, period=0.5)

        def recipe(address: str, home: Path) -> Recipe:
            self._wanted[address] = time.monotonic()
            return recipes.recipe(self._image, "model", recipes.Place(address, (PORT,), home), readiness=probe)

        def outcome(replicas: ReplicaSet, good: bool, _: object) -> None:
            if good:
                deployment.take_over(replicas, settings)
                ready.set()

        def changed() -> None:
            now = time.monotonic()
            for replica in replicas.replicas:
                if replica.pod.ready and replica.pod.address in self._wanted:
                    self._starts.append(now - self._wanted.pop(replica.pod.address))
            deployment.dispatch()

        replicas = ReplicaSet(runtime, "sizing", Version(1, recipe, PORT), outcome, changed)
        front_end.endpoints["e"] = Endpoint("e", lambda _: True, {"blue": 100}, {"blue": deployment})
        port = front_end.listen()
        replicas.scale(limits.min)
        await asyncio.wait_for(ready.wait(), 60)
        address = replicas.replicas[0].pod.address
        await asyncio.to_thread(lambda: asyncio.run(self._send(port, address, load)))
        front_end.clear()
        front_end.close()
        await runtime.close()

    async def _send(self, port: int, address: str, load: Sequence[tuple[float, float]]) -> None:
        self._alone += await _busy(address)
        loop = asyncio.get_running_loop()
        began, tasks = loop.time(), []
        for at, _ in load:
            await asyncio.sleep(max(began + at - loop.time(), 0))
            tasks.append(asyncio.ensure_future(_ask(port)))
        self._statuses += await asyncio.gather(*tasks)


async def _busy(address: str) -> list[float]:
    """How long a replica takes for each of five requests over one connection, as the front end keeps it."""
    reader, writer = await asyncio.open_connection(address, real_port(PORT))
    found = []
    for _ in range(5):
        began = time.perf_counter()
        writer.write(b"POST /score HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\n[1, 2]")
        await reader.readuntil(b"\r\n\r\n42")
        found.append(time.perf_counter() - began)
    writer.close()
    return found


async def _ask(port: int) -> int:
    """The status of one request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST /api/v1/endpoint/e/score HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer k\r\n"
        b"Content-Length: 6\r\nConnection: close\r\n\r\n[1, 2]"
    )
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ", 2)[1])
