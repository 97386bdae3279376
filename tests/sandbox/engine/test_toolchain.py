"""Is the Python found that the runtime options of Pulumi.yaml mean, by the same rules as under the original host?"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from holdfast_sandbox.engine import toolchain

SOURCE = pytest.mark.source("github.com/pulumi/pulumi/sdk/v3 v3.220.0, python/toolchain/{pip,uv,poetry}.go")


def virtualenv(folder: Path) -> Path:
    """A folder that looks like a virtual environment."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    (folder / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).parent}\n")
    (folder / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    return folder


def plugin(site: Path, package: str, **described: object) -> None:
    """An installed package with a plugin's description."""
    (site / package).mkdir(parents=True)
    (site / package / "pulumi-plugin.json").write_text(json.dumps(described))


@SOURCE
def test_virtualenv_is_relative_to_the_root(tmp_path: Path) -> None:
    """A relative folder is taken from the project's root, an absolute one as it is."""
    folder = virtualenv(tmp_path / "env")
    for option in ("env", str(folder)):
        found = toolchain.find(tmp_path, {"virtualenv": option})
        assert found.executable == str(folder / "bin" / "python")
        assert found.virtualenv == folder


@SOURCE
def test_virtualenv_is_activated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program sees the environment as after `activate`: its bin first on PATH, no PYTHONHOME."""
    monkeypatch.setenv("PYTHONHOME", "/somewhere")
    env = toolchain.find(tmp_path, {"virtualenv": str(virtualenv(tmp_path / "env"))}).environment()
    assert env["VIRTUAL_ENV"] == str(tmp_path / "env")
    assert env["PATH"].split(os.pathsep)[0] == str(tmp_path / "env" / "bin")
    assert "PYTHONHOME" not in env


def test_missing_and_broken_virtualenvs_are_told_apart(tmp_path: Path) -> None:
    """The error says whether the folder is missing or is no virtual environment, and what makes one."""
    with pytest.raises(toolchain.ToolchainError, match=r"does not exist; `pulumi install` creates it"):
        toolchain.find(tmp_path, {"virtualenv": "nowhere"})
    (tmp_path / "plain").mkdir()
    with pytest.raises(toolchain.ToolchainError, match="is no virtual environment"):
        toolchain.find(tmp_path, {"virtualenv": "plain"})


@SOURCE
def test_uv_looks_beside_the_nearest_lock(tmp_path: Path) -> None:
    """Without `virtualenv`, uv's folder is beside the nearest uv.lock, else pyproject.toml, else in the root."""
    root = tmp_path / "repo" / "infra"
    root.mkdir(parents=True)
    assert toolchain.virtualenv_of(root, {"toolchain": "uv"}) == root / ".venv"
    (tmp_path / "repo" / "pyproject.toml").touch()
    assert toolchain.virtualenv_of(root, {"toolchain": "uv"}) == tmp_path / "repo" / ".venv"
    (root / "uv.lock").touch()
    assert toolchain.virtualenv_of(root, {"toolchain": "uv"}) == root / ".venv"
    assert toolchain.virtualenv_of(root, {"toolchain": "uv", "virtualenv": "own"}) == root / "own"


@SOURCE
def test_poetry_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """poetry keeps environments where it likes, so it is asked; without an answer the error says what to run."""
    poetry = tmp_path / "bin" / "poetry"
    poetry.parent.mkdir()
    poetry.write_text(f'#!/bin/sh\n[ "$*" = "env info --path" ] && echo {tmp_path / "env"}\n')
    poetry.chmod(0o755)
    monkeypatch.setenv("PATH", str(poetry.parent))
    assert toolchain.virtualenv_of(tmp_path, {"toolchain": "poetry"}) == tmp_path / "env"
    poetry.unlink()
    with pytest.raises(toolchain.ToolchainError, match="pulumi install"):
        toolchain.virtualenv_of(tmp_path, {"toolchain": "poetry"})


def test_unknown_toolchain_names_the_known_ones(tmp_path: Path) -> None:
    """A typing error in `toolchain` is told with what it can be."""
    with pytest.raises(toolchain.ToolchainError, match="`conda`; it can be pip, uv or poetry"):
        toolchain.find(tmp_path, {"toolchain": "conda"})


@SOURCE
def test_without_options_the_python_on_path_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python3` before `python`, and $PULUMI_PYTHON_CMD before both."""
    for name in ("python", "python3", "python-special"):
        (tmp_path / name).symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("PULUMI_PYTHON_CMD", raising=False)
    assert toolchain.find(tmp_path, {}).executable == str(tmp_path / "python3")
    monkeypatch.setenv("PULUMI_PYTHON_CMD", "python-special")
    assert toolchain.find(tmp_path, {}).executable == str(tmp_path / "python-special")
    monkeypatch.setenv("PULUMI_PYTHON_CMD", "python-none")
    with pytest.raises(toolchain.ToolchainError, match="no python-none on PATH"):
        toolchain.find(tmp_path, {})


def test_plugins_are_read_from_the_installed_packages(tmp_path: Path) -> None:
    """Packages that describe a resource plugin are given, others are not, and a name left out is the package's."""
    folder = virtualenv(tmp_path / "env")
    site = folder / "lib" / "python3.11" / "site-packages"
    plugin(site, "pulumi_azure_native", resource=True, name="azure-native", version="3.29.0")
    plugin(site, "pulumi_some_thing", resource=True, version="1.2.3", server="https://example.com")
    plugin(site, "pulumi_library", resource=False)
    (site / "requests").mkdir()
    (site / "six.py").touch()
    found = list(toolchain.plugin_descriptions(toolchain.find(tmp_path, {"virtualenv": "env"})))
    assert [(one["name"], one["version"]) for one in found] == [("azure-native", "3.29.0"), ("some-thing", "1.2.3")]


@SOURCE
def test_install_makes_what_the_toolchain_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`pulumi install` makes a missing environment and fills it from requirements.txt; uv and poetry go their way."""
    monkeypatch.setenv("PULUMI_PYTHON_CMD", sys.executable)
    env = tmp_path / "env"
    assert toolchain.install_commands(tmp_path, tmp_path, {"virtualenv": "env"}) == [
        [sys.executable, "-m", "venv", str(env)]
    ]
    (tmp_path / "requirements.txt").touch()
    virtualenv(env)
    assert toolchain.install_commands(tmp_path, tmp_path, {"virtualenv": "env"}) == [
        [str(env / "bin" / "python"), "-m", "pip", "install", "-r", "requirements.txt"]
    ]
    assert toolchain.install_commands(tmp_path, tmp_path, {"toolchain": "uv"}) == [["uv", "sync"]]
    assert toolchain.install_commands(tmp_path, tmp_path, {"toolchain": "poetry"}) == [
        ["poetry", "install", "--no-ansi"]
    ]
