"""What stands in the way of whoever asks Azure becomes a sentence, and never ends the command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from holdfast import archive
from holdfast.archive import ArchiveError
from holdfast.ops.report.now import ask_container, ask_doctor, ask_names

STACK = """config:
  azure-native:location: westeurope
  holdfast:environment:
    resourceGroup: rg-ml-dev
    vault:
      authorization: access-policies
"""
CONTAINER = "https://a.blob.core.windows.net/audit"


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a project with one stack, in which the command is typed."""
    (tmp_path / "Pulumi.yaml").write_text("name: holdfast\nruntime: python\nstackConfigDir: stacks\n", encoding="utf-8")
    (tmp_path / "stacks").mkdir()
    file = tmp_path / "stacks" / "Pulumi.dev.yaml"
    file.write_text(STACK, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return file


class Store:
    """A container that has one receipt."""

    given: tuple[Any, ...] = ()

    def __init__(self, *given: Any) -> None:
        type(self).given = given

    def latest(self, count: int, last: str, known: Any) -> tuple[dict[str, Any], list[str]]:
        return {f"{count} up to {last} without {known}": {}}, ["https://broken"]


def test_a_container_is_asked_where_the_settings_name_one(stack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the project and the stack whose receipts they are."""
    monkeypatch.setattr(archive, "Archive", Store)
    assert ask_container("dev", "holdfast", 10, "receipt-9.json", ["x"]) == ({}, [], "")
    assert Store.given == ()
    stack.write_text(f"{STACK}    receipts: {{container: {CONTAINER}}}\n", encoding="utf-8")
    found, unreadable, silence = ask_container("dev", "holdfast", 10, "receipt-9.json", ["x"])
    assert (list(found), unreadable, silence) == (["10 up to receipt-9.json without ['x']"], ["https://broken"], "")
    assert Store.given == (CONTAINER, "holdfast", "dev", {})


def test_a_container_that_does_not_answer_is_a_sentence(stack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With where it is, and what it said."""

    def refuse(*_: Any) -> None:
        raise ArchiveError("403 AuthorizationFailure no")

    monkeypatch.setattr(archive.Archive, "latest", refuse)
    stack.write_text(f"{STACK}    receipts: {{container: {CONTAINER}}}\n", encoding="utf-8")
    assert ask_container("dev", "holdfast", 1, "z", []) == ({}, [], f"{CONTAINER}: 403 AuthorizationFailure no")


def test_a_stack_without_a_file_has_neither_container_nor_doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody looks at a colleague's receipt, far from the project."""
    monkeypatch.chdir(tmp_path)
    assert ask_container("dev", "holdfast", 1, "z", [])[2] == "stack `dev` has no file"
    found = ask_doctor("dev", lambda _: None)
    assert (found.body, found.silence) == ({}, "stack-file-missing: stack `dev` has no file")


def test_names_are_asked_for_of_nobody_where_there_are_no_principals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even a login."""
    monkeypatch.setattr("holdfast.ops.login.login_clients", lambda: pytest.fail("asked"))
    directory, silence = ask_names([])
    assert (directory.known, silence) == ({}, "")
