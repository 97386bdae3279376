"""Do computes behave, for azure-mgmt-machinelearningservices and for raw requests?"""

from __future__ import annotations

from typing import Any

import pytest
import requests
from azure.core.exceptions import HttpResponseError
from azure.mgmt.machinelearningservices import MachineLearningServicesMgmtClient

from .test_machinelearning import VERSION, Environment, error, new_environment

pytestmark = pytest.mark.slow

RECORDED = "azure-powershell, src/MachineLearningServices (New-AzMLWorkspaceCompute.Recording.json)"
LIMITS = "learn.microsoft.com/azure/machine-learning/how-to-managed-network (Limitations)"
SCALE = {"maxNodeCount": 8, "minNodeCount": 0}
CLUSTER = {"computeType": "AmlCompute", "properties": {"vmSize": "STANDARD_DS3_V2", "scaleSettings": SCALE}}
INSTANCE = {"computeType": "ComputeInstance", "properties": {"vmSize": "STANDARD_DS3_V2"}}


@pytest.fixture
def environment(sandbox, group, unique) -> Environment:
    """A group with a workspace in it."""
    made = new_environment(sandbox, group, unique)
    made.make()
    return made


class Computes:
    """The computes of one workspace, by raw requests."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.sandbox = environment.sandbox

    def path(self, name: str) -> str:
        return f"{self.environment.path}/computes/{name}"

    def put(self, name: str, properties: dict[str, Any], **rest: Any) -> requests.Response:
        return self.sandbox.request("PUT", self.path(name), VERSION, {"properties": properties, **rest})

    def made(self, name: str, properties: dict[str, Any], **rest: Any) -> dict[str, Any]:
        answer = self.put(name, properties, **rest)
        done = self.sandbox.settled(answer, VERSION)
        assert done.json()["status"] == "Succeeded", done.text
        return self.get(name).json()

    def get(self, name: str) -> requests.Response:
        return self.sandbox.request("GET", self.path(name), VERSION)

    def post(self, name: str, action: str, body: Any = None) -> requests.Response:
        return self.sandbox.request("POST", f"{self.path(name)}/{action}", VERSION, body)

    def delete(self, name: str, **query: str) -> requests.Response:
        return self.sandbox.request("DELETE", self.path(name), VERSION, **query)

    def ended(self, answer: requests.Response) -> dict[str, Any]:
        return self.sandbox.settled(answer, VERSION).json()


@pytest.fixture
def computes(environment) -> Computes:
    return Computes(environment)


@pytest.mark.source("learn.microsoft.com/rest/api/azureml/compute")
def test_a_cluster_lives_its_life_in_azure_mgmt_machinelearningservices(environment) -> None:
    """Microsoft's client creates, reads, scales, lists and deletes a cluster; it sees no nodes."""
    it = environment
    client = it.sandbox.client(MachineLearningServicesMgmtClient).machine_learning_compute
    where = (it.group, it.name)
    made = client.begin_create_or_update(*where, "cpu-cluster", {"location": "westeurope", "properties": CLUSTER})
    made = made.result()
    assert (made.name, made.location, made.properties.compute_type) == ("cpu-cluster", "westeurope", "AmlCompute")
    assert made.properties.properties.allocation_state == "Steady"
    assert made.properties.properties.current_node_count == 0
    scaled = {"scale_settings": {"max_node_count": 4, "min_node_count": 1}}
    client.begin_update(*where, "cpu-cluster", scaled).result()
    assert client.get(*where, "cpu-cluster").properties.provisioning_state == "Succeeded"
    assert [one.name for one in client.list_by_workspace(*where)] == ["cpu-cluster"]
    assert list(client.list_nodes(*where, "cpu-cluster")) == []
    client.begin_delete(*where, "cpu-cluster", underlying_resource_action="Delete").result()
    with pytest.raises(HttpResponseError) as gone:
        client.get(*where, "cpu-cluster")
    assert gone.value.error.code == "ResourceNotFound"


