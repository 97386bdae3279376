"""Check: names, locations, validation."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from holdfast_sandbox.provider import naming
from holdfast_sandbox.provider.values import UNKNOWN

VAULT = "azure-native:keyvault:Vault"
STORAGE = "azure-native:storage:StorageAccount"
PROPERTIES = {"tenantId": "t", "sku": {"family": "A", "name": "standard"}}

APPLY_DEFAULTS = (
    "pulumi-azure-native: provider/pkg/provider/provider.go applyDefaults, getDefaultName, getDefaultLocation"
)
VALIDATE = "pulumi-azure-native: provider/pkg/provider/provider.go validateType, validateProperty"


@pytest.mark.source("pulumi-azure-native: recorded storage-blob 2.76.0 (Check of StorageAccount: seed and name)")
@pytest.mark.parametrize(
    ("seed", "digits"),
    [
        ("qwYTkbjHDCIL3kckwI/ghA5phlupQszHZYGILQmbEbk=", "010c93fe"),
        ("+eIE2a/6VqqsezERQI8+LKjEQLWQHicea3E2EFS5TMU=", "85e76389"),
    ],
)
def test_a_recorded_seed_gives_the_recorded_name(seed: str, digits: str) -> None:
    """The digits of an automatic name follow from the engine's seed as they do in Go."""
    assert naming.unique_hex(base64.b64decode(seed), 8) == digits


def test_without_a_seed_names_differ() -> None:
    """An empty seed means the system's randomness."""
    assert naming.unique_hex(b"", 32) != naming.unique_hex(b"", 32)


@pytest.mark.source("pulumi-azure-native: recorded storage-blob 2.76.0 (Check of StorageAccount)")
def test_a_storage_account_is_checked_as_recorded(provider: Any, azure: Any) -> None:
    """A name from the seed, the group's location, the flag for replacements and the API version are all that Check
    adds.
    """
    azure.say("GET", "/resourceGroups/rgc5b4011e", 200, {"id": "x", "location": "westus2"})
    news = {
        "allowBlobPublicAccess": True,
        "kind": "StorageV2",
        "resourceGroupName": "rgc5b4011e",
        "sku": {"name": "Standard_LRS"},
    }
    seed = base64.b64decode("qwYTkbjHDCIL3kckwI/ghA5phlupQszHZYGILQmbEbk=")
    inputs, failures = provider.check(STORAGE, news, name="store", seed=seed)
    assert failures == []
    assert inputs == {
        **news,
        "accountName": "store010c93fe",
        "location": "westus2",
        "__createBeforeDelete": True,
        "azureApiVersion": "2024-01-01",
    }


@pytest.mark.source(APPLY_DEFAULTS)
def test_nested_resources_copy_the_logical_name(provider: Any) -> None:
    """A resource with a parent in its path is named as in the program, and is not marked as replaceable before
    deletion.
    """
    news = {"resourceGroupName": "rg", "vaultName": "kv-one", "properties": {"value": "v"}}
    inputs, failures = provider.check("azure-native:keyvault:Secret", news, name="password")
    assert failures == []
    assert inputs["secretName"] == "password"
    assert "__createBeforeDelete" not in inputs


@pytest.mark.source(APPLY_DEFAULTS)
def test_role_assignments_are_named_by_a_uuid(provider: Any) -> None:
    """The name of a role assignment is a UUID that the seed decides."""
    news = {"scope": "/subscriptions/s", "principalId": "p", "roleDefinitionId": "r", "principalType": "User"}
    first, failures = provider.check("azure-native:authorization:RoleAssignment", news, seed=b"one")
    again, _ = provider.check("azure-native:authorization:RoleAssignment", news, seed=b"one")
    assert failures == []
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", first["roleAssignmentName"])
    assert first["roleAssignmentName"] == again["roleAssignmentName"]


@pytest.mark.source(APPLY_DEFAULTS)
def test_old_names_and_locations_are_kept(provider: Any, azure: Any) -> None:
    """What the state has wins over a new name or location, so that nothing is recreated."""
    olds = {"vaultName": "kv-old", "location": "westeurope", "__createBeforeDelete": True}
    inputs, _ = provider.check(VAULT, {"resourceGroupName": "rg", "properties": PROPERTIES}, olds)
    assert (inputs["vaultName"], inputs["location"], inputs["__createBeforeDelete"]) == ("kv-old", "westeurope", True)
    assert azure.sent() == []


@pytest.mark.source(APPLY_DEFAULTS)
@pytest.mark.parametrize(("mode", "expected"), [("PROPOSE", "proposed"), ("ENFORCE", "proposed"), ("DISABLE", None)])
def test_the_engines_autonaming_is_followed(provider: Any, mode: str, expected: str | None) -> None:
    """`pulumi:autonaming` decides the name; switched off, a missing name is a failure."""
    options = provider_pb2.CheckRequest.AutonamingOptions
    choice = options(proposed_name="proposed", mode=options.Mode.Value(mode))
    news = {"resourceGroupName": "rg", "location": "westeurope", "properties": PROPERTIES}
    inputs, failures = provider.check(VAULT, news, autonaming=choice)
    assert inputs.get("vaultName") == expected
    assert failures == ([] if expected else ["missing required property 'vaultName'"])


@pytest.mark.source(APPLY_DEFAULTS)
def test_the_configured_location_comes_before_the_groups(provider: Any, azure: Any) -> None:
    """`azure-native:location` answers without a request."""
    provider.configure_for(azure, location="northeurope")
    inputs, _ = provider.check(VAULT, {"resourceGroupName": "rg", "vaultName": "kv-one", "properties": PROPERTIES})
    assert inputs["location"] == "northeurope"
    assert azure.sent() == []


