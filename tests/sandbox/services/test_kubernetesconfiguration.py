"""Do extensions and attached clusters behave, for azure-mgmt-kubernetesconfiguration-extensions and raw requests?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from azure.mgmt.kubernetesconfiguration.extensions import KubernetesConfigurationExtensionsMgmtClient

from holdfast_sandbox.arm.server import STATE
from holdfast_sandbox.arm.store import Resource, Store

from .test_computes import Computes
from .test_machinelearning import Environment, error, new_environment

pytestmark = pytest.mark.slow

AKS_VERSION, VERSION = "2025-09-01", "2023-05-01"
SETTINGS_DOC = "learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension"
ATTACH_DOC = "learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace"
CLI = "azure-cli-extensions, src/k8s-extension/azext_k8s_extension/partner_extensions/AzureMLKubernetes.py"
TRAINING = {"enableTraining": "True"}
INFERENCE = {
    "enableInference": "True",
    "inferenceRouterServiceType": "LoadBalancer",
    "allowInsecureConnections": "True",
    "inferenceRouterHA": "False",
}


class Cluster:
    """An AKS cluster and its extensions."""

    def __init__(self, sandbox: Any, group: str, name: str, *, nodes: int = 1, **properties: Any) -> None:
        self.sandbox, self.group, self.name = sandbox, group, name
        where = f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.ContainerService"
        self.id = f"{where}/managedClusters/{name}"
        pool = {"name": "system", "mode": "System", "count": nodes, "vmSize": "Standard_D4s_v3"}
        whole = {"dnsPrefix": name, "agentPoolProfiles": [pool], **properties}
        body = {"location": "westeurope", "identity": {"type": "SystemAssigned"}, "properties": whole}
        sandbox.settled(sandbox.request("PUT", self.id, AKS_VERSION, body), AKS_VERSION)

    def path(self, name: str = "azureml") -> str:
        return f"{self.id}/providers/Microsoft.KubernetesConfiguration/extensions/{name}"

    def put(self, settings: dict[str, str] | None = None, name: str = "azureml", **more: Any) -> requests.Response:
        given = {"extensionType": "Microsoft.AzureML.Kubernetes", "configurationSettings": settings or TRAINING, **more}
        return self.sandbox.request("PUT", self.path(name), VERSION, {"properties": given})

    def ended(self, answer: requests.Response) -> dict[str, Any]:
        assert answer.status_code in (200, 201, 202), answer.text
        where = answer.headers["Azure-AsyncOperation"].removeprefix(self.sandbox.url).partition("?")[0]
        return dict(self.sandbox.request("GET", where, VERSION).json())

    def get(self, name: str = "azureml") -> requests.Response:
        return self.sandbox.request("GET", self.path(name), VERSION)

    def installed(self, settings: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
        done = self.ended(self.put(settings, **more))
        assert done["status"] == "Succeeded", done
        return dict(self.get().json())


@pytest.fixture
def cluster(sandbox, group, unique) -> Cluster:
    return Cluster(sandbox, group, unique("aks-"))


@pytest.fixture
def environment(sandbox, group, unique) -> Environment:
    """A workspace in the cluster's group."""
    made = new_environment(sandbox, group, unique)
    made.make()
    return made


@pytest.fixture
def computes(environment) -> Computes:
    return Computes(environment)


def attachment(cluster: Cluster, **inner: Any) -> dict[str, Any]:
    return {"computeType": "Kubernetes", "resourceId": cluster.id, "properties": inner}


# -- the extension -----------------------------------------------------------------------------------------------------


