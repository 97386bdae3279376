"""What does a RUN do? Its commands, one by one: packages that are installed, and the rest, which is only recorded.

A line that installs packages in a way that is not followed here (a pipe, a substitution, another tool) is refused: an
image that lacks what its Dockerfile asked for would be a lie.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from holdfast_sandbox.builds.dockerfile import expand


class CommandError(Exception):
    """A command that would have to be carried out, and can't be."""


@dataclass(frozen=True, slots=True)
class Packages:
    """`uv pip <arguments>`; `changes`: whether it makes another environment."""

    shown: str
    arguments: tuple[str, ...]
    changes: bool = True


@dataclass(frozen=True, slots=True)
class Conda:
    """Packages of conda's: of a file, named ones, or both. `fresh`: into a new environment."""

    shown: str
    file: str | None
    specs: tuple[str, ...] = ()
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """A command that is not run."""

    shown: str


@dataclass(frozen=True, slots=True)
class Directory:
    """`cd`: where the commands after it in the same RUN are."""

    path: str


Command = Packages | Conda | Recorded | Directory

_CONDA = ("conda", "mamba", "micromamba")
# Tools that would bring packages, and whose lines are refused where they are not understood.
_INSTALLERS = ("pip", "pip3", "uv", "poetry", "pipenv", "pdm", "easy_install", "pixi", *_CONDA)
_PYTHON = re.compile(r"(python|pip)[\d.]*")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
# Words by which a shell does more than run a command.
_SHELLS_OWN = ("|", "||", "|&", ">", ">>", "<", "&", "(", ")", "{", "if", "then", "else", "for", "while", "do", "!")
_NESTED = re.compile(r"\$\(|`")
_SHELLS = ("bash", "sh", "dash", "zsh", "env", "su", "xargs", "eval", "nohup")

# What uv has no use for, or does anyway.
_NEEDLESS = """
    --no-cache-dir --no-cache --quiet -q -qq --verbose -v --user --no-input -y --yes --disable-pip-version-check
    --no-warn-script-location --break-system-packages --prefer-binary --system --compile --no-compile
    --no-python-version-warning
"""
_NEEDLESS_WITH_VALUE = """
    --timeout --default-timeout --retries --progress-bar --root-user-action --cache-dir --upgrade-strategy
"""
#: pip's options for uv: what each becomes; None: uv needs no such thing.
_SWITCHES: Mapping[str, str | None] = {
    **dict.fromkeys(_NEEDLESS.split()),
    "--upgrade": "--upgrade",
    "-U": "--upgrade",
    "--pre": "--prerelease=allow",
    "--no-deps": "--no-deps",
    "--no-index": "--no-index",
    "--no-build-isolation": "--no-build-isolation",
    "--require-hashes": "--require-hashes",
    "--ignore-installed": "--reinstall",
    "-I": "--reinstall",
    "--force-reinstall": "--reinstall",
}
#: Those with a value.
_VALUES: Mapping[str, str | None] = {
    **dict.fromkeys(_NEEDLESS_WITH_VALUE.split()),
    "-r": "--requirement",
    "--requirement": "--requirement",
    "--requirements": "--requirement",
    "-c": "--constraint",
    "--constraint": "--constraint",
    "-e": "--editable",
    "--editable": "--editable",
    "-i": "--default-index",
    "--index-url": "--default-index",
    "--default-index": "--default-index",
    "--index": "--index",
    "--extra-index-url": "--index",
    "-f": "--find-links",
    "--find-links": "--find-links",
    "--trusted-host": "--allow-insecure-host",
    "--only-binary": "--only-binary",
    "--no-binary": "--no-binary",
}


def commands(line: str, words: Sequence[str] | None, variables: Mapping[str, str]) -> list[Command]:
    """The commands of a RUN: `words` those of its JSON form, else `line` is a shell's. Raises CommandError."""
    if words is not None:
        return [_command([expand(word, variables) for word in words], shlex.join(words))]
    found: list[Command] = []
    for text in _parts(line):
        if not _installs(text):
            found.append(_other(text, variables))
            continue
        if _NESTED.search(text):
            raise CommandError(f"packages are installed by a command that is not carried out here: {text}")
        try:
            given = shlex.split(expand(text, variables))
        except ValueError as error:
            raise CommandError(f"{text}: {error}") from None
        found.append(_command(given, text))
    return found


