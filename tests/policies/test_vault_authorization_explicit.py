"""`vault-authorization-explicit`: a vault says which permission model it has."""

from __future__ import annotations

from typing import Any

import pytest
from policies.rules import vault_authorization_explicit as rule
from pulumi_policy.proxy import UNKNOWN_BOOLEAN_VALUE, UNKNOWN_OBJECT_VALUE, UnknownValueError


@pytest.mark.parametrize("value", [True, False])
def test_a_vault_that_says_either_passes(judge: Any, value: bool) -> None:
    """The rule is about saying it, not about which model is said."""
    assert judge(rule, {"properties": {"enableRbacAuthorization": value}}) == []


@pytest.mark.parametrize("props", [{"properties": {"sku": {}}}, {}], ids=["not among the properties", "no properties"])
def test_a_silent_vault_fails(judge: Any, props: dict[str, Any]) -> None:
    """Its model would follow the default of the API version."""
    (said,) = judge(rule, props)
    assert "enableRbacAuthorization" in said


def test_a_value_that_is_unknown_at_preview_passes(judge: Any) -> None:
    """It is written, which is all that is asked; what it will be does not matter."""
    assert judge(rule, {"properties": {"enableRbacAuthorization": UNKNOWN_BOOLEAN_VALUE}}) == []


def test_properties_that_are_unknown_at_preview_are_left_to_the_update(judge: Any) -> None:
    """Whether it is written can't be told yet."""
    with pytest.raises(UnknownValueError):
        judge(rule, {"properties": UNKNOWN_OBJECT_VALUE})


def test_other_resources_are_not_judged(judge: Any) -> None:
    """Only vaults have a permission model of this sort."""
    assert judge(rule, {}, resource_type="azure-native:storage:StorageAccount") == []
