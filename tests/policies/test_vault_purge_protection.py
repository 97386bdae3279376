"""`vault-purge-protection`: demanded of production, advised elsewhere, on new vaults and on `VaultSettings`."""

from __future__ import annotations

from typing import Any

import pytest
from policies.rules import vault_purge_protection as demand
from policies.rules import vault_purge_protection_advice as advise
from policies.rules.resources import SETTINGS_TYPE
from pulumi_policy import EnforcementLevel
from pulumi_policy.proxy import UNKNOWN_BOOLEAN_VALUE, UnknownValueError

ON = {"properties": {"enablePurgeProtection": True}}
OFF: list[dict[str, Any]] = [{"properties": {"enablePurgeProtection": False}}, {"properties": {}}, {}]


def test_the_two_differ_in_their_level() -> None:
    """A policy has one level, so the demand ends a run and the advice is shown."""
    assert (demand.enforcement_level, advise.enforcement_level) == (
        EnforcementLevel.MANDATORY,
        EnforcementLevel.ADVISORY,
    )


@pytest.mark.parametrize("rule", [demand, advise])
@pytest.mark.parametrize("stack", ["prod", "dev"])
def test_a_protected_vault_passes_both_everywhere(judge: Any, rule: Any, stack: str) -> None:
    """Protection is right in every stack."""
    assert judge(rule, ON, stack=stack) == []


@pytest.mark.parametrize("props", OFF)
@pytest.mark.parametrize(("stack", "demanded"), [("prod", True), ("production", True), ("dev", False)])
def test_an_unprotected_vault_fails_just_one_of_them(
    judge: Any, props: dict[str, Any], stack: str, demanded: bool
) -> None:
    """In production the demand fails, elsewhere the advice; never both, so nothing is said twice."""
    assert bool(judge(demand, props, stack=stack)) is demanded
    assert bool(judge(advise, props, stack=stack)) is not demanded


def test_which_stacks_are_production_is_a_setting(judge: Any) -> None:
    """`stacks` takes the place of the default, so that `prod` can be an ordinary stack."""
    config = {"stacks": ["live"]}
    assert judge(demand, {}, stack="live", config=config)
    assert judge(demand, {}, stack="prod", config=config) == []


@pytest.mark.parametrize(
    ("wanted", "fails"),
    [({"enablePurgeProtection": True}, False), ({"publicNetworkAccess": "Disabled"}, True), ({}, True)],
)
def test_the_settings_of_a_vault_that_exists_are_judged(judge: Any, wanted: dict[str, Any], fails: bool) -> None:
    """`VaultSettings` tells how a vault is to be once it exists; the rule reads its `wanted`."""
    props = {"vaultId": "/subscriptions/x", "wanted": wanted, "changes": {}}
    assert bool(judge(demand, props, resource_type=SETTINGS_TYPE, stack="prod")) is fails


def test_how_a_frozen_vault_was_made_is_not_judged(judge: Any) -> None:
    """A vault that was made without protection and got it since keeps its first inputs: its settings count."""
    assert judge(demand, OFF[0], stack="prod", ignore=("location", "properties", "tags")) == []


@pytest.mark.parametrize(
    ("props", "resource_type"),
    [
        ({"properties": {"enablePurgeProtection": UNKNOWN_BOOLEAN_VALUE}}, "azure-native:keyvault:Vault"),
        ({"wanted": {"enablePurgeProtection": UNKNOWN_BOOLEAN_VALUE}}, SETTINGS_TYPE),
    ],
)
def test_a_value_that_is_unknown_at_preview_is_left_to_the_update(
    judge: Any, props: dict[str, Any], resource_type: str
) -> None:
    """The rule neither passes nor fails it: the engine says that it could not run it yet."""
    with pytest.raises(UnknownValueError):
        judge(demand, props, resource_type=resource_type, stack="prod")
