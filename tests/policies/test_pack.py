"""The pack as a whole: its page, its names, and what it imports."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

from policies.catalogue import PAGE, render
from policies.rules import RULES

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_the_rules_say() -> None:
    """docs/policies.md is generated, and has one entry a rule."""
    page = render()[PAGE]
    assert (ROOT / PAGE).read_text(encoding="utf-8") == page
    assert re.findall(r"^## `(.*)`$", page, re.MULTILINE) == [rule.name for rule in RULES]


def test_every_rule_has_a_file_and_a_test() -> None:
    """`vault-x` is in rules/vault_x.py and tested in test_vault_x.py; the advice belongs to what it advises."""
    for rule in RULES:
        module = rule.name.removesuffix("-advice").replace("-", "_")
        assert (ROOT / "policies" / "rules" / f"{module}.py").is_file()
        assert (ROOT / "tests" / "policies" / f"test_{module}.py").is_file()


def test_the_pack_needs_pulumi_policy_alone() -> None:
    """It runs without the package whose program it judges: no file of it imports anything else."""
    allowed = {"pulumi_policy", "policies", "rules", "__future__"} | set(sys.stdlib_module_names)
    for path in (ROOT / "policies").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            assert {name.partition(".")[0] for name in names} <= allowed, path