def _parts(line: str) -> list[str]:
    """What `&&` and `;` join. Whatever joins otherwise stays one."""
    lexer = shlex.shlex(line, posix=False, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    parts: list[list[str]] = [[]]
    try:
        words = list(lexer)
    except ValueError as error:
        raise CommandError(f"{line}: {error}") from None
    for word in words:
        if word in ("&&", ";"):
            parts.append([])
        else:
            parts[-1].append(word)
    return [" ".join(part) for part in parts if part]


def _other(text: str, variables: Mapping[str, str]) -> Command:
    verb, _, rest = text.partition(" ")
    return Directory(expand(rest.strip("\"' "), variables)) if verb == "cd" and rest else Recorded(text)


def _installs(text: str) -> bool:
    """Whether a tool that installs packages stands where a command would."""
    tools = "|".join(re.escape(name) for name in _INSTALLERS)
    return re.search(rf"(^|[\s/(\"'`;|&])((?:{tools})|python[\d.]*\s+-m\s+(?:pip|uv))\s+\S", text) is not None


def _command(words: list[str], shown: str) -> Command:
    if any(word in _SHELLS_OWN for word in words):
        raise CommandError(f"packages are installed by a command that is not carried out here: {shown}")
    while words and (_ASSIGNMENT.fullmatch(words[0]) or words[0] in ("sudo", "exec", "time")):
        words = words[1:]
    if not words:
        return Recorded(shown)
    tool = PurePosixPath(words[0]).name
    if tool in _CONDA:
        return _conda(words[1:], shown)
    if _PYTHON.fullmatch(tool) and tool.startswith("python") and words[1:2] == ["-m"]:
        tool, words = [*words, ""][2], words[2:]
    if tool.startswith("pip") and _PYTHON.fullmatch(tool):
        return _pip(words[1:], shown)
    if tool == "uv":
        if words[1:2] == ["pip"]:
            return _pip(words[2:], shown)
        if words[1:2] and words[1] in ("cache", "venv", "--version", "version", "python"):
            return Recorded(shown)
    if tool in _INSTALLERS or tool in _SHELLS:
        raise CommandError(f"packages are installed by a command that is not carried out here: {shown}")
    return Recorded(shown)


def _pip(words: list[str], shown: str) -> Command:
    if not words or words[0] in ("--version", "-V", "--help", "-h"):
        return Recorded(shown)
    while words and words[0].startswith("-"):
        if words[0] not in _SWITCHES:
            raise CommandError(f"pip's option {words[0]} is not carried out here: {shown}")
        words = words[1:]
    verb, rest = (words[0], words[1:]) if words else ("", [])
    if verb in ("list", "freeze", "check", "show"):
        return Packages(shown, (verb, *(word for word in rest if not word.startswith("-"))), changes=False)
    if verb == "uninstall":
        return Packages(shown, (verb, *(word for word in rest if word not in ("-y", "--yes"))))
    if verb not in ("install", "sync"):
        return Recorded(shown)
    arguments = _options(rest, shown)
    if not any(not word.startswith("-") or word.startswith(("--requirement", "--editable")) for word in arguments):
        raise CommandError('You must give at least one requirement to install (see "pip help install")')
    return Packages(shown, (verb, *arguments))


def _options(words: list[str], shown: str) -> tuple[str, ...]:
    arguments: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if not word.startswith("-"):
            arguments.append(word)
            continue
        if not equals and word[:2] in ("-r", "-c", "-e", "-i", "-f") and len(word) > 2 and word[1] != "-":
            name, equals, value = word[:2], "=", word[2:]
        if name in _VALUES:
            if not equals:
                if not rest:
                    raise CommandError(f"{name} option requires 1 argument: {shown}")
                value = rest.pop(0)
            told = _VALUES[name]
            if told is not None:
                arguments.append(f"{told}={value}")
        elif word in _SWITCHES:
            if (told := _SWITCHES[word]) is not None:
                arguments.append(told)
        else:
            raise CommandError(f"pip's option {name} is not carried out here: {shown}")
    return tuple(arguments)


def _conda(words: list[str], shown: str) -> Command:
    """`conda env create|update`, `conda install|create`, the same of mamba and micromamba, and `run` of a command."""
    words = [word for word in words if word not in ("-y", "--yes", "-q", "--quiet", "-v", "--verbose")]
    if words[:1] == ["run"]:
        rest = words[1:]
        while rest and rest[0].startswith("-"):
            rest = rest[2:] if rest[0] in ("-n", "--name", "-p", "--prefix") else rest[1:]
        return _command(rest, shown) if _installs(" ".join(rest)) else Recorded(shown)
    of_env = words[:1] == ["env"]
    verb, rest = ("", []) if len(words) < 1 + of_env else (words[int(of_env)], words[1 + of_env :])
    if verb not in ("create", "update", "install"):
        return Recorded(shown)
    file: str | None = None
    specs: list[str] = []
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if name in (
            "-f",
            "--file",
            "-n",
            "--name",
            "-p",
            "--prefix",
            "-c",
            "--channel",
            "--solver",
            "-r",
            "--root-prefix",
        ):
            value = value if equals else (rest.pop(0) if rest else "")
            if name in ("-f", "--file"):
                file = value
        elif not word.startswith("-"):
            specs.append(word)
    if verb == "update" and not of_env and file is None:
        return Recorded(shown)  # `conda update conda`: of what is not here
    if file is None and of_env:
        file = "environment.yml"  # conda's own default
    return Conda(shown, file, tuple(specs), verb == "create")
