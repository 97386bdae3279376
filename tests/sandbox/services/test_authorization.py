"""Do role assignments and definitions behave, for azure-mgmt-authorization and for raw requests?"""

from __future__ import annotations

import uuid

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.authorization import AuthorizationManagementClient

from holdfast_sandbox.arm import identity

VERSION = "2022-04-01"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
ALICE = "a11ce000-0000-4000-8000-00000000a11c"
BOB = "b0b00000-0000-4000-8000-000000000b0b"


def role_id(sandbox, role: str) -> str:
    return f"{sandbox.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"


def assignment(sandbox, scope: str, role: str = READER, principal: str = ALICE, name: str | None = None, **more):
    """A PUT of an assignment; the answer."""
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name or uuid.uuid4()}"
    properties = {"roleDefinitionId": role_id(sandbox, role), "principalId": principal, **more}
    return sandbox.request("PUT", path, VERSION, {"properties": properties})


def listed(sandbox, scope: str, query: str | None = None) -> list[str]:
    """The names of the assignments that a list at the scope answers."""
    more = {} if query is None else {"$filter": query}
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments"
    answer = sandbox.request("GET", path, VERSION, **more)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["value"]]


def error(answer) -> tuple[int, str, str]:
    body = answer.json()["error"]
    return answer.status_code, body["code"], body["message"]


@pytest.fixture
def scope(sandbox, group) -> str:
    """The id of a fresh resource group."""
    return f"{sandbox.subscription}/resourceGroups/{group}"


@pytest.fixture
def account(sandbox, scope, unique) -> str:
    """The id of a storage account in the group."""
    path = f"{scope}/providers/Microsoft.Storage/storageAccounts/{unique('st')}"
    wanted = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    sandbox.settled(sandbox.request("PUT", path, "2024-01-01", wanted), "2024-01-01")
    return path


@pytest.mark.source("learn.microsoft.com/rest/api/authorization/role-assignments")
def test_an_assignment_lives_its_life_in_azure_mgmt_authorization(sandbox, scope) -> None:
    """An assignment is created, read, listed and deleted by azure-mgmt-authorization."""
    client = sandbox.client(AuthorizationManagementClient).role_assignments
    name = str(uuid.uuid4())
    wanted = {"role_definition_id": role_id(sandbox, READER), "principal_id": ALICE, "principal_type": "Group"}
    made = client.create(scope, name, wanted)
    assert made.id == f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
    assert (made.scope, made.principal_id, made.principal_type) == (scope, ALICE, "Group")
    assert made.role_definition_id == role_id(sandbox, READER)
    assert made.created_by == identity.OBJECT_ID
    assert client.get(scope, name).created_on == made.created_on
    assert client.get_by_id(made.id).id == made.id
    assert [one.name for one in client.list_for_scope(scope, filter="atScope()") if one.scope == scope] == [name]
    assert client.delete(scope, name).id == made.id
    assert client.delete(scope, name) is None
    with pytest.raises(HttpResponseError) as gone:
        client.get(scope, name)
    assert gone.value.error.code == "RoleAssignmentNotFound"


@pytest.mark.source("learn.microsoft.com/azure/key-vault/general/soft-delete-overview")
def test_the_assignments_on_a_vault_are_gone_when_it_is_recovered(sandbox, scope) -> None:
    """Soft-deleting a vault deletes its role assignments for good; what is above it holds as before."""
    vault = f"{scope}/providers/Microsoft.KeyVault/vaults/kv-{uuid.uuid4().hex[:12]}"
    properties = {"tenantId": identity.TENANT_ID, "sku": {"family": "A", "name": "standard"}, "accessPolicies": []}
    body = {"location": "westeurope", "properties": properties}
    assert sandbox.request("PUT", vault, "2024-11-01", body).status_code == 200
    mine, above = assignment(sandbox, vault).json()["name"], assignment(sandbox, scope, principal=BOB).json()["name"]
    assert {mine, above} <= set(listed(sandbox, vault))
    assert sandbox.request("DELETE", vault, "2024-11-01").status_code == 200
    properties["createMode"] = "recover"
    assert sandbox.request("PUT", vault, "2024-11-01", body).status_code == 200
    assert mine not in listed(sandbox, vault)
    assert above in listed(sandbox, vault)


