"""How is a draft written? YAML that a person would have written: sections in order, remarks where they teach.

Texts are quoted wherever a reader could take them for something else: Pulumi reads YAML 1.2, editors often 1.1.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from holdfast.ops.init.drafted import Draft, Path
from holdfast.settings import KEY, LOCATION_KEY, SUBSCRIPTION_KEY

WIDTH = 120
#: A text that every reader of YAML takes for a text; ids, names and GUIDs are such.
_PLAIN = re.compile(
    r"[A-Za-z/](?:[A-Za-z0-9_./ -]|:(?=[A-Za-z0-9_./-]))*(?<! )|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
)
_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")


def render(draft: Draft, *, schema: str, beside: Mapping[str, Any] | None = None) -> str:
    """The whole file. `schema`: where the editors' schema is, from the file. `beside` are keys of the top level and of
    `config` that an older file had: what unlocks a stack's secrets must not be lost."""
    kept = dict(beside or {})
    lines = [
        f"# yaml-language-server: $schema={schema}",
        *_remark(
            "Written by `holdfast init` from what was there. `pulumi preview` tells what a run does: nothing that is"
            " there changes, but for the two tags that say whose it is. Every key: stacks/README.md.",
            0,
        ),
        "config:",
        f"  {LOCATION_KEY}: {scalar(draft.location)}",
        f"  {SUBSCRIPTION_KEY}: {scalar(draft.subscription)}",
        *(line for name, value in kept.pop("config", {}).items() for line in _entry(name, value, 2, (), {})),
        f"  {KEY}:",
        *_map(draft.environment, 4, (), draft.remarks),
        *(line for name, value in kept.items() for line in _entry(name, value, 0, (), {})),
    ]
    if draft.left:
        lines += ["", "# Not in this file, and left as it is:"]
        for left in draft.left:
            lines += [f"#   {left.id}", *_remark(left.reason, 0, "    ")]
    return "\n".join(lines) + "\n"


def scalar(value: Any) -> str:
    """A text, number or flag in one line."""
    if isinstance(value, str):
        if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
            return value
        return str(yaml.safe_dump(value, default_style='"', width=float("inf"))).strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _map(value: Mapping[str, Any], indent: int, path: Path, remarks: Mapping[Path, str]) -> Iterator[str]:
    for name, one in value.items():
        at = (*path, name)
        if at in remarks:
            yield from _remark(remarks[at], indent)
        yield from _entry(name, one, indent, at, remarks)


def _entry(name: str, value: Any, indent: int, path: Path, remarks: Mapping[Path, str]) -> Iterator[str]:
    margin = " " * indent
    key = scalar(name) if not re.fullmatch(r"[A-Za-z][\w.:-]*", name) or name.lower() in _WORDS else name
    if isinstance(value, Mapping):
        if not value:
            yield f"{margin}{key}: {{}}"
        else:
            yield f"{margin}{key}:"
            yield from _map(value, indent + 2, path, remarks)
    elif isinstance(value, list):
        yield from _list(key, value, indent, path, remarks)
    else:
        yield f"{margin}{key}: {scalar(value)}".rstrip()


def _list(key: str, value: list[Any], indent: int, path: Path, remarks: Mapping[Path, str]) -> Iterator[str]:
    margin = " " * indent
    if not any(isinstance(item, Mapping | list) for item in value):
        # Within brackets a comma would end a text: `scalar` quotes every one that has one.
        yield f"{margin}{key}: [{', '.join(scalar(item) for item in value)}]"
        return
    yield f"{margin}{key}:"
    for index, item in enumerate(value):
        at = (*path, index)
        if at in remarks:
            yield from _remark(remarks[at], indent + 2)
        inner = list(_map(item, indent + 4, at, remarks))
        yield f"{margin}  - {inner[0].strip()}"
        yield from inner[1:]


def _remark(text: str, indent: int, further: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=f"{' ' * indent}# {further}",
        subsequent_indent=f"{' ' * indent}# {further}",
        break_long_words=False,
        break_on_hyphens=False,
    )
