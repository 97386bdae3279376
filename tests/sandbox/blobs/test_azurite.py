"""Azurite: is it there once, from whatever registry the machine uses, and told plainly where it can't be?"""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast_sandbox.blobs import install
from holdfast_sandbox.errors import SandboxError


def test_without_node_it_is_told_where_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither on PATH nor as a Python package."""
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(install.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SandboxError, match="needs Node") as caught:
        install.node()
    assert caught.value.id == "node-missing"


def test_a_failed_installation_leaves_nothing_that_passes_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next start tries again; the error has npm's own first line."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("npm", "node"):
        (tools / name).write_text("#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/bin:/usr/bin")
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path / "home"))
    for _ in range(2):
        with pytest.raises(SandboxError) as caught:
            install.azurite()
        assert caught.value.id == "blobs-not-installed"
        assert ("said", "npm error code ENOTFOUND") in caught.value.evidence


def test_the_lock_file_names_no_host_and_pins_by_hash() -> None:
    """It is fetched from whatever registry the machine is set up for."""
    text = (install.PACKAGE / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert text.count('"integrity": "sha512-') == text.count('"node_modules/')
