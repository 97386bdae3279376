"""The provider and the sandbox's server together: do the tables speak what the server understands, and the other way
round?

Both are ours, so agreement proves nothing about Azure; what each does alone is tested against its own sources. This
keeps them in step: every type is created, read back, imported, changed and deleted over HTTPS.
"""

from __future__ import annotations

import io
import json
import re
import tarfile
import uuid
from typing import Any

import pytest
import requests

from holdfast_sandbox.arm import identity
from holdfast_sandbox.provider.values import UNKNOWN

pytestmark = pytest.mark.slow

GROUP = "azure-native:resources:ResourceGroup"
VAULT = "azure-native:keyvault:Vault"
POLICIES = "azure-native:keyvault:AccessPolicy"
SECRET = "azure-native:keyvault:Secret"
STORAGE = "azure-native:storage:StorageAccount"
LOGS = "azure-native:operationalinsights:Workspace"
COMPONENT = "azure-native:applicationinsights:Component"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
WORKSPACE = "azure-native:machinelearningservices:Workspace"
LOCK = "azure-native:authorization:ManagementLockByScope"
NETWORK = "azure-native:network:VirtualNetwork"
SUBNET = "azure-native:network:Subnet"
ENDPOINT = "azure-native:network:PrivateEndpoint"
ZONES = "azure-native:network:PrivateDnsZoneGroup"
ZONE = "azure-native:privatedns:PrivateZone"
LINK = "azure-native:privatedns:VirtualNetworkLink"
CONTAINERS = "azure-native:containerinstance:ContainerGroup"
IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
REGISTRY = "azure-native:containerregistry:Registry"
TASK_RUN = "azure-native:containerregistry:TaskRun"
PROPERTIES = {
    "tenantId": identity.TENANT_ID,
    "sku": {"family": "A", "name": "standard"},
    "enableRbacAuthorization": False,
}
STRANGER = "5a4db0c5-01d0-4000-8000-0000000000aa"


# Also where operations take a while: each poll then waits a second or more, so only what is long-running runs twice.
both_latencies = pytest.mark.parametrize("server", ["off", "0.02"], indirect=True)


def unique(prefix: str) -> str:
    return f"{prefix}{uuid.uuid4().hex[:8]}"


