"""Do Application Insights components behave, for azure-mgmt-applicationinsights and for raw requests?"""

from __future__ import annotations

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.applicationinsights import ApplicationInsightsManagementClient

VERSION = "2020-02-02"
PLAIN = {"location": "westeurope", "kind": "web", "properties": {"Application_Type": "web"}}


def component_id(sandbox, group: str, name: str, namespace: str = "Microsoft.Insights") -> str:
    return f"{sandbox.subscription}/resourceGroups/{group}/providers/{namespace}/components/{name}"


def error(answer) -> tuple[int, str, str]:
    body = answer.json()["error"]
    return answer.status_code, body["code"], body["message"]


@pytest.fixture
def logs(sandbox, group, unique) -> str:
    """The id of a Log Analytics workspace in the group."""
    where = f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.OperationalInsights/workspaces"
    path = f"{where}/{unique('log-')}"
    assert sandbox.request("PUT", path, "2023-09-01", {"location": "westeurope"}).status_code == 201
    return path


@pytest.mark.source("learn.microsoft.com/rest/api/application-insights/components")
def test_a_component_lives_its_life_in_azure_mgmt_applicationinsights(sandbox, group, unique, logs) -> None:
    """A component is created, read, tagged, listed and deleted by azure-mgmt-applicationinsights."""
    client = sandbox.client(ApplicationInsightsManagementClient, api_version=VERSION)
    components, name = client.components, unique("appi-")
    wanted = {"location": "westeurope", "kind": "web", "application_type": "web", "workspace_resource_id": logs}
    made = components.create_or_update(group, name, client.models(VERSION).ApplicationInsightsComponent(**wanted))
    assert (made.name, made.kind, made.provisioning_state) == (name, "web", "Succeeded")
    assert (made.workspace_resource_id, made.ingestion_mode) == (logs, "LogAnalytics")
    assert f"InstrumentationKey={made.instrumentation_key};" in made.connection_string
    assert components.get(group, name.upper()).app_id == made.app_id
    assert components.update_tags(group, name, {"tags": {"a": "1"}}).tags == {"a": "1"}
    assert [one.name for one in components.list_by_resource_group(group)] == [name]
    assert name in [one.name for one in components.list()]
    components.delete(group, name)
    with pytest.raises(HttpResponseError) as gone:
        components.get(group, name)
    assert gone.value.error.code == "ResourceNotFound"


@pytest.mark.source("azure-rest-api-specs, machinelearningservices examples: ids with 'microsoft.insights'")
def test_either_spelling_of_the_provider_finds_it_and_the_answer_has_one(sandbox, group, unique) -> None:
    """Microsoft.Insights and microsoft.insights are one provider; the id comes back in lower case."""
    name = unique("appi-")
    made = sandbox.request("PUT", component_id(sandbox, group, name), VERSION, PLAIN).json()
    lower = component_id(sandbox, group, name, "microsoft.insights")
    assert (made["id"], made["type"]) == (lower, "microsoft.insights/components")
    assert sandbox.request("GET", lower, VERSION).json() == made


@pytest.mark.source("learn.microsoft.com/rest/api/application-insights/components/create-or-update")
def test_what_is_left_out_gets_the_documented_defaults(sandbox, group, unique, logs) -> None:
    """A bare component keeps 90 days and is open; no endpoint of it can resolve."""
    wanted = {**PLAIN, "properties": {"Application_Type": "web", "WorkspaceResourceId": logs}}
    properties = sandbox.request("PUT", component_id(sandbox, group, unique("appi-")), VERSION, wanted).json()[
        "properties"
    ]
    assert (properties["Flow_Type"], properties["Request_Source"]) == ("Bluefield", "rest")
    assert properties["RetentionInDays"] == 90
    assert properties["publicNetworkAccessForIngestion"] == "Enabled"
    endpoints = [part for part in properties["ConnectionString"].split(";") if "https://" in part]
    assert all(part.endswith(".invalid/") for part in endpoints)
    assert len(endpoints) == 2


