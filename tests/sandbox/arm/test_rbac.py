"""Does a server with --rbac let each caller do what Azure would, and no more? Asked by Microsoft's clients."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from azure.core.exceptions import HttpResponseError
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.keyvault import KeyVaultManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.resource.subscriptions import SubscriptionClient
from azure.mgmt.storage import StorageManagementClient

from holdfast_sandbox.arm import identity
from holdfast_sandbox.arm.rights import right_of

OVERVIEW = "learn.microsoft.com/azure/role-based-access-control/overview"
ROLES = {
    "Owner": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "Contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "Reader": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "RBAC Administrator": "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
}
SUBSCRIPTION = f"/subscriptions/{identity.SUBSCRIPTION_ID}"
VERSIONS = {"keyvault": "2024-11-01", "authorization": "2022-04-01"}
GROUPS = "2024-03-01"


@dataclass
class Principal:
    """Somebody: a client id of its own, what it is given, and Microsoft's clients with its login."""

    server: Any
    client_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def oid(self) -> str:
        return identity.object_id_of(self.client_id)

    def client(self, kind: Any) -> Any:
        options = {"base_url": self.server.url, "connection_verify": self.server.bundle}
        credential = self.server.credential(self.client_id)
        return (
            kind(credential, **options)
            if kind is SubscriptionClient
            else kind(credential, identity.SUBSCRIPTION_ID, **options)
        )

    def given(self, role: str, scope: str, **more: Any) -> str:
        """Lets the owner assign a role; the assignment's id."""
        path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}"
        definition = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{ROLES.get(role, role)}"
        properties = {"roleDefinitionId": definition, "principalId": self.oid, **more}
        answer = self.server.request("PUT", path, {"properties": properties}, version=VERSIONS["authorization"])
        assert answer.status_code == 201, answer.text
        return path

    def ask(self, method: str, path: str, version: str, body: Any = None) -> requests.Response:
        answer: requests.Response = self.server.session.request(
            method,
            self.server.url + path,
            json=body,
            params={"api-version": version},
            headers={"Authorization": f"Bearer {self.server.token(self.client_id)}"},
            timeout=30,
        )
        return answer

    def lacks(self, action: str, scope: str) -> str:
        return (
            f"The client '{self.client_id}' with object id '{self.oid}' does not have authorization to perform action "
            f"'{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh "
            "your credentials."
        )


@pytest.fixture
def somebody(strict: Any) -> Principal:
    """A principal that holds nothing yet."""
    return Principal(strict)


@pytest.fixture
def mine(strict: Any) -> str:
    """The id of a fresh group."""
    return _group(strict)


@pytest.fixture
def theirs(strict: Any) -> str:
    """The id of another one."""
    return _group(strict)


def _group(server: Any) -> str:
    path = f"{SUBSCRIPTION}/resourceGroups/rg-{uuid.uuid4().hex[:10]}"
    assert server.request("PUT", path, {"location": "westeurope"}).status_code == 201
    return path


def vault_in(server: Any, group: str) -> str:
    """The id of a new vault, made by the owner."""
    path = f"{group}/providers/Microsoft.KeyVault/vaults/kv-{uuid.uuid4().hex[:10]}"
    sku = {"family": "A", "name": "standard"}
    body = {"location": "westeurope", "properties": {"tenantId": identity.TENANT_ID, "sku": sku, "accessPolicies": []}}
    assert server.request("PUT", path, body, version=VERSIONS["keyvault"]).status_code in (200, 201)
    return path


def name_of(resource_id: str) -> str:
    return resource_id.rpartition("/")[2]


def error(answer: requests.Response) -> tuple[int, str, str]:
    body = answer.json()["error"]
    return answer.status_code, body["code"], body["message"]


@pytest.mark.source("learn.microsoft.com/rest/api/authorization/permissions/list-for-resource")
def test_a_caller_is_told_what_its_roles_let_it_do(strict, somebody, mine, theirs) -> None:
    """One set of actions for each role that holds at the scope, an inherited one too; elsewhere it may not even ask."""
    vault = vault_in(strict, mine)
    somebody.given("Contributor", mine)
    somebody.given("Reader", vault)
    _, _, _, _, group, _, namespace, _, name = vault.split("/")
    client = somebody.client(AuthorizationManagementClient).permissions
    rows = list(client.list_for_resource(group, namespace, "", "vaults", name))
    assert sorted(row.actions for row in rows) == [["*"], ["*/read"]]
    contributor = next(row for row in rows if row.actions == ["*"])
    assert "Microsoft.Authorization/*/Write" in contributor.not_actions
    with pytest.raises(HttpResponseError, match="AuthorizationFailed"):
        list(client.list_for_resource_group(theirs.split("/")[4]))


