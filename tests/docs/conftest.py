"""The pages that people read: every Markdown file of the checkout that is not somebody else's."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _files() -> list[Path]:
    """What git would keep: tracked, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [path for name in listed if (path := ROOT / name).is_file()]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def files() -> list[Path]:
    """Every file of the project."""
    return _files()


@pytest.fixture(scope="session")
def pages(files: list[Path]) -> dict[Path, str]:
    """Every Markdown page and its text."""
    found = {path: path.read_text(encoding="utf-8") for path in files if path.suffix == ".md"}
    assert ROOT / "README.md" in found
    return found


@pytest.fixture(scope="session")
def code(pages: dict[Path, str]) -> list[tuple[Path, str]]:
    """Every piece of code on a page: the lines of its blocks, and what stands between backticks."""
    found = []
    for path, text in pages.items():
        blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        found += [(path, line.strip()) for block in blocks for line in block.splitlines()]
        prose = re.sub(r"^```\w*\n.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
        found += [(path, " ".join(piece.split())) for piece in re.findall(r"`([^`]+)`", prose)]
    return found
