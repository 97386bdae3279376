"""Where does Holdfast keep what belongs to this machine? In `$HOLDFAST_HOME`, else beside the project.

Receipts and incidents lie there; nothing in it is needed for a run to be right.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any


def home() -> Path:
    """`$HOLDFAST_HOME`, else `.holdfast` beside the nearest Pulumi.yaml upwards, else `~/.holdfast`."""
    if given := os.environ.get("HOLDFAST_HOME"):
        return Path(given)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "Pulumi.yaml").is_file():
            return folder / ".holdfast"
    return Path.home() / ".holdfast"


def receipts(project: str, stack: str) -> Path:
    """The folder of a stack's receipts; `project/stack` is the owner as in the tags."""
    return home() / "receipts" / plain(project) / plain(stack)


def last_receipt(project: str, stack: str) -> dict[str, Any] | None:
    """The newest receipt of a stack on this machine; `None` where there is none or it can't be read."""
    for path in sorted(receipts(project, stack).glob("receipt-*.json"), reverse=True):
        if (body := _load(path)) is not None:
            return body
    return None


def records() -> tuple[list[tuple[Path, dict[str, Any]]], list[Path]]:
    """Every file that a run, a command or the tripwire left on this machine, of whatever stack; and those that can't be
    read. In the order of their names."""
    found: list[tuple[Path, dict[str, Any]]] = []
    unreadable: list[Path] = []
    folder = home() / "receipts"
    paths = [*folder.glob("*/*/receipt-*.json"), *folder.glob("incident-*.json"), *folder.glob("vault-*.json")]
    for path in sorted(paths, key=lambda path: (path.name, str(path))):
        body = _load(path)
        if body is None:
            unreadable.append(path)
        else:
            found.append((path, body))
    return found, unreadable


def _load(path: Path) -> dict[str, Any] | None:
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return body if isinstance(body, dict) else None


def keep(folder: Path, name: str, body: dict[str, Any]) -> Path:
    """Write `body` as JSON: whole or not at all."""
    path = folder / name
    write_whole(path, json.dumps(body, indent=2, sort_keys=True) + "\n")
    return path


def write_whole(path: Path, text: str) -> None:
    """Write a file, and the folders that it lies in: whole or not at all. Raises OSError, and leaves nothing behind."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_text(text, encoding="utf-8")
        half.replace(path)
    except OSError:
        with suppress(OSError):
            half.unlink()
        raise


def plain(name: str) -> str:
    """A name as a folder's: what a file system or a URL might read otherwise becomes `_`."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)
