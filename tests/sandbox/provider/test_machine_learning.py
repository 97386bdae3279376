"""Computes, datastores and extensions: the provider against the sandbox's own server, and what it sends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from holdfast_sandbox.arm import identity
from holdfast_sandbox.provider import client as arm_client

from ..services.built import built
from .test_against_sandbox import COMPONENT, PROPERTIES, STORAGE, VAULT, WORKSPACE, round_trip, unique

pytestmark = pytest.mark.slow

CLUSTER = "azure-native:containerservice:ManagedCluster"
EXTENSION = "azure-native:kubernetesconfiguration:Extension"
COMPUTE = "azure-native:machinelearningservices:Compute"
DATASTORE = "azure-native:machinelearningservices:Datastore"
MODEL = "azure-native:machinelearningservices:ModelVersion"
ENDPOINT = "azure-native:machinelearningservices:OnlineEndpoint"
DEPLOYMENT = "azure-native:machinelearningservices:OnlineDeployment"
ENVIRONMENT = "azure-native:machinelearningservices:EnvironmentVersion"
DELETE = "pulumi-azure-native: provider/pkg/provider/provider.go Delete (no query but the api-version)"
QUERY = "pulumi-azure-native: provider/pkg/provider/crud PrepareAzureRESTIdAndQuery (PUT's query parameters)"
COMPUTE_PATH = "/providers/Microsoft.MachineLearningServices/workspaces/ml-one/computes/cpu-one"
AML = {"computeType": "AmlCompute", "properties": {"vmSize": "STANDARD_DS3_V2", "scaleSettings": {"maxNodeCount": 2}}}


@pytest.fixture
def workspace(sandboxed: Any, group: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a workspace, its parts in the group."""
    monkeypatch.setattr(arm_client, "DELETE_POLL_SECONDS", 0.2)
    where = {"resourceGroupName": group, "location": "westeurope"}
    vault, _ = sandboxed.create(VAULT, {**where, "vaultName": unique("kv-"), "properties": PROPERTIES})
    account = {"accountName": unique("st"), "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    storage, _ = sandboxed.create(STORAGE, {**where, **account})
    parts = {"resourceName": unique("ai-"), "kind": "web", "applicationType": "web"}
    component, _ = sandboxed.create(COMPONENT, {**where, **parts})
    name = unique("ml-")
    stands_on = {"keyVault": vault, "storageAccount": storage, "applicationInsights": component}
    sandboxed.create(WORKSPACE, {**where, "workspaceName": name, "identity": {"type": "SystemAssigned"}, **stands_on})
    return name


def test_a_cluster_of_machines(sandboxed: Any, group: str, workspace: str) -> None:
    """Made, read back, imported, scaled and deleted; durations come back in their shortest form."""
    scale = {"minNodeCount": 0, "maxNodeCount": 2, "nodeIdleTimeBeforeScaleDown": "PT120S"}
    properties = {"computeType": "AmlCompute", "properties": {"vmSize": "STANDARD_DS3_V2", "scaleSettings": scale}}
    news = {"resourceGroupName": group, "workspaceName": workspace, "computeName": "cpu", "properties": properties}
    more = {**properties, "properties": {**properties["properties"], "scaleSettings": {**scale, "maxNodeCount": 4}}}
    resource_id, state = round_trip(sandboxed, COMPUTE, news, {"properties": more})
    inner = state["properties"]["properties"]
    assert inner["scaleSettings"] == {**scale, "maxNodeCount": 4, "nodeIdleTimeBeforeScaleDown": "PT2M"}
    assert (inner["allocationState"], inner["currentNodeCount"]) == ("Steady", 0)
    found = sandboxed.invoke(
        "azure-native:machinelearningservices:getCompute",
        resourceGroupName=group,
        workspaceName=workspace,
        computeName="cpu",
    )
    assert found["properties"] == state["properties"]
    sandboxed.delete(COMPUTE, resource_id, news)
    assert sandboxed.read(COMPUTE, resource_id, news, state)[0] == ""


def test_an_instance(sandboxed: Any, group: str, workspace: str) -> None:
    """Made and refreshed; a change of its settings is sent, and Azure does nothing with it."""
    name = unique("ci-") + "x"
    inner = {"vmSize": "STANDARD_DS3_V2", "idleTimeBeforeShutdown": "PT30M"}
    properties = {"computeType": "ComputeInstance", "properties": inner}
    news = {"resourceGroupName": group, "workspaceName": workspace, "computeName": name, "properties": properties}
    later = {**properties, "properties": {**inner, "idleTimeBeforeShutdown": "PT60M"}}
    _, state = round_trip(sandboxed, COMPUTE, news, {"properties": later})
    assert state["properties"]["properties"]["idleTimeBeforeShutdown"] == "PT30M"


def test_an_attached_cluster_and_its_extension(sandboxed: Any, group: str, workspace: str) -> None:
    """The extension on a cluster of its own provider, the attachment upon it; secrets in no output."""
    name = unique("aks-")
    cluster, _ = sandboxed.create(
        CLUSTER,
        {
            "resourceGroupName": group,
            "resourceName": name,
            "location": "westeurope",
            "identity": {"type": "SystemAssigned"},
            "dnsPrefix": name,
            "agentPoolProfiles": [{"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_D4s_v3"}],
        },
    )
    on = {"clusterRp": "Microsoft.ContainerService", "clusterResourceName": "managedClusters", "clusterName": name}
    extension = {
        "resourceGroupName": group,
        **on,
        "extensionName": "azureml",
        "extensionType": "microsoft.azureml.kubernetes",
        "configurationSettings": {"enableTraining": "True"},
        "configurationProtectedSettings": {"sslKeyPemFile": "hidden"},
    }
    extension_id, state = round_trip(sandboxed, EXTENSION, extension, {"releaseTrain": "Preview"})
    # AKS answers its ids with `resourcegroups`: ids compare without letter case.
    beginning = f"{cluster}/providers/Microsoft.KubernetesConfiguration/extensions/"
    assert extension_id.lower().startswith(beginning.lower())
    assert (state["provisioningState"], state["releaseTrain"]) == ("Succeeded", "Preview")
    assert state["configurationProtectedSettings"] == {"sslKeyPemFile": ""}
    compute = {
        "resourceGroupName": group,
        "workspaceName": workspace,
        "computeName": "k8s",
        "properties": {"computeType": "Kubernetes", "resourceId": cluster, "properties": {"namespace": "team"}},
    }
    compute_id, state = round_trip(sandboxed, COMPUTE, compute, {"tags": {"a": "b"}})
    assert state["properties"]["isAttachedCompute"] is True
    assert state["properties"]["properties"]["defaultInstanceType"] == "defaultinstancetype"
    sandboxed.delete(COMPUTE, compute_id, compute)
    sandboxed.delete(EXTENSION, extension_id, extension)
    assert sandboxed.read(EXTENSION, extension_id, extension, {})[0] == ""
    assert sandboxed.read(CLUSTER, cluster, {"resourceGroupName": group, "resourceName": name}, {})[0] == cluster


def test_a_datastore(sandboxed: Any, group: str, workspace: str) -> None:
    """On identity; a key that Azure would refuse is taken with skipValidation, and is in no output."""
    properties = {
        "datastoreType": "AzureBlob",
        "accountName": "stsomewhere",
        "containerName": "data",
        "credentials": {"credentialsType": "None"},
        "serviceDataAccessAuthIdentity": "WorkspaceSystemAssignedIdentity",
    }
    news = {"resourceGroupName": group, "workspaceName": workspace, "name": "ours", "properties": properties}
    resource_id, state = round_trip(sandboxed, DATASTORE, news, {"properties": {**properties, "description": "why"}})
    assert (state["properties"]["isDefault"], state["properties"]["description"]) == (False, "why")
    sandboxed.delete(DATASTORE, resource_id, news)
    secrets = {"secretsType": "AccountKey", "key": "bm8="}
    by_key = {**properties, "credentials": {"credentialsType": "AccountKey", "secrets": secrets}}
    with pytest.raises(Exception, match="was not found"):
        sandboxed.create(DATASTORE, {**news, "properties": by_key})
    _, state = sandboxed.create(DATASTORE, {**news, "properties": by_key, "skipValidation": True})
    assert state["properties"]["credentials"] == {"credentialsType": "AccountKey"}
    assert "skipValidation" not in state


@pytest.mark.source(DELETE)
def test_a_deletion_says_nothing_of_the_underlying_resource(provider: Any, azure: Any) -> None:
    """The specification requires `underlyingResourceAction`; the provider has no place for it."""
    path = f"/subscriptions/{identity.SUBSCRIPTION_ID}/resourceGroups/rg{COMPUTE_PATH}"
    azure.say("DELETE", "/computes/cpu-one", 204)
    provider.delete(COMPUTE, path, {})
    (sent,) = azure.sent("DELETE")
    assert "underlyingResourceAction" not in sent.query


@pytest.mark.source(QUERY)
def test_query_parameters_go_with_the_put_alone(provider: Any, azure: Any) -> None:
    """`skipValidation` is in the PUT's query, in no body and in no other request; left out, it is nowhere."""
    none = {"datastoreType": "AzureBlob", "credentials": {"credentialsType": "None"}}
    news = {"resourceGroupName": "rg", "workspaceName": "ml-one", "name": "ours", "properties": none}
    provider.create(DATASTORE, {**news, "skipValidation": True})
    provider.update(DATASTORE, "x", news, news, {})
    first, second = azure.sent("PUT")
    assert first.query["skipValidation"] == "true"
    assert "skipValidation" not in second.query
    assert first.body == second.body == {"properties": none}
    assert not any("skipValidation" in one.query for one in azure.sent("GET"))


@pytest.mark.source("pulumi-azure-native: provider/pkg/convert (oneOf by its discriminator)")
def test_a_compute_is_what_its_type_says(provider: Any, azure: Any) -> None:
    """Of the union's types the one with the right `computeType` says what is sent and what is seen."""
    where = {"resourceGroupName": "rg", "workspaceName": "ml-one", "computeName": "cpu-one"}
    mixed = {**AML, "properties": {**AML["properties"], "namespace": "not of a cluster"}}
    _, state = provider.create(COMPUTE, {**where, "location": "westeurope", "properties": mixed})
    (sent,) = azure.sent("PUT")
    assert sent.body["properties"] == AML
    assert state["properties"] == AML
    other = {"computeType": "Kubernetes", "properties": {"namespace": "n", "vmSize": "not of Kubernetes"}}
    provider.update(COMPUTE, "x", where, {**where, "properties": other}, state)
    assert azure.sent("PUT")[-1].body["properties"]["properties"] == {"namespace": "n"}


def test_a_model_and_an_environment(sandboxed: Any, group: str, workspace: str) -> None:
    """Versions are made, read back, imported, changed and deleted; another image for a version is Azure's refusal."""
    where = {"resourceGroupName": group, "workspaceName": workspace, "name": "score"}
    model = {"modelUri": "azureml://datastores/workspaceblobstore/paths/m", "modelType": "custom_model"}
    news = {**where, "version": "1", "properties": {**model, "tags": {"hash": "a"}}}
    model_id, state = _there_and_back(sandboxed, MODEL, news, {**model, "tags": {"hash": "b"}})
    assert state["properties"]["tags"] == {"hash": "b"}
    image = {"image": "acr.azurecr.io/score@sha256:" + "0" * 64}
    news = {**where, "version": "1", "properties": image}
    environment_id, state = _there_and_back(sandboxed, ENVIRONMENT, news, {**image, "description": "new"})
    assert state["properties"]["description"] == "new"
    inputs, _ = sandboxed.check(ENVIRONMENT, {**news, "properties": {"image": "acr.azurecr.io/score:2"}})
    with pytest.raises(Exception, match="is already registered and cannot be changed"):
        sandboxed.update(ENVIRONMENT, environment_id, news, inputs, state)
    container = sandboxed.invoke("azure-native:machinelearningservices:getModelContainer", **where)
    assert (container["properties"]["latestVersion"], container["properties"]["nextVersion"]) == ("1", "2")
    for token, resource_id in ((MODEL, model_id), (ENVIRONMENT, environment_id)):
        sandboxed.delete(token, resource_id, news)
        assert sandboxed.read(token, resource_id, news, state)[0] == ""


def _there_and_back(provider: Any, token: str, news: dict[str, Any], properties: Any) -> tuple[str, dict[str, Any]]:
    """Made, refreshed, imported, changed: the id and the last state. A version's `name` in Azure's answer is its
    version, which no preview foretells.
    """
    inputs, failures = provider.check(token, news)
    assert failures == []
    resource_id, state = provider.create(token, inputs)
    read_id, outputs, refreshed = provider.read(token, resource_id, inputs, state)
    assert (read_id, outputs, state["name"]) == (resource_id, state, "1")
    assert not provider.diff(token, inputs, refreshed, state).diffs
    _, _, imported = provider.read(token, resource_id)
    again, failures = provider.check(token, {**imported, **news})
    assert failures == []
    assert list(provider.diff(token, inputs, again, state).replaces) == []
    changed, _ = provider.check(token, {**news, "properties": properties}, inputs)
    return resource_id, provider.update(token, resource_id, inputs, changed, state)


def test_an_online_endpoint_and_its_deployment(
    sandboxed: Any, group: str, workspace: str, server: dict[str, str]
) -> None:
    """Made, refreshed, imported and changed; keys are a function's answer; a failed deployment is partially created."""
    serving = Path(server["bundle"]).parent
    text = "import http.server as h\nh.HTTPServer(('', 5001), h.SimpleHTTPRequestHandler).serve_forever()"
    where = {"resourceGroupName": group, "workspaceName": workspace}
    image = built(serving, unique("model"), text, ports=(5001,))
    environment, _ = sandboxed.create(
        ENVIRONMENT, {**where, "name": "score", "version": "1", "properties": {"image": image}}
    )
    name = unique("ep")
    endpoint = {**where, "endpointName": name, "kind": "Managed", "properties": {"authMode": "Key"}}
    endpoint_id, state = round_trip(sandboxed, ENDPOINT, endpoint, {"tags": {"a": "b"}})
    assert state["properties"]["scoringUri"].endswith(f"/{name}/score")
    keys = sandboxed.invoke(
        "azure-native:machinelearningservices:listOnlineEndpointKeys", **{**where, "endpointName": name}
    )
    assert len(keys["primaryKey"]) > 30
    quick = {"initialDelay": "PT0S", "period": "PT1S"}
    properties = {"endpointComputeType": "Managed", "environmentId": environment, "readinessProbe": quick}
    deployment = {**where, "endpointName": name, "deploymentName": "blue", "properties": properties}
    changed = {"properties": {**properties, "environmentVariables": {"A": "1"}}}
    deployment_id, state = round_trip(sandboxed, DEPLOYMENT, deployment, changed)
    assert state["properties"]["environmentVariables"] == {"A": "1"}
    missing, _ = sandboxed.create(
        ENVIRONMENT, {**where, "name": "score", "version": "2", "properties": {"image": "acrhand.azurecr.io/no:1"}}
    )
    wrong = {**deployment, "deploymentName": "green", "properties": {**properties, "environmentId": missing}}
    inputs, _ = sandboxed.check(DEPLOYMENT, wrong)
    with pytest.raises(Exception, match="ImagePullLoopBackOff"):
        sandboxed.create(DEPLOYMENT, inputs)
    sandboxed.delete(DEPLOYMENT, deployment_id, deployment)
    sandboxed.delete(ENDPOINT, endpoint_id, endpoint)
    assert sandboxed.read(ENDPOINT, endpoint_id, endpoint, {})[0] == ""
