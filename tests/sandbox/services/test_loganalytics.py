"""Do Log Analytics workspaces behave, for azure-mgmt-loganalytics and for raw requests?"""

from __future__ import annotations

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.loganalytics import LogAnalyticsManagementClient

VERSION = "2023-09-01"
PLAIN = {"location": "westeurope"}


def workspace_id(sandbox, group: str, name: str) -> str:
    return f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.OperationalInsights/workspaces/{name}"


def error(answer) -> tuple[int, str, str]:
    body = answer.json()["error"]
    return answer.status_code, body["code"], body["message"]


def make(sandbox, group: str, name: str, **properties):
    """A workspace, created and settled; what a GET answers then."""
    path = workspace_id(sandbox, group, name)
    answer = sandbox.request("PUT", path, VERSION, {**PLAIN, "properties": properties})
    assert answer.status_code in (200, 201), answer.text
    return sandbox.request("GET", path, VERSION).json()


@pytest.mark.source("learn.microsoft.com/rest/api/loganalytics/workspaces")
def test_a_workspace_lives_its_life_in_azure_mgmt_loganalytics(sandbox, group, unique) -> None:
    """A workspace is created, read, patched, listed and deleted by azure-mgmt-loganalytics."""
    workspaces, name = sandbox.client(LogAnalyticsManagementClient).workspaces, unique("log-")
    made = workspaces.begin_create_or_update(group, name, {**PLAIN, "tags": {"a": "1"}}).result()
    assert (made.name, made.location, made.properties.provisioning_state) == (name, "westeurope", "Succeeded")
    assert made.properties.customer_id
    assert workspaces.get(group, name.upper()).id == made.id
    patched = workspaces.update(group, name, {"tags": {"b": "2"}, "properties": {"retentionInDays": 90}})
    assert (patched.tags, patched.properties.retention_in_days) == ({"b": "2"}, 90)
    assert [one.name for one in workspaces.list_by_resource_group(group)] == [name]
    assert name in [one.name for one in workspaces.list()]
    workspaces.begin_delete(group, name, force=True).result()
    with pytest.raises(HttpResponseError) as gone:
        workspaces.get(group, name)
    assert gone.value.error.code == "ResourceNotFound"


@pytest.mark.source("learn.microsoft.com/rest/api/loganalytics/workspaces/create-or-update")
def test_creation_answers_201_and_is_polled_by_its_state(sandbox, group, unique) -> None:
    """A new workspace is Creating in its 201 and Succeeded at the next GET; an update answers 200."""
    path = workspace_id(sandbox, group, unique("log-"))
    first = sandbox.request("PUT", path, VERSION, PLAIN)
    assert (first.status_code, first.json()["properties"]["provisioningState"]) == (201, "Creating")
    assert sandbox.request("GET", path, VERSION).json()["properties"]["provisioningState"] == "Succeeded"
    assert sandbox.request("PUT", path, VERSION, PLAIN).status_code == 200


@pytest.mark.source("learn.microsoft.com/rest/api/loganalytics/workspaces/create-or-update")
def test_what_is_left_out_gets_the_documented_defaults(sandbox, group, unique) -> None:
    """A bare workspace pays per gigabyte, keeps 30 days, has no cap and is open."""
    properties = make(sandbox, group, unique("log-"))["properties"]
    assert properties["sku"]["name"] == "PerGB2018"
    assert properties["retentionInDays"] == 30
    assert properties["workspaceCapping"]["dailyQuotaGb"] == -1
    assert properties["publicNetworkAccessForIngestion"] == "Enabled"
    assert properties["publicNetworkAccessForQuery"] == "Enabled"
    assert properties["features"]["enableLogAccessUsingOnlyResourcePermissions"] is True


@pytest.mark.source("az monitor log-analytics workspace update --retention-time 7, quoted in public scripts")
@pytest.mark.parametrize("days", [7, 29, 731])
def test_a_retention_outside_the_tiers_limits_is_refused(sandbox, group, unique, days) -> None:
    """PerGB2018 keeps 30 to 730 days."""
    wanted = {**PLAIN, "properties": {"retentionInDays": days}}
    assert error(sandbox.request("PUT", workspace_id(sandbox, group, unique("log-")), VERSION, wanted)) == (
        400,
        "InvalidParameter",
        "'RetentionInDays' property doesn't match the SKU limits.",
    )


@pytest.mark.source("learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure")
@pytest.mark.parametrize("days", [30, 730])
def test_the_limits_themselves_are_allowed(sandbox, group, unique, days) -> None:
    """30 and 730 days are kept as asked."""
    assert make(sandbox, group, unique("log-"), retentionInDays=days)["properties"]["retentionInDays"] == days


@pytest.mark.unverified
@pytest.mark.parametrize(
    ("name", "properties"),
    [
        ("abc", {}),
        ("-abcd", {}),
        ("log_x", {}),
        ("fine-name", {"sku": {"name": "Gold"}}),
        ("fine-name", {"publicNetworkAccessForQuery": "Perhaps"}),
        ("fine-name", {"workspaceCapping": {"dailyQuotaGb": 0.001}}),
    ],
)
def test_other_wrong_values_are_invalid_parameters(sandbox, group, name, properties) -> None:
    """A malformed name, an unknown tier, an unknown access and a cap below 0.023 GB: InvalidParameter."""
    answer = sandbox.request("PUT", workspace_id(sandbox, group, name), VERSION, {**PLAIN, "properties": properties})
    assert error(answer)[:2] == (400, "InvalidParameter")