@pytest.mark.source("learn.microsoft.com/rest/api/kubernetesconfiguration/extensions/extensions")
def test_an_extension_lives_its_life_in_microsofts_own_client(cluster) -> None:
    """Created, read, patched, listed and deleted by azure-mgmt-kubernetesconfiguration-extensions."""
    extensions = cluster.sandbox.client(KubernetesConfigurationExtensionsMgmtClient).extensions
    where = (cluster.group, "Microsoft.ContainerService", "managedClusters", cluster.name)
    properties = {"extensionType": "Microsoft.AzureML.Kubernetes", "configurationSettings": TRAINING}
    made = extensions.begin_create(*where, "azureml", {"properties": properties}).result()
    assert (made.name, made.properties.provisioning_state) == ("azureml", "Succeeded")
    assert made.properties.current_version
    patch = {"properties": {"configurationSettings": INFERENCE, "releaseTrain": "Staging"}}
    extensions.begin_update(*where, "azureml", patch).result()
    read = extensions.get(*where, "azureml")
    assert read.properties.configuration_settings == {**TRAINING, **INFERENCE}
    assert read.properties.release_train == "Staging"
    assert [one.name for one in extensions.list(*where)] == ["azureml"]
    extensions.begin_delete(*where, "azureml").result()
    assert list(extensions.list(*where)) == []


@pytest.mark.source("azure-rest-api-specs, kubernetesconfiguration 2025-03-01: CreateExtension.json, defaults")
def test_an_extension_is_accepted_and_gets_its_defaults(cluster) -> None:
    """201 with the extension in `Creating` and no version yet; upgraded by itself, from the stable train."""
    answer = cluster.put()
    assert answer.status_code == 201
    properties = answer.json()["properties"]
    assert (properties["provisioningState"], properties["currentVersion"]) == ("Creating", None)
    assert cluster.ended(answer)["status"] == "Succeeded"
    made = cluster.get().json()
    properties = made["properties"]
    assert (made["type"], made["name"]) == ("Microsoft.KubernetesConfiguration/extensions", "azureml")
    assert (properties["autoUpgradeMinorVersion"], properties["releaseTrain"]) == (True, "Stable")
    assert (properties["version"], properties["isSystemExtension"], properties["statuses"]) == (None, False, [])
    assert made["systemData"]["createdByType"] == "Application"
    again = cluster.put()
    assert (again.status_code, again.json()["properties"]["provisioningState"]) == (200, "Updating")
    assert again.json()["properties"]["aksAssignedIdentity"] == properties["aksAssignedIdentity"]


@pytest.mark.source(f"{CLI} (release namespace azureml); how-to-troubleshoot-kubernetes-extension")
def test_the_extension_lies_in_the_namespace_azureml(cluster) -> None:
    """Unless the request names another."""
    assert cluster.installed()["properties"]["scope"] == {"cluster": {"releaseNamespace": "azureml"}}


@pytest.mark.source("az k8s-extension's output: protected settings have their names and empty values")
def test_protected_settings_are_never_answered(cluster) -> None:
    """Not by the PUT, not by a GET, not by the list."""
    secret = "LS0tLS1CRUdJTg=="
    answer = cluster.put(configurationProtectedSettings={"sslCertPemFile": secret})
    texts = [answer.text, cluster.get().text]
    listing = cluster.path().rpartition("/")[0]
    texts.append(cluster.sandbox.request("GET", listing, VERSION).text)
    assert not any(secret in text for text in texts)
    assert cluster.get().json()["properties"]["configurationProtectedSettings"] == {"sslCertPemFile": ""}


@pytest.mark.source(f"{CLI}; {SETTINGS_DOC}; AML-Kubernetes#271; terraform-provider-azurerm#24547 (the code)")
@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"enableTraining": "False"}, "Please create Microsoft.AzureML.Kubernetes extension instance either for"),
        ({"enableInference": "True"}, "inferenceRouterServiceType is required"),
        ({**INFERENCE, "inferenceRouterServiceType": "Ingress"}, "inferenceRouterServiceType is required"),
        ({**INFERENCE, "allowInsecureConnections": "False"}, "Provide ssl certificate and key. Otherwise explicitly"),
        ({**INFERENCE, "allowInsecureConnections": "False", "sslSecret": "s"}, "sslCname is required"),
        ({**INFERENCE, "inferenceRouterHA": "True"}, "ErrorCode: E40002 ErrorMessage: Insufficient healthy node"),
    ],
)
def test_what_the_extension_needs_comes_out_when_it_is_installed(cluster, settings, reason) -> None:
    """Accepted, then ExtensionOperationFailed with the documented reason; the extension stays, as Failed."""
    done = cluster.ended(cluster.put(settings))
    assert (done["status"], done["error"]["code"]) == ("Failed", "ExtensionOperationFailed")
    assert reason in done["error"]["message"]
    properties = cluster.get().json()["properties"]
    assert (properties["provisioningState"], properties["errorInfo"]["code"]) == ("Failed", "ExtensionOperationFailed")
    assert cluster.installed(INFERENCE)["properties"]["errorInfo"] is None


