"""Who ends a build that does not end? The server's side, without a Resource Manager before it."""

from __future__ import annotations

import asyncio
import io
import os
import ssl
import tarfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from holdfast_sandbox.arm.certificates import server_context
from holdfast_sandbox.blobs.client import Client
from holdfast_sandbox.blobs.plane import DataPlane, Holdings
from holdfast_sandbox.blobs.signatures import blob_query
from holdfast_sandbox.builds.runner import Builds, Job

KEY = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQQ=="
ENDLESS = {
    "Dockerfile": "FROM python:3.11\nCOPY . /s\nRUN pip install --no-index /s\n",
    "pyproject.toml": '[project]\nname = "runner-demo"\nversion = "1"\n[build-system]\nrequires = []\n'
    'build-backend = "back"\nbackend-path = ["."]\n',
    "back.py": "import time\ndef build_wheel(*a, **k):\n    time.sleep(60)\n",
}


class Server:
    """A data plane with one account, and the builds on it."""

    def __init__(self, state: Path) -> None:
        context: ssl.SSLContext = server_context(state)
        held = Holdings({"logs": [KEY]}, [("logs", "logs")])
        self.blobs = DataPlane(state, context, lambda: held, lambda name: None)
        self.builds = Builds(state, self.blobs, at_once=1)
        self.state = state
        self.told: dict[str, list[dict[str, Any]]] = {}

    def link(self, path: str, permissions: str) -> str:
        query = blob_query("logs", KEY, path, permissions, timedelta(hours=1))
        return f"{self.blobs.url('logs')}{path}?{query}"

    def job(self, name: str, timeout: float) -> Job:
        self.told[name] = []
        what = {
            "runId": name,
            "registry": "r.registry.sandbox.invalid",
            "registries": [],
            "images": [],
            "push": False,
            "noCache": False,
            "dockerfile": "Dockerfile",
            "target": None,
            "arguments": [],
            "source": self.link("logs/context", "r"),
            "log": self.link(f"logs/{name}", "racw"),
        }
        return Job(name, timeout, what, self.told[name].append)

    async def upload(self) -> None:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as archive:
            for name, text in ENDLESS.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(text)
                archive.addfile(entry, io.BytesIO(text.encode()))
        await self.blobs.ready()
        client = Client(self.blobs.port, self.state / "ca.pem")
        link = self.link("logs/context", "racw")
        await asyncio.to_thread(client.start_log, link)
        await asyncio.to_thread(client.append, link, out.getvalue())

    async def end(self, name: str) -> dict[str, Any]:
        for _ in range(1200):
            if self.told[name] and self.told[name][-1]["status"] != "Running":
                return self.told[name][-1]
            await asyncio.sleep(0.05)
        raise AssertionError(f"{name} does not end")


@pytest.mark.slow
def test_a_build_that_takes_too_long_is_killed_and_the_next_one_has_its_turn(
    tmp_path: Path, builds_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One at once here: the second waits, is canceled while it waits, and the third runs out of time as the first."""
    monkeypatch.setenv("HOLDFAST_HOME", str(builds_home))

    async def run() -> None:
        server = Server(tmp_path)
        await server.blobs.listen()
        try:
            await server.upload()
            for name, timeout in (("a", 5.0), ("b", 5.0), ("c", 2.0)):
                server.builds.submit(server.job(name, timeout))
            await asyncio.sleep(1)
            assert server.told["b"] == []
            server.builds.cancel("b")
            assert server.told["b"] == [{"status": "Canceled"}]
            assert (await server.end("a"))["status"] == "Timeout"
            assert (await server.end("c"))["status"] == "Timeout"
            own = psutil.Process(os.getpid()).children(recursive=True)
            assert not [one for one in own if "uv" in one.name() or "executor" in " ".join(one.cmdline())]
            assert not server.builds.cancel("a")
        finally:
            server.builds.stop()
            server.blobs.stop()

    asyncio.run(run())


@pytest.mark.slow
def test_a_build_whose_log_can_t_be_kept_tells_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No Azurite: an error at once, with what npm said, instead of a run that waits."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("npm", "node"):
        (tools / name).write_text("#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/bin:/usr/bin")
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path / "home"))

    async def run() -> None:
        server = Server(tmp_path)
        await server.blobs.listen()
        server.builds.submit(server.job("a", 5.0))
        last = await server.end("a")
        assert last["status"] == "Error"
        assert "blobs-not-installed" in last["message"]
        assert "npm error code ENOTFOUND" in last["message"]

    asyncio.run(run())
