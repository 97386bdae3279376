"""Is a context fetched from this machine only, unpacked within its folder, and thinned out as `.dockerignore` says?"""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from holdfast_sandbox.builds import context


@pytest.mark.parametrize("name", ["../out", "/etc/out", "a/../../out"])
def test_nothing_is_unpacked_outside(tmp_path: Path, name: str) -> None:
    archive = tmp_path / "c.tar"
    with tarfile.open(archive, "w") as out:
        out.addfile(tarfile.TarInfo(name), io.BytesIO())
    folder = tmp_path / "folder"
    folder.mkdir()
    if name.startswith("/"):
        context.unpack(archive, folder)  # as tar does, without the slash
        assert (folder / "etc/out").is_file()
        return
    with pytest.raises(context.ContextError):
        context.unpack(archive, folder)
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "c").write_bytes(b"no")
    with pytest.raises(context.ContextError, match="failed to unpack"):
        context.unpack(tmp_path / "c", tmp_path)


@pytest.mark.source("docs.docker.com/build/concepts/context")
def test_what_dockerignore_leaves(tmp_path: Path) -> None:
    """Stars within a folder, two across folders, the last rule decides, and the Dockerfile stays."""
    for name in ("a.txt", "b.log", "d/c.log", "d/e/k.tmp", "keep.log", "d/Dockerfile", ".git/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".dockerignore").write_text("# rules\n*.log\n**/*.tmp\n.git\nd/Dockerfile\n!keep.log\n")
    context.apply_ignore(tmp_path, tmp_path / "d/Dockerfile")
    left = {path.relative_to(tmp_path).as_posix() for path in context.files(tmp_path)}
    assert left == {".dockerignore", "a.txt", "d/c.log", "keep.log", "d/Dockerfile"}


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://127.0.0.1:8/x", True),
        ("https://localhost/x", True),
        ("https://127.0.0.1.example.com/x", False),
        ("http://127.0.0.1/x", False),
        ("https://example.com/x", False),
        ("git@example.com:x", False),
    ],
)
def test_only_this_machine_is_asked(url: str, ours: bool) -> None:
    assert context.loopback(url) is ours


def test_a_trees_digest_knows_names_contents_links_and_what_runs(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("x")
    seen = {context.tree_digest(tmp_path)}
    file.chmod(0o755)
    seen.add(context.tree_digest(tmp_path))
    file.write_text("y")
    seen.add(context.tree_digest(tmp_path))
    (tmp_path / "b").symlink_to("a")
    seen.add(context.tree_digest(tmp_path))
    assert len(seen) == 4