@pytest.mark.source("learn.microsoft.com/azure/azure-monitor/logs/delete-workspace")
def test_a_deleted_workspace_comes_back_with_its_identity(sandbox, group, unique) -> None:
    """A delete is soft: it is listed as deleted, and a creation of the same name recovers id and keys."""
    path = workspace_id(sandbox, group, name := unique("log-"))
    before, keys = (
        make(sandbox, group, name, retentionInDays=90),
        sandbox.request("POST", f"{path}/sharedKeys", VERSION),
    )
    assert sandbox.request("DELETE", path, VERSION).status_code == 200
    client = sandbox.client(LogAnalyticsManagementClient)
    assert [one.name for one in client.deleted_workspaces.list_by_resource_group(group)] == [name]
    again = make(sandbox, group, name)
    assert again["properties"]["customerId"] == before["properties"]["customerId"]
    assert again["properties"]["retentionInDays"] == 90
    assert sandbox.request("POST", f"{path}/sharedKeys", VERSION).json() == keys.json()
    assert list(client.deleted_workspaces.list_by_resource_group(group)) == []


@pytest.mark.source("learn.microsoft.com/rest/api/loganalytics/workspaces/delete (force)")
def test_a_forced_delete_is_for_good(sandbox, group, unique) -> None:
    """After force=true the same name is another workspace; deleting what is not there answers 204."""
    path = workspace_id(sandbox, group, name := unique("log-"))
    before = make(sandbox, group, name)
    assert sandbox.request("DELETE", path, VERSION, force="true").status_code == 200
    assert sandbox.request("DELETE", path, VERSION, force="true").status_code == 204
    assert make(sandbox, group, name)["properties"]["customerId"] != before["properties"]["customerId"]


@pytest.mark.unverified
def test_recovery_happens_in_the_old_place_only(sandbox, group, unique) -> None:
    """A soft-deleted workspace can't be made anew in another location."""
    path = workspace_id(sandbox, group, name := unique("log-"))
    make(sandbox, group, name)
    sandbox.request("DELETE", path, VERSION)
    assert error(sandbox.request("PUT", path, VERSION, {"location": "eastus"}))[:2] == (409, "Conflict")


@pytest.mark.source("learn.microsoft.com/azure/azure-monitor/logs/delete-workspace")
def test_a_groups_deletion_deletes_its_workspaces_softly(sandbox, group, unique) -> None:
    """The workspace of a deleted group is among the deleted ones, and comes back with the group."""
    name = unique("log-")
    before = make(sandbox, group, name)
    path = f"{sandbox.subscription}/resourceGroups/{group}"
    assert sandbox.request("DELETE", path, "2024-03-01").status_code == 202
    assert sandbox.request("GET", path, "2024-03-01").status_code == 404
    deleted = sandbox.client(LogAnalyticsManagementClient).deleted_workspaces.list()
    assert name in [one.name for one in deleted]
    assert sandbox.request("PUT", path, "2024-03-01", PLAIN).status_code == 201
    assert make(sandbox, group, name)["properties"]["customerId"] == before["properties"]["customerId"]


@pytest.mark.source("learn.microsoft.com/rest/api/loganalytics/shared-keys")
def test_the_keys_are_given_and_regenerated(sandbox, group, unique) -> None:
    """sharedKeys gives two keys; regenerating changes both."""
    keys, name = sandbox.client(LogAnalyticsManagementClient).shared_keys, unique("log-")
    make(sandbox, group, name)
    before = keys.get_shared_keys(group, name)
    after = keys.regenerate(group, name)
    assert before.primary_shared_key != after.primary_shared_key
    assert keys.get_shared_keys(group, name).secondary_shared_key == after.secondary_shared_key


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors")
def test_location_and_version_are_checked(sandbox, group, unique) -> None:
    """No location, a changed one, an unknown version and an unserved child are refused by name."""
    path = workspace_id(sandbox, group, name := unique("log-"))
    assert error(sandbox.request("PUT", path, VERSION, {}))[:2] == (400, "LocationRequired")
    make(sandbox, group, name)
    moved = error(sandbox.request("PUT", path, VERSION, {"location": "eastus"}))
    assert moved[:2] == (409, "InvalidResourceLocation")
    assert error(sandbox.request("PUT", path, "2019-01-01", PLAIN))[:2] == (400, "NoRegisteredProviderFound")
    assert error(sandbox.request("PUT", f"{path}/tables/x", VERSION, {}))[:2] == (404, "InvalidResourceType")


@pytest.mark.source("learn.microsoft.com/rest/api/loganalytics/workspaces/create-or-update (systemData)")
def test_who_made_and_changed_it_is_told(sandbox, group, unique) -> None:
    """systemData names the creator and the last change; versions before it do not show it."""
    path = workspace_id(sandbox, group, name := unique("log-"))
    made = make(sandbox, group, name)["systemData"]
    changed = sandbox.request("PATCH", path, VERSION, {"tags": {"a": "1"}}).json()["systemData"]
    assert (changed["createdAt"], changed["createdByType"]) == (made["createdAt"], "Application")
    assert changed["lastModifiedAt"] > made["lastModifiedAt"]
    assert "systemData" not in sandbox.request("GET", path, "2021-06-01").json()
