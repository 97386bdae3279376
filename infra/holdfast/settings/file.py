"""What does a stack file on disk say, and where? For the commands that run without the engine: check, drift, receipts.

YAML is read as Pulumi's own reader does (YAML 1.2's core words): `no` is a text, and `1:30` is no number. A key that is
written twice is a fault, because the reader would keep one of them and say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from holdfast.checkout import project_file, project_file_of, project_folder
from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.wanted import Wanted
from holdfast.settings.environment import KEY, LOCATION_KEY, SUBSCRIPTION_KEY, load
from holdfast.settings.faults import Faults
from holdfast.settings.resources import NO_SUBSCRIPTION
from holdfast.settings.suggestions import did_you_mean

#: What Pulumi itself writes at the top of a stack file.
TOP_KEYS = ("config", "encryptionsalt", "secretsprovider", "encryptedkey", "environment")


class _Loader(yaml.SafeLoader):
    """SafeLoader with YAML 1.2's core schema in place of 1.1's."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?", list("-+.0123456789")),
    ("merge", r"<<", ["<"]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)


def read_file(
    path: Path | str,
    *,
    project: str | None = None,
    stack: str | None = None,
    subscription: str | None = None,
    location: str | None = None,
) -> Wanted:
    """What the stack file wants.

    What is left out is taken from the file's own name (`Pulumi.<stack>.yaml`), its `azure-native:*` keys, and the
    nearest `Pulumi.yaml` above it or above the working directory. Without any subscription the hash in default names
    is not the real one. Raises `HoldfastError` with every fault.
    """
    path = Path(path)
    name = _shown(path)
    content, lines = _read_yaml(path, name)
    faults = Faults(name, lines)
    config = _config(content, faults)
    project = project or project_of(path)
    if project is None:
        faults.add("project-missing", "name", "of the project is not known", hint="no Pulumi.yaml is above the file")
    known = config.get(SUBSCRIPTION_KEY)
    others = list(faults)
    try:
        wanted = load(
            config.get(KEY),
            project=project or "project",
            stack=stack or stack_of(path),
            file=name,
            subscription=subscription or (str(known) if known is not None else NO_SUBSCRIPTION),
            location=location or config.get(LOCATION_KEY),
            lines=lines,
            folder=project_folder(path),
        )
    except HoldfastError as error:
        raise HoldfastError([*others, *error.faults]) from None
    if others:
        raise HoldfastError(others)
    return wanted


def stack_of(path: Path) -> str:
    """`Pulumi.dev.yaml` -> `dev`."""
    found = re.fullmatch(r"Pulumi\.(.+)\.ya?ml", path.name)
    return found[1] if found else path.stem


def project_of(path: Path) -> str | None:
    """The name in the nearest `Pulumi.yaml` above a stack file, else above the working directory."""
    found = project_file_of(path)
    if found is None:
        return None
    content, _ = _read_yaml(found, _shown(found))
    name = content.get("name") if isinstance(content, dict) else None
    return name if isinstance(name, str) else None


def stack_files(folder: Path) -> list[Path]:
    """The stack files of the project at or above a folder, by its `stackConfigDir`; sorted by name."""
    found = project_file(folder)
    if found is None:
        return []
    content, _ = _read_yaml(found, _shown(found))
    where = content.get("stackConfigDir") if isinstance(content, dict) else None
    return sorted((found.parent / (where if isinstance(where, str) else "")).glob("Pulumi.*.yaml"))


