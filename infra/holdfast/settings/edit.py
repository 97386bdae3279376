"""How does a command change a key of a stack file, and nothing else of it? By the place where YAML's reader found it.

A file that a person wrote keeps its remarks, its order and its quotes: the text is cut at the marks of the parsed nodes
and put together again. What was written is then read, and has to be what was there with that one change.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import yaml

from holdfast.model.sizing import Scale
from holdfast.settings.environment import KEY


class CannotEditError(ValueError):
    """The file is not written in a way that can be changed in place; the text says why."""


def with_autoscale(text: str, service: str, scale: Scale) -> str:
    """The stack file with that `autoscale` of the service. Raises CannotEditError."""
    wanted = {"min": scale.min, "max": scale.max, "target": scale.target}
    item = _service(yaml.compose(text, Loader=yaml.SafeLoader), service)
    if _value(item, "replicas") is not None:
        raise CannotEditError(f"service `{service}` has `replicas`, a fixed number, which `autoscale` would contradict")
    there = _value(item, "autoscale")
    if there is None:
        edited = _inserted(text, item, "target", f"autoscale: {_flow(wanted)}")
    elif isinstance(there, yaml.MappingNode):
        edited = text
        for name, value in wanted.items():
            edited = _with_number(edited, service, name, value)
    else:
        edited = text[: there.start_mark.index] + _flow(wanted) + text[there.end_mark.index :]
    if yaml.safe_load(edited) != _expected(yaml.safe_load(text), service, wanted):
        raise CannotEditError("what would be written is not that change alone (an anchor, perhaps)")
    return edited


def _with_number(text: str, service: str, name: str, value: int) -> str:
    """The text with that number in the service's `autoscale`, which is a map."""
    scale = _value(_service(yaml.compose(text, Loader=yaml.SafeLoader), service), "autoscale")
    assert isinstance(scale, yaml.MappingNode)
    there = _value(scale, name)
    if there is not None:
        return text[: there.start_mark.index] + str(value) + text[there.end_mark.index :]
    if not scale.value:
        return text[: scale.start_mark.index] + f"{{{name}: {value}}}" + text[scale.end_mark.index :]
    last = scale.value[-1][0].value
    return _inserted(text, scale, str(last), f"{name}: {value}")


def _inserted(text: str, into: yaml.MappingNode, behind: str, entry: str) -> str:
    """The text with another entry of a map, behind the one of that key, whose value is in one line."""
    key, value = next((key, value) for key, value in into.value if key.value == behind)
    if into.flow_style:
        return text[: value.end_mark.index] + f", {entry}" + text[value.end_mark.index :]
    if not isinstance(value, yaml.ScalarNode) or value.end_mark.line != key.start_mark.line:
        raise CannotEditError(f"`{behind}` is written over several lines (line {key.start_mark.line + 1})")
    end = text.find("\n", value.end_mark.index)
    line = f"{' ' * key.start_mark.column}{entry}"
    return f"{text}\n{line}\n" if end < 0 else f"{text[: end + 1]}{line}\n{text[end + 1 :]}"


def _service(root: yaml.Node | None, service: str) -> yaml.MappingNode:
    node = root
    for name in ("config", KEY, "services"):
        node = _value(node, name)
    for item in node.value if isinstance(node, yaml.SequenceNode) else ():
        named = _value(item, "name")
        if isinstance(item, yaml.MappingNode) and isinstance(named, yaml.ScalarNode) and named.value == service:
            return item
    raise CannotEditError(f"no item of `services` has `name: {service}`")


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _expected(content: Any, service: str, wanted: dict[str, int]) -> Any:
    """What the file is to hold. Without the aliases of the reader: two places that share a map are two places."""
    content = deepcopy(content)
    services = [dict(one) for one in content["config"][KEY]["services"]]
    for one in services:
        if one.get("name") == service:
            one["autoscale"] = {**(one.get("autoscale") or {}), **wanted}
    content["config"][KEY] = {**content["config"][KEY], "services": services}
    return content


def _flow(values: dict[str, int]) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in values.items()) + "}"
