"""Do models, environments and codes behave? For raw requests: no azure-mgmt client of this age has them."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from .test_machinelearning import VERSION, Environment, error, new_environment

pytestmark = pytest.mark.slow

SPECIFICATION = "azure-rest-api-specs: machinelearningservices 2024-04-01, examples/Workspace (ModelVersion, ...)"
SDK = "azure-ai-ml 1.35: _utils/_asset_utils.py (_get_latest, _create_or_update_autoincrement)"
YAML = "learn.microsoft.com/azure/machine-learning/reference-yaml-environment"
DELETED = "learn.microsoft.com/azure/machine-learning/concept-soft-delete"
GUIDE = "learn.microsoft.com: Troubleshooting Azure Machine Learning AKS and ACI deployments (edition of 2019)"
VAULTS = "2023-07-01"
KINDS = ("models", "environments", "codes")
VERSIONS: dict[str, dict[str, Any]] = {
    "models": {"modelUri": "azureml://datastores/workspaceblobstore/paths/models/a/1", "modelType": "custom_model"},
    "environments": {"image": "acr.azurecr.io/holdfast/score:abc"},
    "codes": {"codeUri": "https://st.blob.core.windows.net/code/1"},
}


@pytest.fixture
def environment(sandbox, group, unique) -> Environment:
    """A group with a workspace in it."""
    made = new_environment(sandbox, group, unique)
    made.make()
    return made


class Assets:
    """The assets of one workspace."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment

    def request(self, method: str, tail: str, properties: Any = None, **query: str) -> requests.Response:
        body = None if properties is None else {"properties": properties}
        sandbox = self.environment.sandbox
        return sandbox.request(method, f"{self.environment.path}/{tail}", VERSION, body, **query)

    def put(self, tail: str, properties: dict[str, Any]) -> requests.Response:
        return self.request("PUT", tail, properties)

    def get(self, tail: str, **query: str) -> Any:
        answer = self.request("GET", tail, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def assets(environment: Environment) -> Assets:
    return Assets(environment)


@pytest.mark.source(SPECIFICATION)
@pytest.mark.parametrize("kind", KINDS)
def test_a_version_makes_its_container(assets: Assets, kind: str) -> None:
    """The first PUT answers 201, the same again 200; the container is there then and tells of the version."""
    given = {**VERSIONS[kind], "description": "first", "tags": {"a": "b"}}
    made = assets.put(f"{kind}/score/versions/3", given)
    assert (made.status_code, made.json()["name"]) == (201, "3"), made.text
    assert made.json()["type"] == f"Microsoft.MachineLearningServices/workspaces/{kind}/versions"
    assert assets.put(f"{kind}/score/versions/3", given).status_code == 200
    shown = assets.get(f"{kind}/score/versions/3")["properties"]
    assert given.items() <= shown.items()
    container = assets.get(f"{kind}/score")
    assert container["type"] == f"Microsoft.MachineLearningServices/workspaces/{kind}"
    assert (container["properties"]["latestVersion"], container["properties"]["nextVersion"]) == ("3", "4")


@pytest.mark.source(SDK)
def test_the_latest_version_is_the_last_one_made(assets: Assets) -> None:
    """Versions come newest first, whatever was changed since; what is no number does not count for the next one."""
    for version in ("7", "abc", "2"):
        assets.put(f"models/score/versions/{version}", VERSIONS["models"])
    assets.put("models/score/versions/7", {"description": "changed"})
    names = [row["name"] for row in assets.get("models/score/versions")["value"]]
    assert names == ["2", "abc", "7"]
    assert [row["name"] for row in assets.get("models/score/versions", **{"$top": "1"})["value"]] == ["2"]
    properties = assets.get("models/score")["properties"]
    assert (properties["latestVersion"], properties["nextVersion"]) == ("2", "8")


@pytest.mark.source("azure-ai-ml 1.35: _artifacts/_constants.py (ASSET_PATH_ERROR)")
@pytest.mark.parametrize(("kind", "path"), [("models", "modelUri"), ("codes", "codeUri")])
def test_a_path_cannot_be_changed(assets: Assets, kind: str, path: str) -> None:
    """A version keeps its path: another one is refused, and nothing of the request is kept."""
    assets.put(f"{kind}/score/versions/1", VERSIONS[kind])
    refused = assets.put(f"{kind}/score/versions/1", {path: "azureml://elsewhere", "description": "x"})
    assert error(refused) == (400, "UserError", "Asset paths cannot be updated.")
    shown = assets.get(f"{kind}/score/versions/1")["properties"]
    assert (shown[path], shown["description"]) == (VERSIONS[kind][path], None)
    assert assets.put(f"{kind}/score/versions/1", {"tags": {"a": "b"}}).status_code == 200


@pytest.mark.source("github.com/Azure/azure-cli-extensions/issues/5440")
def test_an_environment_cannot_be_changed(assets: Assets) -> None:
    """Another image for a registered environment is refused; its description changes (azure-sdk-for-python#38590)."""
    assets.put("environments/score/versions/6", VERSIONS["environments"])
    refused = assets.put("environments/score/versions/6", {"image": "acr.azurecr.io/other:1"})
    message = "Environment score with version 6 is already registered and cannot be changed."
    assert error(refused) == (400, "UserError", message)
    changed = assets.put("environments/score/versions/6", {**VERSIONS["environments"], "description": "new"})
    assert (changed.status_code, changed.json()["properties"]["description"]) == (200, "new")


@pytest.mark.source(YAML)
def test_an_environment_needs_an_image_or_a_build(assets: Assets) -> None:
    """Neither and both are refused; a build context gets Dockerfile as its default."""
    assert error(assets.put("environments/score/versions/1", {}))[1] == "ValidationError"
    build = {"contextUri": "https://st.blob.core.windows.net/context/"}
    both = assets.put("environments/score/versions/1", {"image": "a", "build": build})
    assert error(both)[1] == "ValidationError"
    made = assets.put("environments/score/versions/1", {"build": build}).json()["properties"]
    assert made["build"] == {**build, "dockerfilePath": "Dockerfile"}
    assert (made["environmentType"], made["osType"]) == ("UserCreated", "Linux")
    assert assets.put("environments/score/versions/1", {"build": build}).status_code == 200


@pytest.mark.source(GUIDE)
def test_a_workspace_that_reads_no_secrets_builds_no_image(sandbox, assets: Assets) -> None:
    """Whoever wiped the vault's policies: the error says nothing of it. With `get` on secrets it builds again, and
    what needs no build never asked."""
    environment = assets.environment
    vault = sandbox.request("GET", environment.vault, VAULTS).json()
    own = vault["properties"]["accessPolicies"]
    wiped = {**vault, "properties": {**vault["properties"], "accessPolicies": []}}
    assert sandbox.request("PUT", environment.vault, VAULTS, wiped).status_code == 200
    build = {"build": {"contextUri": "https://st.blob.core.windows.net/context/"}}
    message = "An internal server error occurred. Please try again. If the problem persists, contact support"
    assert error(assets.put("environments/score/versions/1", build)) == (500, "InternalServerError", message)
    assert assets.put("environments/score/versions/2", VERSIONS["environments"]).status_code == 201
    sandbox.request("PUT", f"{environment.vault}/accessPolicies/add", VAULTS, {"properties": {"accessPolicies": own}})
    assert assets.put("environments/score/versions/1", build).status_code == 201


@pytest.mark.source(GUIDE)
def test_a_workspace_without_a_role_on_an_rbac_vault_builds_no_image(sandbox, group, unique) -> None:
    """The same error; the role that Azure gave it, or one above, is enough."""
    made = new_environment(sandbox, group, unique, rbac=True)
    made.make()
    assets = Assets(made)
    build = {"build": {"contextUri": "https://st.blob.core.windows.net/context/"}}
    assert assets.put("environments/score/versions/1", build).status_code == 201
    roles = f"{made.vault}/providers/Microsoft.Authorization/roleAssignments"
    for row in sandbox.request("GET", roles, "2022-04-01", **{"$filter": "atScope()"}).json()["value"]:
        if row["properties"]["scope"].lower() == made.vault.lower():
            assert sandbox.request("DELETE", row["id"], "2022-04-01").status_code == 200
    assert error(assets.put("environments/score/versions/2", build))[:2] == (500, "InternalServerError")


@pytest.mark.source(SPECIFICATION)
def test_archived_assets_are_listed_when_asked_for(assets: Assets) -> None:
    """`listViewType` chooses; tags and properties are matched by name, or by name and value."""
    assets.put("models/one/versions/1", {**VERSIONS["models"], "tags": {"team": "a"}})
    assets.put("models/one/versions/2", {**VERSIONS["models"], "isArchived": True})

    def names(**query: str) -> list[str]:
        return [row["name"] for row in assets.get("models/one/versions", **query)["value"]]

    assert names() == ["1"]
    assert names(listViewType="ArchivedOnly") == ["2"]
    assert names(listViewType="All") == ["2", "1"]
    assert names(tags="team") == names(tags="team=a") == ["1"]
    assert names(tags="team=b") == []


@pytest.mark.source("azure-rest-api-specs: machinelearningservices 2025-12-01, the patterns of the assets' names")
def test_a_name_that_is_none_is_refused(assets: Assets) -> None:
    """A name starts with a letter or a digit and has no dots."""
    for name in ("-a", "a.b", "a" * 256):
        assert error(assets.put(f"models/{name}/versions/1", VERSIONS["models"]))[1] == "ValidationError"
    assert error(assets.request("GET", "models/none/versions/1"))[1] == "ResourceNotFound"
    assert error(assets.request("GET", "models/none/versions"))[1] == "ResourceNotFound"


@pytest.mark.source(SPECIFICATION)
def test_a_container_goes_with_its_versions(assets: Assets) -> None:
    """DELETE answers 200, then 204; a version goes alone."""
    for version in ("1", "2"):
        assets.put(f"models/score/versions/{version}", VERSIONS["models"])
    assert assets.request("DELETE", "models/score/versions/2").status_code == 200
    assert assets.request("DELETE", "models/score/versions/2").status_code == 204
    assert assets.get("models/score")["properties"]["latestVersion"] == "1"
    assert assets.request("DELETE", "models/score").status_code == 200
    assert assets.request("DELETE", "models/score").status_code == 204
    assert error(assets.request("GET", "models/score/versions/1"))[1] == "ResourceNotFound"


@pytest.mark.source(DELETED)
def test_assets_come_back_with_their_workspace(assets: Assets) -> None:
    """A soft-deleted workspace that is recovered has its models and environments as they were."""
    assets.put("models/score/versions/1", VERSIONS["models"])
    before = assets.get("models/score/versions/1")
    assets.environment.delete()
    assets.environment.make(allowRecoverSoftDeletedWorkspace="True")
    assert assets.get("models/score/versions/1") == before
