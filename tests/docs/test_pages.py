"""Do the pages that are written by hand still say what the code says?"""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

from holdfast.model.kinds import KINDS
from holdfast.model.roles import KEY_VAULT_ROLES

DECISIONS = ("Create", "Keep", "Adopt", "Recover", "Refer", "Refuse")


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[=<>\[; ]", requirement)[0] for requirement in requirements}


def _rows(text: str, heading: str) -> list[str]:
    section = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, heading
    return re.findall(r"^\| `([^`]+)` \|", section[1], re.MULTILINE)


def test_every_direct_dependency_has_its_reason(root: Path) -> None:
    """docs/dependencies.md has one row for each direct dependency, under the part that needs it, and no other."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    text = (root / "docs/dependencies.md").read_text(encoding="utf-8")
    parts = {
        "The `holdfast` command": project["project"]["dependencies"],
        "The program (extra `program`)": extras["program"],
        "Containers on this machine (extra `docker`)": extras["docker"],
        "Pictures (extra `plot`)": extras["plot"],
        "The sandbox (extra `sandbox`)": extras["sandbox"],
        "Development (group `dev`)": project["dependency-groups"]["dev"],
    }
    for heading, requirements in parts.items():
        rows = _rows(text, heading)
        assert len(rows) == len(set(rows)), heading
        assert set(rows) == _names(requirements), heading


def test_no_other_part_has_dependencies(root: Path) -> None:
    """An extra or a group that is added gets its table on the page."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project["project"]["optional-dependencies"]) == {"docker", "plot", "program", "sandbox"}
    assert set(project["dependency-groups"]) == {"dev"}


def test_every_reason_of_a_decision_is_in_the_table(root: Path) -> None:
    """Each reason that `decide` gives for a decision is named in docs/architecture.md."""
    page = (root / "docs/architecture.md").read_text(encoding="utf-8")
    reasons = set()
    for path in sorted((root / "infra/holdfast/decide").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in DECISIONS:
                reasons |= set(_texts(node.args[0]))
    assert len(reasons) > 10
    assert not {reason for reason in reasons if f"`{reason}`" not in page}


def _texts(argument: ast.expr) -> list[str]:
    """The texts that an argument can be: itself, either side of a condition, or one with a kind in it."""
    if isinstance(argument, ast.IfExp):
        return _texts(argument.body) + _texts(argument.orelse)
    if isinstance(argument, ast.JoinedStr):
        return ["".join(str(part.value) if isinstance(part, ast.Constant) else "<kind>" for part in argument.values)]
    return [str(argument.value)] if isinstance(argument, ast.Constant) else []


def test_every_type_has_its_rights(root: Path) -> None:
    """docs/permissions.md names the right to read and the right to write of every type that is managed."""
    page = (root / "docs/permissions.md").read_text(encoding="utf-8")
    for facts in KINDS.values():
        name = facts.arm_type.replace("Microsoft.Resources/", "Microsoft.Resources/subscriptions/")
        for verb in ("read", "write"):
            assert f"`{name}/{verb}`" in page
        # What is retained is deleted under `retain: false` alone, so nobody else need be given the right to.
        rows = [row for row in page.splitlines() if f"`{name}/delete`" in row]
        assert rows
        assert all(row.startswith("| `retain: false`") for row in rows) is facts.retained


def test_roles_of_the_pages_exist(pages: dict[Path, str]) -> None:
    """A Key Vault role that a page names in italics is a built-in one."""
    named = {name for text in pages.values() for name in re.findall(r"\*(Key Vault [A-Z][A-Za-z ]+)\*", text)}
    assert named
    assert named <= set(KEY_VAULT_ROLES)


def _returned(root: Path, function: str) -> set[str]:
    """The texts that a function of the receipt's module can give back."""
    tree = ast.parse((root / "infra/holdfast/verify/receipt.py").read_text(encoding="utf-8"))
    found = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function)
    returns = [node.value for node in ast.walk(found) if isinstance(node, ast.Return)]
    return {text for value in returns if value is not None for text in _texts(value)}


def test_every_state_of_a_row_is_explained(root: Path) -> None:
    """docs/receipt.md names each state that a principal's row can have, and whose it can be."""
    page = (root / "docs/receipt.md").read_text(encoding="utf-8")
    states = _returned(root, "_state")
    assert {"kept", "put-back", "still-lost"} <= states
    assert not {state for state in states if f"\n| `{state}` |" not in page}
    whose = _returned(root, "__call__")
    assert {"ours", "theirs", "workspace"} <= whose
    assert not {word for word in whose if f"`{word}`" not in page}


def test_the_readme_shows_the_story_as_it_is_told(root: Path) -> None:
    """The steps that README shows of `make up` are those of the story, in their order."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- make-up-output -->(.*?)<!-- /make-up-output -->", readme, re.DOTALL)
    assert block
    shown = re.findall(r"^\s+\d+\. ok\s+(.*?)\s{2,}", block[1], re.MULTILINE)
    tree = ast.parse((root / "sandbox/holdfast_sandbox/rehearsal/story.py").read_text(encoding="utf-8"))
    steps = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "steps")
    yields = sorted((node for node in ast.walk(steps) if isinstance(node, ast.Yield)), key=lambda node: node.lineno)
    told = [ast.literal_eval(node.value.elts[0]) for node in yields if isinstance(node.value, ast.Tuple)]
    assert shown == told


def test_the_licence_is_the_one_that_is_declared(root: Path) -> None:
    """LICENSE is the whole text of the licence that the package declares."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    text = (root / "LICENSE").read_text(encoding="utf-8")
    assert project["project"]["license"] == "Apache-2.0"
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