@pytest.mark.source("public deployment logs: 'The role assignment already exists. The ID of the existing ...'")
def test_the_same_grant_under_another_name_exists_already(sandbox, scope) -> None:
    """One (scope, principal, role) has one assignment: 409, which names it without dashes."""
    first = assignment(sandbox, scope)
    assert first.status_code == 201
    bare = first.json()["name"].replace("-", "")
    assert error(assignment(sandbox, scope, principal=ALICE.upper())) == (
        409,
        "RoleAssignmentExists",
        f"The role assignment already exists. The ID of the existing role assignment is {bare}.",
    )
    assert assignment(sandbox, scope, role=SECRETS_USER).status_code == 201
    assert assignment(sandbox, scope, principal=BOB).status_code == 201


@pytest.mark.source("github.com/Azure/Azure-Landing-Zones/issues/2040")
def test_a_name_never_gets_another_grant(sandbox, scope, account) -> None:
    """The same name with another principal, role or scope: RoleAssignmentUpdateNotPermitted."""
    name = assignment(sandbox, scope).json()["name"]
    refused = (
        400,
        "RoleAssignmentUpdateNotPermitted",
        "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    )
    assert error(assignment(sandbox, scope, principal=BOB, name=name)) == refused
    assert error(assignment(sandbox, scope, role=SECRETS_USER, name=name)) == refused
    assert error(assignment(sandbox, account, name=name)) == refused


@pytest.mark.source("learn.microsoft.com/rest/api/authorization/permissions/list-for-resource")
def test_a_caller_is_told_what_it_may_do(sandbox, scope, account) -> None:
    """azure-mgmt-authorization lists the caller's permissions at a group and at a resource; nowhere, where none is."""
    client = sandbox.client(AuthorizationManagementClient).permissions
    group, name = scope.rpartition("/")[2], account.rpartition("/")[2]
    at = [*client.list_for_resource_group(group)]
    at += client.list_for_resource(group, "Microsoft.Storage", "", "storageAccounts", name)
    assert [(one.actions, one.not_actions) for one in at] == [(["*"], []), (["*"], [])]
    with pytest.raises(HttpResponseError) as refused:
        list(client.list_for_resource(group, "Microsoft.Storage", "", "storageAccounts", f"{name}x"))
    assert refused.value.status_code == 404


@pytest.mark.source("learn.microsoft.com/rest/api/authorization/role-assignments/create")
def test_the_same_again_is_fine_and_may_describe_itself(sandbox, scope) -> None:
    """A second PUT of the same assignment answers 200 and may change the description."""
    name = assignment(sandbox, scope).json()["name"]
    again = assignment(sandbox, scope, name=name, description="why")
    assert (again.status_code, again.json()["properties"]["description"]) == (200, "why")


@pytest.mark.source("github.com/Azure/azure-powershell/issues/16627")
def test_a_principal_is_a_guid(sandbox, scope) -> None:
    """A principal that is no GUID: InvalidPrincipalId in Azure's words."""
    assert error(assignment(sandbox, scope, principal="User")) == (
        400,
        "InvalidPrincipalId",
        "The Principal ID 'User' is not valid. Principal ID must be a GUID.",
    )


@pytest.mark.source("public deployment logs: RoleDefinitionDoesNotExist with the id without dashes")
def test_the_role_must_exist(sandbox, scope) -> None:
    """An assignment of a role that is not there names it without dashes."""
    nothing = "4633458b-17de-408a-b874-0445c86d0e6e"
    assert error(assignment(sandbox, scope, role=nothing)) == (
        404,
        "RoleDefinitionDoesNotExist",
        "The specified role definition with ID '4633458b17de408ab8740445c86d0e6e' does not exist.",
    )


@pytest.mark.unverified
def test_malformed_requests_are_refused(sandbox, scope) -> None:
    """A name that is no GUID, no role, an unknown type of principal, an unknown filter."""
    assert error(assignment(sandbox, scope, name="mine")) == (
        400,
        "InvalidRoleAssignmentId",
        "The role assignment ID 'mine' is not valid. The role assignment ID must be a GUID.",
    )
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments"
    empty = sandbox.request("PUT", f"{path}/{uuid.uuid4()}", VERSION, {"properties": {"principalId": ALICE}})
    assert error(empty)[:2] == (400, "BadRequestFormat")
    assert error(assignment(sandbox, scope, principalType="Robot"))[:2] == (400, "BadRequestFormat")
    odd = sandbox.request("GET", path, VERSION, **{"$filter": "color eq 'red'"})
    assert error(odd)[:2] == (400, "UnsupportedQuery")


@pytest.mark.source("github.com/Azure/modern-web-app-pattern-dotnet/pull/129")
def test_a_known_service_principal_is_no_user(sandbox, scope) -> None:
    """A principal that is known as another type than said: UnmatchedPrincipalType; unsaid, it gets its own."""
    status, code, _ = error(assignment(sandbox, scope, principal=identity.OBJECT_ID, principalType="User"))
    assert (status, code) == (400, "UnmatchedPrincipalType")
    made = assignment(sandbox, scope, principal=identity.OBJECT_ID).json()
    assert made["properties"]["principalType"] == "ServicePrincipal"


@pytest.mark.source("learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest")
def test_a_list_shows_what_is_inherited_and_below_or_not_as_asked(sandbox, scope, account) -> None:
    """Without a filter: at, above and below; atScope(): at and above; principalId and assignedTo: that principal's."""
    principal = str(uuid.uuid4())
    above = assignment(sandbox, sandbox.subscription, principal=principal).json()["name"]
    at = assignment(sandbox, scope, principal=principal).json()["name"]
    below = assignment(sandbox, account, principal=principal).json()["name"]
    stranger = assignment(sandbox, scope, principal=str(uuid.uuid4())).json()["name"]
    assert {above, at, below, stranger} <= set(listed(sandbox, scope))
    assert {above, at, stranger} <= set(listed(sandbox, scope, "atScope()"))
    assert below not in listed(sandbox, scope, "atScope()")
    assert {above, at, below} <= set(listed(sandbox, account, "atScope()"))
    assert set(listed(sandbox, scope, f"principalId eq '{principal}'")) == {above, at, below}
    assert set(listed(sandbox, scope, f"assignedTo('{principal}')")) == {above, at, below}
    assert set(listed(sandbox, scope, f"atScope() and assignedTo('{principal}')")) == {above, at}


@pytest.mark.source("learn.microsoft.com/azure/role-based-access-control/overview (scopes)")
def test_an_assignment_goes_with_its_scope(sandbox, scope, account) -> None:
    """Deleting a resource takes its assignments away, deleting a group those of all in it."""
    client = sandbox.client(AuthorizationManagementClient).role_assignments
    on_account, on_group = assignment(sandbox, account).json(), assignment(sandbox, scope).json()
    assert sandbox.request("DELETE", account, "2024-01-01").status_code == 200
    assert on_account["name"] not in listed(sandbox, scope)
    assert on_group["name"] in listed(sandbox, scope)
    assert sandbox.request("DELETE", scope, "2024-03-01").status_code == 202
    assert sandbox.request("GET", scope, "2024-03-01").status_code == 404
    assert on_group["name"] not in [one.name for one in client.list_for_subscription()]


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found")
def test_a_scope_must_exist(sandbox, scope) -> None:
    """Nothing is assigned at a group, a resource or a subscription that is not there."""
    assert error(assignment(sandbox, scope + "x"))[:2] == (404, "ResourceGroupNotFound")
    nowhere = f"{scope}/providers/Microsoft.Storage/storageAccounts/nothing"
    assert error(assignment(sandbox, nowhere))[:2] == (404, "ResourceNotFound")
    assert error(assignment(sandbox, f"/subscriptions/{uuid.uuid4()}"))[:2] == (404, "SubscriptionNotFound")


@pytest.mark.source("learn.microsoft.com/azure/role-based-access-control/built-in-roles")
@pytest.mark.parametrize(
    ("name", "guid"),
    [
        ("Owner", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"),
        ("Contributor", "b24988ac-6180-42a0-ab88-20f7382dd24c"),
        ("Reader", READER),
        ("User Access Administrator", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"),
        ("Role Based Access Control Administrator", "f58310d9-a9f6-439a-9e8d-f62e7b41a168"),
        ("Key Vault Administrator", "00482a5a-887f-4fb3-b363-3b7fe8e74483"),
        ("Key Vault Secrets Officer", "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"),
        ("Key Vault Secrets User", SECRETS_USER),
        ("Storage Blob Data Contributor", "ba92f5b4-2d11-453d-a403-e96b0029c9fe"),
        ("AzureML Data Scientist", "f6c7c914-8db3-469d-8ca1-694a8f32e121"),
        ("AcrPull", "7f951dda-4ed3-4680-a7ca-43fe172d538d"),
        ("Managed Identity Operator", "f1a07417-d97a-45cb-824c-7a7467783830"),
        ("Monitoring Reader", "43d0d8ad-25c7-4714-9337-8ba259a9fe05"),
    ],
)
def test_built_in_roles_have_their_real_ids(sandbox, scope, name, guid) -> None:
    """A role is found by its name at any scope, and by its id."""
    client = sandbox.client(AuthorizationManagementClient).role_definitions
    found = list(client.list(scope, filter=f"roleName eq '{name}'"))
    assert [(one.name, one.role_type) for one in found] == [(guid, "BuiltInRole")]
    assert found[0].id == role_id(sandbox, guid)
    assert client.get(sandbox.subscription, guid).role_name == name


@pytest.mark.source(
    "github.com/Azure/azure-powershell, Az.Resources' role definition tests: RoleDefinitionDoesNotExist"
)
def test_a_role_that_is_not_there_is_named(sandbox, scope) -> None:
    """Reading an unknown role names it as it was asked for."""
    guid = "85e460b3-89e9-48ba-9dcd-a8a99d64a674"
    assert error(sandbox.request("GET", role_id(sandbox, guid), VERSION)) == (
        404,
        "RoleDefinitionDoesNotExist",
        f"The specified role definition with ID '{guid}' does not exist.",
    )


@pytest.mark.source("learn.microsoft.com/rest/api/authorization/role-definitions/create-or-update")
def test_a_custom_role_is_made_assigned_and_deleted(sandbox, scope, unique) -> None:
    """A custom role is listed and assignable; it can't go while it is assigned, nor share a name."""
    guid, name = str(uuid.uuid4()), unique("Vault watcher ")
    permissions = [{"actions": ["Microsoft.KeyVault/vaults/read"]}]
    wanted = {"properties": {"roleName": name, "permissions": permissions, "assignableScopes": [scope]}}
    path = f"{scope}/providers/Microsoft.Authorization/roleDefinitions"
    made = sandbox.request("PUT", f"{path}/{guid}", VERSION, wanted)
    assert (made.status_code, made.json()["properties"]["type"]) == (201, "CustomRole")
    twin = sandbox.request("PUT", f"{path}/{uuid.uuid4()}", VERSION, wanted)
    assert error(twin)[:2] == (409, "RoleDefinitionWithSameNameExists")
    query = {"$filter": "type eq 'CustomRole'"}
    rows = sandbox.request("GET", path, VERSION, **query).json()["value"]
    assert guid in [one["name"] for one in rows]
    given = assignment(sandbox, scope, role=guid).json()
    assert error(sandbox.request("DELETE", f"{path}/{guid}", VERSION))[:2] == (400, "RoleDefinitionHasAssignments")
    sandbox.request("DELETE", given["id"], VERSION)
    assert [sandbox.request("DELETE", f"{path}/{guid}", VERSION).status_code for _ in range(2)] == [200, 204]


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors")
def test_an_unknown_version_is_refused(sandbox, scope) -> None:
    """A version that does not exist names those that do."""
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments"
    assert error(sandbox.request("GET", path, "2099-01-01"))[:2] == (400, "NoRegisteredProviderFound")
