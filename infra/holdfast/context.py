"""What is sent to who builds an image? A tar of the Dockerfile and everything that it copies, the same bytes for the
same inputs, whether the registry builds or a Docker on this machine.

Files have one time, one owner and one mode: so a layer of what did not change has the digest that it had, and who keeps
it keeps it once.
"""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from holdfast.content import changed_meanwhile, content_files, read_content


@dataclass(frozen=True, slots=True)
class Folder:
    """Files that go along below `at`: those of `root/place`, a folder or a file. `named`: their paths begin with its
    own name; `hash`: what they were when the image's version was computed."""

    at: str
    root: Path
    place: str
    named: bool
    hash: str


@contextmanager
def context(
    into: IO[bytes], dockerfile: str, texts: Mapping[str, str], folders: Iterable[Folder]
) -> Iterator[tarfile.TarFile]:
    """Write a build context, packed by gzip; `texts` are small files by their path. What else belongs into it is added
    by `add_file` before it is closed.

    Raises HoldfastError `files-changed`, and OSError for what can't be read.
    """
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=into, compresslevel=6, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar,
    ):
        for path, text in {"Dockerfile": dockerfile, **texts}.items():
            content = text.encode()
            add_file(tar, path, len(content), io.BytesIO(content))
        for folder in folders:
            _add_folder(tar, folder)
        yield tar


def add_file(tar: tarfile.TarFile, path: str, size: int, opened: IO[bytes]) -> None:
    """One more file, of `size` bytes."""
    entry = tarfile.TarInfo(path)
    entry.size, entry.mode, entry.mtime = size, 0o644, 0
    tar.addfile(entry, opened)


def _add_folder(tar: tarfile.TarFile, folder: Folder) -> None:
    if read_content(folder.root, folder.place, named=folder.named).hash != folder.hash:
        raise changed_meanwhile(folder.place)
    for path, file in content_files(folder.root, folder.place, named=folder.named):
        with file.open("rb") as opened:
            add_file(tar, f"{folder.at}/{path}", file.stat().st_size, opened)
