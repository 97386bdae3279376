"""Do workspaces behave, for azure-mgmt-machinelearningservices and for raw requests?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import requests
from azure.core.exceptions import HttpResponseError
from azure.mgmt.keyvault import KeyVaultManagementClient
from azure.mgmt.machinelearningservices import MachineLearningServicesMgmtClient

from holdfast_sandbox.arm import identity

pytestmark = pytest.mark.slow

VERSION = "2025-12-01"


@dataclass
class Environment:
    """A group with all that a workspace stands on."""

    sandbox: Any
    group: str
    storage: str
    vault: str
    insights: str
    name: str

    @property
    def scope(self) -> str:
        return f"{self.sandbox.subscription}/resourceGroups/{self.group}"

    @property
    def path(self) -> str:
        return f"{self.scope}/providers/Microsoft.MachineLearningServices/workspaces/{self.name}"

    def body(self, **properties: Any) -> dict[str, Any]:
        stands_on = {"storageAccount": self.storage, "keyVault": self.vault, "applicationInsights": self.insights}
        return {
            "location": "westeurope",
            "identity": {"type": "SystemAssigned"},
            "properties": {**stands_on, **properties},
        }

    def put(self, body: dict[str, Any] | None = None, **properties: Any) -> requests.Response:
        return self.sandbox.request("PUT", self.path, VERSION, body or self.body(**properties))

    def make(self, **properties: Any) -> dict[str, Any]:
        """The workspace, created and settled; what a GET answers then."""
        done = self.sandbox.settled(self.put(**properties), VERSION)
        assert done.json()["status"] == "Succeeded", done.text
        return self.get().json()

    def get(self) -> requests.Response:
        return self.sandbox.request("GET", self.path, VERSION)

    def delete(self, **params: str) -> None:
        answer = self.sandbox.request("DELETE", self.path, VERSION, **params)
        assert self.sandbox.settled(answer, VERSION).json()["status"] == "Succeeded"

    def ended(self, answer: requests.Response) -> tuple[str, str]:
        """Code and message of the error in which the accepted operation ended."""
        body = self.sandbox.settled(answer, VERSION).json()
        assert body["status"] == "Failed"
        return body["error"]["code"], body["error"]["message"]

    def policies(self) -> dict[str, dict[str, list[str]]]:
        """The vault's policies: permissions by principal."""
        client = self.sandbox.client(KeyVaultManagementClient)
        vault = client.vaults.get(self.group, self.vault.rpartition("/")[2])
        return {
            entry.object_id: {
                "keys": [getattr(one, "value", one) for one in entry.permissions.keys_property or []],
                "secrets": [getattr(one, "value", one) for one in entry.permissions.secrets or []],
                "certificates": [getattr(one, "value", one) for one in entry.permissions.certificates or []],
            }
            for entry in vault.properties.access_policies or []
        }

    def roles(self) -> set[tuple[str, str]]:
        """(scope's last segment, role's GUID) of the assignments of the workspace's identity in the group."""
        principal = self.get().json()["identity"]["principalId"]
        path = f"{self.scope}/providers/Microsoft.Authorization/roleAssignments"
        query = {"$filter": f"principalId eq '{principal}'"}
        rows = self.sandbox.request("GET", path, "2022-04-01", **query).json()["value"]
        return {
            (row["properties"]["scope"].rpartition("/")[2], row["properties"]["roleDefinitionId"].rpartition("/")[2])
            for row in rows
        }


@pytest.fixture
def environment(sandbox, group, unique) -> Environment:
    """Storage, vault (with access policies) and insights in a fresh group."""
    return new_environment(sandbox, group, unique)


