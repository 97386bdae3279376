"""Are templates deployed as Resource Manager deploys them? For raw requests; azure-mgmt-resource has no deployments any
more."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
import requests

from holdfast_sandbox.arm import identity

from .conftest import Server

REST = "learn.microsoft.com/rest/api/resources/deployments"
MODES = "learn.microsoft.com/azure/azure-resource-manager/templates/deployment-modes"
VAULT = "Microsoft.KeyVault/vaults"


def vault(name: str, version: str = "2023-07-01", **properties: Any) -> dict[str, Any]:
    said = {"tenantId": identity.TENANT_ID, "sku": {"family": "A", "name": "standard"}, "accessPolicies": []}
    return {
        "type": VAULT,
        "apiVersion": version,
        "name": name,
        "location": "westeurope",
        "properties": said | properties,
    }


def deploy(server: Server, group: str, *resources: Any, name: str = "main", **more: Any) -> requests.Response:
    template = {"contentVersion": "1.0.0.0", "resources": list(resources), **more.pop("template", {})}
    body = {"properties": {"mode": "Incremental", "template": template, **more}}
    return server.request("PUT", f"{_path(group)}/{name}", body)


def ended(server: Server, answer: requests.Response) -> dict[str, Any]:
    """What the operation came to."""
    assert (answer.status_code, answer.json()["properties"]["provisioningState"]) == (201, "Accepted"), answer.text
    path = answer.headers["Azure-AsyncOperation"].removeprefix(server.url).partition("?")[0]
    return dict(server.request("GET", path).json())


def _path(group: str) -> str:
    return f"resourceGroups/{group}/providers/Microsoft.Resources/deployments"


@pytest.fixture
def name() -> str:
    return f"kv-{uuid.uuid4().hex[:10]}"


@pytest.mark.source(f"{REST}/create-or-update")
def test_a_template_is_deployed_and_kept(server: Server, group: str, name: str) -> None:
    """Its resources are there, with the parameters filled in; it can be read, listed and exported."""
    declared = {"vaultName": {"type": "string"}, "days": {"type": "int", "defaultValue": 7}}
    wanted = vault("[parameters('vaultName')]", softDeleteRetentionInDays="[parameters('days')]")
    given = {"vaultName": {"value": name}}
    begun = deploy(server, group, wanted, parameters=given, template={"parameters": declared})
    assert ended(server, begun)["status"] == "Succeeded"
    made = server.request("GET", f"resourceGroups/{group}/providers/{VAULT}/{name}", version="2023-07-01").json()
    assert made["properties"]["softDeleteRetentionInDays"] == 7
    read = server.request("GET", f"{_path(group)}/main").json()
    assert (read["properties"]["provisioningState"], read["properties"]["parameters"]) == ("Succeeded", given)
    assert [one["id"] for one in read["properties"]["outputResources"]] == [made["id"]]
    providers = [{"namespace": "Microsoft.KeyVault", "resourceTypes": [{"resourceType": "vaults"}]}]
    assert read["properties"]["providers"] == providers
    assert server.request("GET", _path(group)).json()["value"] == [read]
    exported = server.request("POST", f"{_path(group)}/main/exportTemplate").json()["template"]
    assert exported["resources"][0]["apiVersion"] == "2023-07-01"
    assert server.request("DELETE", f"{_path(group)}/main").status_code == 204
    gone = server.request("GET", f"{_path(group)}/main")
    assert (gone.status_code, gone.json()["error"]["message"]) == (404, "Deployment 'main' could not be found.")
    assert server.request("GET", made["id"], version="2023-07-01").status_code == 200


@pytest.mark.source(
    "github.com/MicrosoftDocs/azure-docs/issues/107757; github.com/Azure/Azure-Landing-Zones/issues/3261"
)
def test_what_fails_is_told_as_a_detail_and_what_came_before_stays(server: Server, group: str, name: str) -> None:
    """Each failed operation with its own error as a text; a later deployment of the same name takes its place."""
    broken = vault(f"{name}-b", tenantId="no-guid")
    done = ended(server, deploy(server, group, vault(name), broken, vault(f"{name}-c")))
    assert (done["status"], done["error"]["code"]) == ("Failed", "DeploymentFailed")
    detail = done["error"]["details"][0]
    assert detail["code"] == "BadRequest"
    inner = json.loads(detail["message"])["error"]
    operations = server.request("GET", f"{_path(group)}/main/operations").json()["value"]
    states = [one["properties"]["provisioningState"] for one in operations]
    assert states == ["Succeeded", "Failed"]
    failed = operations[1]["properties"]
    assert failed["statusMessage"]["error"] == inner
    assert (failed["targetResource"]["resourceType"], failed["targetResource"]["resourceName"]) == (VAULT, f"{name}-b")
    there = {
        one: server.request("GET", f"resourceGroups/{group}/providers/{VAULT}/{one}", version="2023-07-01")
        for one in (name, f"{name}-b", f"{name}-c")
    }
    assert [one.status_code for one in there.values()] == [200, 404, 404]
    only = f"{_path(group)}"
    assert len(server.request("GET", only, params={"$filter": "provisioningState eq 'Failed'"}).json()["value"]) == 1
    assert ended(server, deploy(server, group, vault(name)))["status"] == "Succeeded"
    assert server.request("GET", only, params={"$filter": "provisioningState eq 'Failed'"}).json()["value"] == []
    assert server.request("GET", only, params={"$filter": "name eq 'x'"}).status_code == 400


@pytest.mark.source(MODES)
def test_a_template_replaces_what_it_names(server: Server, group: str, name: str) -> None:
    """As a PUT of the resource does: the vault's policies are the template's; a nested type has a nested name."""
    entry = {"tenantId": identity.TENANT_ID, "objectId": str(uuid.uuid4()), "permissions": {"secrets": ["get"]}}
    ended(server, deploy(server, group, vault(name, accessPolicies=[entry])))
    ended(server, deploy(server, group, vault(name)))
    where = f"resourceGroups/{group}/providers/{VAULT}/{name}"
    assert server.request("GET", where, version="2023-07-01").json()["properties"]["accessPolicies"] == []
    added = {
        "type": f"{VAULT}/accessPolicies",
        "apiVersion": "2023-07-01",
        "name": f"{name}/add",
        "properties": {"accessPolicies": [entry]},
    }
    assert ended(server, deploy(server, group, added))["status"] == "Succeeded"
    policies = server.request("GET", where, version="2023-07-01").json()["properties"]["accessPolicies"]
    assert [one["objectId"] for one in policies] == [entry["objectId"]]


def test_what_is_not_served_is_refused_by_name(server: Server, group: str, name: str) -> None:
    """Nothing of such a template is carried out."""
    refused = [
        deploy(server, group, vault(name), {**vault(name), "copy": {"name": "x", "count": 2}}),
        deploy(server, group, vault("[concat('kv', 'x')]")),
        deploy(server, group, vault(name), mode="Complete"),
        server.request("PUT", f"{_path(group)}/main", {"properties": {"mode": "Incremental", "templateLink": {}}}),
    ]
    for answer in refused:
        assert answer.status_code == 400, answer.text
        assert answer.json()["error"]["message"].startswith("The sandbox deploys no template with "), answer.text
    assert server.request("GET", _path(group)).json()["value"] == []
    assert (
        server.request("GET", f"resourceGroups/{group}/providers/{VAULT}/{name}", version="2023-07-01").status_code
        == 404
    )


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-invalid-template")
def test_a_template_that_is_none_is_refused(server: Server, group: str, name: str) -> None:
    """Without resources, with a parameter that nobody gives, with a name that does not fit its type."""
    refused = [
        deploy(server, group, template={"resources": None}),
        deploy(server, group, {"type": VAULT, "name": name}),
        deploy(server, group, vault("[parameters('x')]")),
        deploy(server, group, vault(name), template={"parameters": {"x": {"type": "string"}}}),
        deploy(server, group, vault(f"{name}/more")),
    ]
    for answer in refused:
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidTemplate"), answer.text
    body = server.request("PUT", f"{_path(group)}/main", {}).json()
    assert body["error"]["code"] == "InvalidRequestContent"


def test_a_group_takes_its_deployments_along(server: Server, name: str) -> None:
    """A new group of that name has none."""
    group = f"rg-{uuid.uuid4().hex[:10]}"
    for _ in range(2):
        server.request("PUT", f"resourceGroups/{group}", {"location": "westeurope"}).raise_for_status()
        assert server.request("GET", _path(group)).json()["value"] == []
        assert ended(server, deploy(server, group, vault(name)))["status"] in ("Succeeded", "Failed")
        server.request("DELETE", f"resourceGroups/{group}").raise_for_status()
        server.request("GET", "resourceGroups").raise_for_status()
