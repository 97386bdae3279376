"""Which files of a folder count, and what is in them? For the settings, and for whoever uploads what they name.

What `.amlignore` lists is left out, else what `.gitignore` lists, as Azure's own clients do it; `.git` and
`__pycache__` always. Both stages read by this one rule, or what is uploaded would not be what was hashed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.model.content import Content, FileContent
from holdfast.model.errors import Fault, HoldfastError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

#: Source of the order: learn.microsoft.com/azure/machine-learning/how-to-save-write-experiment-files.
IGNORE_FILES = (".amlignore", ".gitignore")
ALWAYS_IGNORED = (".git", "__pycache__", *IGNORE_FILES)


def read_content(root: Path, place: str, *, named: bool) -> Content:
    """All files of `root/place`, a folder or a file. `named`: their paths begin with the folder's own name, as those
    of a registered model do. Raises OSError for what can't be read, and for a link to a folder; a folder with nothing
    in it has no files."""
    return Content(
        place, tuple(FileContent(path, *_digest(file)) for path, file in content_files(root, place, named=named))
    )


def content_files(root: Path, place: str, *, named: bool) -> Iterator[tuple[str, Path]]:
    """The path that each file will have, and where it is; sorted by path."""
    start = root / place
    if start.is_file():
        yield start.name, start
        return
    prefix = f"{start.resolve().name}/" if named else ""
    for path, file in sorted(_walk(start)):
        yield prefix + path, file


def changed_meanwhile(place: str) -> HoldfastError:
    """What is on disk is no more what the program read."""
    return HoldfastError(
        [
            Fault(
                "files-changed",
                f"`{place}` is not what it was when this run began",
                (("decided", "refuse; a version holds what it is named by"),),
                "run again when nobody writes there",
            )
        ]
    )


def _walk(start: Path) -> Iterator[tuple[str, Path]]:
    ignored = _ignored(start)
    for folder, folders, names in os.walk(start):
        inner = Path(folder).relative_to(start)
        folders[:] = [
            name
            for name in folders
            if name not in ALWAYS_IGNORED and not (ignored and ignored.match_file(f"{(inner / name).as_posix()}/"))
        ]
        linked = next((name for name in folders if (Path(folder) / name).is_symlink()), None)
        if linked is not None:
            # Passed over it would be missing in the image; followed it might never end.
            raise OSError(f"{(inner / linked).as_posix()} is a link to a folder: put there what it leads to")
        for name in names:
            path = (inner / name).as_posix()
            if name not in ALWAYS_IGNORED and not (ignored and ignored.match_file(path)):
                yield path, Path(folder) / name


def _ignored(start: Path) -> GitIgnoreSpec | None:
    for name in IGNORE_FILES:
        if (start / name).is_file():
            from pathspec import GitIgnoreSpec  # few folders have such a file

            return GitIgnoreSpec.from_lines((start / name).read_text(encoding="utf-8").splitlines())
    return None


def _digest(file: Path) -> tuple[str, int]:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return digest, file.stat().st_size