def new_environment(sandbox, group, unique, *, rbac: bool = False, hns: bool = False) -> Environment:
    where = f"{sandbox.subscription}/resourceGroups/{group}/providers"
    storage = f"{where}/Microsoft.Storage/storageAccounts/{unique('st')}"
    vault = f"{where}/Microsoft.KeyVault/vaults/{unique('kv-')}"
    insights = f"{where}/microsoft.insights/components/{unique('appi-')}"
    account = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    account["properties"] = {"isHnsEnabled": hns}
    sandbox.settled(sandbox.request("PUT", storage, "2024-01-01", account), "2024-01-01")
    properties = {
        "tenantId": identity.TENANT_ID,
        "sku": {"family": "A", "name": "standard"},
        "accessPolicies": [],
        "enableRbacAuthorization": rbac,
    }
    made = sandbox.request("PUT", vault, "2024-11-01", {"location": "westeurope", "properties": properties})
    assert made.status_code in (200, 201), made.text
    component = {"location": "westeurope", "kind": "web", "properties": {"Application_Type": "web"}}
    assert sandbox.request("PUT", insights, "2020-02-02", component).status_code == 200
    return Environment(sandbox, group, storage, vault, insights, unique("mlw-"))


def error(answer) -> tuple[int, str, str]:
    body = answer.json()["error"]
    return answer.status_code, body["code"], body["message"]


@pytest.mark.source("learn.microsoft.com/rest/api/azureml/workspaces")
@pytest.mark.parametrize("version", ["2020-08-01", "2025-12-01"])
def test_a_workspace_lives_its_life_in_azure_mgmt_machinelearningservices(environment, version) -> None:
    """A workspace is created, read, patched, listed and deleted by azure-mgmt-machinelearningservices."""
    it, sandbox = environment, environment.sandbox
    workspaces = sandbox.client(MachineLearningServicesMgmtClient, api_version=version).workspaces
    made = workspaces.begin_create_or_update(it.group, it.name, {**it.body(), "tags": {"a": "1"}}).result()
    assert (made.name, made.location, made.tags) == (it.name, "westeurope", {"a": "1"})
    assert (made.key_vault, made.storage_account, made.provisioning_state) == (it.vault, it.storage, "Succeeded")
    assert made.identity.tenant_id == identity.TENANT_ID
    assert workspaces.get(it.group, it.name.upper()).workspace_id == made.workspace_id
    patched = workspaces.update(it.group, it.name, {"tags": {"b": "2"}, "properties": {"friendlyName": "ours"}})
    assert (patched.tags, patched.friendly_name) == ({"b": "2"}, "ours")
    assert [one.name for one in workspaces.list_by_resource_group(it.group)] == [it.name]
    assert it.name in [one.name for one in workspaces.list_by_subscription()]
    keys = workspaces.list_keys(it.group, it.name)
    assert (keys.user_storage_resource_id, bool(keys.user_storage_key)) == (it.storage, True)
    workspaces.resync_keys(it.group, it.name)
    workspaces.begin_delete(it.group, it.name).result()
    with pytest.raises(HttpResponseError) as gone:
        workspaces.get(it.group, it.name)
    assert gone.value.error.code == "ResourceNotFound"


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/async-operations")
def test_creation_is_accepted_and_polled(environment) -> None:
    """A PUT answers 202 with both polling headers; the operation succeeds, and the workspace is there."""
    answer = environment.put()
    assert (answer.status_code, answer.content) == (202, b"")
    assert "Microsoft.MachineLearningServices/locations/westeurope/" in answer.headers["Azure-AsyncOperation"]
    assert "Location" in answer.headers
    assert environment.sandbox.settled(answer, VERSION).json()["status"] == "Succeeded"
    assert environment.get().json()["properties"]["provisioningState"] == "Succeeded"


