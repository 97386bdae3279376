"""Which Python runs a program, and what does that Python have installed?

`Pulumi.yaml` answers with the runtime options `virtualenv` (a folder, relative to the project's root) and
`toolchain` (`pip`, `uv`, `poetry`); without them the engine's convention holds: `$PULUMI_PYTHON_CMD`, else `python3`,
else `python` on PATH. The rules are those of the engine's own module (`sdk/v3/python/toolchain`), so that a project
runs the same under either host.

Nothing here starts a Python to answer what the file system can answer: a preview asks on every run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class ToolchainError(Exception):
    """The options name a Python that is not there; the text says what to do about it."""


@dataclass(frozen=True)
class Python:
    """A Python and the environment variables that activate it."""

    executable: str
    virtualenv: Path | None = None
    toolchain: str = "pip"
    options: Mapping[str, Any] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """This process's variables, with the virtual environment activated in them."""
        env = dict(os.environ)
        if self.virtualenv is not None:
            env["VIRTUAL_ENV"] = str(self.virtualenv)
            env["PATH"] = os.pathsep.join(filter(None, (str(self.virtualenv / "bin"), env.get("PATH"))))
            env.pop("PYTHONHOME", None)
        return env


def virtualenv_of(root: Path, options: Mapping[str, Any]) -> Path | None:
    """The virtual environment that the runtime options mean (it need not exist), or None for the Python on PATH."""
    toolchain = str(options.get("toolchain") or "pip").lower()
    if toolchain not in ("pip", "uv", "poetry"):
        raise ToolchainError(f"the runtime option `toolchain` is `{toolchain}`; it can be pip, uv or poetry")
    if named := str(options.get("virtualenv") or ""):
        return root / named  # an absolute path stays as it is
    if toolchain == "uv":
        return _beside_nearest(root, "uv.lock") or _beside_nearest(root, "pyproject.toml") or root / ".venv"
    if toolchain == "poetry":
        found = _output(["poetry", "env", "info", "--path"], root)
        if not found:
            raise ToolchainError("poetry knows no virtual environment for this project; run `pulumi install`")
        return Path(found)
    return None


def find(root: Path, options: Mapping[str, Any]) -> Python:
    """The Python that the options mean. ToolchainError when it is not there."""
    folder = virtualenv_of(root, options)
    toolchain = str(options.get("toolchain") or "pip").lower()
    if folder is not None:
        if not (folder / "bin" / "python").exists():
            state = "is no virtual environment" if folder.is_dir() else "does not exist"
            raise ToolchainError(
                f"the virtual environment {folder} (toolchain {toolchain}) {state}; "
                "`pulumi install` creates it and installs what the project requires"
            )
        return Python(str(folder / "bin" / "python"), folder, toolchain, options)
    wanted = [os.environ["PULUMI_PYTHON_CMD"]] if os.environ.get("PULUMI_PYTHON_CMD") else ["python3", "python"]
    for name in wanted:
        if path := shutil.which(name):
            return Python(path, None, toolchain, options)
    raise ToolchainError(f"no {' or '.join(wanted)} on PATH; set the runtime option `virtualenv` in Pulumi.yaml")


def site_packages(python: Python) -> list[Path]:
    """The folders where `python` finds installed packages."""
    base = python.virtualenv or Path(python.executable).parent.parent
    if (base / "pyvenv.cfg").is_file():
        return sorted(base.glob("lib/python3*/site-packages"))
    asked = _output([python.executable, "-c", "import json, sys; print(json.dumps(sys.path))"], Path.cwd())
    return [Path(entry) for entry in json.loads(asked or "[]") if entry.endswith(("site-packages", "dist-packages"))]


def plugin_descriptions(python: Python) -> Iterator[dict[str, Any]]:
    """The `pulumi-plugin.json` of every installed package that has one and whose plugin is a resource plugin.

    The file is what a provider's SDK declares its plugin with; a package that predates the file is not seen.
    """
    for folder in site_packages(python):
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if "." not in entry.name)
        for name in names:
            try:
                described = json.loads((folder / name / "pulumi-plugin.json").read_bytes())
            except (FileNotFoundError, NotADirectoryError):
                continue
            if described.get("resource"):
                described.setdefault("name", name.removeprefix("pulumi_").replace("_", "-"))
                yield described


def install_commands(root: Path, folder: Path, options: Mapping[str, Any]) -> list[list[str]]:
    """What `pulumi install` runs in `folder` to make the project's virtual environment and fill it."""
    toolchain = str(options.get("toolchain") or "pip").lower()
    if toolchain == "uv":
        return [["uv", "sync"]]
    if toolchain == "poetry":
        return [["poetry", "install", "--no-ansi"]]
    virtualenv = virtualenv_of(root, options)
    commands = []
    python = find(root, {}).executable
    if virtualenv is not None:
        if not (virtualenv / "bin" / "python").exists():
            commands.append([python, "-m", "venv", str(virtualenv)])
        python = str(virtualenv / "bin" / "python")
    if (folder / "requirements.txt").is_file():
        commands.append([python, "-m", "pip", "install", "-r", "requirements.txt"])
    return commands


def _beside_nearest(root: Path, name: str) -> Path | None:
    for folder in (root, *root.parents):
        if (folder / name).is_file():
            return folder / ".venv"
    return None


def _output(command: list[str], folder: Path) -> str:
    try:
        # The commands are our own and the interpreter that the project names.
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
