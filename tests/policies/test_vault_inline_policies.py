"""`vault-inline-policies`: no list of access policies inside a vault, no resource for a single one."""

from __future__ import annotations

from typing import Any

import pytest
from policies.rules import vault_inline_policies as rule
from pulumi_policy.proxy import UNKNOWN_ARRAY_VALUE, UNKNOWN_STRING_VALUE, UnknownValueError

ENTRY = {"objectId": "c1c1c1c1-0000-4000-8000-000000000001", "permissions": {"secrets": ["get"]}}


def vault(*entries: Any) -> dict[str, Any]:
    return {"resourceGroupName": "rg", "properties": {"accessPolicies": list(entries)}, "tags": {}}


@pytest.mark.parametrize("props", [vault(), {"properties": {}}, {}], ids=["empty list", "no list", "no properties"])
def test_a_vault_without_entries_passes(judge: Any, props: dict[str, Any]) -> None:
    """An empty or absent list takes nothing away from anyone when the vault is made."""
    assert judge(rule, props) == []


@pytest.mark.parametrize(
    "token",
    [
        "azure-native:keyvault:Vault",
        "azure-native:keyvault/v20230701:Vault",
        "azure-native_keyvault_v20230701:keyvault:Vault",
    ],
)
def test_a_vault_with_entries_fails_under_every_token(judge: Any, token: str) -> None:
    """An API version in the token is no way around the rule, and the message tells the number of entries."""
    (said,) = judge(rule, vault(ENTRY, ENTRY), resource_type=token)
    assert "list of access policies (2)" in said


def test_an_access_policy_resource_fails(judge: Any) -> None:
    """azure-native's `AccessPolicy` narrows on update and takes away on delete, so there is none that passes."""
    (said,) = judge(rule, {"policy": ENTRY}, resource_type="azure-native:keyvault:AccessPolicy")
    assert "vault.grants" in said


def test_ignoring_only_the_list_still_fails(judge: Any) -> None:
    """With the list alone ignored, a change of anything else sends the stale list."""
    assert judge(rule, vault(ENTRY), ignore=("properties.accessPolicies",))


@pytest.mark.parametrize("ignore", [("*",), ("location", "properties", "resourceGroupName", "tags", "vaultName")])
def test_an_adopted_vault_that_never_changes_passes(judge: Any, ignore: tuple[str, ...]) -> None:
    """An import leaves the entries that it found in the inputs; with every input ignored they are never sent."""
    assert judge(rule, vault(ENTRY), ignore=ignore) == []


def test_an_entry_that_is_unknown_at_preview_counts(judge: Any) -> None:
    """A list with an entry whose principal is made in the same run is not empty, and fails in the preview already."""
    assert judge(rule, vault({"objectId": UNKNOWN_STRING_VALUE}))


def test_a_list_that_is_unknown_at_preview_is_left_to_the_update(judge: Any) -> None:
    """The rule neither passes nor fails what can't be known: the engine says that it could not run it yet."""
    with pytest.raises(UnknownValueError):
        judge(rule, {"properties": {"accessPolicies": UNKNOWN_ARRAY_VALUE}})


def test_other_resources_are_not_judged(judge: Any) -> None:
    """A managed HSM is no vault, and a property of that name elsewhere is nobody's access policy."""
    assert judge(rule, vault(ENTRY), resource_type="azure-native:keyvault:ManagedHsm") == []
