"""Do datastores behave? For raw requests: no azure-mgmt client of this age has them."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from .test_machinelearning import VERSION, Environment, error, new_environment

pytestmark = pytest.mark.slow

RECORDED = "azure-powershell, src/MachineLearningServices (Get-AzMLWorkspaceDatastore.Recording.json)"
OWN = ["workspaceartifactstore", "workspaceblobstore", "workspacefilestore", "workspaceworkingdirectory"]


@pytest.fixture
def environment(sandbox, group, unique) -> Environment:
    """A group with a workspace in it."""
    made = new_environment(sandbox, group, unique)
    made.make()
    return made


class Datastores:
    """The datastores of one workspace."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.sandbox = environment.sandbox
        self.account = environment.storage.rpartition("/")[2]

    def request(self, method: str, tail: str = "", body: Any = None, **query: str) -> requests.Response:
        return self.sandbox.request(method, f"{self.environment.path}/datastores{tail}", VERSION, body, **query)

    def put(self, name: str, properties: dict[str, Any], **query: str) -> requests.Response:
        return self.request("PUT", f"/{name}", {"properties": properties}, **query)

    def names(self, **query: str) -> list[str]:
        return [row["name"] for row in self.request("GET", **query).json()["value"]]

    def default(self) -> str:
        return next(row["name"] for row in self.request("GET").json()["value"] if row["properties"]["isDefault"])

    def key(self) -> str:
        keys = self.sandbox.request("POST", f"{self.environment.storage}/listKeys", "2024-01-01").json()["keys"]
        return str(keys[0]["value"])

    def blob(self, **more: Any) -> dict[str, Any]:
        none = {"credentialsType": "None"}
        return {
            "datastoreType": "AzureBlob",
            "accountName": self.account,
            "containerName": "data",
            "credentials": none,
            **more,
        }


@pytest.fixture
def datastores(environment) -> Datastores:
    return Datastores(environment)


@pytest.mark.source(RECORDED)
def test_a_workspace_is_made_with_four_datastores(datastores) -> None:
    """The blob store is the default one, all use the storage's key, which only listSecrets shows."""
    rows = {row["name"]: row["properties"] for row in datastores.request("GET").json()["value"]}
    assert sorted(rows) == OWN
    workspace = datastores.environment.get().json()["properties"]["workspaceId"]
    assert [name for name, row in rows.items() if row["isDefault"]] == ["workspaceblobstore"]
    assert rows["workspaceblobstore"]["containerName"] == f"azureml-blobstore-{workspace}"
    assert rows["workspaceblobstore"]["serviceDataAccessAuthIdentity"] == "WorkspaceSystemAssignedIdentity"
    assert rows["workspaceartifactstore"]["containerName"] == "azureml"
    assert rows["workspacefilestore"]["fileShareName"] == f"azureml-filestore-{workspace}"
    assert rows["workspaceworkingdirectory"]["fileShareName"].startswith("code-")
    for row in rows.values():
        assert row["credentials"] == {"credentialsType": "AccountKey"}
        assert (row["accountName"], row["endpoint"], row["protocol"]) == (
            datastores.account,
            "core.windows.net",
            "https",
        )
    secrets = datastores.request("POST", "/workspaceblobstore/listSecrets").json()
    assert secrets == {"secretsType": "AccountKey", "key": datastores.key()}


@pytest.mark.source("learn.microsoft.com/azure/machine-learning/how-to-disable-local-auth-storage")
def test_the_workspaces_datastores_log_in_as_it_says(sandbox, group, unique) -> None:
    """With `identity` they hold no key; a PATCH of the mode changes them."""
    environment = new_environment(sandbox, group, unique)
    environment.make(systemDatastoresAuthMode="identity")
    datastores = Datastores(environment)
    assert datastores.request("GET", "/workspaceblobstore").json()["properties"]["credentials"] == {
        "credentialsType": "None"
    }
    assert error(datastores.request("POST", "/workspaceblobstore/listSecrets"))[0] == 400
    mode = {"properties": {"systemDatastoresAuthMode": "accesskey"}}
    assert sandbox.request("PATCH", environment.path, VERSION, mode).status_code == 200
    assert datastores.request("POST", "/workspaceblobstore/listSecrets").json()["key"] == datastores.key()