@pytest.mark.source(OVERVIEW)
def test_a_role_holds_in_its_scope_and_nowhere_else(strict, somebody, mine, theirs) -> None:
    """A contributor of one group makes a vault there, reads it, and is refused in the next group in Azure's words."""
    somebody.given("Contributor", mine)
    client = somebody.client(StorageManagementClient).storage_accounts
    wanted = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    made = client.begin_create(name_of(mine), f"st{uuid.uuid4().hex[:10]}", wanted).result()
    assert client.get_properties(name_of(mine), made.name).id == made.id
    vault = vault_in(strict, theirs)
    with pytest.raises(HttpResponseError) as refused:
        somebody.client(KeyVaultManagementClient).vaults.get(name_of(theirs), name_of(vault))
    assert (refused.value.status_code, refused.value.error.code) == (403, "AuthorizationFailed")
    assert refused.value.error.message == somebody.lacks("Microsoft.KeyVault/vaults/read", vault)


@pytest.mark.source("learn.microsoft.com/azure/role-based-access-control/troubleshooting")
def test_who_may_not_read_is_not_told_whether_it_is_there(somebody, mine) -> None:
    """A missing vault, and a missing group, are a 403 to one and a 404 to the other."""
    missing = f"{mine}/providers/Microsoft.KeyVault/vaults/kv-not-there"
    refused = (403, "AuthorizationFailed", somebody.lacks("Microsoft.KeyVault/vaults/read", missing))
    assert error(somebody.ask("GET", missing, VERSIONS["keyvault"])) == refused
    assert somebody.ask("GET", f"{mine}-not-there", GROUPS).status_code == 403
    somebody.given("Reader", mine)
    assert error(somebody.ask("GET", missing, VERSIONS["keyvault"]))[:2] == (404, "ResourceNotFound")


@pytest.mark.source(f"{OVERVIEW} (role assignments are additive; NotActions)")
def test_what_one_role_takes_off_another_may_give(somebody, mine) -> None:
    """A contributor may not assign roles; with the administrator's role beside it, it may."""
    somebody.given("Contributor", mine)
    client = somebody.client(AuthorizationManagementClient).role_assignments
    role = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{ROLES['Reader']}"
    wanted = {"role_definition_id": role, "principal_id": str(uuid.uuid4()), "principal_type": "User"}
    name = str(uuid.uuid4())
    with pytest.raises(HttpResponseError) as refused:
        client.create(mine, name, wanted)
    path = f"{mine}/providers/Microsoft.Authorization/roleAssignments/{name}"
    assert refused.value.error.message == somebody.lacks("Microsoft.Authorization/roleAssignments/write", path)
    somebody.given("RBAC Administrator", mine)
    assert client.create(mine, name, wanted).id == path
    assert client.delete(mine, name).id == path


@pytest.mark.source("learn.microsoft.com/azure/role-based-access-control/scope-overview")
def test_an_assignment_is_inherited_and_ends_with_its_deletion(strict, somebody, mine) -> None:
    """A reader of the subscription reads a vault, a contributor of the vault writes below it; taken away, neither."""
    vault = vault_in(strict, mine)
    above = somebody.given("Reader", SUBSCRIPTION)
    own = somebody.given("Contributor", vault)
    tags = f"{vault}/providers/Microsoft.Resources/tags/default"
    body = {"operation": "Merge", "properties": {"tags": {"a": "1"}}}
    assert somebody.ask("GET", mine, GROUPS).status_code == 200
    assert somebody.ask("PATCH", tags, "2021-04-01", body).status_code == 200
    assert somebody.ask("DELETE", mine, GROUPS).status_code == 403
    for assignment in (own, above):
        assert strict.request("DELETE", assignment, version=VERSIONS["authorization"]).status_code == 200
    assert somebody.ask("PATCH", tags, "2021-04-01", body).status_code == 403
    assert somebody.ask("GET", mine, GROUPS).status_code == 403


