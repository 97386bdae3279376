"""What does a Dockerfile say? Its instructions with their lines, variables put in; no file is looked at.

After docs.docker.com/reference/dockerfile: comments, line continuations, here-documents (refused), the JSON form,
flags, and which instructions take variables. What is not carried out is refused by its name and line, before anything
is built.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

#: What the executor carries out.
SERVED = (
    "FROM",
    "ARG",
    "ENV",
    "WORKDIR",
    "COPY",
    "ADD",
    "RUN",
    "USER",
    "EXPOSE",
    "ENTRYPOINT",
    "CMD",
    "LABEL",
)
#: What Docker knows besides.
_REFUSED = ("HEALTHCHECK", "MAINTAINER", "ONBUILD", "SHELL", "STOPSIGNAL", "VOLUME")

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_VARIABLE = re.compile(rf"\\\$|\$(?P<plain>{_NAME})|\$\{{(?P<name>{_NAME})(?:(?P<how>:?[-+])(?P<word>[^}}]*))?\}}")
_FLAG = re.compile(r"--(?P<name>[a-z-]+)(?:=(?P<value>\S*))?(\s+|$)")
_DIRECTIVE = re.compile(r"#\s*(?P<name>[a-z]+)\s*=\s*(?P<value>\S+)", re.IGNORECASE)


class DockerfileError(Exception):
    """The file is not one, or asks for what is not carried out. `line`: where, 0 for the whole file."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(f"dockerfile line {line}: {text}" if line else text)
        self.line = line


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction. `rest` is what follows word and flags, continuations joined; `shown` is the line as a log
    shows it."""

    line: int
    word: str
    rest: str
    flags: Mapping[str, str] = field(default_factory=dict)
    shown: str = ""

    def listed(self) -> list[str] | None:
        """The words of the JSON form; None where it is not one."""
        if not self.rest.startswith("["):
            return None
        try:
            words = json.loads(self.rest)
        except ValueError:
            return None  # Docker takes it for a shell's line, too
        return words if isinstance(words, list) and all(isinstance(word, str) for word in words) else None

    def words(self, variables: Mapping[str, str]) -> list[str]:
        """The arguments of a COPY, ADD, EXPOSE, ...: of the JSON form, or separated by spaces; variables put in."""
        given = self.listed() or _split(self.rest, self.line)
        return [expand(word, variables) for word in given]

    def pairs(self, variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """`key=value ...` of an ENV or LABEL, or the old form `key value`."""
        first, _, value = self.rest.partition(" ")
        if "=" not in first:
            if not value.strip():
                raise DockerfileError(self.line, f"{self.word} must have two arguments")
            yield first, expand(value.strip(), variables)
            return
        for word in _split(self.rest, self.line):
            name, equals, value = word.partition("=")
            if not equals or not name:
                raise DockerfileError(
                    self.line, f"Syntax error - can't find = in {word!r}. Must be of the form: name=value"
                )
            yield name, expand(value, variables)


def parse(text: str) -> list[Instruction]:
    """The instructions in their order; DockerfileError names the line that can't be carried out."""
    found = [_instruction(line, content) for line, content in _logical_lines(text)]
    if not found:
        raise DockerfileError(0, "file with no instructions")
    first = next((one for one in found if one.word != "ARG"), None)
    if first is None or first.word != "FROM":
        raise DockerfileError((first or found[0]).line, "no build stage in current context: FROM must come first")
    return found


def expand(text: str, variables: Mapping[str, str]) -> str:
    """`$name`, `${name}`, `${name:-word}` and `${name:+word}`, as Docker puts variables in; an unknown one is empty."""

    def put(match: re.Match[str]) -> str:
        if match[0] == "\\$":
            return "$"
        name = match["plain"] or match["name"]
        value, how = variables.get(name), match["how"] or ""
        there = value is not None if not how.startswith(":") else bool(value)
        if how.endswith("-"):
            return str(value) if there else match["word"]
        if how.endswith("+"):
            return match["word"] if there else ""
        return value or ""

    return _VARIABLE.sub(put, text)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    lines = text.splitlines()
    escape = _escape(lines)
    pending, started = "", 0
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue  # also within a continued line
        started = started or number
        if stripped.endswith(escape):
            pending += stripped[:-1].rstrip() + " "
            continue
        yield started, pending + stripped
        pending, started = "", 0
    if pending.strip():
        yield started, pending.strip()


def _escape(lines: list[str]) -> str:
    for line in lines:
        found = _DIRECTIVE.fullmatch(line.strip())
        if found is None:
            return "\\"
        if found["name"].lower() == "escape":
            return found["value"]
    return "\\"


def _instruction(line: int, text: str) -> Instruction:
    word, _, rest = text.partition(" ")
    name, rest = word.upper(), rest.strip()
    if name in _REFUSED:
        raise DockerfileError(line, f"{name} is not carried out by the sandbox's builds")
    if name not in SERVED:
        raise DockerfileError(line, f"unknown instruction: {word}")
    if not rest:
        raise DockerfileError(line, f"{name} requires at least one argument")
    if name in ("RUN", "COPY", "ADD") and re.search(r"(^|\s)<<-?['\"]?[A-Za-z]", rest):
        raise DockerfileError(line, f"{name} with a here-document is not carried out by the sandbox's builds")
    flags = {}
    if name in ("FROM", "COPY", "ADD", "RUN"):
        while (found := _FLAG.match(rest)) is not None:
            flags[found["name"]] = found["value"] or ""
            rest = rest[found.end() :]
    return Instruction(line, name, rest, flags, f"{name} {text.partition(' ')[2].strip()}")


def _split(text: str, line: int) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise DockerfileError(line, f"can't be read: {error}") from None