@pytest.mark.source(RECORDED)
def test_a_cluster_is_accepted_as_recorded(computes) -> None:
    """201 with the cluster in `Creating`, polled by Azure-AsyncOperation alone; then at rest, with the defaults."""
    answer = computes.put("cpu", CLUSTER)
    assert answer.status_code == 201
    assert "Azure-AsyncOperation" in answer.headers
    assert "Location" not in answer.headers
    outer = answer.json()["properties"]
    assert (outer["provisioningState"], outer["isAttachedCompute"]) == ("Creating", False)
    assert outer["properties"]["scaleSettings"]["nodeIdleTimeBeforeScaleDown"] is None
    assert computes.ended(answer)["status"] == "Succeeded"
    made = computes.get("cpu").json()
    outer, inner = made["properties"], made["properties"]["properties"]
    assert (made["location"], made["tags"]) == ("westeurope", {})
    assert (outer["computeLocation"], outer["disableLocalAuth"], outer["resourceId"]) == ("westeurope", False, None)
    assert inner["scaleSettings"] == {**SCALE, "nodeIdleTimeBeforeScaleDown": "PT2M"}
    assert (inner["vmPriority"], inner["osType"], inner["remoteLoginPortPublicAccess"]) == (
        "Dedicated",
        "Linux",
        "Enabled",
    )
    assert (inner["allocationState"], inner["currentNodeCount"], inner["targetNodeCount"]) == ("Steady", 0, 0)
    assert set(inner["nodeStateCounts"].values()) == {0}
    assert (inner["isolatedNetwork"], inner["enableNodePublicIp"]) == (False, True)


@pytest.mark.source(f"{RECORDED}: 120 seconds are answered as PT2M")
@pytest.mark.parametrize(
    ("given", "shown"),
    [("PT120S", "PT2M"), ("PT5M", "PT5M"), ("PT1H30M", "PT1H30M"), ("PT86400S", "P1D"), ("PT0S", "PT0S")],
)
def test_durations_come_back_in_their_shortest_form(computes, given, shown) -> None:
    """What a program wrote is not what it reads."""
    scale = {**SCALE, "nodeIdleTimeBeforeScaleDown": given}
    made = computes.made("cpu", {**CLUSTER, "properties": {**CLUSTER["properties"], "scaleSettings": scale}})
    assert made["properties"]["properties"]["scaleSettings"]["nodeIdleTimeBeforeScaleDown"] == shown


@pytest.mark.source(RECORDED)
def test_a_patch_scales_a_cluster(computes) -> None:
    """202 with the cluster in `Updating`; what the PATCH leaves out stays."""
    before = computes.made("cpu", CLUSTER, tags={"a": "1"})
    patch = {"properties": {"properties": {"scaleSettings": {"maxNodeCount": 3}}}}
    answer = computes.sandbox.request("PATCH", computes.path("cpu"), VERSION, patch)
    assert (answer.status_code, answer.json()["properties"]["provisioningState"]) == (202, "Updating")
    assert computes.sandbox.request("GET", answer_path(computes, answer), VERSION).json()["status"] == "Succeeded"
    after = computes.get("cpu").json()
    scale = before["properties"]["properties"]["scaleSettings"]
    assert after["properties"]["properties"]["scaleSettings"] == {**scale, "maxNodeCount": 3}
    assert after["tags"] == {"a": "1"}


def answer_path(computes: Computes, answer: requests.Response) -> str:
    return answer.headers["Azure-AsyncOperation"].removeprefix(computes.sandbox.url).partition("?")[0]


@pytest.mark.source("github.com/hashicorp/terraform-provider-azurerm/pull/29878 (updates by a PUT)")
def test_a_second_put_changes_scale_tags_and_identity_of_a_cluster(computes) -> None:
    """The cluster keeps its birthday; another size is not known to work in place and is refused loudly."""
    before = computes.made("cpu", CLUSTER)
    wider = {**CLUSTER["properties"], "scaleSettings": {"maxNodeCount": 2, "minNodeCount": 1}}
    after = computes.made("cpu", {**CLUSTER, "properties": wider}, tags={"b": "2"}, identity={"type": "SystemAssigned"})
    assert after["properties"]["createdOn"] == before["properties"]["createdOn"]
    assert after["properties"]["properties"]["scaleSettings"]["maxNodeCount"] == 2
    assert (after["tags"], bool(after["identity"]["principalId"])) == ({"b": "2"}, True)
    again = computes.made("cpu", CLUSTER)
    assert again["identity"] == after["identity"]
    other = {**CLUSTER["properties"], "vmSize": "STANDARD_DS4_V2"}
    refused = computes.put("cpu", {**CLUSTER, "properties": other})
    assert error(refused)[0] == 400
    assert "'vmSize'" in error(refused)[2]