@pytest.mark.source("learn.microsoft.com/azure/role-based-access-control/custom-roles")
def test_a_custom_role_is_what_it_lists(strict, somebody, mine) -> None:
    """Its wildcards in any letter case, without what notActions name; who makes one needs the right at its scopes."""
    definition = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{uuid.uuid4()}"
    permissions = [{"actions": ["microsoft.keyvault/vaults/*"], "notActions": ["Microsoft.KeyVault/vaults/DELETE"]}]
    body = {"properties": {"roleName": definition, "assignableScopes": [mine], "permissions": permissions}}
    put = strict.request("PUT", definition, body, version=VERSIONS["authorization"])
    assert put.status_code == 201
    somebody.given(name_of(definition), mine)
    vault = vault_in(strict, mine)
    assert somebody.ask("GET", vault, VERSIONS["keyvault"]).status_code == 200
    assert somebody.ask("DELETE", vault, VERSIONS["keyvault"]).status_code == 403
    assert somebody.ask("GET", mine, GROUPS).status_code == 403
    other = Principal(strict)
    other.given("Owner", mine)
    own = f"{mine}/providers/Microsoft.Authorization/roleDefinitions/{uuid.uuid4()}"
    body["properties"] |= {"roleName": own, "assignableScopes": [mine, SUBSCRIPTION]}
    refused = error(other.ask("PUT", own, VERSIONS["authorization"], body))
    assert refused[:2] == (403, "LinkedAuthorizationFailed")
    assert f"on the linked scope(s) '{SUBSCRIPTION}'" in refused[2]


@pytest.mark.source("learn.microsoft.com/rest/api/resources/subscriptions/list")
def test_subscriptions_show_themselves_to_who_holds_something_in_them(somebody, mine) -> None:
    """To who holds nothing there is none; a role on one group is enough."""
    client = somebody.client(SubscriptionClient).subscriptions
    assert list(client.list()) == []
    somebody.given("Reader", mine)
    assert [one.subscription_id for one in client.list()] == [identity.SUBSCRIPTION_ID]


@pytest.mark.source("github.com/Azure/azure-cli/issues/14091 (a list leaves out what the caller may not read)")
def test_a_subscriptions_lists_show_what_may_be_read(strict, somebody, mine, theirs) -> None:
    """Groups, resources and vaults of one's own group; without any role in the subscription, a refusal."""
    client = somebody.client(ResourceManagementClient)
    with pytest.raises(HttpResponseError) as refused:
        list(client.resources.list())
    assert refused.value.error.message == somebody.lacks(
        "Microsoft.Resources/subscriptions/resources/read", SUBSCRIPTION
    )
    own, other = vault_in(strict, mine), vault_in(strict, theirs)
    somebody.given("Reader", mine)
    assert [group.id for group in client.resource_groups.list()] == [mine]
    assert [one.id for one in client.resources.list()] == [own]
    assert [one.id for one in somebody.client(KeyVaultManagementClient).vaults.list_by_subscription()] == [own]
    shown = strict.request("GET", "resources").json()["value"]
    assert {own, other} <= {row["id"] for row in shown}


@pytest.mark.source(
    "github.com/Azure/azure-cli/issues/14091 (the list is empty); "
    "github.com/hashicorp/terraform-provider-azurerm/issues/6059 (the one vault is refused)"
)
def test_deleted_vaults_are_not_listed_to_a_groups_contributor_and_not_shown_either(strict, somebody, mine) -> None:
    """The list says nothing of them, the question for one is refused; a reader of the subscription sees both."""
    vault = vault_in(strict, mine)
    somebody.given("Contributor", mine)
    client = somebody.client(KeyVaultManagementClient).vaults
    client.delete(name_of(mine), name_of(vault))
    assert list(client.list_deleted()) == []
    with pytest.raises(HttpResponseError) as refused:
        client.get_deleted(name_of(vault), "westeurope")
    path = f"{SUBSCRIPTION}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/{name_of(vault)}"
    assert refused.value.error.message == somebody.lacks("Microsoft.KeyVault/locations/deletedVaults/read", path)
    somebody.given("Reader", SUBSCRIPTION)
    assert name_of(vault) in [one.name for one in client.list_deleted()]
    assert client.get_deleted(name_of(vault), "westeurope").name == name_of(vault)