@pytest.mark.source("github.com/Azure-Samples/keyvault-rotation-storageaccountkey-powershell/issues/2")
def test_a_workspace_id_that_is_none_is_invalid(sandbox, group, unique) -> None:
    """A WorkspaceResourceId that is not the id of a workspace: BadRequest in Azure's words."""
    wanted = {**PLAIN, "properties": {"Application_Type": "web", "WorkspaceResourceId": "workspace-1"}}
    assert error(sandbox.request("PUT", component_id(sandbox, group, unique("appi-")), VERSION, wanted)) == (
        400,
        "BadRequest",
        "Provided WorkspaceResourceId is invalid",
    )


@pytest.mark.source("github.com/microsoft/aspire/issues/3854")
def test_the_workspace_must_exist(sandbox, group, unique, logs) -> None:
    """A WorkspaceResourceId that nothing has: the workspace could not be retrieved."""
    wanted = {**PLAIN, "properties": {"Application_Type": "web", "WorkspaceResourceId": logs + "x"}}
    status, code, message = error(
        sandbox.request("PUT", component_id(sandbox, group, unique("appi-")), VERSION, wanted)
    )
    assert (status, code) == (400, "BadRequest")
    assert message.startswith("Could not retrieve the Log Analytics workspace from ARM: ")


@pytest.mark.unverified
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"kind": None}, "kind"),
        ({"properties": {}}, "Application_Type"),
        ({"properties": {"Application_Type": "desktop"}}, "Application_Type"),
        ({"properties": {"Application_Type": "web", "RetentionInDays": 91}}, "RetentionInDays"),
        ({"properties": {"Application_Type": "web", "IngestionMode": "LogAnalytics"}}, "WorkspaceResourceId"),
    ],
)
def test_missing_and_wrong_properties_are_named(sandbox, group, unique, change, named) -> None:
    """What is required or outside its choices: BadRequest with the property's name."""
    answer = sandbox.request("PUT", component_id(sandbox, group, unique("appi-")), VERSION, {**PLAIN, **change})
    assert error(answer)[:2] == (400, "BadRequest")
    assert f"'{named}'" in error(answer)[2]


@pytest.mark.source("learn.microsoft.com/rest/api/application-insights/components/create-or-update")
def test_an_update_keeps_the_keys_and_the_link(sandbox, group, unique, logs) -> None:
    """A second PUT keeps keys, ids and the workspace, and replaces tags; a new component has new keys."""
    path = component_id(sandbox, group, unique("appi-"))
    linked = {**PLAIN, "properties": {"Application_Type": "web", "WorkspaceResourceId": logs}, "tags": {"a": "1"}}
    before = sandbox.request("PUT", path, VERSION, linked).json()
    after = sandbox.request("PUT", path, VERSION, PLAIN).json()
    for name in ("InstrumentationKey", "AppId", "ConnectionString", "CreationDate", "WorkspaceResourceId"):
        assert after["properties"][name] == before["properties"][name]
    assert after["tags"] == {}
    assert [sandbox.request("DELETE", path, VERSION).status_code for _ in range(2)] == [200, 204]
    anew = sandbox.request("PUT", path, VERSION, PLAIN).json()
    assert anew["properties"]["InstrumentationKey"] != before["properties"]["InstrumentationKey"]


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors")
def test_location_and_version_are_checked(sandbox, group, unique) -> None:
    """No location, a changed one and an unknown version are refused."""
    path = component_id(sandbox, group, unique("appi-"))
    without = {key: value for key, value in PLAIN.items() if key != "location"}
    assert error(sandbox.request("PUT", path, VERSION, without))[:2] == (400, "LocationRequired")
    assert sandbox.request("PUT", path, VERSION, PLAIN).status_code == 200
    moved = sandbox.request("PUT", path, VERSION, {**PLAIN, "location": "eastus"})
    assert error(moved)[:2] == (409, "InvalidResourceLocation")
    assert error(sandbox.request("GET", path, "2099-01-01"))[:2] == (400, "NoRegisteredProviderFound")