@pytest.mark.source("azure-powershell, src/MachineLearningServices/test/cmdlet-test.md (a recorded workspace)")
def test_what_is_left_out_gets_the_recorded_values(environment) -> None:
    """A bare workspace is public, without high business impact, Basic, and has its own ids."""
    made = environment.make()
    properties = made["properties"]
    assert (made["kind"], made["sku"]) == ("Default", {"name": "Basic", "tier": "Basic"})
    assert (properties["publicNetworkAccess"], properties["hbiWorkspace"]) == ("Enabled", False)
    assert (properties["storageHnsEnabled"], properties["privateLinkCount"]) == (False, 0)
    assert (properties["friendlyName"], properties["v1LegacyMode"]) == (environment.name, False)
    assert properties["tenantId"] == identity.TENANT_ID
    assert properties["discoveryUrl"] == "https://westeurope.api.azureml.sandbox.invalid/discovery"
    assert properties["mlFlowTrackingUri"].endswith(f"/mlflow/v1.0{environment.path}")
    assert properties["workspaceId"] in properties["notebookInfo"]["fqdn"]
    assert made["systemData"]["createdByType"] == "Application"


@pytest.mark.source("learn.microsoft.com/azure/machine-learning/concept-enterprise-security")
def test_the_identity_lets_itself_into_the_vault_once(environment) -> None:
    """Creation adds the identity's entry beside those there; another PUT or PATCH does not bring it back."""
    it, sandbox = environment, environment.sandbox
    stranger = "57a00000-0000-4000-8000-000000000001"
    entry = {"tenantId": identity.TENANT_ID, "objectId": stranger, "permissions": {"secrets": ["get"]}}
    add = {"properties": {"accessPolicies": [entry]}}
    assert sandbox.request("PUT", f"{it.vault}/accessPolicies/add", "2024-11-01", add).status_code in (200, 201)
    principal = it.make()["identity"]["principalId"]
    given = it.policies()
    assert set(given) == {stranger, principal}
    assert {"get", "set", "list"} <= set(given[principal]["secrets"])
    assert given[principal]["keys"]
    assert given[principal]["certificates"]
    gone = {"tenantId": identity.TENANT_ID, "objectId": principal, "permissions": given[principal]}
    wipe = {"properties": {"accessPolicies": [gone]}}
    assert sandbox.request("PUT", f"{it.vault}/accessPolicies/remove", "2024-11-01", wipe).status_code == 200
    assert set(it.policies()) == {stranger}
    assert sandbox.settled(it.put(), VERSION).json()["status"] == "Succeeded"
    assert sandbox.request("PATCH", it.path, VERSION, {"tags": {"a": "1"}}).status_code == 200
    assert set(it.policies()) == {stranger}


@pytest.mark.source("learn.microsoft.com/azure/machine-learning/concept-enterprise-security (resync keys)")
def test_resync_keys_restores_the_identitys_access(environment) -> None:
    """After a wipe by a PUT of the vault, resyncKeys brings the identity's entry back as it was."""
    it, sandbox = environment, environment.sandbox
    it.make()
    before = it.policies()
    vault = sandbox.request("GET", it.vault, "2024-11-01").json()
    wiped = {"location": vault["location"], "properties": {**vault["properties"], "accessPolicies": []}}
    wiped["properties"].pop("vaultUri", None)
    assert sandbox.request("PUT", it.vault, "2024-11-01", wiped).status_code == 200
    assert it.policies() == {}
    assert sandbox.request("POST", f"{it.path}/resyncKeys", VERSION).status_code == 200
    assert it.policies() == before


CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"


def new_registry(it, unique, **properties) -> str:
    """The id of a registry in the environment's group."""
    registry = f"{it.scope}/providers/Microsoft.ContainerRegistry/registries/{unique('acr')}"
    body = {"location": "westeurope", "sku": {"name": "Basic"}, "properties": properties}
    it.sandbox.settled(it.sandbox.request("PUT", registry, "2025-11-01", body), "2025-11-01")
    return registry


