"""Do diagnostic settings behave, for raw requests as the az CLI and azurerm send them?

azure-mgmt-monitor 7 has no diagnostic settings any more, so that no client of Microsoft's judges here.
"""

from __future__ import annotations

import pytest

from holdfast_sandbox.arm import identity
from holdfast_sandbox.arm.services.monitor.categories import BY_TYPE

VERSION = "2021-05-01-preview"
STORAGE = "2024-01-01"
PLAIN = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
VAULT = {"sku": {"family": "A", "name": "standard"}, "tenantId": identity.TENANT_ID, "accessPolicies": []}
ALL_LOGS = [{"categoryGroup": "allLogs", "enabled": True}]
ALL_METRICS = [{"category": "AllMetrics", "enabled": True}]


@pytest.fixture
def scope(sandbox, group) -> str:
    """The id of a fresh resource group."""
    return f"{sandbox.subscription}/resourceGroups/{group}"


@pytest.fixture
def vault(sandbox, scope, unique) -> str:
    """The id of a vault."""
    path = f"{scope}/providers/Microsoft.KeyVault/vaults/{unique('kv-')}"
    body = {"location": "westeurope", "properties": VAULT}
    assert sandbox.request("PUT", path, "2023-07-01", body).status_code == 200
    return path


@pytest.fixture
def account(sandbox, scope, unique) -> str:
    """The id of a storage account."""
    path = f"{scope}/providers/Microsoft.Storage/storageAccounts/{unique('st')}"
    sandbox.settled(sandbox.request("PUT", path, STORAGE, PLAIN), STORAGE)
    return path


@pytest.fixture
def logs(sandbox, scope, unique) -> str:
    """The id of a Log Analytics workspace."""
    path = f"{scope}/providers/Microsoft.OperationalInsights/workspaces/{unique('log-')}"
    answer = sandbox.request("PUT", path, "2023-09-01", {"location": "westeurope", "properties": {}})
    assert answer.status_code in (200, 201, 202), answer.text
    return path


def put(sandbox, target: str, name: str = "all", **properties):
    path = f"{target}/providers/Microsoft.Insights/diagnosticSettings/{name}"
    return sandbox.request("PUT", path, VERSION, {"properties": properties})


def refused(answer) -> tuple[int, str, str]:
    """This service answers the bare error, not one under `error`."""
    body = answer.json()
    return answer.status_code, body["code"], body["message"]


@pytest.mark.source("learn.microsoft.com/rest/api/monitor/diagnostic-settings (2021-05-01-preview)")
def test_a_setting_lives_its_life(sandbox, vault, logs) -> None:
    """A setting is made, read, listed, replaced and deleted."""
    made = put(sandbox, vault, workspaceId=logs, logs=ALL_LOGS, metrics=ALL_METRICS)
    assert made.status_code == 200, made.text
    path = f"{vault}/providers/Microsoft.Insights/diagnosticSettings/all"
    body = sandbox.request("GET", path, VERSION).json()
    assert body == made.json()
    assert (body["id"], body["name"], body["type"]) == (path, "all", "Microsoft.Insights/diagnosticSettings")
    assert body["properties"]["workspaceId"] == logs
    assert body["properties"]["logs"][0]["categoryGroup"] == "allLogs"
    again = put(sandbox, vault, workspaceId=logs, logs=[{"category": "AuditEvent", "enabled": True}])
    assert (again.status_code, again.json()["properties"]["metrics"]) == (200, [])
    listed = sandbox.request("GET", path.rpartition("/")[0], VERSION).json()["value"]
    assert [one["properties"]["logs"][0]["category"] for one in listed] == ["AuditEvent"]
    assert sandbox.request("DELETE", path, VERSION).status_code == 200
    assert sandbox.request("DELETE", path, VERSION).status_code == 204
    assert sandbox.request("GET", path, VERSION).status_code == 404


@pytest.mark.source("learn.microsoft.com/azure/azure-monitor/reference/supported-logs (one page a type)")
def test_each_type_lists_its_categories(sandbox, vault, account, logs) -> None:
    """A vault has its two logs, an account none but its blobs do; a single one can be read."""

    def listed(target: str) -> dict[str, str]:
        path = f"{target}/providers/Microsoft.Insights/diagnosticSettingsCategories"
        answer = sandbox.request("GET", path, VERSION)
        assert answer.status_code == 200, answer.text
        return {one["name"]: one["properties"]["categoryType"] for one in answer.json()["value"]}

    assert listed(vault) == {"AllMetrics": "Metrics", "AuditEvent": "Logs", "AzurePolicyEvaluationDetails": "Logs"}
    assert listed(account) == {"Transaction": "Metrics", "Capacity": "Metrics"}
    blobs = f"{account}/blobServices/default"
    assert {name for name, kind in listed(blobs).items() if kind == "Logs"} == {
        "StorageRead",
        "StorageWrite",
        "StorageDelete",
    }
    one = f"{vault}/providers/Microsoft.Insights/diagnosticSettingsCategories/auditevent"
    assert sandbox.request("GET", one, VERSION).json()["properties"]["categoryGroups"] == ["audit", "allLogs"]
    assert sandbox.request("GET", f"{one}s", VERSION).status_code == 404
    assert put(sandbox, blobs, workspaceId=logs, logs=ALL_LOGS, metrics=ALL_METRICS).status_code == 200
    files = f"{account}/fileServices/default"
    assert put(sandbox, files, workspaceId=logs, logs=[{"categoryGroup": "audit", "enabled": True}]).status_code == 200
    assert (
        put(sandbox, account, workspaceId=logs, metrics=[{"category": "Transaction", "enabled": True}]).status_code
        == 200
    )


