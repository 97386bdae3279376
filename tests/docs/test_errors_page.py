"""Is every id that a person can meet on docs/errors.md, and nothing else? Read out of the code's syntax tree, not its
text, so that an id in a comment does not count and one behind a line break does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/errors.md"

#: What takes an id, and at which position.
FAULTS = {"Fault": 0, "Bad": 0, "_failed": 0, "_refusal": 0, "faults.add": 0, "Items": 2, "Choice": 2}
NOTES = {"Note": 0}
SANDBOX = {"SandboxError": 0}

#: Arguments that only hand on an id which another place of the code writes out.
PASSED_ON = {"fault", "bad.fault", "error_id", "id", "error.id", "said['id']", "spec.fault"}


def _ids(package: str, takers: dict[str, int]) -> Iterator[tuple[str, str]]:
    """(id, where). A kind in an f-string becomes `<kind>`, as the page writes it."""
    for path in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            position = takers.get(ast.unparse(node.func))
            if position is None:
                continue
            named = {keyword.arg: keyword.value for keyword in node.keywords}
            argument = node.args[position] if len(node.args) > position else named.get("id", named.get("fault"))
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            if argument is not None and ast.unparse(argument) not in PASSED_ON:
                yield _read(argument, where), where


def _read(argument: ast.expr, where: str) -> str:
    if isinstance(argument, ast.Constant):
        return str(argument.value)
    if isinstance(argument, ast.JoinedStr):
        parts = []
        for part in argument.values:
            if isinstance(part, ast.FormattedValue):
                assert ast.unparse(part.value) in ("kind", "resource.kind"), f"{where}: an id of {ast.unparse(part)}"
                parts.append("<kind>")
            else:
                assert isinstance(part, ast.Constant)
                parts.append(str(part.value))
        return "".join(parts)
    raise AssertionError(f"{where}: an id that is neither written out nor made of a kind: {ast.unparse(argument)}")


def _defaults(package: str) -> Iterator[tuple[str, str]]:
    """The ids that stand as the value of a class's `fault` or `id`."""
    for path in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for line in node.body if isinstance(node, ast.ClassDef) else ():
                match line:
                    case ast.AnnAssign(target=ast.Name(id="fault" | "id"), value=ast.Constant(value=str(id))):
                        yield id, f"{path.relative_to(ROOT)}:{line.lineno}"
                    case ast.Assign(targets=[ast.Name(id="fault" | "id")], value=ast.Constant(value=str(id))):
                        yield id, f"{path.relative_to(ROOT)}:{line.lineno}"


def _section(title: str) -> set[str]:
    """The ids in the first column of the tables under a heading of the second level."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"docs/errors.md has no section `{title}`"
    ids: list[str] = re.findall(r"^\| `([^`]+)` \|", found[1], re.MULTILINE)
    assert len(ids) == len(set(ids)), f"an id stands twice under `{title}`"
    return set(ids)


CASES = [
    ("Errors", [*_ids("infra/holdfast", FAULTS), *_defaults("infra/holdfast/settings")]),
    ("Notes", list(_ids("infra/holdfast", NOTES))),
    ("The sandbox's and the engine's errors", [*_ids("sandbox", SANDBOX), *_defaults("sandbox")]),
]


@pytest.mark.parametrize(("section", "found"), CASES, ids=["errors", "notes", "sandbox"])
def test_the_page_lists_just_the_ids_of_the_code(section: str, found: list[tuple[str, str]]) -> None:
    """An id that the code can say is on the page, and one on the page can be said by the code."""
    code, page = dict(found), _section(section)
    assert not {id: code[id] for id in code.keys() - page}, "not on docs/errors.md"
    assert not page - code.keys(), "on docs/errors.md, and nowhere in the code"


@pytest.mark.parametrize("found", [found for _, found in CASES], ids=["errors", "notes", "sandbox"])
def test_ids_are_kebab_case(found: list[tuple[str, str]]) -> None:
    """An id is lower-case words with hyphens: it is typed into a search box."""
    assert found
    assert not [
        (id, where) for id, where in found if not re.fullmatch(r"[a-z]+(-[a-z]+)*", id.replace("<kind>", "kind"))
    ]


def test_every_row_says_what_to_do() -> None:
    """A row has an id, what it means and what to do, and none of the three is empty."""
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert rows
    assert not [row for row in rows if len([cell for cell in row.strip("|").split("|") if cell.strip()]) != 3]