def round_trip(provider: Any, token: str, news: dict[str, Any], change: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Check, preview, create, refresh, import, update: returns the id and the last state."""
    inputs, failures = provider.check(token, news)
    assert failures == []
    _, previewed = provider.create(token, inputs, preview=True)
    resource_id, state = provider.create(token, inputs)
    for name, value in previewed.items():
        if isinstance(value, str) and value is not UNKNOWN and name in inputs:
            assert state.get(name) == value, f"{name} is not what the preview said"
    read_id, outputs, refreshed = provider.read(token, resource_id, inputs, state)
    assert (read_id, outputs) == (resource_id, state)
    assert provider.diff(token, inputs, refreshed, state).changes == provider_pb2_none()
    with pytest.raises(Exception, match=f"(?i)cannot create already existing resource '{re.escape(resource_id)}'"):
        provider.create(token, inputs)
    _, _, imported = provider.read(token, resource_id)
    again, failures = provider.check(token, {**imported, **news})
    assert failures == []
    assert list(provider.diff(token, inputs, again, state).replaces) == []
    changed, failures = provider.check(token, {**news, **change}, inputs)
    assert failures == []
    difference = provider.diff(token, inputs, changed, state)
    assert set(difference.diffs) == set(change)
    return resource_id, provider.update(token, resource_id, inputs, changed, state)


def provider_pb2_none() -> Any:
    from pulumi.runtime.proto import provider_pb2

    return provider_pb2.DiffResponse.DIFF_NONE


@both_latencies
def test_a_resource_group(sandboxed: Any) -> None:
    """Created, changed, and gone after a long-running deletion."""
    name = unique("rg-")
    inputs = {"resourceGroupName": name, "location": "westeurope"}
    resource_id, state = round_trip(sandboxed, GROUP, inputs, {"tags": {"a": "b"}})
    assert state["tags"] == {"a": "b"}
    assert state["properties"] == {"provisioningState": "Succeeded"}
    found = sandboxed.invoke("azure-native:resources:getResourceGroup", resourceGroupName=name)
    assert found["id"] == resource_id
    sandboxed.delete(GROUP, resource_id, inputs)
    assert sandboxed.read(GROUP, resource_id, inputs, state)[0] == ""


def test_a_vault_keeps_foreign_policies_when_the_program_lists_none(sandboxed: Any, group: str) -> None:
    """An update reads them and sends them along; an explicit list wipes them, as Azure does."""
    name = unique("kv-")
    news = {"resourceGroupName": group, "vaultName": name, "properties": PROPERTIES}
    resource_id, state = round_trip(sandboxed, VAULT, news, {"tags": {"a": "b"}})
    assert state["properties"]["accessPolicies"] == []
    policy = {"objectId": STRANGER, "tenantId": identity.TENANT_ID, "permissions": {"secrets": ["get"]}}
    mine = {"resourceGroupName": group, "vaultName": name, "policy": policy}
    policy_id, policy_state = sandboxed.create(POLICIES, mine)
    assert policy_state["policy"] == policy
    with pytest.raises(Exception, match="cannot create already existing resource"):
        sandboxed.create(POLICIES, mine)
    inputs, _ = sandboxed.check(VAULT, news)
    state = sandboxed.update(VAULT, resource_id, inputs, {**inputs, "tags": {"a": "c"}})
    assert [held["objectId"] for held in state["properties"]["accessPolicies"]] == [STRANGER]
    wider = {**mine, "policy": {**policy, "permissions": {"secrets": ["get", "list"]}}}
    assert sandboxed.update(POLICIES, policy_id, mine, wider, policy_state)["policy"] == wider["policy"]
    sandboxed.delete(POLICIES, policy_id, wider)
    assert sandboxed.read(POLICIES, policy_id, wider, wider)[0] == ""
    sandboxed.create(POLICIES, mine)
    emptied = {**inputs, "properties": {**PROPERTIES, "accessPolicies": []}}
    state = sandboxed.update(VAULT, resource_id, inputs, emptied)
    assert state["properties"]["accessPolicies"] == []


def test_a_deleted_vaults_name_is_a_conflict(sandboxed: Any, group: str) -> None:
    """The provider has no `createMode` logic: Azure's own 409 is what the user reads."""
    news = {"resourceGroupName": group, "vaultName": unique("kv-"), "location": "westeurope", "properties": PROPERTIES}
    resource_id, _ = sandboxed.create(VAULT, news)
    sandboxed.delete(VAULT, resource_id, news)
    assert sandboxed.read(VAULT, resource_id, news, {})[0] == ""
    with pytest.raises(
        Exception, match=r'^Status=409 Code="ConflictError" Message="A vault with the same name already'
    ):
        sandboxed.create(VAULT, news)
    recovered = {**news, "properties": {**PROPERTIES, "createMode": "recover"}}
    again_id, state = sandboxed.create(VAULT, recovered)
    assert again_id == resource_id
    assert "createMode" not in state["properties"]


def test_a_secret_without_its_value(sandboxed: Any, group: str) -> None:
    """Written through Azure Resource Manager; there is no vault host to delete it by, and the error says so."""
    vault = unique("kv-")
    sandboxed.create(
        VAULT, {"resourceGroupName": group, "vaultName": vault, "location": "westeurope", "properties": PROPERTIES}
    )
    news = {"resourceGroupName": group, "vaultName": vault, "secretName": "s", "properties": {"value": "hidden"}}
    resource_id, state = sandboxed.create(SECRET, news)
    assert "value" not in state["properties"]
    assert state["properties"]["secretUri"].endswith("/secrets/s")
    with pytest.raises(Exception, match="goes to the vault's own host, and the sandbox serves none"):
        sandboxed.delete(SECRET, resource_id, news)


@both_latencies
def test_a_storage_account_and_its_keys(sandboxed: Any, group: str) -> None:
    """A long-running creation; keys by a POST."""
    name = unique("st")
    news = {"resourceGroupName": group, "accountName": name, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    _, state = round_trip(sandboxed, STORAGE, news, {"allowBlobPublicAccess": False})
    assert state["allowBlobPublicAccess"] is False
    assert state["primaryEndpoints"]["blob"].endswith(f"/{name}/")
    assert state["primaryEndpoints"]["queue"].startswith(f"https://{name}.")
    found = sandboxed.invoke("azure-native:storage:listStorageAccountKeys", resourceGroupName=group, accountName=name)
    assert [key["keyName"] for key in found["keys"]] == ["key1", "key2"]


def test_a_log_workspace_and_its_component(sandboxed: Any, group: str) -> None:
    """Log Analytics with its shared keys, and Application Insights upon it."""
    name = unique("log-")
    news = {"resourceGroupName": group, "workspaceName": name, "sku": {"name": "PerGB2018"}}
    resource_id, state = round_trip(sandboxed, LOGS, news, {"retentionInDays": 60})
    assert state["retentionInDays"] == 60
    keys = sandboxed.invoke(
        "azure-native:operationalinsights:getSharedKeys", resourceGroupName=group, workspaceName=name
    )
    assert keys["primarySharedKey"]
    component = {
        "resourceGroupName": group,
        "resourceName": unique("ai-"),
        "kind": "web",
        "applicationType": "web",
        "workspaceResourceId": resource_id,
    }
    _, state = round_trip(sandboxed, COMPONENT, component, {"tags": {"a": "b"}})
    assert state["instrumentationKey"]
    assert state["connectionString"].startswith(f"InstrumentationKey={state['instrumentationKey']}")
    assert state["workspaceResourceId"].lower() == resource_id.lower()


def test_a_user_assigned_identity(sandboxed: Any, group: str) -> None:
    """Its id says `resourcegroups`, as Azure's does, and is the state's verbatim; an account can have it."""
    name = unique("id-")
    news = {"resourceGroupName": group, "resourceName": name}
    resource_id, state = round_trip(sandboxed, IDENTITY, news, {"tags": {"a": "b"}})
    assert f"/resourcegroups/{group}/" in resource_id
    found = sandboxed.invoke(
        "azure-native:managedidentity:getUserAssignedIdentity", resourceGroupName=group, resourceName=name
    )
    assert {name: found[name] for name in ("principalId", "clientId", "tenantId")} == {
        "principalId": state["principalId"],
        "clientId": state["clientId"],
        "tenantId": identity.TENANT_ID,
    }
    account = {
        "resourceGroupName": group,
        "accountName": unique("st"),
        "location": "westeurope",
        "kind": "StorageV2",
        "sku": {"name": "Standard_LRS"},
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [resource_id]},
    }
    _, storage = sandboxed.create(STORAGE, account)
    shown = storage["identity"]["userAssignedIdentities"][resource_id]
    assert shown == {"principalId": state["principalId"], "clientId": state["clientId"]}
    sandboxed.delete(IDENTITY, resource_id, news)
    assert sandboxed.read(IDENTITY, resource_id, news, state)[0] == ""


@both_latencies
def test_a_container_registry_and_its_credentials(sandboxed: Any, group: str) -> None:
    """A long-running creation and deletion; credentials by a POST in a newer API version, once the admin user is on."""
    name = unique("acr")
    news = {"resourceGroupName": group, "registryName": name, "sku": {"name": "Standard"}}
    resource_id, state = round_trip(sandboxed, REGISTRY, news, {"tags": {"a": "b"}})
    assert (state["loginServer"], state["sku"]) == (
        f"{name}.registry.sandbox.invalid",
        {"name": "Standard", "tier": "Standard"},
    )
    credentials = "azure-native:containerregistry:listRegistryCredentials"
    with pytest.raises(Exception, match='Code="UnAuthorizedForCredentialOperations"'):
        sandboxed.invoke(credentials, resourceGroupName=group, registryName=name)
    inputs, _ = sandboxed.check(REGISTRY, news)
    wider = {
        **inputs,
        "sku": {"name": "Premium"},
        "adminUserEnabled": True,
        "networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"iPAddressOrRange": "1.2.3.4", "action": "Allow"}]},
        "policies": {"retentionPolicy": {"days": 30, "status": "enabled"}},
    }
    state = sandboxed.update(REGISTRY, resource_id, inputs, wider, state)
    assert state["policies"]["retentionPolicy"]["days"] == 30
    assert state["networkRuleSet"] == wider["networkRuleSet"]
    found = sandboxed.invoke(credentials, resourceGroupName=group, registryName=name)
    assert found["username"] == name
    assert [password["name"] for password in found["passwords"]] == ["password", "password2"]
    read = sandboxed.invoke("azure-native:containerregistry:getRegistry", resourceGroupName=group, registryName=name)
    assert read["loginServer"] == state["loginServer"]
    sandboxed.delete(REGISTRY, resource_id, wider)
    assert sandboxed.read(REGISTRY, resource_id, wider, state)[0] == ""


def test_a_role_assignment(sandboxed: Any, group: str) -> None:
    """Named by a UUID; the role is found by its scope and id."""
    scope = f"/subscriptions/{identity.SUBSCRIPTION_ID}/resourceGroups/{group}"
    reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
    role = sandboxed.invoke("azure-native:authorization:getRoleDefinition", scope=scope, roleDefinitionId=reader)
    assert role["roleName"] == "Reader"
    news = {"scope": scope, "principalId": STRANGER, "principalType": "User", "roleDefinitionId": role["id"]}
    inputs, failures = sandboxed.check(ASSIGNMENT, news)
    assert failures == []
    resource_id, state = sandboxed.create(ASSIGNMENT, inputs)
    assert state["principalId"] == STRANGER
    assert sandboxed.read(ASSIGNMENT, resource_id, inputs, state)[1] == state
    sandboxed.delete(ASSIGNMENT, resource_id, inputs)
    assert sandboxed.read(ASSIGNMENT, resource_id, inputs, state)[0] == ""


@both_latencies
def test_a_machine_learning_workspace(sandboxed: Any, group: str) -> None:
    """A long-running creation upon a vault, an account and a component; Azure gives its identity a policy."""
    vault, _ = sandboxed.create(
        VAULT,
        {"resourceGroupName": group, "vaultName": unique("kv-"), "location": "westeurope", "properties": PROPERTIES},
    )
    storage, _ = sandboxed.create(
        STORAGE,
        {
            "resourceGroupName": group,
            "accountName": unique("st"),
            "location": "westeurope",
            "kind": "StorageV2",
            "sku": {"name": "Standard_LRS"},
        },
    )
    logs, _ = sandboxed.create(
        LOGS, {"resourceGroupName": group, "workspaceName": unique("log-"), "location": "westeurope"}
    )
    component, _ = sandboxed.create(
        COMPONENT,
        {
            "resourceGroupName": group,
            "resourceName": unique("ai-"),
            "location": "westeurope",
            "kind": "web",
            "applicationType": "web",
            "workspaceResourceId": logs,
        },
    )
    news = {
        "resourceGroupName": group,
        "workspaceName": unique("ml-"),
        "identity": {"type": "SystemAssigned"},
        "keyVault": vault,
        "storageAccount": storage,
        "applicationInsights": component,
    }
    resource_id, state = round_trip(sandboxed, WORKSPACE, news, {"friendlyName": "ours"})
    assert state["friendlyName"] == "ours"
    assert state["provisioningState"] == "Succeeded"
    found = sandboxed.invoke("azure-native:keyvault:getVault", resourceGroupName=group, vaultName=vault.split("/")[-1])
    holders = [policy["objectId"] for policy in found["properties"]["accessPolicies"]]
    assert holders == [state["identity"]["principalId"]]
    sandboxed.delete(WORKSPACE, resource_id, news)
    assert sandboxed.read(WORKSPACE, resource_id, news, state)[0] == ""


@both_latencies
def test_a_container_group(sandboxed: Any, group: str) -> None:
    """A long-running creation; an image changes in place, memory does not: the provider updates and Azure refuses."""
    name, hidden = unique("cg-"), {"name": "B", "secureValue": "hidden"}
    container = {
        "name": "app",
        "image": "nginx",
        "resources": {"requests": {"cpu": 1.0, "memoryInGB": 1.5}},
        "environmentVariables": [{"name": "A", "value": "1"}, hidden],
        "ports": [{"port": 80, "protocol": "TCP"}],
    }
    news = {
        "resourceGroupName": group,
        "containerGroupName": name,
        "osType": "Linux",
        "restartPolicy": "OnFailure",
        "sku": "Standard",
        "containers": [container],
        "ipAddress": {"type": "Public", "ports": [{"port": 80, "protocol": "TCP"}], "dnsNameLabel": unique("label")},
        "imageRegistryCredentials": [{"server": "r.example.org", "username": "u", "password": "hidden"}],
    }
    resource_id, state = round_trip(sandboxed, CONTAINERS, news, {"tags": {"a": "b"}})
    assert (state["tags"], state["provisioningState"]) == ({"a": "b"}, "Succeeded")
    inputs, _ = sandboxed.check(CONTAINERS, news)
    newer = {**inputs, "containers": [{**container, "image": "nginx:2"}]}
    state = sandboxed.update(CONTAINERS, resource_id, inputs, newer, state)
    assert state["containers"][0]["image"] == "nginx:2"
    assert state["containers"][0]["instanceView"]["restartCount"] == 2
    assert "hidden" not in json.dumps(state)
    found = sandboxed.invoke(
        "azure-native:containerinstance:getContainerGroup", resourceGroupName=group, containerGroupName=name
    )
    assert found["ipAddress"]["fqdn"] == state["ipAddress"]["fqdn"]
    larger = {**inputs, "containers": [{**container, "resources": {"requests": {"cpu": 1.0, "memoryInGB": 2.0}}}]}
    difference = sandboxed.diff(CONTAINERS, inputs, larger, state)
    assert list(difference.detailedDiff) == ["containers[0].resources.requests.memoryInGB"]
    assert list(difference.replaces) == []
    with pytest.raises(Exception, match=r'^Status=400 Code="InvalidContainerGroupUpdate" Message="The updates on'):
        sandboxed.update(CONTAINERS, resource_id, inputs, larger, state)
    sandboxed.delete(CONTAINERS, resource_id, inputs)
    assert sandboxed.read(CONTAINERS, resource_id, inputs, state)[0] == ""


def test_a_stranger_is_refused_by_the_server_and_told_why(
    unconfigured: Any, server: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong tenant ends at the login; the message is the directory's."""
    monkeypatch.setenv("SSL_CERT_FILE", server["bundle"])
    unconfigured.configure(
        metadataHost=server["url"].removeprefix("https://"),
        subscriptionId=identity.SUBSCRIPTION_ID,
        tenantId="00000000-0000-4000-8000-000000000000",
        clientId=identity.CLIENT_ID,
        clientSecret=identity.CLIENT_SECRET,
    )
    with pytest.raises(Exception, match="ClientSecretCredential authentication failed"):
        unconfigured.invoke("azure-native:resources:getResourceGroup", resourceGroupName="rg")


def test_a_lock(sandboxed: Any, group: str) -> None:
    """At a scope and at a group; what it forbids is an error of the provider's too."""
    scope = f"/subscriptions/{identity.SUBSCRIPTION_ID}/resourceGroups/{group}"
    news = {"scope": scope, "lockName": "keep", "level": "CanNotDelete"}
    resource_id, state = round_trip(sandboxed, LOCK, news, {"notes": "why"})
    assert (state["level"], state["notes"]) == ("CanNotDelete", "why")
    with pytest.raises(Exception, match='Code="ScopeLocked"'):
        sandboxed.delete(GROUP, scope, {"resourceGroupName": group})
    sandboxed.delete(LOCK, resource_id, news)
    at_group = "azure-native:authorization:ManagementLockAtResourceGroupLevel"
    mine = {"resourceGroupName": group, "lockName": "mine", "level": "ReadOnly"}
    resource_id, state = round_trip(sandboxed, at_group, mine, {"level": "CanNotDelete"})
    assert state["level"] == "CanNotDelete"
    sandboxed.delete(at_group, resource_id, mine)
    assert sandboxed.read(at_group, resource_id, mine, state)[0] == ""


def test_a_diagnostic_setting(sandboxed: Any, group: str) -> None:
    """Made, changed, deleted; the bare error of the service is quoted like any other."""
    vault, _ = sandboxed.create(
        VAULT,
        {"resourceGroupName": group, "vaultName": unique("kv-"), "location": "westeurope", "properties": PROPERTIES},
    )
    logs, _ = sandboxed.create(
        LOGS, {"resourceGroupName": group, "workspaceName": unique("log-"), "location": "westeurope"}
    )
    token = "azure-native:monitor:DiagnosticSetting"
    collected = [{"categoryGroup": "allLogs", "enabled": True}]
    news = {"resourceUri": vault, "name": "all", "workspaceId": logs, "logs": collected}
    resource_id, state = round_trip(sandboxed, token, news, {"metrics": [{"category": "AllMetrics", "enabled": True}]})
    assert [one["category"] for one in state["metrics"]] == ["AllMetrics"]
    with pytest.raises(Exception, match='Status=409 Code="Conflict" Message="Data sink'):
        sandboxed.create(token, {**news, "name": "again"})
    sandboxed.delete(token, resource_id, news)
    assert sandboxed.read(token, resource_id, news, state)[0] == ""


@both_latencies
def test_a_private_endpoint_from_network_to_record(sandboxed: Any, group: str) -> None:
    """A network, a subnet beside its inline ones, a zone with its link, an endpoint and its zone group."""
    place = {"resourceGroupName": group, "location": "westeurope"}
    network = {**place, "virtualNetworkName": "vnet", "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
    network_id, state = round_trip(sandboxed, NETWORK, network, {"tags": {"a": "b"}})
    assert (state["tags"], state["subnets"]) == ({"a": "b"}, [])
    within = {"resourceGroupName": group, "virtualNetworkName": "vnet", "subnetName": "pe"}
    subnet = {**within, "addressPrefix": "10.0.1.0/24"}
    endpoints = [{"service": "Microsoft.Storage"}]
    subnet_id, state = round_trip(sandboxed, SUBNET, subnet, {"serviceEndpoints": endpoints})
    assert state["serviceEndpoints"][0]["service"] == "Microsoft.Storage"
    inputs, _ = sandboxed.check(NETWORK, network)
    state = sandboxed.update(NETWORK, network_id, inputs, {**inputs, "tags": {"a": "c"}})
    assert [one["name"] for one in state["subnets"]] == ["pe"]
    zone_name = "privatelink.vaultcore.azure.net"
    zone = {"resourceGroupName": group, "location": "global", "privateZoneName": zone_name}
    zone_id, _ = round_trip(sandboxed, ZONE, zone, {"tags": {"a": "b"}})
    link = {
        "resourceGroupName": group,
        "location": "global",
        "privateZoneName": zone_name,
        "virtualNetworkLinkName": "link",
        "registrationEnabled": False,
        "virtualNetwork": {"id": network_id},
    }
    link_id, state = round_trip(sandboxed, LINK, link, {"tags": {"a": "b"}})
    assert state["virtualNetworkLinkState"] == "Completed"
    name = unique("kv-")
    vault, _ = sandboxed.create(VAULT, {**place, "vaultName": name, "properties": PROPERTIES})
    connection = {"name": "link", "privateLinkServiceId": vault, "groupIds": ["vault"]}
    endpoint = {
        **place,
        "privateEndpointName": "pe",
        "subnet": {"id": subnet_id},
        "privateLinkServiceConnections": [connection],
    }
    endpoint_id, state = round_trip(sandboxed, ENDPOINT, endpoint, {"tags": {"a": "b"}})
    assert state["privateLinkServiceConnections"][0]["privateLinkServiceConnectionState"]["status"] == "Approved"
    assert state["customDnsConfigs"] == [{"fqdn": f"{name}.vault.sandbox.invalid", "ipAddresses": ["10.0.1.4"]}]
    inputs, _ = sandboxed.check(ENDPOINT, endpoint)
    moved = {**inputs, "subnet": {"id": f"{network_id}/subnets/other"}}
    assert list(sandboxed.diff(ENDPOINT, inputs, moved, state).replaces) == ["subnet.id"]
    group_of_zones = {
        "resourceGroupName": group,
        "privateEndpointName": "pe",
        "privateDnsZoneGroupName": "default",
        "privateDnsZoneConfigs": [{"name": "vault", "privateDnsZoneId": zone_id}],
    }
    zones_id, state = sandboxed.create(ZONES, group_of_zones)
    record = state["privateDnsZoneConfigs"][0]["recordSets"][0]
    assert (record["recordSetName"], record["ipAddresses"]) == (name, ["10.0.1.4"])
    assert sandboxed.read(ZONES, zones_id, group_of_zones, state)[1] == state
    with pytest.raises(Exception, match='Code="InUseSubnetCannotBeDeleted"'):
        sandboxed.delete(SUBNET, subnet_id, subnet)
    for token, resource_id, inputs in (
        (ZONES, zones_id, group_of_zones),
        (ENDPOINT, endpoint_id, endpoint),
        (LINK, link_id, link),
        (ZONE, zone_id, zone),
        (SUBNET, subnet_id, subnet),
        (NETWORK, network_id, network),
    ):
        sandboxed.delete(token, resource_id, inputs)
        assert sandboxed.read(token, resource_id, inputs, {})[0] == ""


def test_a_task_run_is_there_once_its_image_is_built_and_is_an_error_where_it_is_not(
    sandboxed: Any, group: str, server: dict[str, str]
) -> None:
    """A context goes up by the link of an invoke; the run's result and log are outputs; secrets never come back."""
    registry = unique("cr")
    of_registry = {"resourceGroupName": group, "registryName": registry}
    sandboxed.create(REGISTRY, {**of_registry, "location": "westeurope", "sku": {"name": "Basic"}})
    link = sandboxed.invoke("azure-native:containerregistry:listRegistryBuildSourceUploadUrl", **of_registry)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in (
            ("good", "FROM python:3.11\nARG TOKEN\nLABEL a=b\n"),
            ("bad", "FROM python:3.11\nCOPY x y\n"),
        ):
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    kind = {"x-ms-blob-type": "BlockBlob"}
    requests.put(
        link["uploadUrl"], packed.getvalue(), headers=kind, verify=server["bundle"], timeout=60
    ).raise_for_status()
    request = {
        "type": "DockerBuildRequest",
        "dockerFilePath": "good",
        "imageNames": ["app:1"],
        "platform": {"os": "Linux"},
        "sourceLocation": link["relativePath"],
        "arguments": [{"name": "TOKEN", "value": "hidden", "isSecret": True}],
    }
    news = {**of_registry, "taskRunName": "build-1", "runRequest": request}
    inputs, failures = sandboxed.check(TASK_RUN, news)
    assert failures == []
    resource_id, state = sandboxed.create(TASK_RUN, inputs)
    assert state["provisioningState"] == "Succeeded"
    run = state["runResult"]
    assert (run["status"], run["outputImages"][0]["tag"]) == ("Succeeded", "1")
    log = sandboxed.invoke("azure-native:containerregistry:listRunLogSasUrl", **of_registry, runId=run["runId"])
    assert "was successful after" in requests.get(log["logLink"], verify=server["bundle"], timeout=30).text
    _, outputs, refreshed = sandboxed.read(TASK_RUN, resource_id, inputs, state)
    assert outputs == state
    assert sandboxed.diff(TASK_RUN, inputs, refreshed, state).changes == provider_pb2_none()
    assert "hidden" not in json.dumps(outputs["runRequest"])
    bad = {**news, "taskRunName": "build-2", "runRequest": {**request, "dockerFilePath": "bad"}}
    with pytest.raises(Exception, match="Failed"):
        sandboxed.create(TASK_RUN, sandboxed.check(TASK_RUN, bad)[0])
