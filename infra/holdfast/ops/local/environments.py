"""Which Python environment does a service run in here? The one that its file describes, made once by uv.

`HOLDFAST_HOME/environments/local-<hash>`: the hash is that of the environment's image (the file, the base image, how it
is installed) and of the interpreter's version, so a file that did not change is not installed again, and services with
the same file share one. It is made beside and gets its name when it is whole.

There is no conda here: what a conda file asks for is taken from the package index under the same name, and said to be.
uv reads none of pip's settings; pip itself is asked for them.
"""

from __future__ import annotations

import ast
import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from holdfast.home import home
from holdfast.model.assets import SERVER, brings_server, environment_hash
from holdfast.model.build_log import failing_line, without_signatures
from holdfast.model.content import hashed
from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.services import EnvironmentFile

#: pip's option -> uv's variable, and what is between the items of a list.
_OPTIONS = {
    "index-url": ("UV_DEFAULT_INDEX", ""),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", ""),
    "proxy": ("ALL_PROXY", ""),
    "timeout": ("UV_HTTP_TIMEOUT", ""),
    "default-timeout": ("UV_HTTP_TIMEOUT", ""),
}
#: Variables that would make another environment the one that is installed into.
_FOREIGN = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH", "UV_PROJECT_ENVIRONMENT", "PIP_TARGET")
_CONDA_SPEC = re.compile(r"(?:.*::)?(?P<name>[\w.-]+)\s*(?P<sign>[=<>!~]*)\s*(?P<rest>.*)")
#: How uv begins what led to an error: as a branch of a tree, or by the word.
_CAUSE = re.compile(r"^\s*(?:[├╰]─▶|cause:)\s*")
#: What of uv's words an error shows.
_LINES = 12

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Packages:
    """What a file asks for. `python`: the version, as `3.11` or `>=3.10,<3.12`; empty where it names none.
    `requirements`: lines of a requirements file. `renamed`: those of them that conda would have brought."""

    python: str
    requirements: tuple[str, ...]
    renamed: tuple[str, ...] = ()


def environment_of(file: EnvironmentFile, tell: Tell) -> Path:
    """The folder of the environment, made where it is not there; `tell` is told what is done.

    Raises HoldfastError `uv-missing`, `environment-not-made`.
    """
    wanted = packages_of(file)
    python = wanted.python or f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = home().resolve() / "environments"
    name = f"local-{hashed([environment_hash(file), python])[:32]}"
    done = folder / name
    if done.is_dir():
        return done
    if not wanted.python:
        tell(f"{file.path} names no Python: {python} is taken, whatever {file.base} has")
    if wanted.renamed:
        tell(f"from the package index, under conda's names: {', '.join(wanted.renamed)}")
    tell(f"making the environment of {file.path} (once)")
    with _locked(folder / ".locks" / name):
        if not done.is_dir():
            _make(folder / ".making" / name, done, file, python, wanted.requirements)
    return done


def packages_of(file: EnvironmentFile) -> Packages:
    """What a conda file or a requirements file asks for, with the inference server where it does not name it."""
    server = () if brings_server(file.text) else (SERVER,)
    if not file.conda:
        return Packages("", (*file.text.splitlines(), *server))
    import yaml

    python, conda, pip = "", list[str](), list[str]()
    for one in yaml.safe_load(file.text)["dependencies"]:  # the settings have looked at its form
        if isinstance(one, dict):
            pip += [str(line) for line in one["pip"]]
            continue
        name, wanted = _conda_spec(str(one))
        if name == "python":
            python = wanted.removeprefix("==").removesuffix(".*")
        elif name not in ("pip", "uv"):
            conda.append(f"{name}{wanted}")
    return Packages(python, (*conda, *pip, *server), tuple(conda))


