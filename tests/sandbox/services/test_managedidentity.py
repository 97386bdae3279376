"""Do user-assigned identities behave, for azure-mgmt-msi and for raw requests?"""

from __future__ import annotations

import uuid

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.msi import ManagedServiceIdentityClient

from holdfast_sandbox.arm.identity import TENANT_ID

REST = "learn.microsoft.com/rest/api/managedidentity/user-assigned-identities"
VERSION = "2023-01-31"
LOCATION = {"location": "westeurope"}


def identity_id(sandbox, group: str, name: str) -> str:
    where = f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.ManagedIdentity"
    return f"{where}/userAssignedIdentities/{name}"


@pytest.mark.source(REST)
def test_an_identity_lives_its_life_in_azure_mgmt_msi(sandbox, group) -> None:
    """An identity is created, read, patched, listed and deleted by azure-mgmt-msi."""
    identities = sandbox.client(ManagedServiceIdentityClient).user_assigned_identities
    made = identities.create_or_update(group, "id-ml", {**LOCATION, "tags": {"a": "1"}})
    assert (made.name, made.location, made.tags, made.tenant_id) == ("id-ml", "westeurope", {"a": "1"}, TENANT_ID)
    assert uuid.UUID(made.principal_id) != uuid.UUID(made.client_id)
    assert made.type == "Microsoft.ManagedIdentity/userAssignedIdentities"
    read = identities.get(group, "ID-ML")
    assert (read.id, read.principal_id, read.client_id) == (made.id, made.principal_id, made.client_id)
    patched = identities.update(group, "id-ml", {"tags": {"b": "2"}})
    assert (patched.tags, patched.principal_id) == ({"b": "2"}, made.principal_id)
    assert [one.name for one in identities.list_by_resource_group(group)] == ["id-ml"]
    assert made.id in [one.id for one in identities.list_by_subscription()]
    identities.delete(group, "id-ml")
    assert list(identities.list_by_resource_group(group)) == []
    with pytest.raises(HttpResponseError) as gone:
        identities.get(group, "id-ml")
    assert gone.value.error.code == "ResourceNotFound"


@pytest.mark.source(f"{REST}/create-or-update (responses)")
def test_a_create_is_201_an_update_200_and_keeps_the_principal(sandbox, group) -> None:
    """A second PUT replaces the tags and keeps what Azure chose; both are done at once."""
    path = identity_id(sandbox, group, "id-ml")
    first = sandbox.request("PUT", path, VERSION, {**LOCATION, "tags": {"a": "1"}})
    second = sandbox.request("PUT", path, VERSION, LOCATION)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == {**first.json(), "tags": {}}
    assert set(first.json()["properties"]) == {"tenantId", "principalId", "clientId"}


@pytest.mark.source(f"{REST}/delete (responses)")
def test_what_is_made_again_is_another_principal(sandbox, group) -> None:
    """A delete is 200, of nothing 204; the same name is a new service principal then."""
    path = identity_id(sandbox, group, "id-ml")
    first = sandbox.request("PUT", path, VERSION, LOCATION).json()["properties"]
    assert [sandbox.request("DELETE", path, VERSION).status_code for _ in range(2)] == [200, 204]
    second = sandbox.request("PUT", path, VERSION, LOCATION).json()["properties"]
    assert second["principalId"] != first["principalId"]
    assert second["clientId"] != first["clientId"]


@pytest.mark.source("Azure/azure-cli#27099; pulumi/pulumi-azure-native#2152")
def test_the_id_says_resourcegroups_in_lower_case(sandbox, group) -> None:
    """Unlike most services', whatever the request's path said; lists and gets say the same."""
    path = identity_id(sandbox, group, "id-ml")
    assert "/resourceGroups/" in path
    made = sandbox.request("PUT", path, VERSION, LOCATION).json()["id"]
    assert made == path.replace("/resourceGroups/", "/resourcegroups/")
    assert sandbox.request("GET", path, VERSION).json()["id"] == made


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules")
@pytest.mark.parametrize("name", ["ab", "-abc", "_abc", "a.b.c", "a" * 129])
def test_a_name_outside_the_rules_is_refused(sandbox, group, name) -> None:
    """3 to 128 letters, digits, hyphens and underscores, a letter or digit first."""
    assert sandbox.request("PUT", identity_id(sandbox, group, name), VERSION, LOCATION).status_code == 400


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules")
@pytest.mark.parametrize("name", ["abc", "9_a-", "a" * 128])
def test_a_name_within_the_rules_is_taken(sandbox, group, name) -> None:
    assert sandbox.request("PUT", identity_id(sandbox, group, name), VERSION, LOCATION).status_code == 201


@pytest.mark.source("azure-rest-api-specs: msi, common tracked resource")
def test_the_location_is_required_and_stays(sandbox, group) -> None:
    """No location: LocationRequired; another one: InvalidResourceLocation, by PUT and by PATCH."""
    path = identity_id(sandbox, group, "id-ml")
    assert sandbox.request("PUT", path, VERSION, {}).json()["error"]["code"] == "LocationRequired"
    sandbox.request("PUT", path, VERSION, LOCATION)
    for method in ("PUT", "PATCH"):
        answer = sandbox.request(method, path, VERSION, {"location": "eastus"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "InvalidResourceLocation")


@pytest.mark.source("azure-rest-api-specs: msi 2024-11-30 (isolationScope)")
def test_the_isolation_scope_shows_from_2024_11_30_on(sandbox, group) -> None:
    """`None` is kept and shown in the newer versions; `Regional` is refused by name; anything else is no scope."""
    path, new = identity_id(sandbox, group, "id-ml"), "2024-11-30"
    made = sandbox.request("PUT", path, new, {**LOCATION, "properties": {"isolationScope": "None"}}).json()
    assert made["properties"]["isolationScope"] == "None"
    assert "isolationScope" not in sandbox.request("GET", path, VERSION).json()["properties"]
    for scope, code in (("Regional", "NotServedBySandbox"), ("Galactic", "BadRequest")):
        answer = sandbox.request("PATCH", path, new, {"properties": {"isolationScope": scope}})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert sandbox.request("PATCH", path, new, {"properties": "no"}).status_code == 400


@pytest.mark.source("sandbox: what is not served is refused")
def test_federated_credentials_are_refused(sandbox, group) -> None:
    """They are a type of their own that is not there yet."""
    path = identity_id(sandbox, group, "id-ml")
    sandbox.request("PUT", path, VERSION, LOCATION)
    answer = sandbox.request("GET", f"{path}/federatedIdentityCredentials", VERSION)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "InvalidResourceType")


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/delete-resource-group")
def test_identities_go_with_their_group(sandbox, group) -> None:
    """The group's list shows the identity; with the group it is gone."""
    path, groups = identity_id(sandbox, group, "id-ml"), f"{sandbox.subscription}/resourceGroups/{group}"
    sandbox.request("PUT", path, VERSION, LOCATION)
    listed = sandbox.request("GET", f"{groups}/resources", "2024-03-01").json()["value"]
    assert [(one["name"], one["type"]) for one in listed] == [
        ("id-ml", "Microsoft.ManagedIdentity/userAssignedIdentities")
    ]
    sandbox.request("DELETE", groups, "2024-03-01")
    sandbox.request("PUT", groups, "2024-03-01", LOCATION)
    assert sandbox.request("GET", path, VERSION).status_code == 404
