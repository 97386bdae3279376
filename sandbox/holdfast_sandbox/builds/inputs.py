"""What do pip's arguments refer to in the image? Requirement files with all they include, wheels, and folders.

Their contents are part of an environment's key: the same words with another requirements.txt are another environment.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from holdfast_sandbox.builds.context import tree_digest
from holdfast_sandbox.builds.stage import Stage

_OPTION = re.compile(r"(?P<name>--[a-z-]+)=(?P<value>.*)", re.DOTALL)
_OF_FILES = ("--requirement", "--constraint", "--find-links")
_INCLUDED = re.compile(r"(?:-r|-c|--requirement|--constraint)[\s=]*(?P<file>\S+)")
_EXTRAS = re.compile(r"\[[^\]]*\]$")


def hashes(stage: Stage, arguments: Sequence[str]) -> dict[str, str]:
    """The contents by the container's path; what is not there is left to uv to tell."""
    found: dict[str, str] = {}
    for word in arguments:
        option = _OPTION.fullmatch(word)
        text = option["value"] if option and option["name"] in _OF_FILES else _EXTRAS.sub("", word)
        if "://" in text or (option and option["name"] not in _OF_FILES) or (word.startswith("-") and not option):
            continue
        path = stage.host(text)
        if path.is_dir():
            found[text] = tree_digest(path)
        elif path.is_file():
            found |= dict(_of_file(path, text))
    return found


def _of_file(path: Path, name: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    content = path.read_bytes()
    yield name, hashlib.sha256(content).hexdigest()
    if path.suffix in (".whl", ".gz", ".zip") or depth > 10:
        return
    for line in content.decode(errors="replace").splitlines():
        included = _INCLUDED.match(line.strip())
        named = included["file"] if included else line.strip().partition(" ")[0]
        if not named or named.startswith(("#", "-")) or "://" in named:
            continue
        inner = path.parent / _EXTRAS.sub("", named)
        if included and inner.is_file():
            yield from _of_file(inner, f"{name} > {named}", depth + 1)
        elif ("/" in named or named.endswith(".whl")) and inner.exists():
            yield f"{name} > {named}", tree_digest(inner) if inner.is_dir() else _content(inner)


def _content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def on_this_machine(stage: Stage, word: str) -> str:
    """The argument with an absolute path of the container found in the stage's folder."""
    option = _OPTION.fullmatch(word)
    if option and option["name"] in _OF_FILES and option["value"].startswith("/"):
        return f"{option['name']}={stage.host(option['value'])}"
    if word.startswith("/"):
        return str(stage.host(word))
    return word
