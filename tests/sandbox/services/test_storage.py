"""Do storage accounts behave, for azure-mgmt-storage and for raw requests?"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.storage import StorageManagementClient

VERSION = "2024-01-01"
PLAIN = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}


def account_id(sandbox, group: str, name: str) -> str:
    return f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts/{name}"


def make(sandbox, group: str, name: str, **more):
    """An account, created and settled; what a GET answers then."""
    path = account_id(sandbox, group, name)
    answer = sandbox.request("PUT", path, VERSION, {**PLAIN, **more})
    assert answer.status_code == 202, answer.text
    return sandbox.settled(answer, VERSION).json()


def error(answer) -> tuple[int, str, str]:
    body = answer.json()["error"]
    return answer.status_code, body["code"], body["message"]


@pytest.mark.source("learn.microsoft.com/rest/api/storagerp/storage-accounts")
def test_an_account_lives_its_life_in_azure_mgmt_storage(sandbox, group, unique) -> None:
    """An account is created, read, patched, listed and deleted by azure-mgmt-storage."""
    accounts, name = sandbox.client(StorageManagementClient).storage_accounts, unique("st")
    made = accounts.begin_create(group, name, {**PLAIN, "tags": {"a": "1"}}).result()
    assert (made.name, made.location, made.kind, made.sku.tier) == (name, "westeurope", "StorageV2", "Standard")
    assert re.fullmatch(rf"https://127\.0\.0\.1:\d+/{name}/", made.primary_endpoints.blob)
    assert made.primary_endpoints.queue == f"https://{name}.queue.core.sandbox.invalid/"
    assert accounts.get_properties(group, name.upper()).id == made.id
    patched = accounts.update(group, name, {"tags": {"b": "2"}, "properties": {"minimumTlsVersion": "TLS1_2"}})
    assert (patched.tags, patched.minimum_tls_version) == ({"b": "2"}, "TLS1_2")
    assert [account.name for account in accounts.list_by_resource_group(group)] == [name]
    assert name in [account.name for account in accounts.list()]
    accounts.delete(group, name)
    assert list(accounts.list_by_resource_group(group)) == []
    with pytest.raises(HttpResponseError) as gone:
        accounts.get_properties(group, name)
    assert gone.value.error.code == "ResourceNotFound"


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/async-operations")
def test_creation_is_polled_by_location_and_an_update_is_not(sandbox, group, unique) -> None:
    """A new account answers 202 with a Location; a PUT on an existing one answers 200 at once."""
    path = account_id(sandbox, group, unique("st"))
    first = sandbox.request("PUT", path, VERSION, PLAIN)
    assert (first.status_code, first.content) == (202, b"")
    assert "Azure-AsyncOperation" not in first.headers
    assert sandbox.settled(first, VERSION).json()["properties"]["provisioningState"] == "Succeeded"
    assert sandbox.request("PUT", path, VERSION, PLAIN).status_code == 200


@pytest.mark.source("learn.microsoft.com/rest/api/storagerp/storage-accounts/create")
def test_what_is_left_out_gets_the_documented_defaults(sandbox, group, unique) -> None:
    """A bare StorageV2 account has the defaults of its API version."""
    properties = make(sandbox, group, unique("st"))["properties"]
    assert properties["supportsHttpsTrafficOnly"] is True
    assert properties["allowBlobPublicAccess"] is False
    assert properties["allowCrossTenantReplication"] is False
    assert properties["minimumTlsVersion"] == "TLS1_0"
    assert properties["accessTier"] == "Hot"
    assert properties["networkAcls"]["defaultAction"] == "Allow"
    assert properties["networkAcls"]["bypass"] == "AzureServices"
    assert properties["encryption"]["keySource"] == "Microsoft.Storage"
    assert properties["encryption"]["services"]["blob"]["enabled"] is True
    old = account_id(sandbox, group, unique("st"))
    sandbox.settled(sandbox.request("PUT", old, "2021-09-01", PLAIN), "2021-09-01")
    assert sandbox.request("GET", old, VERSION).json()["properties"]["allowBlobPublicAccess"] is True


@pytest.mark.unverified
def test_no_endpoint_of_an_account_leaves_this_machine(sandbox, group, unique) -> None:
    """Blobs are served on loopback; every other endpoint lies under .invalid, also those of a read-access replica."""
    name = unique("st")
    properties = make(sandbox, group, name, sku={"name": "Standard_RAGRS"})["properties"]
    shown = [*properties["primaryEndpoints"].values(), *properties["secondaryEndpoints"].values()]
    hosts = {urlsplit(url).hostname or "" for url in shown if url != properties["primaryEndpoints"]["blob"]}
    assert {host.rpartition(".")[2] for host in hosts} == {"invalid"}
    asked = sandbox.request("GET", account_id(sandbox, group, name), VERSION).json()["properties"]
    listed = sandbox.request("GET", account_id(sandbox, group, ""), VERSION).json()["value"][0]["properties"]
    assert asked["primaryEndpoints"] == listed["primaryEndpoints"] == properties["primaryEndpoints"]
    assert properties["primaryEndpoints"]["blob"].startswith("https://127.0.0.1:")
    assert properties["secondaryLocation"] == "northeurope"


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-storage-account-name")
@pytest.mark.parametrize("name", ["ab", "With-Capitals", "a" * 25])
def test_a_bad_name_is_refused_in_azures_words(sandbox, group, name) -> None:
    """A name that is too short, too long or has other characters: AccountNameInvalid."""
    assert error(sandbox.request("PUT", account_id(sandbox, group, name), VERSION, PLAIN)) == (
        400,
        "AccountNameInvalid",
        f"{name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in "
        "length and use numbers and lower-case letters only.",
    )


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-storage-account-name")
def test_names_are_unique_across_groups_and_places(sandbox, group, other_group, unique) -> None:
    """The same name in another group is in another group (same place) or taken (another place)."""
    name = unique("st")
    make(sandbox, group, name)
    other = account_id(sandbox, other_group, name)
    assert error(sandbox.request("PUT", other, VERSION, PLAIN)) == (
        409,
        "StorageAccountInAnotherResourceGroup",
        f"The account {name} is already in another resource group in this subscription.",
    )
    assert error(sandbox.request("PUT", other, VERSION, {**PLAIN, "location": "eastus"})) == (
        409,
        "StorageAccountAlreadyTaken",
        f"The storage account named {name} is already taken.",
    )


@pytest.mark.source("learn.microsoft.com/rest/api/storagerp/storage-accounts/check-name-availability")
def test_the_availability_of_a_name_is_told_with_its_reason(sandbox, group, unique) -> None:
    """A free name is available; a taken and a malformed one are not, each with its reason."""
    accounts, name = sandbox.client(StorageManagementClient).storage_accounts, unique("st")
    asked = {"name": name, "type": "Microsoft.Storage/storageAccounts"}
    assert accounts.check_name_availability(asked).name_available
    make(sandbox, group, name)
    taken = accounts.check_name_availability(asked)
    assert (taken.name_available, taken.reason) == (False, "AlreadyExists")
    assert accounts.check_name_availability({**asked, "name": "No!"}).reason == "AccountNameInvalid"


@pytest.mark.source("github.com/Azure/azure-sdk-for-net: recorded 'Values for request parameters are invalid'")
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"kind": None}, "kind"),
        ({"sku": None}, "sku"),
        ({"sku": {"name": "Gold"}}, "sku.name"),
        ({"kind": "Attic"}, "kind"),
        ({"kind": "BlockBlobStorage"}, "kind, sku"),
        ({"properties": {"networkAcls": {}}}, "networkAcls.defaultAction"),
        ({"properties": {"networkAcls": {"defaultAction": "Deny", "ipRules": [{"x": "1"}]}}}, "networkAcls.ipRules"),
    ],
)
def test_wrong_parameters_are_named(sandbox, group, unique, change, named) -> None:
    """A missing or wrong kind, SKU or rule: InvalidValuesForRequestParameters, which names it."""
    answer = sandbox.request("PUT", account_id(sandbox, group, unique("st")), VERSION, {**PLAIN, **change})
    status, code, message = error(answer)
    assert (status, code) == (400, "InvalidValuesForRequestParameters")
    assert message.startswith(f"Values for request parameters are invalid: {named}")


@pytest.mark.source("github.com/Azure/azure-cli/issues/25748 (the same code for isHnsEnabled)")
def test_a_value_outside_its_choices_is_refused(sandbox, group, unique) -> None:
    """A value that an option does not have: InvalidRequestPropertyValue."""
    wrong = {**PLAIN, "properties": {"minimumTlsVersion": "SSL3"}}
    assert error(sandbox.request("PUT", account_id(sandbox, group, unique("st")), VERSION, wrong)) == (
        400,
        "InvalidRequestPropertyValue",
        "The value 'SSL3' is not allowed for property minimumTlsVersion.",
    )


@pytest.mark.source("github.com/Azure/azure-cli/issues/25748")
def test_a_hierarchical_namespace_needs_a_fitting_account(sandbox, group, unique) -> None:
    """StorageV2 on Premium disks takes no hierarchical namespace, in Azure's words; BlockBlobStorage does."""
    wanted = {**PLAIN, "sku": {"name": "Premium_LRS"}, "properties": {"isHnsEnabled": True}}
    assert error(sandbox.request("PUT", account_id(sandbox, group, unique("st")), VERSION, wanted)) == (
        400,
        "InvalidRequestPropertyValue",
        "The value 'True' is not allowed for property isHnsEnabled. For more information, see - "
        "https://aka.ms/storageaccounthns",
    )
    made = make(sandbox, group, unique("st"), **{**wanted, "kind": "BlockBlobStorage"})
    assert made["properties"]["isHnsEnabled"] is True


