"""Is there a `pulumi` on PATH that Holdfast can use?

 A person's own CLI comes first: it is the one they debug with, and its plugins are complete. Ours does not count (a
shell that `holdfast sandbox env` prepared has it on PATH), neither does one that is too old for the tests to vouch
for.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from holdfast_sandbox.engine import launchers, places
from holdfast_sandbox.engine.unavailable import RoadClosed


def find() -> tuple[Path, str]:
    """(`pulumi` on PATH, its version). RoadClosed with the reason when there is none that can be used."""
    ours = places.engines()
    folders = os.environ.get("PATH", "").split(os.pathsep)
    foreign = [
        folder
        for folder in folders
        if folder and ours not in (Path(folder).absolute(), *Path(folder).absolute().parents)
    ]
    found = shutil.which("pulumi", path=os.pathsep.join(foreign))
    if found is None:
        raise RoadClosed("no `pulumi` on PATH")
    pulumi = Path(found).absolute()
    version = version_of(pulumi)
    oldest = ".".join(map(str, places.OLDEST))
    try:
        if places.version_tuple(version) < places.OLDEST:
            raise RoadClosed(f"{pulumi} is version {version}; {oldest} is the oldest that works")
    except ValueError:
        raise RoadClosed(f"{pulumi} does not tell a version (`pulumi version` said {version!r})") from None
    beside = pulumi.resolve().parent / launchers.LANGUAGE
    if not beside.exists() and not shutil.which(launchers.LANGUAGE, path=os.pathsep.join(foreign)):
        raise RoadClosed(f"{pulumi} comes without `{launchers.LANGUAGE}`, so it cannot run Python programs")
    return pulumi, version.removeprefix("v")


def version_of(pulumi: Path) -> str:
    """What `pulumi version` prints (empty when it fails); remembered per file, since it takes a noticeable moment."""
    stat = pulumi.resolve().stat()
    key = f"{pulumi.resolve()}:{stat.st_size}:{stat.st_mtime_ns}"
    memory = places.engines() / "path.json"
    try:
        known = json.loads(memory.read_text())
        if known["key"] == key:
            return str(known["version"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # not asked yet, or not readable: ask
    env = os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        done = subprocess.run(
            [str(pulumi), "version"], capture_output=True, text=True, timeout=30, check=False, env=env
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    version = done.stdout.strip() if done.returncode == 0 else ""
    if version:
        memory.parent.mkdir(parents=True, exist_ok=True)
        fresh = memory.with_name(f".path.json.{os.getpid()}")
        fresh.write_text(json.dumps({"key": key, "version": version}))
        fresh.replace(memory)
    return version