@pytest.mark.source(
    "learn.microsoft.com/azure/machine-learning/concept-enterprise-security (Container registry: Contributor)"
)
def test_the_identity_is_let_into_the_registry_when_it_is_attached(environment, unique) -> None:
    """At creation, at a later change of the registry, and by resyncKeys; an unchanged PUT heals nothing."""
    it, sandbox = environment, environment.sandbox
    first, second, third = (new_registry(it, unique) for _ in range(3))
    assert it.make(containerRegistry=first)["properties"]["containerRegistry"] == first
    assert (first.rpartition("/")[2], CONTRIBUTOR) in it.roles()
    assert sandbox.settled(it.put(containerRegistry=second), VERSION).json()["status"] == "Succeeded"
    assert (second.rpartition("/")[2], CONTRIBUTOR) in it.roles()
    patch = {"properties": {"containerRegistry": third}}
    assert sandbox.request("PATCH", it.path, VERSION, patch).status_code == 200
    held = (third.rpartition("/")[2], CONTRIBUTOR)
    assert held in it.roles()
    path = f"{third}/providers/Microsoft.Authorization/roleAssignments"
    for row in sandbox.request("GET", path, "2022-04-01").json()["value"]:
        if row["properties"]["scope"].lower() == third.lower():
            sandbox.request("DELETE", row["id"], "2022-04-01")
    assert sandbox.request("PATCH", it.path, VERSION, patch).status_code == 200
    assert held not in it.roles()
    assert sandbox.request("POST", f"{it.path}/resyncKeys", VERSION).status_code == 200
    assert held in it.roles()


@pytest.mark.source(
    "learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication (Bring your own ACR)"
)
def test_a_registry_that_is_not_there_cannot_be_attached(environment) -> None:
    """It is made first, then associated: its id is looked up like that of the other resources below a workspace."""
    gone = f"{environment.scope}/providers/Microsoft.ContainerRegistry/registries/nowhere"
    answer = environment.put(containerRegistry=gone)
    assert answer.status_code == 400
    assert "registries/nowhere" in answer.text


@pytest.mark.source("learn.microsoft.com/rest/api/azureml/workspaces/list-keys (RegistryListCredentialsResult)")
def test_keys_have_the_registrys_credentials_while_its_admin_user_is_on(environment, unique) -> None:
    """The same passwords as the registry's own; with the admin user off there are none."""
    it, sandbox = environment, environment.sandbox
    registry = new_registry(it, unique, adminUserEnabled=True)
    it.make(containerRegistry=registry)
    list_keys = sandbox.client(MachineLearningServicesMgmtClient).workspaces.list_keys
    found = list_keys(it.group, it.name).container_registry_credentials
    theirs = sandbox.request("POST", f"{registry}/listCredentials", "2025-11-01").json()
    assert (found.location, found.username) == ("westeurope", theirs["username"])
    assert [one.value for one in found.passwords] == [one["value"] for one in theirs["passwords"]]
    off = {"properties": {"adminUserEnabled": False}}
    assert sandbox.request("PATCH", registry, "2025-11-01", off).status_code == 200
    assert list_keys(it.group, it.name).container_registry_credentials is None


@pytest.mark.unverified
def test_the_vault_permissions_are_all_but_purge(environment) -> None:
    """The documentation says all keys, secrets and certificates; which names that means is our reading."""
    principal = environment.make()["identity"]["principalId"]
    granted = environment.policies()[principal]
    assert granted["secrets"] == ["get", "list", "set", "delete", "recover", "backup", "restore"]
    assert {"get", "wrapKey", "sign"} <= set(granted["keys"])
    assert {"get", "manageissuers"} <= set(granted["certificates"])
    assert not any("purge" in names for names in granted.values())


@pytest.mark.source("learn.microsoft.com/azure/machine-learning/how-to-assign-roles (since 2024-11-19)")
def test_the_identity_gets_its_roles_on_group_and_storage(environment) -> None:
    """Azure AI Administrator on the group, Storage Blob Data Contributor on the default storage."""
    environment.make()
    assert environment.roles() == {
        (environment.group, "b78c5d69-af96-48a3-bf8d-a8b4d589de94"),
        (environment.storage.rpartition("/")[2], "ba92f5b4-2d11-453d-a403-e96b0029c9fe"),
    }