@pytest.mark.source(f"{SETTINGS_DOC} (inferenceRouterHA: three worker nodes)")
def test_three_nodes_are_enough_for_three_routers(sandbox, group, unique) -> None:
    """Also where the pool may grow to them."""
    available = {name: value for name, value in INFERENCE.items() if name != "inferenceRouterHA"}
    Cluster(sandbox, group, unique("aks-"), nodes=3).installed(available)
    pool = {"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_D4s_v3"}
    growing = {**pool, "enableAutoScaling": True, "minCount": 1, "maxCount": 3}
    Cluster(sandbox, group, unique("aks-"), agentPoolProfiles=[growing]).installed(available)


@pytest.mark.source("github.com/Azure/AML-Kubernetes/issues/283")
def test_the_extension_is_for_the_whole_cluster(cluster) -> None:
    """A namespace as scope fails."""
    done = cluster.ended(cluster.put(scope={"namespace": {"targetNamespace": "team"}}))
    assert "Invalid scope 'namespace'." in done["error"]["message"]


@pytest.mark.source("azure-cli-extensions, k8s-extension custom.py: version and auto upgrade exclude each other")
def test_a_pinned_version_needs_auto_upgrade_off(cluster) -> None:
    """Pinned, it is the version that runs."""
    code, _, message = error(cluster.put(version="1.1.60"))
    assert (code, message) == (400, "To pin to specific version, auto-upgrade-minor-version must be set to 'false'.")
    made = cluster.installed(version="1.1.60", autoUpgradeMinorVersion=False)["properties"]
    assert (made["version"], made["currentVersion"]) == ("1.1.60", "1.1.60")


@pytest.mark.source("azure-cli-extensions, k8s-extension: recordings/test_k8s_extension.yaml (forceDelete)")
def test_an_extension_is_deleted_slowly_or_by_force(cluster) -> None:
    """202 and polled; 200 at once with forceDelete; 204 when nothing is there."""
    request = cluster.sandbox.request
    cluster.installed()
    answer = request("DELETE", cluster.path(), VERSION)
    assert answer.status_code == 202
    assert cluster.ended(answer)["status"] == "Succeeded"
    assert error(cluster.get())[:2] == (404, "ResourceNotFound")
    cluster.installed()
    assert request("DELETE", cluster.path(), VERSION, forceDelete="true").status_code == 200
    assert request("DELETE", cluster.path(), VERSION).status_code == 204


def test_what_is_not_served_is_refused_by_name(cluster) -> None:
    """Other extension types, other clusters, a second one of the type; no cluster: 404."""
    assert "'microsoft.flux'" in error(cluster.put(extensionType="microsoft.flux"))[2]
    arc = cluster.path().replace("Microsoft.ContainerService/managedClusters", "Microsoft.Kubernetes/connectedClusters")
    assert "'Microsoft.Kubernetes/connectedClusters'" in error(cluster.sandbox.request("GET", arc, VERSION))[2]
    cluster.installed()
    assert "'azureml'" in error(cluster.put(name="second"))[2]
    nowhere = cluster.path().replace(cluster.name, "aks-none")
    assert error(cluster.sandbox.request("GET", nowhere, VERSION))[:2] == (404, "ResourceNotFound")


# -- the attached cluster ----------------------------------------------------------------------------------------------


