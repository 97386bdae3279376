"""What becomes of an image while its instructions are carried out? A folder for its file system, an environment, and
what the record of the image will say.

Paths are the container's; `host` finds them under the stage's folder, and nothing is read or written outside of it.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from holdfast_sandbox.builds.context import files
from holdfast_sandbox.builds.dockerfile import DockerfileError, Instruction
from holdfast_sandbox.builds.environments import Environment


@dataclass
class Stage:
    """`environment` is None where nothing here can stand for the base image."""

    name: str
    base: str
    root: Path
    environment: Environment | None = None
    env: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    user: str = ""
    ports: list[int] = field(default_factory=list)
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()

    @property
    def variables(self) -> dict[str, str]:
        """What `$NAME` means in an instruction: what ENV has set goes before an ARG of the name."""
        return {**self.arguments, **self.env}

    def path(self, text: str) -> PurePosixPath:
        """A container's path, absolute."""
        return PurePosixPath(os.path.normpath(PurePosixPath(self.workdir) / text).replace("//", "/"))

    def host(self, text: str, line: int = 0) -> Path:
        """Where a container's path lies on this machine; DockerfileError where a link leads out of the image."""
        found = self.root / self.path(text).relative_to("/")
        if found != self.root and not found.parent.resolve().is_relative_to(self.root.resolve()):
            raise DockerfileError(line, f"{text}: a symbolic link leads out of the image")
        return found

    def enter(self, text: str, line: int) -> None:
        """WORKDIR; made where it is not there."""
        self.workdir = str(self.path(text))
        self.host(".", line).mkdir(parents=True, exist_ok=True)

    def expose(self, words: Sequence[str], line: int) -> None:
        for word in words:
            port = word.partition("/")[0]
            if not port.isdigit() or not 0 < int(port) < 65536:
                raise DockerfileError(line, f"invalid containerPort: {word}")
            if int(port) not in self.ports:
                self.ports.append(int(port))

    def start_with(self, instruction: Instruction) -> None:
        """ENTRYPOINT or CMD; the text of a shell is run by one."""
        words = instruction.listed()
        given = tuple(words) if words is not None else ("/bin/sh", "-c", instruction.rest)
        if instruction.word == "ENTRYPOINT":
            self.entrypoint, self.command = given, ()
        else:
            self.command = given

    def copy(self, instruction: Instruction, words: Sequence[str], source: Path, *, unpack: bool) -> None:
        """COPY or ADD out of the folder `source`; archives are unpacked where `unpack` says so."""
        *sources, target = words
        line, mode = instruction.line, instruction.flags.get("chmod")
        if not sources:
            raise DockerfileError(line, f"{instruction.word} requires at least two arguments")
        found = [one for pattern in sources for one in _found(source, pattern, instruction)]
        into = target.endswith("/") or target in (".", "..") or len(found) > 1 or self.host(target, line).is_dir()
        if len(found) > 1 and not (target.endswith("/") or target in (".", "..")):
            raise DockerfileError(
                line,
                f"When using {instruction.word} with more than one source file, the destination must be a directory"
                " and end with a /",
            )
        for one in found:
            place = self.host(target, line)
            if one.is_dir() and not one.is_symlink():
                for inner in files(one):
                    _put(inner, self._within(place / inner.relative_to(one), line), mode)
                place.mkdir(parents=True, exist_ok=True)
            elif unpack and tarfile.is_tarfile(one):
                place.mkdir(parents=True, exist_ok=True)
                with tarfile.open(one) as archive:
                    archive.extractall(place, filter="data")
            else:
                _put(one, self._within(place / one.name if into else place, line), mode)

    def _within(self, path: Path, line: int) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.parent.resolve().is_relative_to(self.root.resolve()):
            raise DockerfileError(line, "a symbolic link leads out of the image")
        return path

    def described(self, files_digest: str) -> dict[str, object]:
        """All that the image is, for its digest."""
        return {
            "base": self.base,
            "files": files_digest,
            "environment": self.environment.name if self.environment else None,
            "env": self.env,
            "labels": self.labels,
            "workdir": self.workdir,
            "user": self.user,
            "ports": self.ports,
            "entrypoint": self.entrypoint,
            "command": self.command,
        }


def shell(words: Sequence[str] | None, line: str) -> str:
    """A command as Docker shows one that failed."""
    return shlex.join(words) if words is not None else f"/bin/sh -c {line}"


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _found(source: Path, pattern: str, instruction: Instruction) -> list[Path]:
    line, word = instruction.line, instruction.word
    inner = os.path.normpath(pattern.lstrip("/") or ".")
    if inner == ".." or inner.startswith("../"):
        raise DockerfileError(line, f"{word} failed: forbidden path outside the build context: {pattern} ()")
    globbed = any(sign in inner for sign in "*?[")
    found = sorted(source.glob(inner)) if globbed else [source / inner if inner != "." else source]
    found = [one for one in found if os.path.lexists(one)]
    if not found:
        raise DockerfileError(
            line,
            f"{word} failed: file not found in build context or excluded by .dockerignore: stat {pattern}: file does "
            "not exist",
        )
    if any(one != source and not one.parent.resolve().is_relative_to(source.resolve()) for one in found):
        raise DockerfileError(line, f"{word} failed: forbidden path outside the build context: {pattern} ()")
    return found


def _put(source: Path, target: Path, mode: str | None) -> None:
    """A hard link, so that a model is on the disk once; a copy where the mode differs."""
    if os.path.lexists(target) and not (target.is_dir() and not target.is_symlink()):
        target.unlink()
    if source.is_symlink():
        target.symlink_to(os.readlink(source))
        return
    try:
        if mode is not None:
            raise OSError
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    if mode is not None:
        target.chmod(int(mode, 8) if mode.isdigit() else 0o644)


def copy_tree(source: Path, target: Path) -> None:
    """The file system of a base image, by hard links."""
    for path in files(source):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        _put(path, place, None)
