"""Which Python environments are there, and how does one come to be? Each once, by its content, for all sandboxes.

`HOLDFAST_HOME/environments/<hash>` is a whole environment: it is made beside and gets its name when it is done, so that
nobody ever sees half of one. The hash is that of the interpreter's version and of what is installed. Which
instructions lead to it is noted (`.known/<hash of the instructions>`), so that the same ones again only look it up, as
a layer of Docker's is. What is upon another is a copy of that by hard links, and uv puts the rest in.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from holdfast_sandbox.builds.package_index import environment
from holdfast_sandbox.engine.places import home

Log = Callable[[str], None]

DAY = 86400  # seconds
_AT_A_PATH = re.compile(r"^(?P<name>[^ ]+) @ file://.*$", re.MULTILINE)


class InstallError(Exception):
    """An environment can't be made. `said`: what uv told, which is in the log already; `code`: its exit code."""

    def __init__(self, text: str = "", code: int = 1, said: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.code, self.said = code, said


@dataclass(frozen=True, slots=True)
class Environment:
    """`version`: the interpreter's, as `3.11.7`."""

    folder: Path
    version: str

    @property
    def name(self) -> str:
        """The hash."""
        return self.folder.name

    @property
    def python(self) -> Path:
        """The interpreter; commands that packages bring lie beside it."""
        return self.folder / "bin" / "python"


class Environments:
    """The environments of this machine."""

    def __init__(self, log: Log, folder: Path | None = None) -> None:
        """`log` gets what uv says, a line each."""
        self.folder = folder or home() / "environments"
        self._log = log

    def of_image(self, python: str) -> Environment:
        """The environment that an image's record names; InstallError where it is gone."""
        folder = Path(python).parent.parent
        try:
            return Environment(folder, (folder / ".version").read_text())
        except OSError:
            raise InstallError(f"the environment {folder} is gone; build the base image again") from None

    def base(self, wanted: str) -> Environment:
        """An empty environment of that version (`3.10`, `>=3.9,<3.12`), or of the nearest that this machine has."""
        path, version = self._interpreter(wanted)
        with self._lock(f"base-{version}"):
            return self._known({"python": version, "path": path}) or self._make(
                {"python": version, "path": path}, lambda folder: self._venv(folder, path), version
            )

    def upon(
        self,
        parent: Environment,
        arguments: Sequence[str],
        inputs: Mapping[str, str],
        *,
        really: Sequence[str],
        folder: Path,
        image: Mapping[str, str],
        anew: bool = False,
    ) -> tuple[Environment, bool]:
        """What `uv pip <arguments>` makes of `parent`, run in `folder`; and whether it was there.

        `really`: the arguments with this machine's paths in the place of the container's. `inputs`: what the arguments
        refer to, by name, as hashes; with the arguments, `parent` and the Dockerfile's own settings of pip it makes the
        key. `anew`: resolve again, whatever is known. Raises InstallError.
        """
        ours = {name: value for name, value in image.items() if name.startswith(("PIP_", "UV_"))}
        key = {"parent": parent.name, "arguments": list(arguments), "inputs": dict(inputs), "settings": ours}
        with self._lock(_hash(key)):
            if not anew and (found := self._known(key)) is not None:
                return found, True

            def fill(new: Path) -> None:
                shutil.copytree(parent.folder, new, symlinks=True, copy_function=_linked, dirs_exist_ok=True)
                self._uv("pip", *really, python=new / "bin" / "python", folder=folder, image=image)

            return self._make(key, fill, parent.version), False

    def ask(
        self, environment: Environment, arguments: Sequence[str], *, folder: Path, image: Mapping[str, str]
    ) -> None:
        """`uv pip <arguments>` that changes nothing; its output goes to the log. Raises InstallError."""
        self._uv("pip", *arguments, python=environment.python, folder=folder, image=image)

    def _known(self, key: Mapping[str, object]) -> Environment | None:
        try:
            found = self.folder / (self.folder / ".known" / _hash(key)).read_text()
            return Environment(found, (found / ".version").read_text())
        except OSError:
            return None

    def _make(self, key: Mapping[str, object], fill: Callable[[Path], None], version: str) -> Environment:
        new = self.folder / ".making" / _hash(key)
        shutil.rmtree(new, ignore_errors=True)  # of a build that was killed; nobody else has this key's lock
        new.mkdir(parents=True)
        try:
            fill(new)
            (new / ".version").unlink(missing_ok=True)  # a link to the parent's, perhaps
            (new / ".version").write_text(version)
            name = _hash({"python": version, "packages": self._packages(new, key)})
            done = self.folder / name
            if not done.exists():
                try:
                    new.rename(done)
                except OSError:
                    if not done.exists():  # another key leads to the same
                        raise
        finally:
            shutil.rmtree(new, ignore_errors=True)
        note = self.folder / ".known" / _hash(key)
        note.parent.mkdir(exist_ok=True)
        fresh = note.with_name(f".{note.name}.{os.getpid()}")
        fresh.write_text(name)
        fresh.replace(note)
        return Environment(done, version)

    def _packages(self, folder: Path, key: Mapping[str, object]) -> list[str]:
        """What is installed, with versions. A package from a path is not told by its version: its key is, then."""
        command = [*uv(), "pip", "freeze", "--python", str(folder / "bin" / "python")]
        said = subprocess.run(command, env=environment(os.environ, {}), capture_output=True, text=True, check=False)
        told, local = _AT_A_PATH.subn(lambda found: f"{found['name']} @ {_hash(key)}", said.stdout)
        return [*sorted(told.splitlines()), *([_hash(key)] if local or said.returncode else [])]

    def _venv(self, folder: Path, interpreter: str) -> None:
        command = [*uv(), "venv", "--quiet", "--allow-existing", "--relocatable", "--no-project"]
        done = subprocess.run(
            [*command, "--python", interpreter, str(folder)],
            env=environment(os.environ, {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise InstallError(f"no environment can be made of {interpreter}: {done.stderr.strip()}")

    def _uv(self, *arguments: str, python: Path, folder: Path, image: Mapping[str, str]) -> None:
        verb, *rest = arguments
        command = [*uv(), verb, rest[0], "--python", str(python), *rest[1:]]
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(os.environ, image),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if not line.startswith("Using Python "):  # at a place that is nobody's business
                self._log(line.rstrip("\n"))
        if (code := process.wait()) != 0:
            raise InstallError(code=code, said=said)

    def _interpreter(self, wanted: str) -> tuple[str, str]:
        """Path and version of the interpreter for a wanted version. uv is asked once for each PATH; of a version that
        was not there, once a day: it may have been installed.
        """
        note, known = self.folder / ".interpreters.json", {}
        with contextlib.suppress(OSError, ValueError):
            known = dict(json.loads(note.read_text()))
        key = f"{wanted} {os.environ.get('PATH', '')} {sys.prefix}"
        try:
            path, version, asked = known[key]
        except (KeyError, ValueError, TypeError):
            path, version, asked = "", "", 0.0
        old = not _fits(wanted, version) and time.time() - asked > DAY
        if not os.path.exists(path) or old:
            path, version = _find(wanted)
            self.folder.mkdir(parents=True, exist_ok=True)
            fresh = note.with_name(f".interpreters.{os.getpid()}")
            fresh.write_text(json.dumps({**known, key: [path, version, time.time()]}))
            fresh.replace(note)
        if not _fits(wanted, version):
            self._log(f"Python {wanted} is not on this machine: Python {version} is taken, the nearest that is")
        return path, version

    @contextmanager
    def _lock(self, name: str) -> Iterator[None]:
        place = self.folder / ".locks"
        place.mkdir(parents=True, exist_ok=True)
        with open(place / name, "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # it goes with the process that holds it
            yield


def uv() -> list[str]:
    """The command: the one of this interpreter's environment, else the one on PATH. InstallError without any."""
    beside = Path(sys.executable).with_name("uv")
    if beside.is_file():
        return [str(beside)]
    if found := shutil.which("uv"):
        return [found]
    raise InstallError("image builds install packages with uv, and there is none: `pip install uv`")


def _find(wanted: str) -> tuple[str, str]:
    """The fitting interpreter that uv finds first, else the nearest of all, which takes uv seconds to list."""
    if found := _asked("find", "--system", "--no-project", wanted):
        version = _asked("find", "--system", "--no-project", "--show-version", wanted)
        if version and _fits(wanted, version):
            return found, version
    try:
        said = json.loads(_asked("list", "--only-installed", "--output-format", "json"))
        rows = [(row["path"], row["version"]) for row in said if row["implementation"] == "cpython"]
    except (ValueError, KeyError):
        rows = []
    rows = [row for row in rows if re.fullmatch(r"3\.\d+\.\d+", row[1])] or [(sys.executable, _own())]
    middle = _numbers(re.sub(r"[^\d.,]", "", wanted).split(",")[0] or "3")
    minor = middle[1] if len(middle) > 1 else sys.version_info.minor
    return min(rows, key=lambda row: (abs(_numbers(row[1])[1] - minor), -_numbers(row[1])[1], -_numbers(row[1])[2]))


def _asked(*arguments: str) -> str:
    said = subprocess.run(
        [*uv(), "python", *arguments], env=environment(os.environ, {}), capture_output=True, text=True, check=False
    )
    return said.stdout.strip()


def _fits(wanted: str, version: str) -> bool:
    """`3.10` wants any 3.10.x; `>=3.9,<3.12` a version between."""
    found = _numbers(version)
    for part in wanted.split(","):
        sign, _, rest = re.match(r"([<>=!~]*)(\s*)(.*)", part.strip()).groups()  # type: ignore[union-attr] # matches all
        given = _numbers(rest.removesuffix(".*"))
        cut = found[: len(given)]
        good = {"": cut == given, "=": cut == given, "==": cut == given, "!=": cut != given, "~=": cut == given}
        good |= {">=": found >= given, "<=": cut <= given, ">": cut > given, "<": found < given}
        if not good.get(sign, True):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _own() -> str:
    return ".".join(str(part) for part in sys.version_info[:3])


def _hash(key: object) -> str:
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:32]


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)