def _config(content: Any, faults: Faults) -> dict[str, Any]:
    if content is None:
        return {}  # an empty file: the environment is missing, and `load` says so
    if not isinstance(content, dict):
        faults.add("settings-wrong-type", "config", "is missing: the file is no map", value=content)
        return {}
    for name in content:
        if name not in TOP_KEYS:
            near = "" if ":" in str(name) else did_you_mean(str(name), TOP_KEYS)
            hint = near or "settings stand under `config:`, further to the right"
            faults.add(
                "settings-unknown-key",
                str(name),
                "is no key of a stack file",
                value=content[name],
                allowed=", ".join(TOP_KEYS),
                hint=hint,
            )
    config = content.get("config")
    if config is None:
        return {}
    if not isinstance(config, dict):
        faults.add("settings-wrong-type", "config", "is no map", value=config, allowed=f"a map with `{KEY}`")
        return {}
    for name in config:
        text = str(name)
        if text != KEY and (text.startswith("holdfast:") or ":" not in text) and not _is_encrypted(config[name]):
            hint = f"did you mean `{KEY}`?"
            faults.add(
                "settings-unknown-key", text, "is no key of the settings", value=config[name], allowed=KEY, hint=hint
            )
    return config


def _is_encrypted(value: Any) -> bool:
    """Whether `pulumi config set --secret` wrote it: what `secureEnv` names stands there beside the settings."""
    return isinstance(value, dict) and set(value) == {"secure"}


def _read_yaml(path: Path, name: str) -> tuple[Any, dict[str, int]]:
    """The content, and the line of every key path under `holdfast:environment` (elsewhere: of the key itself)."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else f"it is no UTF-8 ({error.reason})"
        raise HoldfastError(
            [
                Fault(
                    "stack-file-unreadable",
                    f"{name} can't be read: {why}",
                    (("file", name),),
                    "give a stack file such as stacks/Pulumi.dev.yaml",
                )
            ]
        ) from None
    loader = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            return None, {}
        twice = list(_twice(node, name, set()))
        if twice:
            raise HoldfastError(twice)
        lines = dict(_lines(node, "", set(), set()))
        return loader.construct_document(node), lines
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise HoldfastError([_no_yaml(error, name)]) from None
    finally:
        if loader is not None:
            loader.dispose()


def _no_yaml(error: Exception, name: str) -> Fault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    evidence = [("file", f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name), ("problem", str(problem))]
    where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
    hint = ""
    if mark and mark.buffer:
        line = mark.buffer.splitlines()[mark.line] if mark.line < len(mark.buffer.splitlines()) else ""
        evidence.append(("line", line.strip("\0").strip()))
        if "\t" in line[: mark.column + 1]:
            hint = "YAML is indented with spaces, never with tabs"
    return Fault("stack-file-not-yaml", f"{name} is no YAML{where}", tuple(evidence), hint)


def _twice(node: yaml.Node, name: str, seen: set[int]) -> Iterator[Fault]:
    """Every key that a map has twice. `seen` are nodes done: an alias leads to the same one again."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        first: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                before = first.setdefault(key.value, key)
                if before is not key and key.value != "<<":
                    line, earlier = key.start_mark.line + 1, before.start_mark.line + 1
                    yield Fault(
                        "stack-file-duplicate-key",
                        f"`{key.value}` is written twice in one map (lines {earlier} and {line})",
                        (("file", f"{name}:{line}"), ("key", key.value), ("first", f"{name}:{earlier}")),
                        "join the two, or take one away",
                    )
            yield from _twice(value, name, seen)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _twice(item, name, seen)


def _lines(node: yaml.Node, path: str, seen: set[int], above: set[int]) -> Iterator[tuple[str, int]]:
    """(key path as messages write it, line): paths start anew under `holdfast:environment`.

    `seen` are nodes done, so that aliases cost nothing; `above` those that hold this one: an alias of one of them
    would make a map that holds itself, which nothing behind the reader can walk.
    """
    if id(node) in above:
        raise yaml.composer.ComposerError(None, None, "an alias leads to what it is in", node.start_mark)
    if id(node) in seen:
        return
    seen.add(id(node))
    above = above | {id(node)}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            at = f"{path}.{key.value}" if path else key.value
            yield at, key.start_mark.line + 1
            inner = "" if at in ("config", KEY) else at
            yield from _lines(value, inner, seen, above)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            at = f"{path}[{index}]"
            yield at, item.start_mark.line + 1
            yield from _lines(item, at, seen, above)


def _shown(path: Path) -> str:
    """The path as messages name it: from the working directory where it is below it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
