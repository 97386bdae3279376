"""How is a blob server run that clients take for storage accounts? Azurite on a free loopback port, over HTTPS.

Its certificate is the sandbox's own authority's, so that `REQUESTS_CA_BUNDLE` covers it; it takes the keys of the
accounts file, and the sandbox's tokens (`--oauth basic`: issuer, audience and times are checked, the signature and the
roles are not). The owner holds its standard input: it ends within seconds of its owner, however that ends, and writes
before what it holds in memory.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from holdfast_sandbox.arm.certificates import server_files
from holdfast_sandbox.blobs import install
from holdfast_sandbox.errors import SandboxError

READY_SECONDS = 120.0  # a start takes about two; a machine under heavy load gets more
STOP_SECONDS = 10.0
PRELOAD = Path(__file__).with_name("azurite.js")
#: The variables of the environment that change what Azurite is; none is meant for this one.
_FOREIGN = ("AZURITE_ACCOUNTS", "AZURITE_DB", "NODE_OPTIONS")

_LISTENS = re.compile(r"listens on https://127\.0\.0\.1:(\d+)")


@dataclass(frozen=True, slots=True)
class BlobServer:
    """A server that answers on `port` of 127.0.0.1."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self.process.poll() is None

    def stop(self) -> None:
        """Ends it and waits for its end; what it holds in memory is written."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        assert self.process.stdin is not None
        self.process.stdin.close()


def launch(state: Path, folder: Path, accounts: Path) -> BlobServer:
    """Azurite for the sandbox with this state folder, its blobs in `folder`, the accounts those of the file.

    Raises SandboxError: `node-missing`, `blobs-not-installed`, `blobs-not-ready`.
    """
    script = install.azurite()
    folder.mkdir(parents=True, exist_ok=True)
    certificate, key = server_files(state, folder)
    command = [
        *(install.node(), "--require", str(PRELOAD), str(script)),
        *("--blobHost", "127.0.0.1", "--blobPort", "0", "--location", str(folder / "data")),
        *("--cert", str(certificate), "--key", str(key), "--oauth", "basic"),
        # The account stands in the path, whatever the host is called. Newer clients send newer API versions than
        # Azurite lists.
        *("--disableProductStyleUrl", "--skipApiVersionCheck", "--disableTelemetry", "--silent"),
    ]
    # The lock goes with the last process that has it open: Azurite. One that a killed sandbox left behind is still
    # writing, and two on one folder would lose blobs.
    with tempfile.TemporaryFile() as said, open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = subprocess.Popen(
            command,
            pass_fds=(lock.fileno(),),
            env=_environment(accounts),
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            return BlobServer(process, _wait(process, said))
        except BaseException:
            process.kill()
            process.wait()
            raise


def _environment(accounts: Path) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    return {**kept, "HOLDFAST_BLOB_ACCOUNTS": str(accounts)}


def _wait(process: subprocess.Popen[bytes], said: IO[bytes]) -> int:
    deadline = time.monotonic() + READY_SECONDS
    text = ""
    while time.monotonic() < deadline and process.poll() is None:
        text = os.pread(said.fileno(), 65536, 0).decode(errors="replace")
        if found := _LISTENS.search(text):
            return int(found[1])
        time.sleep(0.05)
    raise SandboxError(
        "blobs-not-ready",
        f"Azurite did not come up within {READY_SECONDS:.0f} seconds",
        evidence=[("said", text.strip().splitlines()[-1])] if text.strip() else [],
        hint="run again; if it stays so, remove the folder `blobs` in Holdfast's home: it is installed anew",
    )
