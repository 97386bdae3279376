"""How is a blob server run that clients take for a storage account? Azurite on a free loopback port, over HTTPS.

Its certificate is the sandbox's own authority's, so that `REQUESTS_CA_BUNDLE` covers it; it takes the sandbox's tokens
(`--oauth basic`: issuer, audience and times are checked, the signature is not) and no key that anybody knows. The owner
holds its standard input: it ends within a second of its owner, however that ends.
"""

from __future__ import annotations

import base64
import contextlib
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast_sandbox.arm.certificates import server_files
from holdfast_sandbox.blobs import install
from holdfast_sandbox.engine import orphans
from holdfast_sandbox.errors import SandboxError

#: The one account; at an address it stands in the path (Azurite's IP-style URLs).
ACCOUNT = "holdfast"
READY_SECONDS = 120.0  # a start takes about two; a machine under heavy load gets more
STOP_SECONDS = 10.0

_LISTENS = re.compile(r"listens on (https://127\.0\.0\.1:\d+)")


@dataclass(frozen=True, slots=True)
class BlobServer:
    """A server that answers. `url` is the account's: `https://127.0.0.1:PORT/holdfast`; `pid` is its process group."""

    url: str
    pid: int


@contextlib.contextmanager
def serve(state: Path) -> Iterator[BlobServer]:
    """Azurite for the sandbox whose state folder this is, with its blobs in `state/blobs`; ended with the block.

    Raises SandboxError: `node-missing`, `blobs-not-installed`, `blobs-not-ready`.
    """
    script = install.azurite()
    place = state / "blobs"
    place.mkdir(parents=True, exist_ok=True)
    certificate, key = server_files(state, place)
    # An account key opens everything; this one is drawn anew each time, and nobody is told.
    account = f"{ACCOUNT}:{base64.b64encode(secrets.token_bytes(32)).decode()}"
    command = [
        *(sys.executable, "-I", "-S", orphans.__file__),
        *(install.node(), str(script)),
        *("--blobHost", "127.0.0.1", "--blobPort", "0", "--location", str(place / "data")),
        *("--cert", str(certificate), "--key", str(key), "--oauth", "basic"),
        # Newer clients send newer API versions than Azurite lists.
        *("--skipApiVersionCheck", "--disableTelemetry", "--silent"),
    ]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command,
            env={**os.environ, "AZURITE_ACCOUNTS": account},
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield BlobServer(_wait(process, said.fileno()), process.pid)
        finally:
            _stop(process)


def _wait(process: subprocess.Popen[bytes], said: int) -> str:
    deadline = time.monotonic() + READY_SECONDS
    text = ""
    while time.monotonic() < deadline and process.poll() is None:
        text = os.pread(said, 65536, 0).decode(errors="replace")
        if found := _LISTENS.search(text):
            return f"{found[1]}/{ACCOUNT}"
        time.sleep(0.05)
    raise SandboxError(
        "blobs-not-ready",
        f"Azurite did not come up within {READY_SECONDS:.0f} seconds",
        evidence=[("said", text.strip().splitlines()[-1])] if text.strip() else [],
        hint="run again; if it stays so, remove the folder `blobs` in Holdfast's home: it is installed anew",
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()  # it writes what it holds in memory, and goes
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert process.stdin is not None
    process.stdin.close()