NETWORK, SUBNET = "Microsoft.Network", "{other}/providers/Microsoft.Network/virtualNetworks/v/subnets/s"
IDENTITY = "{other}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id"
LOGS = "{other}/providers/Microsoft.OperationalInsights/workspaces/log"
ZONE = "{other}/providers/Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net"
STORAGE = "{other}/providers/Microsoft.Storage/storageAccounts/st"


@pytest.mark.parametrize(
    ("path", "version", "body", "action", "linked"),
    [
        pytest.param(
            f"{NETWORK}/privateEndpoints/pe",
            "2024-05-01",
            {"properties": {"subnet": {"id": SUBNET}}},
            "Microsoft.Network/virtualNetworks/subnets/join/action",
            SUBNET,
            marks=pytest.mark.source("learn.microsoft.com/azure/private-link/rbac-permissions"),
        ),
        pytest.param(
            f"{NETWORK}/privateEndpoints/pe",
            "2024-05-01",
            {"properties": {"privateLinkServiceConnections": [{"properties": {"privateLinkServiceId": STORAGE}}]}},
            "Microsoft.Storage/storageAccounts/PrivateEndpointConnectionsApproval/action",
            STORAGE,
            marks=pytest.mark.source("github.com/MicrosoftDocs/azure-docs/issues/96892"),
        ),
        pytest.param(
            f"{NETWORK}/privateEndpoints/pe/privateDnsZoneGroups/default",
            "2024-05-01",
            {"properties": {"privateDnsZoneConfigs": [{"name": "z", "properties": {"privateDnsZoneId": ZONE}}]}},
            "Microsoft.Network/privateDnsZones/join/action",
            ZONE,
            marks=pytest.mark.source("learn.microsoft.com/azure/private-link/rbac-permissions"),
        ),
        pytest.param(
            "Microsoft.KeyVault/vaults/kv/providers/Microsoft.Insights/diagnosticSettings/d",
            "2021-05-01-preview",
            {"properties": {"workspaceId": LOGS}},
            "Microsoft.OperationalInsights/workspaces/sharedKeys/action",
            LOGS,
            marks=pytest.mark.source("github.com/JimGBritt/AzurePolicy/issues/17"),
        ),
        pytest.param(
            "Microsoft.ContainerInstance/containerGroups/aci",
            "2023-05-01",
            {"identity": {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}}},
            "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
            IDENTITY,
            marks=pytest.mark.source("github.com/Azure/aad-pod-identity/issues/613"),
        ),
        pytest.param(
            "Microsoft.ContainerService/managedClusters/aks/agentPools/np",
            "2025-09-01",
            {"properties": {"vnetSubnetID": SUBNET}},
            "Microsoft.Network/virtualNetworks/subnets/join/action",
            SUBNET,
            marks=pytest.mark.source("learn.microsoft.com/azure/virtual-network/virtual-network-manage-subnet"),
        ),
        pytest.param(
            "Microsoft.KeyVault/vaults/kv",
            "2024-11-01",
            {"properties": {"networkAcls": {"virtualNetworkRules": [{"id": SUBNET}]}}},
            "Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action",
            SUBNET,
            marks=pytest.mark.source("learn.microsoft.com/azure/virtual-network/virtual-network-manage-subnet"),
        ),
    ],
)
def test_what_a_body_refers_to_needs_a_right_of_its_own(
    somebody, mine, theirs, path: str, version: str, body: Any, action: str, linked: str
) -> None:
    """An owner of one group is refused, in Azure's words, where the body reaches into another group."""
    somebody.given("Owner", mine)
    here, there = f"{mine}/providers/{path}", linked.replace("{other}", theirs)
    refused = error(somebody.ask("PUT", here, version, _filled(body, theirs)))
    assert refused[:2] == (403, "LinkedAuthorizationFailed")
    assert refused[2] == (
        f"The client '{somebody.client_id}' with object id '{somebody.oid}' has permission to perform action "
        f"'{right_of('PUT', here).action}' on scope '{here}'; however, it does not have permission to perform action "
        f"'{action}' on the linked scope(s) '{there}' or the linked scope(s) are invalid."
    )
    somebody.given("Owner", theirs)
    assert somebody.ask("PUT", here, version, _filled(body, theirs)).status_code != 403


def _filled(body: Any, group: str) -> Any:
    """The body with `{other}` replaced wherever it stands."""
    if isinstance(body, dict):
        return {key.replace("{other}", group): _filled(value, group) for key, value in body.items()}
    if isinstance(body, list):
        return [_filled(item, group) for item in body]
    return body.replace("{other}", group) if isinstance(body, str) else body


