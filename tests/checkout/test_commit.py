"""Which commit was checked out, by Git, by its files, by a pipeline's variable: and never an error."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast import checkout
from holdfast.checkout import find_commit
from holdfast.model.origin import Commit

NAMED = "ab" * 20


@pytest.fixture
def git(tmp_path: Path) -> Callable[..., str]:
    """Git in a repository of this test's own, with one commit of `file`."""
    folder = tmp_path / "repository"
    folder.mkdir()

    def run(*words: str) -> str:
        who = ("-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false")
        return subprocess.run(
            ["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True
        ).stdout.strip()

    run("init", "-q", "-b", "main")
    (folder / "file").write_text("1", encoding="utf-8")
    run("add", "file")
    run("commit", "-q", "-m", "one")
    return run


@pytest.fixture
def repository(git: Callable[..., str], tmp_path: Path) -> Path:
    """Its folder."""
    (tmp_path / "repository" / "infra").mkdir()
    return tmp_path / "repository"


#: Without Git on PATH.
BARE = {"PATH": "/nowhere"}


def test_git_tells_the_commit_and_whether_tracked_files_differ(git: Callable[..., str], repository: Path) -> None:
    """From any folder of the checkout; a file that Git does not know says nothing about the commit."""
    head = git("rev-parse", "HEAD")
    (repository / "unknown").write_text("x", encoding="utf-8")
    assert find_commit(repository / "infra", {**os.environ, "GITHUB_SHA": NAMED}) == Commit(head, False)
    (repository / "file").write_text("2", encoding="utf-8")
    assert find_commit(repository / "infra", os.environ) == Commit(head, True)


@pytest.mark.parametrize("packed", [False, True])
def test_without_git_the_files_tell_and_nobody_knows_whether_they_differ(
    git: Callable[..., str], repository: Path, packed: bool
) -> None:
    """A branch's own file, the packed references, a detached HEAD, a worktree."""
    if packed:
        git("pack-refs", "--all")
    head = git("rev-parse", "HEAD")
    git("worktree", "add", "-q", "-b", "other", "../tree")
    places = [repository / "infra", repository.parent / "tree"]
    assert [find_commit(place, BARE) for place in places] == [Commit(head, None)] * 2
    git("checkout", "-q", "--detach")
    assert find_commit(repository, BARE) == Commit(head, None)


@pytest.mark.parametrize("variable", checkout.VARIABLES)
def test_a_pipeline_without_a_repository_names_its_commit(tmp_path: Path, variable: str) -> None:
    """Whichever of the three it runs in; a branch's name there is no commit."""
    assert find_commit(tmp_path, {**BARE, variable: NAMED.upper()}) == Commit(NAMED, None)
    assert find_commit(tmp_path, {**BARE, variable: "main"}) == Commit(None, None)


def test_what_nobody_knows_is_no_error(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No repository, a broken one, a Git that hangs."""
    monkeypatch.setattr(checkout, "PATIENCE", 0.0)
    (repository / ".git" / "HEAD").write_text("ref: refs/heads/gone", encoding="utf-8")
    assert find_commit(repository, os.environ) == Commit()
    (repository / ".git" / "HEAD").write_bytes(b"\xff")
    assert find_commit(repository, os.environ) == Commit()
    assert find_commit(tmp_path, os.environ) == Commit()