def _conda_spec(text: str) -> tuple[str, str]:
    """Name and version in pip's words: conda's `=1.26` is any 1.26, `=1.26=py310_0` and `==1.26` that one alone."""
    found = _CONDA_SPEC.fullmatch(text.strip())
    name, sign, rest = (found["name"], found["sign"], found["rest"]) if found else (text.strip(), "", "")
    if sign in ("", "="):
        version, _, build = rest.replace(" ", "=").partition("=")
        exact = bool(build) or version.endswith("*") or (not sign and bool(version))
        return name.lower(), f"=={version}{'' if exact else '.*'}" if version else ""
    return name.lower(), f"{sign}{rest}".replace(" ", "")


def _make(new: Path, done: Path, file: EnvironmentFile, python: str, requirements: tuple[str, ...]) -> None:
    shutil.rmtree(new, ignore_errors=True)  # of a process that was killed; nobody else holds the lock
    new.parent.mkdir(parents=True, exist_ok=True)
    try:
        _uv(file, "venv", "--relocatable", "--no-project", "--python", python, str(new))
        listed = new / "requirements.txt"
        listed.write_text("\n".join(requirements) + "\n", encoding="utf-8")
        _uv(file, "pip", "install", "--python", str(new / "bin/python"), "--requirement", str(listed))
        new.rename(done)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _uv(file: EnvironmentFile, *words: str) -> None:
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.is_file() else shutil.which("uv")
    if uv is None:
        raise HoldfastError([Fault("uv-missing", "environments are made by uv, and there is none", (), "install uv")])
    done = subprocess.run(
        [uv, *words],
        env=_environ(dict(os.environ)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode == 0:
        return
    said = [line.rstrip() for line in without_signatures(done.stdout).splitlines() if line.strip()]
    why = _reason(said)
    hint = "correct the file; what conda alone has can't be had here: name it under `pip:`, as the package index has it"
    if words[0] == "venv":
        why = f"no Python {words[-2]} is here, and uv got none"
        hint = "install that Python (`uv python install`), or name one in the file that is here"
    elif not file.conda:
        hint = "correct the file, or where packages come from (pip's and uv's own settings)"
    raise HoldfastError(
        [
            Fault(
                "environment-not-made",
                f"the environment of {file.path} can't be made: {why}",
                tuple(("uv", line) for line in said[-_LINES:]),
                hint,
            )
        ]
    )


def _reason(said: list[str]) -> str:
    """uv's innermost cause in one line; it breaks what is long."""
    begins = max((at for at, line in enumerate(said) if _CAUSE.match(line)), default=None)
    if begins is None:
        return failing_line("\n".join(said))
    first = _CAUSE.sub("", said[begins])
    more = takewhile(lambda line: line.startswith("  ") and not line.lstrip().startswith("hint"), said[begins + 1 :])
    return " ".join([first, *(line.strip() for line in more)])


def _environ(environ: dict[str, str]) -> dict[str, str]:
    """The machine's variables, with what pip is told in uv's words; what uv is told itself goes before."""
    told = {}
    for option, value in _asked_of_pip(environ).items():
        if option in _OPTIONS and value.strip():
            name, between = _OPTIONS[option]
            told[name] = between.join(value.split()) if between else value.strip()
    if told.get("UV_INDEX"):
        # pip takes the best version of all indexes; uv by itself those of the first that has the package.
        told["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    own = {name: value for name, value in environ.items() if name not in _FOREIGN}
    return {**told, **own, "UV_NO_PROGRESS": "1", "NO_COLOR": "1"}


def _asked_of_pip(environ: dict[str, str]) -> dict[str, str]:
    """`pip config list`: lines such as `global.index-url='https://...'`, of all its files and variables."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    said = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    found: dict[str, str] = {}
    rows = [line.partition("=") for line in said.stdout.splitlines()]
    for section in ("global.", "install.", ":env:."):  # a later one wins
        for key, _, value in rows:
            if key.startswith(section):
                found[key.removeprefix(section)] = _text(value)
    return found


def _text(value: str) -> str:
    try:
        read: Any = ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return ""
    return str(read)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # it goes with the process that holds it
        yield