@pytest.mark.source(
    "learn.microsoft.com/azure/azure-resource-manager/management/async-operations (permission for tracking)"
)
def test_an_operation_is_followed_with_a_right_on_the_group(strict, somebody, mine) -> None:
    """Its address lies outside of the group: a role on the group is good for it, one on the resource alone is not."""
    path = f"{mine}/providers/Microsoft.Storage/storageAccounts/st{uuid.uuid4().hex[:10]}"
    body = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    begun = strict.request("PUT", path, body, version="2024-01-01")
    address = begun.headers["Location"].removeprefix(strict.url).partition("?")[0]
    strict.request("GET", address, version="2024-01-01")
    somebody.given("Contributor", path)
    refused = error(somebody.ask("GET", address, "2024-01-01"))
    assert refused[1] == "AuthorizationFailed"
    assert "'Microsoft.Storage/locations/operationResults/read'" in refused[2]
    somebody.given("Contributor", mine)
    assert somebody.ask("GET", address, "2024-01-01").status_code == 200


@pytest.mark.source("github.com/Azure/azure-powershell/issues/6624 (assignments of the root are nobody's to read)")
def test_above_the_subscriptions_roles_may_be_read_and_assignments_not(somebody) -> None:
    """The definitions of the tenant are open; what is assigned at its root is not."""
    reader = f"/providers/Microsoft.Authorization/roleDefinitions/{ROLES['Reader']}"
    assert somebody.ask("GET", reader, VERSIONS["authorization"]).json()["properties"]["roleName"] == "Reader"
    refused = error(
        somebody.ask("GET", "/providers/Microsoft.Authorization/roleAssignments", VERSIONS["authorization"])
    )
    assert refused[2] == somebody.lacks(
        "Microsoft.Authorization/roleAssignments/read", "/providers/Microsoft.Authorization"
    )


def test_locks_and_faults_stand_behind_the_rights(strict, somebody, mine) -> None:
    """An owner meets the lock, a reader the refusal; a fault comes before both."""
    lock = f"{mine}/providers/Microsoft.Authorization/locks/keep"
    strict.request("PUT", lock, {"properties": {"level": "CanNotDelete"}}, version="2020-05-01")
    somebody.given("Reader", mine)
    assert error(somebody.ask("DELETE", mine, GROUPS))[1] == "AuthorizationFailed"
    assert error(strict.request("DELETE", mine))[1] == "ScopeLocked"
    strict.control("POST", "faults", {"match": f"DELETE {mine}", "status": 503, "times": 1})
    assert somebody.ask("DELETE", mine, GROUPS).status_code == 503


def test_a_condition_that_is_not_evaluated_lets_nothing_through(somebody, mine) -> None:
    """An assignment with a condition grants nothing here: better refused than more than Azure would."""
    somebody.given("Reader", mine, condition="@Resource[x] StringEquals 'y'", conditionVersion="2.0")
    assert somebody.ask("GET", mine, GROUPS).status_code == 403


def test_what_was_asked_for_is_told(strict, somebody, mine) -> None:
    """Each right once, with how often it was held and refused, by caller; until it is forgotten."""
    somebody.given("Reader", mine)
    for _ in range(2):
        somebody.ask("GET", mine, GROUPS)
    somebody.ask("DELETE", mine, GROUPS)
    told = strict.control("GET", f"rights?caller={somebody.oid}")
    assert [(row["right"].rpartition("/")[2], row["held"], row["refused"], row["scope"]) for row in told] == [
        ("delete", 0, 1, mine),
        ("read", 2, 0, mine),
    ]
    strict.control("DELETE", "rights")
    assert strict.control("GET", f"rights?caller={somebody.oid}") == []


def test_without_the_switch_everybody_may_do_everything(server, group) -> None:
    """A stranger without a role reads and writes, and no rights are told of."""
    stranger = Principal(server)
    path = f"{SUBSCRIPTION}/resourceGroups/{group}"
    assert stranger.ask("PATCH", path, GROUPS, {"tags": {"by": "stranger"}}).status_code == 200
    assert len(list(stranger.client(SubscriptionClient).subscriptions.list())) == 1
    told = server.session.get(f"{server.url}/_sandbox/rights", timeout=30)
    assert (told.status_code, "--rbac" in told.json()["error"]) == (400, True)
