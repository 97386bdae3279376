"""What does the scoring front end add to a direct call of a replica?

One replica, a model server of the standard library's that answers at once and keeps its connections, so that nothing
but the way is measured. One client, one kept connection; direct calls and calls through the front end take turns.
"""

from __future__ import annotations

import asyncio
import http.client
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.figures import Row
from benchmarks.projects import NotMeasuredError
from holdfast_sandbox.containers import Recipe, Runtime, recipes
from holdfast_sandbox.images import Image
from holdfast_sandbox.scoring import Deployment, Endpoint, FrontEnd, ReplicaSet, Settings, Version
from holdfast_sandbox.scoring.scaling import Limits

NAME = "scoring"
#: Milliseconds that the middle request may take longer.
ADDED = 2.0
REQUESTS, TURNS, PORT = 500, 4, 5001

_MODEL = f"""
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version, disable_nagle_algorithm = "HTTP/1.1", True
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"42")
    def log_message(self, *args):
        pass
http.server.ThreadingHTTPServer(("0.0.0.0", {PORT}), Handler).serve_forever()
"""


def measure(folder: Path, say: Callable[[str], None]) -> list[Row]:
    """The middle and the 99th of a hundred requests, direct and through the front end."""
    say(f"{2 * REQUESTS * TURNS} scoring requests")
    with _Serving(folder / "scoring") as serving:
        direct, through = list[float](), list[float]()
        for _ in range(TURNS):
            direct += _times(serving.address, PORT, "/score")
            through += _times("127.0.0.1", serving.port, "/api/v1/endpoint/e/score")
    added = median(through) - median(direct)
    tail = _ninety_ninth(through) - _ninety_ninth(direct)
    return [
        Row(NAME, "scoring, direct call, p50", f"{median(direct):.2f} ms", median(direct), unit="ms"),
        Row(NAME, "scoring, added by the front end, p50", f"{added:.2f} ms", added, ADDED, "ms"),
        Row(NAME, "scoring, added by the front end, p99", f"{tail:.2f} ms", tail, unit="ms"),
    ]


def _times(host: str, port: int, path: str) -> list[float]:
    """Milliseconds of each request."""
    connection, found = http.client.HTTPConnection(host, port, timeout=60), list[float]()
    for _ in range(REQUESTS):
        began = time.perf_counter()
        connection.request("POST", path, b"[1, 2]", {"Authorization": "Bearer k"})
        answer = connection.getresponse()
        if answer.read() != b"42":
            raise NotMeasuredError(f"POST {path} was answered with {answer.status}")
        found.append((time.perf_counter() - began) * 1000)
    connection.close()
    return found


def _ninety_ninth(series: list[float]) -> float:
    return sorted(series)[int(len(series) * 0.99)]


def image_of(folder: Path, model: str) -> Image:
    """An image whose one process is this script, under this interpreter."""
    app = folder / "image/app"
    app.mkdir(parents=True)
    (app / "main.py").write_text(model)
    return Image(
        *("r", "model", "1", "", "", str(app.parent), sys.executable),
        command=("python", "/app/main.py"),
        workdir="/app",
        ports=(PORT,),
    )


class _Serving:
    """A front end with one replica behind it, on a loop of its own."""

    def __init__(self, folder: Path) -> None:
        self._image = image_of(folder, _MODEL)
        self._folder, self._ready, self._loop = folder, threading.Event(), asyncio.new_event_loop()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._run()))
        self.address, self.port = "", 0

    def __enter__(self) -> _Serving:
        self._end = asyncio.Event()
        self._thread.start()
        if not self._ready.wait(60):
            raise NotMeasuredError("no replica was ready after 60 s")
        time.sleep(1)  # it listens a moment after it has started
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    async def _run(self) -> None:
        runtime, front_end = Runtime(self._folder), FrontEnd()
        settings = Settings(Limits(1, 1), timeout=60)
        deployment = Deployment("blue", settings, lambda count: count)

        def recipe(address: str, home: Path) -> Recipe:
            return recipes.recipe(self._image, "model", recipes.Place(address, (PORT,), home))

        def ready(replicas: ReplicaSet, good: bool, _: object) -> None:
            if good:
                deployment.take_over(replicas, settings)
                self.address = replicas.replicas[0].pod.address
                self._ready.set()

        replicas = ReplicaSet(runtime, "scoring", Version(1, recipe, PORT), ready, deployment.dispatch)
        front_end.endpoints["e"] = Endpoint("e", lambda _: True, {"blue": 100}, {"blue": deployment})
        self.port = front_end.listen()
        replicas.scale(1)
        await self._end.wait()
        front_end.close()
        await runtime.close()
