"""What is in a folder, as far as it matters? Paths and the hashes of what they hold: the same on every machine.

Nothing of a machine counts: no times, no owners, no modes, no order. Two checkouts of one commit have one hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

#: Digits of a hash in a version or a tag. Twelve are 48 bits: a name would need millions of versions to meet one twice.
SHORT = 12


@dataclass(frozen=True, slots=True)
class FileContent:
    """One file: its path with `/` between, the SHA-256 of what it holds in hexadecimal digits, its size in bytes."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Content:
    """Files, by the paths that they will have where they are put. `place` is where they are, as the settings say it."""

    place: str
    files: tuple[FileContent, ...]

    @property
    def hash(self) -> str:
        """The SHA-256 of all paths and contents, in hexadecimal digits."""
        return hashed(part for file in sorted(self.files, key=_path) for part in (file.path, file.sha256))

    @property
    def version(self) -> str:
        """The hash, as short as names bear it."""
        return self.hash[:SHORT]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


def hashed(parts: Iterable[str]) -> str:
    """The SHA-256 of texts one after the other; no two lists of texts have one, for the length of each counts."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode()
        digest.update(f"{len(raw)}:".encode() + raw)
    return digest.hexdigest()


def _path(file: FileContent) -> str:
    return file.path
