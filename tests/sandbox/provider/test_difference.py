"""Diff: what is a change, what replaces, and what is neither?"""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from holdfast_sandbox.provider.values import UNKNOWN

VAULT = "azure-native:keyvault:Vault"
STORAGE = "azure-native:storage:StorageAccount"
GROUP = "azure-native:resources:ResourceGroup"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
POLICIES = "azure-native:keyvault:AccessPolicy"
PROPERTIES = {"tenantId": "t", "sku": {"family": "A", "name": "standard"}}
BASE = {"resourceGroupName": "rg", "vaultName": "kv-one", "location": "westeurope", "properties": PROPERTIES}
SOURCE = "pulumi-azure-native: provider/pkg/provider/diff.go"

NONE = provider_pb2.DiffResponse.DIFF_NONE
SOME = provider_pb2.DiffResponse.DIFF_SOME


def kinds(answer: Any) -> dict[str, str]:
    """Path -> kind of the detailed diff."""
    return {path: provider_pb2.PropertyDiff.Kind.Name(diff.kind) for path, diff in answer.detailedDiff.items()}


@pytest.mark.source(SOURCE)
@pytest.mark.parametrize(
    "change",
    [
        {},
        {"location": "West Europe"},
        {"location": "WESTEUROPE"},
        {"resourceGroupName": "RG"},
        {"__createBeforeDelete": True},
        {"properties": {**PROPERTIES, "accessPolicies": None}},
    ],
)
def test_these_are_no_differences(provider: Any, change: dict[str, Any]) -> None:
    """Letter case of the group, case and spaces of the location, the provider's own marks, and nulls."""
    answer = provider.diff(VAULT, BASE, {**BASE, **change})
    assert answer.changes == NONE
    assert list(answer.replaces) == []


@pytest.mark.source(f"{SOURCE} calculateChangesAndReplacements (a new property at its default)")
def test_a_top_level_property_added_at_its_default_is_no_change(provider: Any) -> None:
    """`publicNetworkAccessForQuery: Enabled` is what Azure does anyway; `Disabled` is a change."""
    token, olds = "azure-native:applicationinsights:Component", {"resourceGroupName": "rg", "resourceName": "ai"}
    quiet = provider.diff(token, olds, {**olds, "publicNetworkAccessForQuery": "Enabled"})
    assert quiet.changes == NONE
    loud = provider.diff(token, olds, {**olds, "publicNetworkAccessForQuery": "Disabled"})
    assert loud.changes == SOME
    assert list(loud.diffs) == ["publicNetworkAccessForQuery"]


@pytest.mark.source(SOURCE)
def test_nested_changes_are_told_by_their_path(provider: Any) -> None:
    """Additions, deletions and updates, each under its own path, in place."""
    olds = {**BASE, "tags": {"a": "1", "b": "2"}}
    news = {
        **BASE,
        "tags": {"a": "2", "c": "3"},
        "properties": {**PROPERTIES, "sku": {"family": "A", "name": "premium"}},
    }
    answer = provider.diff(VAULT, olds, news)
    assert kinds(answer) == {"tags.a": "UPDATE", "tags.b": "DELETE", "tags.c": "ADD", "properties.sku.name": "UPDATE"}
    assert answer.changes == SOME
    assert set(answer.diffs) == {"tags", "properties"}
    assert list(answer.replaces) == []
    assert not answer.deleteBeforeReplace


@pytest.mark.source(f"{SOURCE} diffKeyedArrays; keyvault.json x-ms-identifiers of accessPolicies")
def test_the_order_of_access_policies_is_no_difference(provider: Any) -> None:
    """Entries are told apart by tenant, principal and permissions."""
    one = {"tenantId": "t", "objectId": "1", "permissions": {"secrets": ["get"]}}
    two = {"tenantId": "t", "objectId": "2", "permissions": {"secrets": ["get"]}}

    def inputs(*policies: Any) -> dict[str, Any]:
        return {**BASE, "properties": {**PROPERTIES, "accessPolicies": list(policies)}}

    assert provider.diff(VAULT, inputs(one, two), inputs(two, one)).changes == NONE
    answer = provider.diff(VAULT, inputs(one, two), inputs(two))
    assert kinds(answer) == {"properties.accessPolicies[0]": "DELETE"}
    widened = {**one, "permissions": {"secrets": ["get", "list"]}}
    assert provider.diff(VAULT, inputs(one), inputs(widened)).changes == SOME