@pytest.mark.source(APPLY_DEFAULTS)
def test_the_location_of_an_unknown_group_is_unknown(provider: Any, azure: Any) -> None:
    """In a preview the group may not exist yet: the location is then decided by the run."""
    inputs, failures = provider.check(
        VAULT, {"resourceGroupName": UNKNOWN, "vaultName": "kv-one", "properties": PROPERTIES}
    )
    assert inputs["location"] is UNKNOWN
    assert failures == []
    assert azure.sent() == []


@pytest.mark.source(APPLY_DEFAULTS)
def test_a_groups_location_is_asked_once(provider: Any, azure: Any) -> None:
    """Twenty resources of a group cost one request for its location."""
    azure.resources["/subscriptions/11111111-2222-4333-8444-555555555555/resourcegroups/rg"] = {"location": "uksouth"}
    for number in range(3):
        inputs, _ = provider.check(
            VAULT, {"resourceGroupName": "rg", "vaultName": f"kv-{number}", "properties": PROPERTIES}
        )
        assert inputs["location"] == "uksouth"
    assert [(seen.method, seen.query["api-version"]) for seen in azure.sent()] == [("GET", "2020-10-01")]


@pytest.mark.source(VALIDATE)
def test_a_location_that_cannot_be_found_is_asked_for(provider: Any) -> None:
    """The message names the command that sets it."""
    _, failures = provider.check(VAULT, {"resourceGroupName": "rg", "vaultName": "kv-one", "properties": PROPERTIES})
    assert failures == [
        "missing required property 'location'. Either set it explicitly or configure it with 'pulumi config set "
        "azure-native:location <value>'."
    ]


@pytest.mark.source(VALIDATE)
@pytest.mark.parametrize(
    ("token", "change", "failure"),
    [
        (VAULT, {"vaultName": "kv_one"}, "'vaultName' does not match expression '^[a-zA-Z0-9-]{3,24}$'"),
        (
            VAULT,
            {"properties": {"sku": {"family": "A", "name": "s"}}},
            "missing required property 'properties.tenantId'",
        ),
        (
            VAULT,
            {"properties": {**PROPERTIES, "sku": {"name": "s"}}},
            "missing required property 'properties.sku.family'",
        ),
        (
            VAULT,
            {"properties": {**PROPERTIES, "accessPolicies": [{"objectId": "o", "permissions": {}}]}},
            "missing required property 'properties.accessPolicies[0].tenantId'",
        ),
        (
            VAULT,
            {"properties": {**PROPERTIES, "softDeleteRetentionInDays": "90"}},
            "'properties.softDeleteRetentionInDays' should be of type 'integer' but got a string",
        ),
        (
            VAULT,
            {"properties": {**PROPERTIES, "softDeleteRetentionInDays": 7.5}},
            "'properties.softDeleteRetentionInDays' must be an integer but got 7.500000",
        ),
        (
            VAULT,
            {"properties": {**PROPERTIES, "publicNetworkAccess": ["enabled"]}},
            "'properties.publicNetworkAccess' should be of type 'string' but got an array",
        ),
        (
            VAULT,
            {"properties": {**PROPERTIES, "publicNetworkAccess": 1}},
            "'properties.publicNetworkAccess' should be of type 'string' but got a number",
        ),
        (STORAGE, {"accountName": "ab"}, "'accountName' is too short (2): at least 3 characters required"),
        (STORAGE, {"accountName": "a" * 25}, "'accountName' is too long (25): at most 24 characters allowed"),
        (
            STORAGE,
            {"immutableStorageWithVersioning": {"immutabilityPolicy": {"immutabilityPeriodSinceCreationInDays": 0}}},
            "'immutableStorageWithVersioning.immutabilityPolicy.immutabilityPeriodSinceCreationInDays' is too low "
            "(0.000000 < 1.000000)",
        ),
    ],
)
def test_what_is_wrong_is_said_in_the_providers_words(
    provider: Any, token: str, change: dict[str, Any], failure: str
) -> None:
    """Each fault of an input has the message that the real provider gives."""
    valid = {
        VAULT: {"vaultName": "kv-one", "properties": PROPERTIES},
        STORAGE: {"accountName": "one", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}},
    }[token]
    _, failures = provider.check(token, {"resourceGroupName": "rg", "location": "l", **valid, **change})
    assert failures == [failure]


@pytest.mark.source(VALIDATE)
def test_unknown_values_are_not_validated(provider: Any) -> None:
    """What a preview does not know yet is no fault."""
    news = {"resourceGroupName": "rg", "location": "l", "vaultName": UNKNOWN, "properties": UNKNOWN}
    assert provider.check(VAULT, news)[1] == []


def test_an_input_that_the_table_does_not_have_is_refused_by_name(provider: Any) -> None:
    """Nothing that a program asks for is dropped silently, at any depth."""
    news = {
        "resourceGroupName": "rg",
        "location": "l",
        "vaultName": "kv-one",
        "colour": "red",
        "properties": {**PROPERTIES, "sku": {"family": "A", "name": "s", "size": 1}},
    }
    _, failures = provider.check(VAULT, news)
    assert len(failures) == 2
    assert "'properties.sku.size' is not an input" in failures[0]
    assert "'colour' is not an input of azure-native:keyvault:Vault" in failures[1]
