"""Which executables stand beside `pulumi`, and what does each of them start?

 The engine looks for its plugins by name beside itself. Three come from the module `github.com/pulumi/pulumi/sdk/v3`
and are copied when the engine is set up; the language host is ours; and the two plugins that a run leaves behind when
its engine is killed (the dynamic provider, the policy analyzer) are started through `orphans.py`, which ends them.

Launchers are shell scripts that `exec`, so that the process which the engine knows is the one that does the work. They
name this installation's Python and are written anew when that changes.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

from holdfast_sandbox.engine import orphans, places, warm_client

EXEC = "pulumi-language-python-exec"
LANGUAGE = "pulumi-language-python"
DYNAMIC = "pulumi-resource-pulumi-python"
SUPERVISED = (DYNAMIC, "pulumi-analyzer-policy-python")
STAND_IN = "pulumi-resource-azure-native"

FROM_MODULE = (
    f"python/cmd/{EXEC}",
    "python/dist/pulumi-analyzer-policy-python",
    "python/dist/pulumi-resource-pulumi-python",
)
"""Files of the module `github.com/pulumi/pulumi/sdk/v3` that a Python program needs."""

_VIRTUALENV = """\
# The module's script takes a relative `virtualenv` from the working directory, which the engine sets to the folder
# of `main:`; the language host takes it from the folder of Pulumi.yaml (pulumi/pulumi#7061).
virtualenv=${PULUMI_RUNTIME_VIRTUALENV:-}
[ "$virtualenv" = "" ] && [ "${PULUMI_RUNTIME_TOOLCHAIN:-}" = uv ] && virtualenv=.venv
case $virtualenv in
  "" | /*) ;;
  *)
    root=$PWD
    while [ "$root" != "" ] && [ ! -f "$root/Pulumi.yaml" ]; do root=${root%/*}; done
    if [ -x "$root/$virtualenv/bin/python" ]; then
      PULUMI_RUNTIME_VIRTUALENV=$root/$virtualenv
      export PULUMI_RUNTIME_VIRTUALENV
    fi
    ;;
esac
"""


def copy_from_module(module: Path, folder: Path) -> None:
    """Copy the module's scripts into `folder/bin`, the supervised ones into `folder/module` behind their launchers."""
    for relative in FROM_MODULE:
        source = module / relative
        inner = "module" if source.name in SUPERVISED else "bin"
        target = folder / inner / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        target.chmod(0o755)


def engine_launchers(final: Path, version: str) -> dict[str, str]:
    """The launchers of an engine that stands (or will stand) at `final`, as {name in bin: text}."""
    python = shlex.quote(sys.executable)
    executor = shlex.quote(str(final / "bin" / EXEC))
    host = f"{python} -P -m holdfast_sandbox.engine.language_host --exec={executor} --engine-version={version}"
    warm = _warm("language", f"--exec={executor}", f"--engine-version={version}")
    texts = {LANGUAGE: _script(f'{host} "$@"', warm)}
    watcher = shlex.quote(str(Path(orphans.__file__)))
    for name in SUPERVISED:
        target = shlex.quote(str(final / "module" / name))
        before = _warm("dynamic") + _VIRTUALENV if name == DYNAMIC else ""
        texts[name] = _script(f'{python} -I -S {watcher} {target} "$@"', before)
    return texts


def provider_launcher() -> str:
    """The stand-in for the azure-native plugin, as the text of its launcher."""
    return _script(f'{shlex.quote(sys.executable)} -P -m holdfast_sandbox.provider "$@"', _warm("provider"))


def write_engine_launchers(folder: Path, final: Path, version: str) -> None:
    """Write the launchers of the engine whose files are in `folder` and which will stand at `final`."""
    for name, text in engine_launchers(final, version).items():
        write_if_changed(folder / "bin" / name, text)


def write_provider_launcher() -> None:
    """Write the stand-in provider's launcher where `path_entries` points."""
    write_if_changed(places.provider_dir() / STAND_IN, provider_launcher())


def write_if_changed(path: Path, text: str) -> None:
    """Make `path` an executable file with `text`, whole at any moment; nothing is written when it is that already."""
    try:
        if path.read_text() == text:
            return
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text)
    fresh.chmod(0o755)
    fresh.replace(path)


def _warm(kind: str, *words: str) -> str:
    """The road past all imports, where somebody has made one (`warm.py`)."""
    client = f"{shlex.quote(sys.executable)} -I -S {shlex.quote(str(Path(warm_client.__file__)))}"
    given = " ".join([kind, *words])
    return f'[ "${{{warm_client.VARIABLE}:-}}" = "" ] || exec {client} {given} "$@"\n'


def _script(command: str, before: str = "") -> str:
    return f"#!/bin/sh\n# Written by `holdfast engine get`.\n{before}exec {command}\n"