@pytest.mark.source("github.com/Azure/azure-rest-api-specs/issues/18889; terraform-provider-azurerm#15825")
def test_a_cluster_that_was_only_detached_comes_back_with_its_old_size(computes) -> None:
    """Azure takes the new size and makes the cluster with the old one; after a Delete the new one counts."""
    other = {**CLUSTER, "properties": {**CLUSTER["properties"], "vmSize": "STANDARD_DS4_V2"}}
    computes.made("cpu", CLUSTER)
    assert computes.ended(computes.delete("cpu", underlyingResourceAction="Detach"))["status"] == "Succeeded"
    assert computes.made("cpu", other)["properties"]["properties"]["vmSize"] == "STANDARD_DS3_V2"
    assert computes.ended(computes.delete("cpu", underlyingResourceAction="Delete"))["status"] == "Succeeded"
    assert computes.made("cpu", other)["properties"]["properties"]["vmSize"] == "STANDARD_DS4_V2"


@pytest.mark.source("azure-service-operator, Test_MachineLearning_Workspaces_CRUD.yaml (a recorded DELETE without it)")
def test_a_delete_needs_no_underlying_resource_action(computes) -> None:
    """The specification requires it, the service does not: this is how azure-native deletes a compute."""
    computes.made("cpu", CLUSTER)
    answer = computes.delete("cpu")
    assert (answer.status_code, answer.content) == (202, b"")
    assert computes.ended(answer)["status"] == "Succeeded"
    assert computes.get("cpu").status_code == 404


@pytest.mark.source("learn.microsoft.com/rest/api/azureml/compute/delete (the enumeration; 204)")
def test_a_delete_is_checked(computes) -> None:
    """Nothing there: 204. An action that is none: refused."""
    assert computes.delete("cpu", underlyingResourceAction="Detach").status_code == 204
    computes.made("cpu", CLUSTER)
    assert error(computes.delete("cpu", underlyingResourceAction="Burn"))[0] == 400
    assert computes.get("cpu").json()["properties"]["provisioningState"] == "Succeeded"


@pytest.mark.source("azure-powershell, Get-AzMLWorkspaceCompute.Recording.json (a recorded instance)")
def test_an_instance_answers_as_recorded(computes) -> None:
    """Running, shared, without SSH, with its applications; identity and owner as asked."""
    idle = {**INSTANCE["properties"], "idleTimeBeforeShutdown": "PT30M"}
    made = computes.made(
        unique_name(computes, "ci-"), {**INSTANCE, "properties": idle}, identity={"type": "SystemAssigned"}
    )
    inner = made["properties"]["properties"]
    assert made["identity"]["principalId"]
    assert (inner["state"], inner["applicationSharingPolicy"]) == ("Running", "Shared")
    assert (inner["sshSettings"]["sshPublicAccess"], inner["sshSettings"]["sshPort"]) == ("Disabled", 50000)
    assert [one["displayName"] for one in inner["applications"]] == ["Jupyter", "Jupyter Lab"]
    assert inner["lastOperation"]["operationName"] == "Create"
    assert inner["schedules"] == {"computeStartStop": []}
    assert (inner["enableNodePublicIp"], inner["enableSSO"]) == (True, True)
    assert inner["idleTimeBeforeShutdown"] == "PT30M"


def unique_name(computes: Computes, prefix: str) -> str:
    """A name that no other test's instance has; letters last, as the rule for names wants it."""
    return f"{prefix}{computes.environment.name[-8:]}x"


@pytest.mark.source("azure-powershell, Stop-AzMLWorkspaceCompute.Recording.json; vscode-tools-for-ai#2096")
def test_an_instance_is_stopped_started_and_restarted(computes) -> None:
    """202 each; starting what is not stopped ends in Azure's words."""
    name = unique_name(computes, "ci-")
    computes.made(name, INSTANCE)
    for action, state in (("stop", "Stopped"), ("start", "Running"), ("restart", "Running")):
        answer = computes.post(name, action)
        assert (answer.status_code, answer.content) == (202, b"")
        assert computes.ended(answer)["status"] == "Succeeded"
        inner = computes.get(name).json()["properties"]["properties"]
        assert (inner["state"], inner["lastOperation"]["operationName"]) == (state, action.capitalize())
    failed = computes.ended(computes.post(name, "start"))
    assert failed["error"] == {
        "code": "StartComputeInstanceOnlyAllowedInStoppedState",
        "message": f"Start Azure ML Compute Instance is only allowed when the instance {name} is in 'stopped' state",
    }
    assert computes.get(name).json()["properties"]["properties"]["state"] == "Running"