@pytest.mark.source("azure-rest-api-specs, Compute/get/KubernetesCompute.json; how-to-manage-kubernetes-instance-types")
def test_a_cluster_is_attached_with_its_defaults(cluster, computes) -> None:
    """In the namespace `default`, with Azure's own instance type, marked as attached; its secrets never answered."""
    cluster.installed(releaseTrain="Stable")
    secret = "Endpoint=sb://hidden"
    body = attachment(cluster, relayConnectionString=secret)
    accepted = computes.put("k8s-compute", body, identity={"type": "SystemAssigned"})
    assert (accepted.status_code, secret in accepted.text) == (201, False)
    assert computes.ended(accepted)["status"] == "Succeeded"
    made = computes.get("k8s-compute").json()
    outer, inner = made["properties"], made["properties"]["properties"]
    assert made["identity"]["principalId"]
    assert (outer["isAttachedCompute"], outer["resourceId"]) == (True, cluster.id)
    assert (inner["namespace"], inner["defaultInstanceType"]) == ("default", "defaultinstancetype")
    assert inner["instanceTypes"]["defaultinstancetype"]["resources"]["requests"]["cpu"] == "100m"
    assert (inner["extensionInstanceReleaseTrain"], inner["relayConnectionString"]) == ("stable", None)


@pytest.mark.source(f"{ATTACH_DOC} (Multi-attach and workload isolation); azure-docs#41778")
def test_one_cluster_serves_many_but_each_namespace_once(cluster, computes, sandbox, other_group, unique) -> None:
    """Two namespaces in one workspace, and another workspace: yes. The same namespace twice in one workspace: no."""
    cluster.installed()
    computes.made("first", attachment(cluster, namespace="team-a"))
    computes.made("second", attachment(cluster, namespace="team-b"))
    refused = computes.put("third", attachment(cluster, namespace="team-a"))
    assert error(refused)[2] == (
        "The cluster is attached to this workspace already, as 'first' with the namespace 'team-a'."
    )
    assert computes.get("third").status_code == 404
    other = new_environment(sandbox, other_group, unique)
    other.make()
    Computes(other).made("first", attachment(cluster, namespace="team-a"))


@pytest.mark.source(f"{SETTINGS_DOC} (Limitations); how-to-troubleshoot-kubernetes-compute; {ATTACH_DOC}")
def test_what_hinders_an_attachment_is_refused(cluster, computes) -> None:
    """No extension, one that failed, no such cluster, another subscription, a stopped cluster."""
    assert error(computes.put("k8s", attachment(cluster)))[2].startswith("Extension not installed")
    cluster.ended(cluster.put({"enableTraining": "False"}))
    assert error(computes.put("k8s", attachment(cluster)))[2].startswith("Extension not installed")
    cluster.installed()
    nowhere = {**attachment(cluster), "resourceId": cluster.id + "x"}
    assert error(computes.put("k8s", nowhere))[2].startswith("Cannot found Kubernetes cluster.")
    subscription = cluster.id.split("/")[2]
    abroad = cluster.id.replace(subscription, "11111111-1111-4111-8111-111111111111")
    assert "across subscriptions" in error(computes.put("k8s", {**attachment(cluster), "resourceId": abroad}))[2]
    stop = cluster.sandbox.request("POST", f"{cluster.id}/stop", AKS_VERSION)
    cluster.sandbox.settled(stop, AKS_VERSION)
    assert error(computes.put("k8s", attachment(cluster)))[2] == "The Kubernetes cluster is not reachable."


@pytest.mark.source(f"{SETTINGS_DOC} (Limitations: local accounts)")
def test_a_cluster_without_local_accounts_is_refused(sandbox, group, unique, computes) -> None:
    """Azure Machine Learning needs them."""
    aad = {"managed": True, "enableAzureRBAC": True}
    strict = Cluster(sandbox, group, unique("aks-"), disableLocalAccounts=True, aadProfile=aad)
    strict.installed()
    assert "local accounts" in error(computes.put("k8s", attachment(strict)))[2]


