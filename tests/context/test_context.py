"""Is what is sent to who builds an image the same for the same inputs, and what it is named by?"""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from holdfast.content import read_content
from holdfast.context import Folder, add_file, context
from holdfast.model.errors import HoldfastError
from holdfast.provision.build_context import Context


def folder(root: Path, at: str = "code", place: str = "code", *, named: bool = False) -> Folder:
    return Folder(at, root, place, named, read_content(root, place, named=named).hash)


def packed(dockerfile: str, texts: dict[str, str], *folders: Folder) -> bytes:
    into = io.BytesIO()
    with context(into, dockerfile, texts, folders):
        pass
    return into.getvalue()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with code and a model."""
    for path, text in {
        "code/score.py": "def run(data): ...\n",
        "code/inner/more.py": "",
        "code/notes.md": "not for the image",
        "code/.amlignore": "*.md\n",
        "model/weights.txt": "6",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def test_the_same_inputs_are_the_same_bytes(root: Path) -> None:
    """Whatever the files' times, modes and places are: so a layer keeps its digest."""
    one = packed("FROM a\n", {"conda.yaml": "name: a\n"}, folder(root), folder(root, "model", "model", named=True))
    os.utime(root / "code/score.py", (1, 1))
    (root / "code/score.py").chmod(0o755)
    elsewhere = root / "elsewhere"
    elsewhere.mkdir()
    for name in ("code", "model"):
        (root / name).rename(elsewhere / name)
    moved = [folder(elsewhere), folder(elsewhere, "model", "model", named=True)]
    assert packed("FROM a\n", {"conda.yaml": "name: a\n"}, *moved) == one
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(one))) as tar:
        assert tar.getnames() == [
            "Dockerfile",
            "conda.yaml",
            "code/inner/more.py",
            "code/score.py",
            "model/model/weights.txt",
        ]
        assert {(entry.mode, entry.mtime, entry.uid) for entry in tar} == {(0o644, 0, 0)}


def test_what_changed_meanwhile_is_refused(root: Path) -> None:
    """An image holds what its version is the hash of, or it is not built."""
    decided = folder(root)
    (root / "code/score.py").write_text("def run(data): return 1\n")
    with pytest.raises(HoldfastError, match="files-changed"):
        packed("FROM a\n", {}, decided)


def test_the_registry_gets_what_a_docker_here_gets(root: Path) -> None:
    """The provider's context is this one, byte for byte, with the image's name at the head of its Dockerfile."""
    code, model = folder(root), folder(root, "model", "model", named=True)
    props: dict[str, Any] = {
        "repository": "holdfast/services/times",
        "version": "0123456789ab",
        "dockerfile": "FROM {environment}\nCOPY code/ /var/azureml-app/\n",
        "below": "registry/environments@sha256:1",
        "root": str(root),
        "files": [],
        "folders": [{"at": one.at, "place": one.place, "named": one.named, "hash": one.hash} for one in (code, model)],
    }
    named = "ARG HOLDFAST_IMAGE=holdfast/services/times:0123456789ab\n"
    whole = named + "FROM registry/environments@sha256:1\nCOPY code/ /var/azureml-app/\n"
    unasked: Any = None
    with Context(unasked, props) as made:
        assert made.read() == packed(whole, {}, code, model)


def test_more_can_be_added_before_it_is_closed(root: Path) -> None:
    """As a model that comes out of a workspace's storage is."""
    into = io.BytesIO()
    with context(into, "FROM a\n", {}, ()) as tar:
        add_file(tar, "model/weights.txt", 1, io.BytesIO(b"6"))
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(into.getvalue()))) as whole:
        opened = whole.extractfile("model/weights.txt")
        assert opened is not None
        assert opened.read() == b"6"
