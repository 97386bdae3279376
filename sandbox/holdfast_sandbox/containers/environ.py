"""Which environment does a container's process have? The image's and the caller's, and almost nothing of this machine.

The sandbox's server runs with secrets in its environment (ARM_CLIENT_SECRET, a passphrase, whatever the shell that
started it held): none of it may reach a user's code, so nothing is inherited but what is named here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from holdfast_sandbox.containers import addresses
from holdfast_sandbox.containers.paths import Paths
from holdfast_sandbox.images import Image

#: What a process takes over from the sandbox's own.
INHERITED = ("LANG", "LC_ALL", "LC_CTYPE", "TZ")
_NETWORK = str(Path(__file__).parent / "network")
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def environment(
    image: Image, given: Mapping[str, str], paths: Paths, *, address: str, ports: Iterable[int], home: Path
) -> dict[str, str]:
    """The whole environment of a container of `image` with the variables `given`, which win over the image's.

    The interpreter's folder comes first on PATH, so that `python` and `azmlinfsrv` are the image's.
    """
    assert image.python is not None
    wanted = {**image.env, **given}
    made = {name: os.environ[name] for name in INHERITED if name in os.environ}
    made |= {"HOME": str(home), "PYTHONUNBUFFERED": "1"}
    made |= {name: paths.text(value) for name, value in wanted.items() if name not in ("PATH", "PYTHONPATH")}
    binaries = str(Path(image.python).parent)
    made["PATH"] = f"{binaries}:{_SYSTEM_PATH}"
    made["VIRTUAL_ENV"] = str(Path(binaries).parent)
    own = [paths.text(entry) for entry in wanted.get("PYTHONPATH", "").split(":") if entry]
    made["PYTHONPATH"] = ":".join([_NETWORK, *own])
    made["HOLDFAST_POD_ADDRESS"] = address
    return made | addresses.table(ports)