@pytest.mark.source("learn.microsoft.com/azure/machine-learning/how-to-change-storage-access-key")
def test_a_new_storage_key_reaches_the_datastores_by_resync_keys(datastores) -> None:
    """A regenerated key leaves the workspace with the old one until resyncKeys."""
    sandbox, environment = datastores.sandbox, datastores.environment
    old = datastores.key()
    sandbox.request("POST", f"{environment.storage}/regenerateKey", "2024-01-01", {"keyName": "key1"})
    assert datastores.request("POST", "/workspaceartifactstore/listSecrets").json()["key"] == old
    assert sandbox.request("POST", f"{environment.path}/resyncKeys", VERSION).status_code == 200
    assert datastores.request("POST", "/workspaceartifactstore/listSecrets").json()["key"] == datastores.key() != old


@pytest.mark.source("azure-powershell, New-AzMLWorkspaceDatastore.Recording.json")
def test_a_datastore_lives_its_life(datastores) -> None:
    """201 when new, 200 when changed, 200 and 204 when deleted; its secret never in an answer."""
    secrets = {"secretsType": "AccountKey", "key": datastores.key()}
    by_key = datastores.blob(credentials={"credentialsType": "AccountKey", "secrets": secrets})
    made = datastores.put("blob_store", by_key)
    assert made.status_code == 201
    properties = made.json()["properties"]
    assert properties["credentials"] == {"credentialsType": "AccountKey"}
    assert (properties["isDefault"], properties["serviceDataAccessAuthIdentity"]) == (False, "None")
    assert (properties["endpoint"], properties["protocol"]) == ("core.windows.net", "https")
    assert datastores.key() not in made.text + datastores.request("GET").text
    assert datastores.request("POST", "/blob_store/listSecrets").json() == secrets
    changed = datastores.put("blob_store", datastores.blob(description="ours", tags={"a": "1"}))
    assert (changed.status_code, changed.json()["properties"]["description"]) == (200, "ours")
    assert changed.json()["systemData"]["createdAt"] == made.json()["systemData"]["createdAt"]
    assert datastores.request("GET", "/BLOB_STORE").json() == changed.json()
    assert datastores.request("DELETE", "/blob_store").status_code == 200
    assert datastores.request("DELETE", "/blob_store").status_code == 204
    assert error(datastores.request("GET", "/blob_store"))[:2] == (404, "ResourceNotFound")


@pytest.mark.source("azure-rest-api-specs, datastores of 2025-12-01: types, credentials, identities")
@pytest.mark.parametrize(
    ("properties", "credentials"),
    [
        ({"datastoreType": "AzureFile", "fileShareName": "s"}, {"secretsType": "Sas", "sasToken": "?sv=1"}),
        (
            {"datastoreType": "AzureDataLakeGen2", "filesystem": "f"},
            {"secretsType": "ServicePrincipal", "clientSecret": "c"},
        ),
        ({"datastoreType": "AzureBlob", "serviceDataAccessAuthIdentity": "WorkspaceSystemAssignedIdentity"}, None),
    ],
)
def test_types_credentials_and_identities(datastores, properties, credentials) -> None:
    """Each served combination comes back as it was given, without its secret."""
    kind = credentials["secretsType"] if credentials else "None"
    named = {"clientId": "c-id", "tenantId": "t-id"} if kind == "ServicePrincipal" else {}
    given = {"credentialsType": kind, **named}
    whole = {**given, "secrets": credentials} if credentials else given
    made = datastores.put("one", {"accountName": "elsewhere", **properties, "credentials": whole})
    assert made.status_code == 201, made.text
    assert made.json()["properties"].items() >= {**properties, "credentials": given}.items()
    if credentials:
        assert datastores.request("POST", "/one/listSecrets").json() == credentials