@pytest.mark.source("github.com/hashicorp/terraform-provider-azurerm/issues/2985")
def test_an_unknown_log_category_is_refused(sandbox, vault, logs) -> None:
    """BadRequest, in the service's words and without an envelope."""
    answer = put(sandbox, vault, workspaceId=logs, logs=[{"category": "WorkflowRuntime", "enabled": True}])
    assert refused(answer) == (400, "BadRequest", "Category 'WorkflowRuntime' is not supported.")


@pytest.mark.source("github.com/TaoYang-Cloud/azurepolicy/issues/19")
def test_an_unknown_metric_category_is_refused(sandbox, vault, logs) -> None:
    """The message lists what is supported."""
    answer = put(sandbox, vault, workspaceId=logs, metrics=[{"category": "Gateway Requests", "enabled": True}])
    assert refused(answer) == (
        400,
        "BadRequest",
        "Metric category 'Gateway Requests' is not supported, supported categories are: 'AllMetrics'",
    )


@pytest.mark.source("public deployment logs: CategoryGroup: 'allLogs' is not supported, supported ones are: ''")
def test_a_group_that_the_type_has_not_is_refused(sandbox, account, logs) -> None:
    """A storage account has metrics only."""
    assert refused(put(sandbox, account, workspaceId=logs, logs=ALL_LOGS)) == (
        400,
        "BadRequest",
        "CategoryGroup: 'allLogs' is not supported, supported ones are: ''",
    )


@pytest.mark.source("github.com/Azure/azure-rest-api-specs/issues/22719")
def test_categories_and_groups_do_not_mix(sandbox, vault, logs) -> None:
    """One setting names categories or groups."""
    mixed = [*ALL_LOGS, {"category": "AuditEvent", "enabled": True}]
    assert refused(put(sandbox, vault, workspaceId=logs, logs=mixed)) == (
        400,
        "BadRequest",
        "Diagnostic setting does not support mix of log category and log category group.",
    )


@pytest.mark.source("github.com/Azure/terraform-azurerm-avm-ptn-aiml-landing-zone/issues/19")
def test_one_category_goes_to_a_workspace_once(sandbox, vault, logs) -> None:
    """A second setting for the same category and workspace: Conflict, also where a group holds the category."""
    assert put(sandbox, vault, "first", workspaceId=logs, metrics=ALL_METRICS).status_code == 200
    conflict = (
        "Data sink '{}' is already used in diagnostic setting 'first' for category '{}'. Data sinks can't be reused in "
        "different settings on the same category for the same resource."
    )
    answer = put(sandbox, vault, "second", workspaceId=logs, metrics=ALL_METRICS)
    assert refused(answer) == (409, "Conflict", conflict.format(logs, "AllMetrics"))
    assert put(sandbox, vault, "first", workspaceId=logs, logs=ALL_LOGS).status_code == 200
    answer = put(sandbox, vault, "second", workspaceId=logs, logs=[{"category": "AuditEvent", "enabled": True}])
    assert refused(answer) == (409, "Conflict", conflict.format(logs, "AuditEvent"))
    assert put(sandbox, vault, "second", workspaceId=logs, metrics=ALL_METRICS).status_code == 200


@pytest.mark.source("learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings (five a resource)")
def test_a_resource_has_at_most_five(sandbox, vault, scope, unique) -> None:
    """The sixth is refused; a change of one of the five is not."""
    for number in range(5):
        workspace = f"{scope}/providers/Microsoft.OperationalInsights/workspaces/{unique('log-')}"
        sandbox.request("PUT", workspace, "2023-09-01", {"location": "westeurope", "properties": {}})
        assert put(sandbox, vault, f"n{number}", workspaceId=workspace, logs=ALL_LOGS).status_code == 200
    sixth = put(sandbox, vault, "n5", workspaceId=workspace, metrics=ALL_METRICS)
    assert sixth.status_code == 400
    assert sixth.json()["message"].startswith("The limit of 5 diagnostic settings was reached.")
    assert put(sandbox, vault, "n4", workspaceId=workspace, metrics=ALL_METRICS).status_code == 200