@pytest.mark.source("learn.microsoft.com/rest/api/storagerp/storage-accounts/create, remarks")
def test_a_put_keeps_what_it_leaves_out_but_replaces_tags(sandbox, group, unique) -> None:
    """Properties that a second PUT leaves out stay; its tags are the tags."""
    name = unique("st")
    make(sandbox, group, name, tags={"a": "1"}, properties={"minimumTlsVersion": "TLS1_2", "accessTier": "Cool"})
    again = sandbox.request("PUT", account_id(sandbox, group, name), VERSION, {**PLAIN, "tags": {"b": "2"}}).json()
    assert (again["properties"]["minimumTlsVersion"], again["properties"]["accessTier"]) == ("TLS1_2", "Cool")
    assert again["tags"] == {"b": "2"}


@pytest.mark.source(
    "FinOps toolkit, help/errors: AccountPropertyCannotBeUpdated, '... cannot be updated as it is read-only'"
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_the_hierarchical_namespace_never_changes(sandbox, group, unique, method) -> None:
    """isHnsEnabled is set at creation; the same value again is fine, another is refused."""
    path = account_id(sandbox, group, name := unique("st"))
    make(sandbox, group, name, properties={"isHnsEnabled": True})
    wanted = {**PLAIN, "properties": {"isHnsEnabled": True}}
    assert sandbox.request(method, path, VERSION, wanted).status_code == 200
    wanted["properties"]["isHnsEnabled"] = False
    assert error(sandbox.request(method, path, VERSION, wanted)) == (
        409,
        "AccountPropertyCannotBeUpdated",
        "The property 'isHnsEnabled' was specified in the input, but it cannot be updated as it is read-only.",
    )


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-storage-account-name")
def test_the_location_never_changes_and_must_be_there(sandbox, group, unique) -> None:
    """Another location: InvalidResourceLocation; none: LocationRequired."""
    path = account_id(sandbox, group, name := unique("st"))
    make(sandbox, group, name)
    assert error(sandbox.request("PUT", path, VERSION, {**PLAIN, "location": "eastus"}))[:2] == (
        409,
        "InvalidResourceLocation",
    )
    without = {key: value for key, value in PLAIN.items() if key != "location"}
    assert error(sandbox.request("PUT", path, VERSION, without))[:2] == (400, "LocationRequired")


@pytest.mark.unverified
def test_kind_and_replication_change_only_as_an_update_can(sandbox, group, unique) -> None:
    """GRS for LRS and StorageV2 for Storage pass; Premium for Standard and a step back are refused."""
    path = account_id(sandbox, group, name := unique("st"))
    make(sandbox, group, name, kind="Storage")
    assert sandbox.request("PATCH", path, VERSION, {"sku": {"name": "Standard_GRS"}}).status_code == 200
    upgraded = sandbox.request("PATCH", path, VERSION, {"kind": "StorageV2"}).json()
    assert (upgraded["kind"], upgraded["properties"]["accessTier"]) == ("StorageV2", "Hot")
    for change in ({"kind": "Storage"}, {"sku": {"name": "Premium_LRS"}}, {"sku": {"name": "Standard_ZRS"}}):
        assert error(sandbox.request("PATCH", path, VERSION, change))[:2] == (409, "AccountPropertyCannotBeUpdated")


@pytest.mark.source("learn.microsoft.com/rest/api/storagerp/storage-accounts/regenerate-key")
def test_keys_are_listed_and_one_is_regenerated(sandbox, group, unique) -> None:
    """Two keys with full permissions; regenerating one changes that one alone."""
    accounts, name = sandbox.client(StorageManagementClient).storage_accounts, unique("st")
    make(sandbox, group, name)
    before = {key.key_name: key.value for key in accounts.list_keys(group, name).keys_property}
    after = {key.key_name: key.value for key in accounts.regenerate_key(group, name, {"keyName": "key2"}).keys_property}
    assert list(before) == ["key1", "key2"]
    assert after["key1"] == before["key1"]
    assert after["key2"] != before["key2"]
    assert {key.key_name: key.value for key in accounts.list_keys(group, name).keys_property} == after
    assert after["key1"] not in sandbox.request("GET", account_id(sandbox, group, name), VERSION).text


@pytest.mark.source("learn.microsoft.com/rest/api/storagerp/storage-accounts/delete")
def test_deleting_what_is_not_there_is_no_error(sandbox, group, unique) -> None:
    """The first delete answers 200, the second 204, and the name is free."""
    path = account_id(sandbox, group, name := unique("st"))
    make(sandbox, group, name)
    assert [sandbox.request("DELETE", path, VERSION).status_code for _ in range(2)] == [200, 204]
    make(sandbox, group, name)


@pytest.mark.source("learn.microsoft.com/rest/api/storagerp/storage-accounts/create (identity)")
def test_a_system_identity_gets_a_principal_and_keeps_it(sandbox, group, unique) -> None:
    """The principal stays over updates and goes with the type None."""
    path = account_id(sandbox, group, name := unique("st"))
    made = make(sandbox, group, name, identity={"type": "SystemAssigned"})
    assert made["identity"]["principalId"]
    assert sandbox.request("PUT", path, VERSION, PLAIN).json()["identity"] == made["identity"]
    gone = sandbox.request("PATCH", path, VERSION, {"identity": {"type": "None"}}).json()
    assert gone["identity"] == {"type": "None"}


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors")
def test_an_unknown_version_and_an_unserved_child_are_refused_by_name(sandbox, group, unique) -> None:
    """A version that does not exist names those that do; a child type is not known."""
    path = account_id(sandbox, group, unique("st"))
    status, code, message = error(sandbox.request("PUT", path, "2099-01-01", PLAIN))
    assert (status, code) == (400, "NoRegisteredProviderFound")
    assert "'storageAccounts'" in message
    assert "2024-01-01" in message
    child = error(sandbox.request("PUT", f"{path}/blobServices/default", VERSION, {}))
    assert child[:2] == (404, "InvalidResourceType")
    assert "storageAccounts/blobServices" in child[2]


@pytest.mark.unverified
def test_a_failed_creation_leaves_a_failed_account(sandbox, group, unique, no_faults) -> None:
    """An operation that Azure could not finish ends in its error, and the account says Failed."""
    path = account_id(sandbox, group, name := unique("st"))
    sandbox.fault(f"PUT .*{name}", fail_operation="InternalError", times=1)
    answer = sandbox.request("PUT", path, VERSION, PLAIN)
    assert error(sandbox.settled(answer, VERSION))[1] == "InternalError"
    assert sandbox.request("GET", path, VERSION).json()["properties"]["provisioningState"] == "Failed"