@pytest.mark.source("github.com/Azure/AML-Kubernetes/issues/279; how-to-attach-kubernetes-to-workspace (roles)")
def test_a_user_assigned_workspace_identity_needs_a_role_first(sandbox, group, unique, cluster) -> None:
    """Without one on the cluster or above: Azure's role check fails; with it the cluster is attached."""
    cluster.installed()
    environment = new_environment(sandbox, group, unique)
    user = f"{environment.scope}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{unique('id-')}"
    made = sandbox.request("PUT", user, "2024-11-30", {"location": "westeurope"}).json()
    body = environment.body(primaryUserAssignedIdentity=user)
    body["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {user: {}}}
    sandbox.settled(environment.put(body), "2025-12-01")
    computes = Computes(environment)
    message = "AKS role check failed for user assigned identity. Please check the role assignment."
    assert error(computes.put("k8s", attachment(cluster)))[::2] == (400, message)
    reader = (
        f"{sandbox.subscription}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
    )
    properties = {"roleDefinitionId": reader, "principalId": made["properties"]["principalId"]}
    name = "5a4db0c5-01d0-4000-8000-" + environment.name[-10:].rjust(12, "0")
    assignment = f"{cluster.id}/providers/Microsoft.Authorization/roleAssignments/{name}"
    assert sandbox.request("PUT", assignment, "2022-04-01", {"properties": properties}).status_code == 201
    computes.made("k8s", attachment(cluster))


@pytest.mark.source(f"{ATTACH_DOC} (identity of an attached compute); azure-service-operator (a DELETE detaches)")
def test_an_attachment_is_changed_and_detached(cluster, computes) -> None:
    """Identity, tags and instance types change; cluster and namespace don't; the cluster outlives its attachment."""
    cluster.installed()
    before = computes.made("k8s", attachment(cluster, namespace="team"))
    types = {"small": {"resources": {"requests": {"cpu": "1", "memory": "4Gi"}}}}
    body = attachment(cluster, namespace="team", instanceTypes=types, defaultInstanceType="small")
    after = computes.made("k8s", body, identity={"type": "SystemAssigned"}, tags={"a": "1"})
    assert (after["tags"], bool(after["identity"]["principalId"])) == ({"a": "1"}, True)
    assert after["properties"]["properties"]["instanceTypes"] == types
    assert after["properties"]["createdOn"] == before["properties"]["createdOn"]
    assert "'namespace'" in error(computes.put("k8s", attachment(cluster, namespace="other")))[2]
    assert error(computes.delete("k8s", underlyingResourceAction="Delete"))[0] == 400
    assert computes.ended(computes.delete("k8s"))["status"] == "Succeeded"
    assert cluster.get().json()["properties"]["provisioningState"] == "Succeeded"


@pytest.mark.source("azure-docs#41778; github.com/Azure/AML-Kubernetes/issues/293; spec: Compute/listKeys.json")
def test_a_legacy_attachment_is_read_and_stands_in_the_way(cluster, computes, environment) -> None:
    """A v1 attachment that is there is listed, read and gives kubeconfigs; inference can't be installed beside it."""
    old = Resource(
        f"{environment.path}/computes/old",
        "Microsoft.MachineLearningServices/workspaces/computes",
        "old",
        environment.path.split("/")[2],
        environment.group,
    )
    properties = {"computeType": "AKS", "resourceId": cluster.id, "isAttachedCompute": True, "properties": {}}
    old.body = {"location": "westeurope", "properties": {**properties, "provisioningState": "Succeeded"}}
    store = Store(Path(computes.sandbox.bundle).parent / STATE)
    with store.transaction():
        store.save(old)
    store.close()
    assert computes.get("old").json()["properties"]["computeType"] == "AKS"
    assert "kind: Config" in computes.post("old", "listKeys").json()["adminKubeConfig"]
    failed = cluster.ended(cluster.put(INFERENCE))
    assert "E45005 ErrorMessage: Azureml Fe deployment confict" in failed["error"]["message"]
    cluster.installed(TRAINING)
    assert "the legacy way" in error(computes.put("again", {"computeType": "AKS", "resourceId": cluster.id}))[2]
    assert computes.ended(computes.delete("old"))["status"] == "Succeeded"