@pytest.mark.unverified
def test_a_vault_with_roles_gets_an_assignment_and_no_policy(sandbox, group, unique) -> None:
    """On a vault with the RBAC model the identity becomes Key Vault Administrator; the policies stay as they are."""
    it = new_environment(sandbox, group, unique, rbac=True)
    it.make()
    assert it.policies() == {}
    assert (it.vault.rpartition("/")[2], "00482a5a-887f-4fb3-b363-3b7fe8e74483") in it.roles()


@pytest.mark.source("learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication")
def test_a_user_assigned_identity_gets_nothing_by_itself(environment) -> None:
    """Grants to a user-assigned identity are its owner's business."""
    user = f"{environment.scope}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mine"
    environment.sandbox.request("PUT", user, "2023-01-31", {"location": "westeurope"})
    body = environment.body(primaryUserAssignedIdentity=user)
    body["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {user: {}}}
    environment.sandbox.settled(environment.put(body), VERSION)
    shown = environment.get().json()["identity"]
    assert "principalId" not in shown
    assert shown["userAssignedIdentities"][user]["principalId"]
    assert environment.policies() == {}


@pytest.mark.source("github.com/Azure/azure-rest-api-specs/issues/15878")
@pytest.mark.parametrize("missing", ["keyVault", "storageAccount", "applicationInsights"])
def test_what_a_workspace_stands_on_is_required(environment, missing) -> None:
    """Without vault, storage or insights: ValidationError in Azure's words, its detail says Invalid."""
    body = environment.body()
    del body["properties"][missing]
    answer = environment.put(body)
    assert error(answer) == (400, "ValidationError", "Missing dependent resources in workspace json")
    assert answer.json()["error"]["target"] == "workspace"
    assert answer.json()["error"]["details"][0]["code"] == "Invalid"


@pytest.mark.source("github.com/Azure/azure-sdk-for-js/issues/10473")
@pytest.mark.parametrize("given", [None, {"type": "None"}])
def test_an_identity_is_required(environment, given) -> None:
    """A workspace without a managed identity: ValidationError in Azure's words."""
    assert error(environment.put({**environment.body(), "identity": given})) == (
        400,
        "ValidationError",
        "Make sure to create your workspace using a client which support MSI",
    )


@pytest.mark.unverified
@pytest.mark.parametrize("name", ["keyVault", "storageAccount", "applicationInsights"])
def test_what_a_workspace_stands_on_must_exist(environment, name) -> None:
    """An id that nothing has, or of another type, is refused and its property named."""
    right = environment.body()["properties"][name]
    nothing = environment.put(**{name: right + "x"})
    assert error(nothing)[:2] == (400, "ValidationError")
    assert nothing.json()["error"]["target"] == name
    assert nothing.json()["error"]["details"][0]["code"] == "ResourceNotFound"
    other = environment.put(**{name: environment.path})
    assert error(other)[:2] == (400, "ValidationError")
    assert environment.get().status_code == 404


@pytest.mark.source("github.com/microsoft/AzureTRE/issues/1920")
def test_a_hierarchical_storage_account_ends_the_creation(sandbox, group, unique) -> None:
    """Storage with a hierarchical namespace is accepted and then fails; no workspace is left."""
    it = new_environment(sandbox, group, unique, hns=True)
    assert it.ended(it.put()) == ("BadRequest", "Cannot use storage with HNS enabled.")
    assert it.get().status_code == 404
    assert it.policies() == {}


@pytest.mark.source("github.com/MicrosoftDocs/azure-docs/issues/108584")
def test_a_customers_key_needs_a_vault_with_purge_protection(environment) -> None:
    """Encryption with a key in a vault without purge protection ends the creation; with it the workspace is made."""
    key = {"keyVaultArmId": environment.vault, "keyIdentifier": "https://kv.vault.sandbox.invalid/keys/k/1"}
    encryption = {"status": "Enabled", "keyVaultProperties": key}
    message = "CMK workspaces should have purge protection enabled on their CMK keyvault."
    assert environment.ended(environment.put(encryption=encryption)) == ("BadRequest", message)
    patch = {"properties": {"enablePurgeProtection": True}}
    assert environment.sandbox.request("PATCH", environment.vault, "2024-11-01", patch).status_code == 200
    assert environment.make(encryption=encryption)["properties"]["encryption"] == encryption


@pytest.mark.source("github.com/Azure-Samples/get-started-with-ai-chat/issues/65")
def test_the_storage_account_never_changes(environment, sandbox, unique) -> None:
    """Another storage account ends the update; the workspace stays as it was. A PATCH is refused at once."""
    before = environment.make()
    other = new_environment(sandbox, environment.group, unique)
    message = "Storage Account update is not supported yet"
    assert environment.ended(environment.put(storageAccount=other.storage)) == ("BadRequest", message)
    assert environment.get().json() == before
    patch = {"properties": {"storageAccount": other.storage}}
    refused = environment.sandbox.request("PATCH", environment.path, VERSION, patch)
    assert error(refused) == (400, "BadRequest", message)


@pytest.mark.unverified
def test_neither_do_the_vault_and_the_business_impact(environment, sandbox, unique) -> None:
    """The vault and hbiWorkspace are fixed too; letter case of an id counts not."""
    environment.make()
    other = new_environment(sandbox, environment.group, unique)
    assert environment.ended(environment.put(keyVault=other.vault))[0] == "BadRequest"
    assert environment.ended(environment.put(hbiWorkspace=True))[0] == "BadRequest"
    same = sandbox.settled(environment.put(keyVault=environment.vault.upper()), VERSION)
    assert same.json()["status"] == "Succeeded"
    assert environment.get().json()["properties"]["keyVault"] == environment.vault


@pytest.mark.source("learn.microsoft.com/rest/api/azureml/workspaces/update")
def test_a_patch_changes_what_it_carries(environment) -> None:
    """A PATCH changes description, access and tags, and leaves the rest."""
    before = environment.make(friendlyName="ours")
    patch = {"tags": {"a": "1"}, "properties": {"description": "why", "publicNetworkAccess": "Disabled"}}
    after = environment.sandbox.request("PATCH", environment.path, VERSION, patch).json()
    assert after["tags"] == {"a": "1"}
    changed = {"description": "why", "publicNetworkAccess": "Disabled"}
    assert after["properties"] == {**before["properties"], **changed}
    assert after["identity"] == before["identity"]


@pytest.mark.source("learn.microsoft.com/rest/api/azureml/workspaces/create-or-update")
def test_a_put_replaces_and_keeps_the_identity(environment) -> None:
    """A second PUT resets what it leaves out, replaces tags, and keeps ids and principal."""
    before = environment.make(description="why", friendlyName="ours")
    environment.sandbox.settled(environment.put({**environment.body(), "tags": {"b": "2"}}), VERSION)
    after = environment.get().json()
    assert (after["properties"]["friendlyName"], after["properties"]["description"]) == (environment.name, "")
    assert after["tags"] == {"b": "2"}
    assert after["identity"] == before["identity"]
    assert after["properties"]["workspaceId"] == before["properties"]["workspaceId"]


@pytest.mark.source("github.com/Azure/ResourceModules/issues/3596; github.com/Azure/azure-cli/issues/33756")
def test_a_soft_deleted_workspace_blocks_its_name(environment) -> None:
    """After a delete the name can't be used until the workspace is purged; the failed creation leaves nothing."""
    environment.make()
    environment.delete()
    assert environment.get().status_code == 404
    blocked = ("BadRequest", "Soft-deleted workspace exists. Please purge or recover it. https://aka.ms/wsoftdelete")
    assert environment.ended(environment.put()) == blocked
    assert environment.get().status_code == 404
    environment.delete(forceToPurge="true")
    environment.make()


@pytest.mark.source("bicep-types-az: allowRecoverSoftDeletedWorkspace; learn.microsoft.com, concept-soft-delete")
def test_a_soft_deleted_workspace_is_recovered_when_asked(environment) -> None:
    """allowRecoverSoftDeletedWorkspace brings it back with its ids, its principal and the principal's access."""
    before = environment.make(friendlyName="ours")
    environment.delete()
    after = environment.make(allowRecoverSoftDeletedWorkspace="True")
    assert after["identity"] == before["identity"]
    assert after["properties"] == before["properties"]
    assert set(environment.policies()) == {before["identity"]["principalId"]}
    environment.delete()
    blocked = environment.ended(environment.put(allowRecoverSoftDeletedWorkspace="False"))
    assert blocked[1].startswith("Soft-deleted workspace exists.")


@pytest.mark.source("github.com/Azure/azure-powershell/issues/28286")
def test_a_soft_deleted_workspace_is_in_the_subscriptions_list_alone(environment) -> None:
    """Where a GET answers 404 the subscription's list still has it, in the state Deleting, until it is purged."""
    environment.make()

    def ids(path: str) -> list[tuple[str, str]]:
        rows = environment.sandbox.request("GET", path, VERSION).json()["value"]
        own = [row for row in rows if row["id"] == environment.path]
        return [(row["id"], row["properties"]["provisioningState"]) for row in own]

    whole = "/".join(environment.path.split("/")[:3]) + "/providers/Microsoft.MachineLearningServices/workspaces"
    assert ids(whole) == [(environment.path, "Succeeded")]
    environment.delete()
    assert environment.get().status_code == 404
    assert ids(whole) == [(environment.path, "Deleting")]
    assert ids(environment.path.rpartition("/")[0]) == []
    environment.make(allowRecoverSoftDeletedWorkspace="True")
    assert ids(whole) == [(environment.path, "Succeeded")]
    environment.delete(forceToPurge="true")
    assert ids(whole) == []


@pytest.mark.source("learn.microsoft.com/rest/api/resources/resources/list-by-resource-group")
def test_the_groups_list_shows_what_is_in_it(environment) -> None:
    """The list of the group's resources has all four, tagged ones with their tags, and no role assignment."""
    environment.put({**environment.body(), "tags": {"a": "1"}})
    rows = environment.sandbox.request("GET", f"{environment.scope}/resources", "2024-03-01").json()["value"]
    assert {row["type"].lower(): row.get("tags") for row in rows} == {
        "microsoft.storage/storageaccounts": {},
        "microsoft.keyvault/vaults": {},
        "microsoft.insights/components": {},
        "microsoft.machinelearningservices/workspaces": {"a": "1"},
    }
    workspace = next(row for row in rows if row["type"].endswith("/workspaces"))
    assert workspace["identity"]["principalId"]
    assert (workspace["kind"], workspace["sku"]["name"]) == ("Default", "Basic")


@pytest.mark.source("learn.microsoft.com/rest/api/azureml/workspaces/delete (forceToPurge)")
def test_a_purge_frees_the_name_and_the_next_identity_is_another(environment) -> None:
    """forceToPurge=true deletes for good; the old identity's entry stays in the vault, the new one gets its own."""
    first = environment.make()["identity"]["principalId"]
    environment.delete(forceToPurge="true")
    second = environment.make()["identity"]["principalId"]
    assert first != second
    assert set(environment.policies()) == {first, second}


@pytest.mark.unverified
def test_deleting_what_is_not_there_is_no_error(environment) -> None:
    """A delete of nothing answers 204, purging or not."""
    for params in ({}, {"forceToPurge": "true"}):
        assert environment.sandbox.request("DELETE", environment.path, VERSION, **params).status_code == 204


@pytest.mark.source("github.com/MicrosoftLearning/mslearn-azure-ml/issues/108")
def test_a_groups_deletion_soft_deletes_its_workspaces(environment, sandbox) -> None:
    """A group of the same name made anew does not free the workspace's name."""
    environment.make()
    assert sandbox.request("DELETE", environment.scope, "2024-03-01").status_code == 202
    assert sandbox.request("PUT", environment.scope, "2024-03-01", {"location": "westeurope"}).status_code == 201
    account = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    sandbox.settled(sandbox.request("PUT", environment.storage, "2024-01-01", account), "2024-01-01")
    component = {"location": "westeurope", "kind": "web", "properties": {"Application_Type": "web"}}
    assert sandbox.request("PUT", environment.insights, "2020-02-02", component).status_code == 200
    recover = {"createMode": "recover", "tenantId": identity.TENANT_ID, "sku": {"family": "A", "name": "standard"}}
    back = sandbox.request("PUT", environment.vault, "2024-11-01", {"location": "westeurope", "properties": recover})
    assert back.status_code in (200, 201), back.text
    assert environment.ended(environment.put())[1].startswith("Soft-deleted workspace exists.")


@pytest.mark.source("learn.microsoft.com/azure/machine-learning/concept-workspace (associated resources)")
def test_what_a_workspace_stands_on_can_be_deleted(environment, sandbox) -> None:
    """Azure lets anyone delete the storage and the vault of a workspace; the workspace is still read and patched."""
    environment.make()
    assert sandbox.request("DELETE", environment.storage, "2024-01-01").status_code == 200
    assert sandbox.request("DELETE", environment.vault, "2024-11-01").status_code == 200
    assert environment.get().json()["properties"]["keyVault"] == environment.vault
    assert sandbox.request("PATCH", environment.path, VERSION, {"tags": {"a": "1"}}).status_code == 200
    assert sandbox.settled(environment.put(), VERSION).json()["status"] == "Succeeded"


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors")
def test_location_version_and_children_are_checked(environment) -> None:
    """No location, a changed one, an unknown version and an unserved child are refused by name."""
    it, sandbox = environment, environment.sandbox
    without = {key: value for key, value in it.body().items() if key != "location"}
    assert error(it.put(without))[:2] == (400, "LocationRequired")
    it.make()
    assert error(it.put({**it.body(), "location": "eastus"}))[:2] == (409, "InvalidResourceLocation")
    assert error(sandbox.request("GET", it.path, "2016-01-01"))[:2] == (400, "NoRegisteredProviderFound")
    child = error(sandbox.request("PUT", f"{it.path}/batchEndpoints/b", VERSION, {"location": "westeurope"}))
    assert child[:2] == (404, "InvalidResourceType")
    assert "workspaces/batchEndpoints" in child[2]


@pytest.mark.unverified
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("ab", {}),
        ("-abc", {}),
        ("a" * 34, {}),
        ("fine-name", {"kind": "Hub"}),
        ("fine-name", {"properties": {"publicNetworkAccess": "Perhaps"}}),
        ("fine-name", {"properties": {"managedNetwork": {"isolationMode": "Perhaps"}}}),
    ],
)
def test_other_wrong_values_are_validation_errors(environment, name, change) -> None:
    """A malformed name, a kind the sandbox has not, a value outside its choices: ValidationError."""
    environment.name = name
    body = {**environment.body(), **change}
    body["properties"] = {**environment.body()["properties"], **change.get("properties", {})}
    assert error(environment.put(body))[:2] == (400, "ValidationError")


@pytest.mark.unverified
def test_a_failed_creation_leaves_a_failed_workspace(environment, no_faults) -> None:
    """An operation that Azure could not finish: the workspace says Failed and was never let into the vault."""
    environment.sandbox.fault(f"PUT .*{environment.name}", fail_operation="InternalServerError", times=1)
    assert environment.ended(environment.put())[0] == "InternalServerError"
    assert environment.get().json()["properties"]["provisioningState"] == "Failed"
    assert environment.policies() == {}