@pytest.mark.source("github.com/MicrosoftDocs/azure-docs/issues/35204; REST reference: skipValidation")
def test_a_wrong_account_key_is_refused_unless_validation_is_skipped(datastores) -> None:
    """Azure tries the key; `skipValidation=true` takes it as it is."""
    secrets = {"secretsType": "AccountKey", "key": "bm90IHRoZSBrZXk="}
    wrong = datastores.blob(credentials={"credentialsType": "AccountKey", "secrets": secrets})
    assert error(datastores.put("one", wrong))[::2] == (400, "Forbidden. Please make sure the credentials are correct")
    assert datastores.request("GET", "/one").status_code == 404
    assert datastores.put("one", wrong, skipValidation="true").status_code == 201


@pytest.mark.source("terraform-provider-azurerm#19909: is_default can only be set to true on update")
def test_the_default_datastore_changes_by_an_update(datastores) -> None:
    """A creation does not take the place of the default one; an update does."""
    assert datastores.put("ours", datastores.blob(isDefault=True)).json()["properties"]["isDefault"] is False
    assert datastores.default() == "workspaceblobstore"
    assert datastores.put("ours", datastores.blob(isDefault=True)).json()["properties"]["isDefault"] is True
    assert datastores.default() == "ours"
    assert datastores.put("ours", datastores.blob()).json()["properties"]["isDefault"] is True


@pytest.mark.source("learn.microsoft.com/rest/api/azureml/datastores/list")
def test_the_list_is_filtered_and_paged(datastores) -> None:
    """By default store, by names, by text; a page at a time."""
    assert datastores.names(isDefault="true") == ["workspaceblobstore"]
    assert datastores.names(names="workspacefilestore,nothing") == ["workspacefilestore"]
    assert datastores.names(searchText="artifact") == ["workspaceartifactstore"]
    first = datastores.request("GET", count="3").json()
    assert [row["name"] for row in first["value"]] == OWN[:3]
    query = dict(part.split("=") for part in first["nextLink"].partition("?")[2].split("&"))
    token = query["%24skiptoken"]
    assert datastores.names(count="3", **{"$skiptoken": token}) == OWN[3:]


@pytest.mark.source("azure-rest-api-specs, datastores of 2025-12-01; github.com/MicrosoftDocs/azure-docs/issues/110869")
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("with-hyphen", {}),
        ("fine", {"datastoreType": "AzureFile"}),
        ("fine", {"datastoreType": "AzureDataLakeGen2", "accountName": None, "filesystem": "f"}),
        ("fine", {"credentials": None}),
        ("fine", {"credentials": {"credentialsType": "Sas"}}),
        ("fine", {"serviceDataAccessAuthIdentity": "Nobody"}),
        ("fine", {"datastoreType": "OneLake"}),
        ("fine", {"credentials": {"credentialsType": "Certificate"}}),
    ],
)
def test_wrong_datastores_are_validation_errors(datastores, name, change) -> None:
    """Names, types, and what each type needs; what is not served is refused by name."""
    assert error(datastores.put(name, datastores.blob(**change)))[:2] == (400, "ValidationError")


@pytest.mark.source("learn.microsoft.com/azure/machine-learning/concept-soft-delete (datastores are soft-deleted)")
def test_datastores_come_back_with_their_workspace(datastores) -> None:
    """After a recovery they are those that were; after a purge only the workspace's own, made anew."""
    datastores.put("ours", datastores.blob())
    before = datastores.request("GET").json()
    datastores.environment.delete()
    datastores.environment.make(allowRecoverSoftDeletedWorkspace="True")
    assert datastores.request("GET").json() == before
    datastores.environment.delete(forceToPurge="true")
    datastores.environment.make()
    assert datastores.names() == OWN
