"""`service-returns-errors`: demanded of production, by what the program says of a service's script."""

from __future__ import annotations

from typing import Any

import pytest
from policies.rules import service_returns_errors as rule
from policies.rules.production import PRODUCTION
from policies.rules.service_returns_errors import IMAGE_TYPE
from pulumi_policy import EnforcementLevel

from holdfast.ops.doctor import collect

BAD = {"name": "wine", "returnedErrors": ["code/score.py:12", "code/score.py:20"]}


@pytest.mark.parametrize(("stack", "fails"), [("prod", True), ("production", True), ("dev", False), ("sandbox", False)])
def test_only_production_is_judged(judge: Any, stack: str, fails: bool) -> None:
    """While a script is written, the text of an exception helps."""
    said = judge(rule, BAD, resource_type=IMAGE_TYPE, stack=stack)
    assert bool(said) is fails
    assert not said or "(code/score.py:12, code/score.py:20)" in said[0]
    assert rule.enforcement_level is EnforcementLevel.MANDATORY


def test_which_stacks_are_production_is_a_setting(judge: Any) -> None:
    """As for the other rules; the doctor takes the same ones for it where nothing is said."""
    config = {"stacks": ["live"]}
    assert judge(rule, BAD, resource_type=IMAGE_TYPE, stack="live", config=config)
    assert judge(rule, BAD, resource_type=IMAGE_TYPE, stack="prod", config=config) == []
    assert PRODUCTION == collect.PRODUCTION


@pytest.mark.parametrize(
    ("resource_type", "props"),
    [(IMAGE_TYPE, {"name": "wine"}), (IMAGE_TYPE, {"returnedErrors": []}), ("azure-native:keyvault:Vault", BAD)],
)
def test_a_script_that_keeps_them_and_other_resources_pass(judge: Any, resource_type: str, props: Any) -> None:
    """An input that is left out is none."""
    assert judge(rule, props, resource_type=resource_type, stack="prod") == []