@pytest.mark.source("github.com/Azure/bicep/issues/17617")
def test_an_instance_takes_no_settings_from_a_second_put(computes) -> None:
    """Azure says yes and changes neither the idle time nor the schedules."""
    name = unique_name(computes, "ci-")
    before = computes.made(
        name, {**INSTANCE, "properties": {**INSTANCE["properties"], "idleTimeBeforeShutdown": "PT30M"}}
    )
    schedules = {"computeStartStop": [{"action": "Stop", "triggerType": "Cron", "cron": {"expression": "0 18 * * *"}}]}
    more = {**INSTANCE["properties"], "idleTimeBeforeShutdown": "PT60M", "schedules": schedules}
    after = computes.made(name, {**INSTANCE, "properties": more})
    assert after["properties"]["properties"] == before["properties"]["properties"]


@pytest.mark.source("learn.microsoft.com/rest/api/azureml/compute/update-idle-shutdown-setting (2025-12-01)")
def test_the_idle_time_has_an_action_of_its_own(computes) -> None:
    """From 15 minutes to 3 days, in ISO 8601."""
    name = unique_name(computes, "ci-")
    computes.made(name, INSTANCE)
    answer = computes.post(name, "updateIdleShutdownSetting", {"idleTimeBeforeShutdown": "PT60M"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert computes.get(name).json()["properties"]["properties"]["idleTimeBeforeShutdown"] == "PT1H"
    for wrong in ("PT14M", "P4D", "half an hour", None):
        refused = computes.post(name, "updateIdleShutdownSetting", {"idleTimeBeforeShutdown": wrong})
        assert error(refused)[:2] == (400, "ValidationError")


@pytest.mark.source("microsoft/MCW-ML-Ops#28: Compute name needs to be unique across all existing computes in a region")
def test_an_instances_name_is_unique_in_the_region(computes, sandbox, other_group, unique) -> None:
    """Another workspace's instance of that name stands in the way, in this region only; a cluster's name does not."""
    name = unique_name(computes, "ci-")
    computes.made(name, INSTANCE)
    environment = new_environment(sandbox, other_group, unique)
    environment.make()
    others = Computes(environment)
    assert error(others.put(name.upper(), INSTANCE))[2].startswith(
        f"Compute name '{name.upper()}' is not available. Reason: AlreadyExists."
    )
    assert others.made(name, {**INSTANCE, "computeLocation": "northeurope"})["properties"]["computeType"]
    computes.made("shared-name", CLUSTER)
    others.made("shared-name", CLUSTER)


@pytest.mark.source("azure-rest-api-specs, computeName of 2025-12-01; MicrosoftDocs/pipelines-azureml#19")
@pytest.mark.parametrize("name", ["ab", "1abc", "a_bc", "cpu-cluster-1", "a" * 25])
def test_names_follow_the_specifications_pattern(computes, name) -> None:
    """3 to 24 letters, digits and hyphens, a letter first, no number alone after the last hyphen."""
    code, _, message = error(computes.put(name, CLUSTER))
    assert code == 400
    assert message.startswith(f"Compute name '{name}' is not available. Reason: Invalid. Message: A name for an Azure")


@pytest.mark.source("azure-rest-api-specs, 2025-12-01: required properties and enumerations")
@pytest.mark.parametrize(
    "properties",
    [
        {"vmSize": "STANDARD_DS3_V2", "scaleSettings": {"minNodeCount": 1}},
        {"vmSize": "STANDARD_DS3_V2", "scaleSettings": {"minNodeCount": 3, "maxNodeCount": 2}},
        {"vmSize": "STANDARD_DS3_V2", "scaleSettings": {**SCALE, "nodeIdleTimeBeforeScaleDown": "120"}},
        {"vmSize": "STANDARD_DS3_V2", "scaleSettings": SCALE, "vmPriority": "Cheap"},
        {"vmSize": "STANDARD_DS3_V2", "scaleSettings": SCALE, "osType": "BeOS"},
        {"vmSize": "STANDARD_DS3_V2", "scaleSettings": SCALE, "remoteLoginPortPublicAccess": "Maybe"},
    ],
)
def test_wrong_settings_of_a_cluster_are_validation_errors(computes, properties) -> None:
    """What the specification does not allow is refused before anything is made."""
    assert error(computes.put("cpu", {"computeType": "AmlCompute", "properties": properties}))[:2] == (
        400,
        "ValidationError",
    )
    assert computes.get("cpu").status_code == 404


def test_what_is_not_served_is_refused_by_name(computes) -> None:
    """Other types, a change of the type, and actions on the wrong type say so."""
    for kind in ("Databricks", "HDInsight", "VirtualMachine", "SynapseSpark"):
        assert kind in error(computes.put("other", {"computeType": kind}))[2]
    assert "computeType AKS" in error(computes.put("other", {"computeType": "AKS"}))[2]
    computes.made("cpu", CLUSTER)
    assert "'AmlCompute' to 'ComputeInstance'" in error(computes.put("cpu", INSTANCE))[2]
    for action in ("start", "listKeys", "updateIdleShutdownSetting"):
        assert f"'{action}'" in error(computes.post("cpu", action, {}))[2]


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/troubleshooting (ParentResourceNotFound)")
def test_a_workspace_is_needed(computes, sandbox) -> None:
    """No workspace: no compute, no list."""
    nowhere = computes.environment.path + "x"
    put = sandbox.request("PUT", f"{nowhere}/computes/cpu", VERSION, {"properties": CLUSTER})
    assert error(put)[:2] == (404, "ParentResourceNotFound")
    assert sandbox.request("GET", f"{nowhere}/computes", VERSION).status_code == 404


@pytest.mark.source("learn.microsoft.com/azure/machine-learning/concept-soft-delete (hard deleted)")
def test_computes_go_with_their_workspace_for_good(computes) -> None:
    """The workspace comes back without them."""
    computes.made("cpu", CLUSTER)
    computes.environment.delete()
    computes.environment.make(allowRecoverSoftDeletedWorkspace="True")
    assert computes.sandbox.request("GET", f"{computes.environment.path}/computes", VERSION).json()["value"] == []


@pytest.mark.source("learn.microsoft.com/azure/machine-learning/how-to-secure-training-vnet (an existing subnet)")
def test_a_cluster_joins_a_subnet_that_is_there(computes) -> None:
    """Its machines' ports are closed then; a subnet that is not there is refused."""
    vnet = f"{computes.environment.scope}/providers/Microsoft.Network/virtualNetworks/vnet"
    inside = {"subnet": {"id": f"{vnet}/subnets/training"}}
    cluster = {**CLUSTER, "properties": {**CLUSTER["properties"], **inside}}
    assert "was not found" in error(computes.put("cpu", cluster))[2]
    subnets = [{"name": "training", "properties": {"addressPrefix": "10.0.1.0/24"}}]
    network = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": subnets}
    body = {"location": "westeurope", "properties": network}
    computes.ended(computes.sandbox.request("PUT", vnet, "2024-05-01", body))
    made = computes.made("cpu", cluster)["properties"]["properties"]
    assert made["subnet"] == inside["subnet"]
    assert made["remoteLoginPortPublicAccess"] == "Disabled"


@pytest.mark.source(LIMITS)
def test_a_managed_network_stays_and_excludes_what_it_cannot_hold(computes) -> None:
    """No way back to Disabled, none in with computes; no custom subnet, no other region, no Kubernetes."""
    environment, sandbox = computes.environment, computes.sandbox
    isolate = {"properties": {"managedNetwork": {"isolationMode": "AllowInternetOutbound"}}}
    computes.made("cpu", CLUSTER)
    assert "'cpu'" in error(sandbox.request("PATCH", environment.path, VERSION, isolate))[2]
    computes.ended(computes.delete("cpu"))
    network = sandbox.request("PATCH", environment.path, VERSION, isolate).json()["properties"]["managedNetwork"]
    assert (network["isolationMode"], network["status"]["status"]) == ("AllowInternetOutbound", "Inactive")
    assert network["networkId"]
    back = {"properties": {"managedNetwork": {"isolationMode": "Disabled"}}}
    assert "can't be disabled" in error(sandbox.request("PATCH", environment.path, VERSION, back))[2]
    subnet = {"id": f"{environment.scope}/providers/Microsoft.Network/virtualNetworks/v/subnets/s"}
    inside = {**CLUSTER, "properties": {**CLUSTER["properties"], "subnet": subnet}}
    assert "custom virtual network" in error(computes.put("cpu", inside))[2]
    assert "another region" in error(computes.put("cpu", {**CLUSTER, "computeLocation": "northeurope"}))[2]
    cluster = f"{environment.scope}/providers/Microsoft.ContainerService/managedClusters/aks"
    assert "Kubernetes" in error(computes.put("k8s", {"computeType": "Kubernetes", "resourceId": cluster}))[2]
    computes.made("cpu", CLUSTER)
    after = environment.get().json()["properties"]["managedNetwork"]
    assert after == {**network, "status": {**network["status"], "status": "Active"}}
    sandbox.settled(environment.put(), VERSION)
    assert environment.get().json()["properties"]["managedNetwork"] == after
