"""What can stand under a key of the settings? Declarations only: a dataclass a section, and beside each field what it
takes and why.

One declaration feeds three readers: the check (`check`), the JSON Schema (`json_schema`) and the page for people
(`pages`). Not pydantic: importing it and building six models costs 0.25 s of CPU in every `pulumi` run, a fifth of a
run that has nothing to do, and its errors would all have to be said anew in our own words.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


class Bad(Exception):  # noqa: N818 - a verdict on a value; it never leaves the settings stage
    """Why a text is refused: the fault's id, what is wrong with it ("is no GUID"), what is allowed, what to do.
    `secret`: the text may hold one, and is not shown."""

    def __init__(self, fault: str, says: str, allowed: str, hint: str = "", *, secret: bool = False) -> None:
        super().__init__(says)
        self.fault, self.says, self.allowed, self.hint, self.secret = fault, says, allowed, hint, secret


@dataclass(frozen=True, slots=True)
class Text:
    """A text. `read` returns it in the one way that it is written from then on, or raises `Bad`."""

    says: str = "a text"
    read: Callable[[str], str] | None = None
    pattern: str | None = None
    example: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words. `any_case`: the letter case is Azure's to choose, and the word is given back as listed.
    `not_taken`: what to say of a word that people expect there."""

    words: tuple[str, ...]
    what: str = "value"
    fault: str = "settings-invalid-value"
    any_case: bool = False
    also: tuple[str, ...] = ()
    make: Callable[[str], Any] = str
    not_taken: Mapping[str, str] = field(default_factory=dict)

    @property
    def says(self) -> str:
        """The words, as a message lists them."""
        return ", ".join(self.words)


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number within bounds, both included."""

    least: int
    most: int

    @property
    def says(self) -> str:
        """The bounds, as a message names them."""
        return f"a whole number from {self.least} to {self.most}"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number within bounds, both included; whole or not."""

    least: float
    most: float

    @property
    def says(self) -> str:
        """The bounds, as a message names them."""
        return f"a number from {self.least:g} to {self.most:g}"


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    says: str = "true or false"


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    of: Spec
    most: int | None = None
    fault: str = "settings-too-many"

    @property
    def says(self) -> str:
        """What the list holds, as a message names it."""
        return f"a list, each item {self.of.says}"


@dataclass(frozen=True, slots=True)
class Words:
    """A map of the user's own names to texts."""

    says: str = "a map of names to texts"


@dataclass(frozen=True, slots=True)
class Shares:
    """A map of the user's own names to percentages."""

    says: str = "a map of names to whole numbers from 0 to 100"


@dataclass(frozen=True, slots=True)
class Section:
    """A map with known keys, read into the dataclass `make`. `short`: the key that a bare text stands for; `flag`: the
    key that a bare truth stands for."""

    make: type
    short: str = ""
    flag: str = ""

    @property
    def says(self) -> str:
        """The keys, as a message names them."""
        keys = ", ".join(keys_of(self.make))
        if self.flag:
            return f"true or false, or a map of {keys}"
        return f"a text (its `{self.short}`), or a map of {keys}" if self.short else f"a map of {keys}"


Spec = Text | Choice | Number | Amount | Flag | Items | Words | Shares | Section


@dataclass(frozen=True, slots=True)
class Key:
    """What is declared beside a field: what it takes, what it does and why, and what it is when it is left out."""

    spec: Spec
    doc: str
    default: str
    required: bool = False


def key(
    spec: Spec,
    doc: str,
    *,
    default: str = "",
    empty: Any = None,
    make: Callable[[], Any] | None = None,
    required: bool = False,
) -> Any:
    """Declare a field. `default` is said to people; `empty` (or what `make` makes) is the value of an omitted key."""
    metadata = {"key": Key(spec, doc, default, required)}
    if make is not None:
        return dataclasses.field(default_factory=make, metadata=metadata)
    return dataclasses.field(default=empty, metadata=metadata)


def keys_of(section: type) -> dict[str, Key]:
    """The declared keys of a section by the name they have in a stack file."""
    return {wire(field.name): field.metadata["key"] for field in dataclasses.fields(section) if field.metadata}


def wire(field: str) -> str:
    """`when_exists` -> `whenExists`."""
    return re.sub("_(.)", lambda found: found[1].upper(), field)


def python(key_name: str) -> str:
    """`whenExists` -> `when_exists`."""
    return re.sub("[A-Z]", lambda found: "_" + found[0].lower(), key_name)