@pytest.mark.source(f"{SOURCE} calculateDetailedDiff")
@pytest.mark.parametrize(
    ("token", "olds", "change", "replaces"),
    [
        (VAULT, BASE, {"vaultName": "kv-two"}, ["vaultName"]),
        (VAULT, BASE, {"resourceGroupName": "other"}, ["resourceGroupName"]),
        (VAULT, BASE, {"location": "northeurope"}, []),
        (GROUP, {"resourceGroupName": "rg", "location": "westeurope"}, {"location": "northeurope"}, ["location"]),
        (STORAGE, {"accountName": "one", "location": "westeurope"}, {"location": "northeurope"}, ["location"]),
        (STORAGE, {"accountName": "one"}, {"isHnsEnabled": True}, ["isHnsEnabled"]),
        (STORAGE, {"accountName": "one"}, {"accessTier": "Cool"}, []),
        (ASSIGNMENT, {"scope": "/s", "principalId": "1"}, {"principalId": "2"}, ["principalId"]),
        (ASSIGNMENT, {"scope": "/s", "principalId": "1"}, {"scope": "/t"}, ["scope"]),
        (ASSIGNMENT, {"scope": "/s", "principalId": "1"}, {"description": "x"}, []),
    ],
)
def test_what_cannot_change_in_place_replaces(
    provider: Any, token: str, olds: dict[str, Any], change: dict[str, Any], replaces: list[str]
) -> None:
    """Path parameters and the properties that the real provider lists; a vault's location is an update in place."""
    answer = provider.diff(token, olds, {**olds, **change})
    assert answer.changes == SOME
    assert list(answer.replaces) == replaces
    assert answer.deleteBeforeReplace is bool(replaces)


@pytest.mark.source(f"{SOURCE} calculateChangesAndReplacements (ADD_REPLACE)")
def test_naming_what_azure_has_already_does_not_replace(provider: Any) -> None:
    """A property that replaces may be written down at the value that the state shows."""
    olds = {"resourceGroupName": "rg", "accountName": "one"}
    answer = provider.diff(STORAGE, olds, {**olds, "location": "westeurope"}, {"location": "westeurope"})
    assert list(answer.replaces) == []
    assert kinds(answer) == {"location": "ADD"}


@pytest.mark.source("pulumi-azure-native: provider/pkg/provider/provider.go Diff (deleteBeforeReplace)")
def test_a_randomly_named_resource_is_replaced_before_it_is_deleted(provider: Any) -> None:
    """Its successor has another name, so that both can exist for a while."""
    olds = {**BASE, "__createBeforeDelete": True}
    answer = provider.diff(VAULT, olds, {**olds, "resourceGroupName": "other"})
    assert list(answer.replaces) == ["resourceGroupName"]
    assert not answer.deleteBeforeReplace


@pytest.mark.source("pulumi-azure-native: provider/pkg/resources/customresources/custom_keyvault_accesspolicy.go")
def test_another_principal_replaces_an_access_policy(provider: Any) -> None:
    """The principal is part of the id; permissions change in place."""
    policy = {"tenantId": "t", "objectId": "1", "permissions": {"secrets": ["get"]}}
    olds = {"resourceGroupName": "rg", "vaultName": "kv-one", "policy": policy}
    answer = provider.diff(POLICIES, olds, {**olds, "policy": {**policy, "objectId": "2"}})
    assert list(answer.replaces) == ["policy.objectId"]
    answer = provider.diff(POLICIES, olds, {**olds, "policy": {**policy, "permissions": {"secrets": ["list"]}}})
    assert list(answer.replaces) == []
    assert answer.changes == SOME


@pytest.mark.source(SOURCE)
def test_what_is_not_known_yet_counts_as_a_change(provider: Any) -> None:
    """A preview shows what may change."""
    answer = provider.diff(VAULT, {**BASE, "tags": {"a": "1"}}, {**BASE, "tags": {"a": UNKNOWN}})
    assert kinds(answer) == {"tags.a": "UPDATE"}


@pytest.mark.source("pulumi-azure-native: provider/pkg/provider/provider.go Diff (migration from 2.x)")
def test_a_state_of_2x_at_the_same_api_version_has_no_difference(provider: Any) -> None:
    """3.x adds the input `azureApiVersion`; the old state's output says what it was."""
    news = {**BASE, "azureApiVersion": "2024-11-01"}
    assert provider.diff(VAULT, BASE, news, {"azureApiVersion": "2024-11-01"}).changes == NONE
    answer = provider.diff(VAULT, BASE, news, {"azureApiVersion": "2023-02-01"})
    assert kinds(answer) == {"azureApiVersion": "UPDATE"}
    assert not answer.detailedDiff["azureApiVersion"].inputDiff


@pytest.mark.source(f"{SOURCE} sameManagedClusterSku (pulumi-azure-native#2600)")
def test_a_cluster_skus_old_and_new_names_are_one(provider: Any) -> None:
    """Basic/Paid and Base/Standard are the same SKU; one name alone is not."""
    olds = {**BASE, "sku": {"name": "Basic", "tier": "Paid"}}
    assert provider.diff(STORAGE, olds, {**BASE, "sku": {"name": "Base", "tier": "Standard"}}).changes == NONE
    assert provider.diff(STORAGE, olds, {**BASE, "sku": {"name": "Base", "tier": "Free"}}).changes == SOME


def test_true_is_not_one(provider: Any) -> None:
    """A boolean and a number are different values, also in Python."""
    answer = provider.diff(
        STORAGE,
        {"accountName": "one", "allowBlobPublicAccess": True},
        {"accountName": "one", "allowBlobPublicAccess": 1},
    )
    assert kinds(answer) == {"allowBlobPublicAccess": "UPDATE"}
