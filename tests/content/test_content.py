"""Does a folder have one hash wherever it is checked out, and another one whenever something of it changes?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from holdfast import content
from holdfast.model.content import Content, FileContent, hashed


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / (name if "/" in name else name.replace("__", "/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def read(folder: Path, *, named: bool = False) -> Content:
    return content.read_content(folder.parent, folder.name, named=named)


def test_nothing_of_a_machine_counts(tmp_path: Path) -> None:
    """Not the order of writing, not times, not modes."""
    one = write(tmp_path / "one/code", b="2", a__c="1")
    two = write(tmp_path / "two/code", a__c="1", b="2")
    os.utime(two / "b", (0, 0))
    (two / "b").chmod(0o700)
    assert read(one).files == read(two).files
    assert read(one).hash == read(two).hash
    assert [file.path for file in read(one).files] == ["a/c", "b"]


@pytest.mark.parametrize("change", [{"b": "3"}, {"d": ""}, {"a__c": "", "b": "12"}])
def test_every_change_counts(tmp_path: Path, change: dict[str, str]) -> None:
    """What a file holds, that it is there, and where one ends and another begins."""
    folder = write(tmp_path / "code", b="2", a__c="1")
    before = read(folder)
    write(folder, **change)
    assert read(folder).hash != before.hash
    assert len(before.version) == 12


def test_a_name_counts_where_it_will_be_seen(tmp_path: Path) -> None:
    """A registered model's folder keeps its name below AZUREML_MODEL_DIR."""
    folder = write(tmp_path / "model", **{"a.bin": "x"})
    assert [file.path for file in read(folder, named=True).files] == ["model/a.bin"]
    assert [file.path for file in read(folder / "a.bin").files] == ["a.bin"]
    assert read(folder).size == 1


def test_what_git_and_python_leave_behind_is_no_content(tmp_path: Path) -> None:
    """At any depth."""
    folder = write(tmp_path / "code", **{"a": "", ".git/HEAD": "", "x/__pycache__/a.pyc": "", ".gitignore": "b\n"})
    assert [file.path for file in read(folder).files] == ["a"]


def test_amlignore_is_heard_before_gitignore(tmp_path: Path) -> None:
    """As Azure's own clients do it; patterns are Git's."""
    files = {"a.py": "", "b.log": "", "keep.log": "", "data__c.csv": "", "sub__data__d": "", "e.txt": ""}
    folder = write(tmp_path / "code", **files, **{".gitignore": "*.log\n!keep.log\n/data/\n"})
    assert [file.path for file in read(folder).files] == ["a.py", "e.txt", "keep.log", "sub/data/d"]
    write(folder, **{".amlignore": "*.txt\ndata\n"})
    assert [file.path for file in read(folder).files] == ["a.py", "b.log", "keep.log"]


def test_two_lists_of_texts_have_no_hash_in_common() -> None:
    """The length of each counts."""
    assert hashed(["ab", "c"]) != hashed(["a", "bc"])
    assert hashed([]) != hashed([""])
    assert Content("x", (FileContent("b", "0", 1), FileContent("a", "0", 1))).hash == hashed(["a", "0", "b", "0"])


def test_a_link_to_a_folder_is_no_content(tmp_path: Path) -> None:
    """Passed over in silence, a model would lack what it leads to; a link to a file is that file."""
    folder = write(tmp_path / "model", a="1")
    elsewhere = write(tmp_path / "cache", w="22")
    (folder / "b").symlink_to(elsewhere / "w")
    assert [(file.path, file.size) for file in read(folder).files] == [("a", 1), ("b", 2)]
    (folder / "weights").symlink_to(elsewhere)
    with pytest.raises(OSError, match="weights is a link to a folder"):
        read(folder)
