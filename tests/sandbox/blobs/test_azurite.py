"""Blobs of the sandbox: is it Azurite under our certificate and tokens, on loopback, and gone with its owner?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import requests

from holdfast_sandbox.blobs import install, serve
from holdfast_sandbox.errors import SandboxError

OWNER = """
import sys, time
from pathlib import Path
from holdfast_sandbox.blobs import serve
with serve(Path(sys.argv[1])) as blobs:
    print(blobs.pid, blobs.url, flush=True)
    time.sleep(600)
"""


@pytest.mark.slow
def test_a_server_goes_with_its_owner_however_that_ends(tmp_path: Path) -> None:
    """kill -9 of whoever started it: node and all are gone; until then it answers over HTTPS, on loopback alone."""
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert owner.stdout is not None
        pid, url = owner.stdout.readline().split()
        family = [psutil.Process(int(pid)), *psutil.Process(int(pid)).children(recursive=True)]
        assert any("node" in process.name() for process in family)
        listening = [one.laddr.ip for process in family for one in process.net_connections() if one.status == "LISTEN"]
        assert listening == ["127.0.0.1"]
        answer = requests.get(f"{url}?comp=list", verify=_authority(tmp_path), timeout=30)
        assert answer.status_code == 403, "nobody gets in without a login"
    finally:
        os.kill(owner.pid, signal.SIGKILL)
        owner.wait()
    _, alive = psutil.wait_procs(family, timeout=30)
    assert not alive


@pytest.mark.slow
def test_a_second_start_finds_what_is_installed_and_the_blobs_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without npm, at another port, with the same folder; and each ends with its block."""
    install.azurite()
    monkeypatch.setattr(install, "_install", lambda folder: pytest.fail("installed again"))
    pids = []
    for _ in range(2):
        with serve(tmp_path) as blobs:
            pids.append(blobs.pid)
            assert blobs.url.startswith("https://127.0.0.1:")
    assert not [pid for pid in pids if psutil.pid_exists(pid)]
    assert (tmp_path / "blobs" / "server-key.pem").stat().st_mode & 0o077 == 0


def test_without_node_it_is_told_where_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither on PATH nor as a Python package."""
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(install.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SandboxError, match="needs Node") as caught:
        install.node()
    assert caught.value.id == "node-missing"


def test_a_failed_installation_leaves_nothing_that_passes_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next start tries again; the error has npm's own first line."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("npm", "node"):
        (tools / name).write_text("#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/bin:/usr/bin")
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path / "home"))
    for _ in range(2):
        with pytest.raises(SandboxError) as caught:
            install.azurite()
        assert caught.value.id == "blobs-not-installed"
        assert ("said", "npm error code ENOTFOUND") in caught.value.evidence


def test_the_lock_file_names_no_host_and_pins_by_hash() -> None:
    """It is fetched from whatever registry the machine is set up for."""
    text = (install.PACKAGE / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert text.count('"integrity": "sha512-') == text.count('"node_modules/')


def _authority(state: Path) -> str:
    deadline = time.monotonic() + 10
    while not (state / "ca.pem").is_file() and time.monotonic() < deadline:
        time.sleep(0.05)
    return str(state / "ca.pem")
