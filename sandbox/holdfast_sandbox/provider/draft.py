"""`python -m holdfast_sandbox.provider.draft azure-native:containerservice:ManagedCluster`: how does a new table
begin?

Prints what the installed SDK's classes know of a resource type, in the grammar of `schema`: names, types, what is
required, read-only, write-only, defaults, API version, and the objects. What no SDK class tells has to come from the
specification: the path, which properties lie under `properties` (all are printed as `root`), names of the wire,
patterns and limits, `replace`, `sub`, long-running operations. The table's test then compares it with the same
classes.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path

_BASIC = {"str": "str", "int": "int", "float": "num", "bool": "bool", "Any": "any"}


class _Sdk:
    """One service's module of `pulumi_azure_native`, read as text: importing it takes seconds."""

    def __init__(self, service: str) -> None:
        found = importlib.util.find_spec("pulumi_azure_native")
        if found is None or found.origin is None:
            raise SystemExit("pulumi-azure-native is not installed")
        self.folder = Path(found.origin).parent / service
        self._parsed: dict[str, dict[str, ast.ClassDef]] = {}
        if not self.folder.is_dir():
            raise SystemExit(f"the SDK has no module {service}")
        self.enums = set(self.classes("_enums.py"))

    def classes(self, file: str) -> dict[str, ast.ClassDef]:
        """The classes of one file of the service."""
        if file not in self._parsed:
            path = self.folder / file
            tree = ast.parse(path.read_text()) if path.exists() else ast.Module(body=[], type_ignores=[])
            self._parsed[file] = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
        return self._parsed[file]

    def properties(self, file: str, name: str) -> dict[str, str]:
        """Pulumi's name -> the annotation of its getter."""
        return dict(_getters(self.classes(file)[name]))

    def defaults(self, file: str, name: str) -> dict[str, str]:
        """Python's name -> default, as the constructor fills it in."""
        source = ast.unparse(self.classes(file)[name])
        return dict(re.findall(r"if (\w+) is None:\n\s+\1 = (.+)", source))


def _getters(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for member in node.body:
        if isinstance(member, ast.FunctionDef) and member.returns is not None:
            for decorator in member.decorator_list:
                text = ast.unparse(decorator)
                match = re.fullmatch(r"pulumi\.getter(?:\(name='(\w+)'\))?", text)
                if match:
                    yield match[1] or member.name, ast.unparse(member.returns)


def _kind(node: ast.expr, enums: set[str]) -> str:
    """An annotation in the grammar of tables; `Args` and `Response` are left off the names of objects."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _kind(ast.parse(node.value, mode="eval").body, enums)
    if isinstance(node, ast.Attribute | ast.Name):
        name = node.attr if isinstance(node, ast.Attribute) else node.id
        if name in enums:
            return "str"
        return _BASIC.get(name, re.sub("(Args|ArgsDict|Response)$", "", name))
    if isinstance(node, ast.Subscript):
        head = _kind(node.value, enums)
        if head in ("Input", "Output", "Optional"):
            return _kind(node.slice, enums)
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if head == "Sequence":
            return f"[{_kind(inner[0], enums)}]"
        if head == "Mapping":
            return f"{{{_kind(inner[1], enums)}}}"
        if head == "Union":
            kinds = list(dict.fromkeys(_kind(one, enums) for one in inner))
            return "str" if "str" in kinds else "|".join(kinds)
    raise ValueError(f"an annotation that this tool does not know: {ast.unparse(node)}")


def _line(name: str, given: str | None, shown: str | None, default: str | None, enums: set[str]) -> str:
    annotation = given or shown or ""
    kind = _kind(ast.parse(annotation, mode="eval").body, enums)
    if given and shown and kind == "[str]" and "Mapping[" in shown and "Response" in shown:
        kind = f"ids:{_kind(ast.parse(shown, mode='eval').body, enums).strip('{}')}"
    words = [kind]
    if given is None:
        words.append("readonly")
    elif "Optional[" not in given:
        words.append("required")
    if shown is None:
        words.append("writeonly")
    if default is not None:
        value = {"True": "true", "False": "false"}.get(default, default.strip("'\"").replace(" ", r"\u0020"))
        words.append(f'default="{value}"' if default.startswith(("'", '"')) else f"default={value}")
    text = " ".join(words)
    if "\\" in text:
        return f"r'{text}'"
    return f"'{text}'" if '"' in text else f'"{text}"'


def _table(given: dict[str, str], shown: dict[str, str], defaults: dict[str, str], enums: set[str], indent: str) -> str:
    lines = []
    for name in sorted({*given, *shown}):
        python = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        line = _line(name, given.get(name), shown.get(name), defaults.get(python), enums)
        lines.append(f'{indent}"{name}": {line},')
    return "\n".join(lines)


def draft(token: str) -> str:
    """The beginning of a table for a resource type; SystemExit when the SDK does not have it."""
    _, service, name = token.split(":")
    sdk = _Sdk(service)
    file = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() + ".py"
    if not (sdk.folder / file).exists():
        raise SystemExit(f"the SDK has no {token}")
    arguments = next(one for one in (f"{name}Args", f"{name}InitArgs") if one in sdk.classes(file))
    given, shown = sdk.properties(file, arguments), sdk.properties(file, name)
    shown.pop("azureApiVersion", None)
    version = re.search(r"Uses Azure REST API version ([\w-]+)\.", (sdk.folder / file).read_text())
    out = [
        f'ResourceType(\n    "{token}",\n    path="TODO: from the specification",',
        f'    api_version="{version[1] if version else "TODO"}",\n    root={{',
        _table(given, shown, sdk.defaults(file, arguments), sdk.enums, " " * 8),
        "    },\n    objects={",
    ]
    inputs, outputs = sdk.classes("_inputs.py"), sdk.classes("outputs.py")
    waiting = sorted(_objects({**given, **{f"out {key}": value for key, value in shown.items()}}))
    done: set[str] = set()
    while waiting:
        one = waiting.pop(0)
        if one in done:
            continue
        done.add(one)
        ours = sdk.properties("_inputs.py", f"{one}Args") if f"{one}Args" in inputs else {}
        theirs = sdk.properties("outputs.py", f"{one}Response") if f"{one}Response" in outputs else dict(ours)
        defaults = sdk.defaults("_inputs.py", f"{one}Args") if ours else {}
        out += [f'        "{one}": {{', _table(ours, theirs, defaults, sdk.enums, " " * 12), "        },"]
        waiting += sorted(_objects({**ours, **{f"out {key}": value for key, value in theirs.items()}}) - done)
    return "\n".join([*out, "    },", ")"])


def _objects(properties: dict[str, str]) -> set[str]:
    names = {name for text in properties.values() for name in re.findall(r"'(?:outputs\.)?(\w+)'", text)}
    return {re.sub("(Args|Response)$", "", name) for name in names if name.endswith(("Args", "Response"))}


if __name__ == "__main__":
    print("\n".join(draft(token) for token in sys.argv[1:]))