@pytest.mark.source('terraform-provider-azurerm: monitor_diagnostic_setting_resource.go ("creates" but 404\'s on Read)')
@pytest.mark.parametrize("what", [{}, {"logs": [{"category": "AuditEvent", "enabled": False}]}])
def test_what_collects_nothing_is_answered_and_gone(sandbox, vault, logs, what) -> None:
    """A setting with no log or metric enabled is created, and its read finds nothing."""
    assert put(sandbox, vault, workspaceId=logs, **what).status_code == 200
    path = f"{vault}/providers/Microsoft.Insights/diagnosticSettings/all"
    assert sandbox.request("GET", path, VERSION).status_code == 404


@pytest.mark.source("github.com/MicrosoftDocs/azure-docs/issues/78615")
def test_the_workspace_must_be_there(sandbox, vault, logs) -> None:
    """ResourceNotFound, the id in lower case."""
    assert refused(put(sandbox, vault, workspaceId=f"{logs}X", logs=ALL_LOGS)) == (
        404,
        "ResourceNotFound",
        f"The resource '{logs.lower()}x' doesn't exist.",
    )


@pytest.mark.source("public deployment logs: 'At least one data sink needs to be specified.'")
def test_a_setting_needs_somewhere_to_send_to(sandbox, vault) -> None:
    """No sink is a BadRequest; one that the sandbox does not serve is refused by its name."""
    assert refused(put(sandbox, vault, logs=ALL_LOGS)) == (
        400,
        "BadRequest",
        "At least one data sink needs to be specified.",
    )
    assert "eventHubName" in refused(put(sandbox, vault, eventHubName="hub", logs=ALL_LOGS))[2]


@pytest.mark.source(
    "public deployment logs: 'Diagnostic settings does not support retention for new diagnostic settings.'"
)
def test_retention_is_a_thing_of_the_past(sandbox, vault, logs) -> None:
    """A retention policy that is on is refused, one that is off is stored."""
    policy = {"enabled": True, "days": 30}
    answer = put(sandbox, vault, workspaceId=logs, logs=[{**ALL_LOGS[0], "retentionPolicy": policy}])
    assert refused(answer)[2] == "Diagnostic settings does not support retention for new diagnostic settings."
    off = {"enabled": False, "days": 0}
    assert put(sandbox, vault, workspaceId=logs, logs=[{**ALL_LOGS[0], "retentionPolicy": off}]).status_code == 200


@pytest.mark.source("github.com/Azure/azure-powershell/issues/25880")
def test_a_type_without_diagnostics_says_so(sandbox, scope, logs) -> None:
    """A resource group has no diagnostic settings."""
    assert refused(put(sandbox, scope, workspaceId=logs, logs=ALL_LOGS))[:2] == (400, "ResourceTypeNotSupported")


@pytest.mark.source(
    "learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings (before a resource is deleted)"
)
def test_settings_outlive_their_resource(sandbox, account, logs) -> None:
    """An account that is deleted and made again has the setting of the first one."""
    assert put(sandbox, account, workspaceId=logs, metrics=ALL_METRICS).status_code == 200
    path = f"{account}/providers/Microsoft.Insights/diagnosticSettings/all"
    assert sandbox.request("DELETE", account, STORAGE).status_code == 200
    assert sandbox.request("GET", path, VERSION).status_code == 404
    sandbox.settled(sandbox.request("PUT", account, STORAGE, PLAIN), STORAGE)
    assert sandbox.request("GET", path, VERSION).status_code == 200


@pytest.mark.source("learn.microsoft.com/azure/azure-monitor/reference/supported-logs (one page a type)")
@pytest.mark.parametrize(
    ("type_name", "category"),
    [
        ("Microsoft.ContainerRegistry/registries", "ContainerRegistryLoginEvents"),
        ("Microsoft.MachineLearningServices/workspaces", "AmlComputeClusterEvent"),
        ("Microsoft.ContainerService/managedClusters", "kube-audit"),
        ("Microsoft.OperationalInsights/workspaces", "Audit"),
    ],
)
def test_the_types_of_an_environment_report_audits(type_name, category) -> None:
    """Each has the groups audit and allLogs, and the category is in both."""
    groups = BY_TYPE[type_name.lower()].groups
    assert category in groups["audit"]
    assert set(groups["audit"]) <= set(groups["allLogs"])


@pytest.mark.source("learn.microsoft.com/azure/container-registry/monitor-service-reference")
def test_a_registry_and_a_log_workspace_take_settings(sandbox, scope, logs, unique) -> None:
    """Both are served, as the vault is."""
    registry = f"{scope}/providers/Microsoft.ContainerRegistry/registries/{unique('cr')}"
    answer = sandbox.request("PUT", registry, "2023-07-01", {"location": "westeurope", "sku": {"name": "Basic"}})
    assert answer.status_code in (200, 201, 202), answer.text
    for target in (registry, logs):
        answer = put(sandbox, target, workspaceId=logs, logs=[{"categoryGroup": "audit", "enabled": True}])
        assert answer.status_code == 200, answer.text
