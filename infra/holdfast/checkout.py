"""Which project is worked in, and which commit of it is checked out? The commit is for the receipt, so that whoever
reads it finds the settings that the run had.

Git itself is asked where it is; without it the few files that say so are read; in a pipeline that took its sources in
another way, its variables tell. A run never fails over this: what nobody knows is `None`.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from holdfast.model.origin import Commit

#: What the pipelines of GitHub, Azure DevOps and GitLab call the commit that they run (each one's documented variable).
VARIABLES = ("GITHUB_SHA", "BUILD_SOURCEVERSION", "CI_COMMIT_SHA")

#: Seconds for each question to Git: a repository on a slow disk must not hold a run up.
PATIENCE = 5.0

_HASH = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


def project_file(start: Path) -> Path | None:
    """The nearest `Pulumi.yaml` at or above a folder."""
    for folder in (start, *start.parents):
        for name in ("Pulumi.yaml", "Pulumi.yml"):
            if (folder / name).is_file():
                return folder / name
    return None


def project_file_of(path: Path) -> Path | None:
    """The `Pulumi.yaml` of the project that a stack file belongs to: the nearest above it, else above the working
    directory."""
    return project_file(path.resolve().parent) or project_file(Path.cwd())


def project_folder(path: Path | None = None) -> Path:
    """The folder of the project that a stack file belongs to, or that is worked in: paths of the settings start there.
    The working directory where there is none."""
    found = project_file_of(path) if path is not None else project_file(Path.cwd())
    return found.parent if found else Path.cwd()


def find_commit(folder: Path, environ: Mapping[str, str]) -> Commit:
    """The commit of the checkout that `folder` is in, else the one that a pipeline's variable names.

    Whether tracked files differ is known where Git answers; files that Git does not track say nothing of a commit.
    """
    # Optional locks: a run that only looks must not be in the way of somebody who commits.
    quiet = {**environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    if head := _git(folder, quiet, "rev-parse", "--verify", "HEAD"):
        changed = _git(folder, quiet, "status", "--porcelain", "--untracked-files=no")
        return Commit(head, None if changed is None else bool(changed))
    named = next((environ[name] for name in VARIABLES if environ.get(name)), "").lower()
    found = _read(folder) or named
    return Commit(found if _HASH.fullmatch(found) else None)


def _git(folder: Path, environ: Mapping[str, str], *words: str) -> str | None:
    try:
        done = subprocess.run(  # Git by its name, as whoever runs Pulumi has it on PATH
            ["git", *words],
            cwd=folder,
            env=dict(environ),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _read(folder: Path) -> str:
    """HEAD by the repository's own files (gitrepository-layout): a hash, or the name of a reference that holds one."""
    try:
        for place in (folder, *folder.parents):
            git = place / ".git"
            if git.is_file():  # a worktree: the file names the folder
                git = place / git.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
            if not git.is_dir():
                continue
            head = (git / "HEAD").read_text(encoding="utf-8").strip()
            return _reference(git, head.removeprefix("ref:").strip()) if head.startswith("ref:") else head
    except (OSError, ValueError):
        return ""
    return ""


def _reference(git: Path, name: str) -> str:
    shared = git / "commondir"
    common = git / shared.read_text(encoding="utf-8").strip() if shared.is_file() else git
    for place in (git, common):
        if (place / name).is_file():
            return (place / name).read_text(encoding="utf-8").strip()
    packed = common / "packed-refs"
    for line in packed.read_text(encoding="utf-8").splitlines() if packed.is_file() else ():
        commit, _, reference = line.partition(" ")
        if reference == name:
            return commit
    return ""
