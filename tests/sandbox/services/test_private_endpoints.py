"""Do private endpoints behave, from the subnet to the DNS record, for azure-mgmt-network and for raw requests?"""

from __future__ import annotations

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.keyvault import KeyVaultManagementClient
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.storage import StorageManagementClient

from holdfast_sandbox.arm import identity

VERSION, DNS, STORAGE, VAULT = "2024-05-01", "2024-06-01", "2024-01-01", "2023-07-01"
PLACE = {"location": "westeurope"}


@pytest.fixture
def scope(sandbox, group) -> str:
    """The id of a fresh resource group."""
    return f"{sandbox.subscription}/resourceGroups/{group}"


@pytest.fixture
def subnet(sandbox, scope) -> str:
    """The id of a subnet 10.1.1.0/24."""
    path = f"{scope}/providers/Microsoft.Network/virtualNetworks/vnet"
    inner = [{"name": "endpoints", "properties": {"addressPrefix": "10.1.1.0/24"}}]
    body = {**PLACE, "properties": {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}, "subnets": inner}}
    assert sandbox.request("PUT", path, VERSION, body).status_code == 201
    return f"{path}/subnets/endpoints"


@pytest.fixture
def vault(sandbox, scope, unique) -> str:
    """The id of a vault."""
    path = f"{scope}/providers/Microsoft.KeyVault/vaults/{unique('kv-')}"
    assert sandbox.request("PUT", path, VAULT, vault_body()).status_code == 200
    return path


@pytest.fixture
def account(sandbox, scope, unique) -> str:
    """The id of a storage account."""
    path = f"{scope}/providers/Microsoft.Storage/storageAccounts/{unique('st')}"
    body = {**PLACE, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    sandbox.settled(sandbox.request("PUT", path, STORAGE, body), STORAGE)
    return path


def vault_body() -> dict:
    properties = {"sku": {"family": "A", "name": "standard"}, "tenantId": identity.TENANT_ID, "accessPolicies": []}
    return {**PLACE, "properties": properties}


def endpoint_body(subnet: str, target: str, *groups: str, kind: str = "privateLinkServiceConnections") -> dict:
    link = {"name": "link", "properties": {"privateLinkServiceId": target, "groupIds": list(groups)}}
    return {**PLACE, "properties": {"subnet": {"id": subnet}, kind: [link]}}


def put(sandbox, scope: str, body: dict, name: str = "pe"):
    return sandbox.request("PUT", f"{scope}/providers/Microsoft.Network/privateEndpoints/{name}", VERSION, body)


def made(sandbox, scope: str, body: dict, name: str = "pe") -> dict:
    """An endpoint, created and settled; what a GET answers then."""
    answer = put(sandbox, scope, body, name)
    assert answer.status_code == 201, answer.text
    assert sandbox.settled(answer, VERSION).json()["status"] == "Succeeded"
    return sandbox.request("GET", answer.json()["id"], VERSION).json()


def zone(sandbox, scope: str, name: str) -> str:
    """The id of a private DNS zone of that name."""
    path = f"{scope}/providers/Microsoft.Network/privateDnsZones/{name}"
    sandbox.settled(sandbox.request("PUT", path, DNS, {"location": "global"}), DNS)
    return path


def error(answer) -> tuple[int, str, str]:
    body = answer.json()["error"]
    return answer.status_code, body["code"], body["message"]


@pytest.mark.source("learn.microsoft.com/rest/api/virtualnetwork/private-endpoints (azure-mgmt-network 33.1.0)")
def test_an_endpoint_lives_its_life_in_azure_mgmt_network(sandbox, group, subnet, vault) -> None:
    """An endpoint to a vault is made, read, listed and deleted; vault, interface and subnet know of it meanwhile."""
    client = sandbox.client(NetworkManagementClient)
    endpoint = client.private_endpoints.begin_create_or_update(
        group, "pe", endpoint_body(subnet, vault, "vault")
    ).result()
    assert endpoint.provisioning_state == "Succeeded"
    link = endpoint.private_link_service_connections[0]
    assert (link.group_ids, link.private_link_service_connection_state.status) == (["vault"], "Approved")
    name = vault.rpartition("/")[2]
    config = endpoint.custom_dns_configs[0]
    assert (config.fqdn, config.ip_addresses) == (f"{name}.vault.sandbox.invalid", ["10.1.1.4"])
    interface = client.network_interfaces.get(group, endpoint.network_interfaces[0].id.rpartition("/")[2])
    assert interface.ip_configurations[0].private_ip_address == "10.1.1.4"
    assert interface.private_endpoint.id == endpoint.id
    seen = sandbox.client(KeyVaultManagementClient).vaults.get(group, name)
    assert seen.properties.private_endpoint_connections[0].private_endpoint.id == endpoint.id
    inside = client.subnets.get(group, "vnet", "endpoints")
    assert [one.id for one in inside.private_endpoints] == [endpoint.id]
    assert [one.name for one in client.private_endpoints.list(group)] == ["pe"]
    client.private_endpoints.begin_delete(group, "pe").result()
    assert sandbox.request("GET", f"{vault}/privateEndpointConnections", VAULT).json() == {"value": []}
    assert client.subnets.get(group, "vnet", "endpoints").private_endpoints is None
    assert list(client.network_interfaces.list(group)) == []
    with pytest.raises(HttpResponseError) as gone:
        client.private_endpoints.get(group, "pe")
    assert gone.value.error.code == "ResourceNotFound"


@pytest.mark.source(
    "github.com/hashicorp/terraform-provider-azurerm: orchestrated_virtual_machine_scale_set_resource.go"
)
def test_a_subnet_in_use_stays(sandbox, scope, subnet, vault) -> None:
    """It can't be deleted, nor its network, nor left out of the network's list."""
    endpoint = made(sandbox, scope, endpoint_body(subnet, vault, "vault"))
    user = f"{endpoint['properties']['networkInterfaces'][0]['id']}/ipConfigurations/privateEndpointIpConfig.0"
    refused = (
        400,
        "InUseSubnetCannotBeDeleted",
        f"Subnet endpoints is in use by {user} and cannot be deleted. In order to delete the subnet, delete all the "
        "resources within the subnet. See aka.ms/deletesubnet.",
    )
    network = subnet.rpartition("/subnets/")[0]
    assert error(sandbox.request("DELETE", subnet, VERSION)) == refused
    assert error(sandbox.request("DELETE", network, VERSION)) == refused
    empty = {**PLACE, "properties": {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}, "subnets": []}}
    assert error(sandbox.request("PUT", network, VERSION, empty)) == refused
    sandbox.settled(sandbox.request("DELETE", endpoint["id"], VERSION), VERSION)
    assert sandbox.request("DELETE", subnet, VERSION).status_code == 202


@pytest.mark.source("github.com/Azure/azure-cli/issues/15136")
def test_a_group_id_is_required(sandbox, scope, subnet, vault) -> None:
    """A connection without one is refused in Azure's words."""
    assert error(put(sandbox, scope, endpoint_body(subnet, vault))) == (
        400,
        "MissingParameterOnPrivateLinkServiceConnection",
        f"Private link service connection {scope}/providers/Microsoft.Network/privateEndpoints/pe/"
        "privateLinkServiceConnections/link is missing required parameter 'group Id'.",
    )


@pytest.mark.source("github.com/DFE-Digital/terraform-azurerm-container-apps-hosting/issues/352")
def test_one_endpoint_is_for_one_group_id(sandbox, scope, subnet, account) -> None:
    """Blob and file of an account need an endpoint each."""
    assert error(put(sandbox, scope, endpoint_body(subnet, account, "blob", "file"))) == (
        400,
        "OnlyOneGroupIdPermitted",
        f"Private link service connection {scope}/providers/Microsoft.Network/privateEndpoints/pe/"
        "privateLinkServiceConnections/link has the following group Ids: blob, file. Only one group Id is permitted "
        f"when connecting to a first-party resource ({account}).",
    )


@pytest.mark.source("github.com/hashicorp/terraform-provider-azurerm/issues/11778")
def test_the_group_id_must_be_the_targets(sandbox, scope, subnet, account, vault) -> None:
    """A vault has no blobs, an account no vault: the target's refusal is passed on."""
    for target, group, kind in ((vault, "blob", "Microsoft.KeyVault/vaults"), (account, "vault", "Microsoft.Storage/")):
        status, code, message = error(put(sandbox, scope, endpoint_body(subnet, target, group)))
        assert (status, code) == (400, "IncorrectPrivateLinkServiceConnectionGroupId")
        assert message.startswith(f"Call to {kind}")


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found")
def test_subnet_and_target_must_be_there(sandbox, scope, subnet, vault) -> None:
    """A subnet that is not there or in another region is an invalid reference; a target that is not there is 404."""
    status, code, message = error(put(sandbox, scope, endpoint_body(f"{subnet}x", vault, "vault")))
    assert (status, code) == (400, "InvalidResourceReference")
    assert message.startswith(f"Resource {subnet}x referenced by resource {scope}/providers/Microsoft.Network/")
    far = {**endpoint_body(subnet, vault, "vault"), "location": "eastus"}
    assert error(put(sandbox, scope, far))[:2] == (400, "InvalidResourceReference")
    status, code, message = error(put(sandbox, scope, endpoint_body(subnet, f"{vault}x", "vault")))
    assert (status, code) == (404, "ResourceNotFound")
    assert message.startswith("Call to Microsoft.KeyVault/vaults failed. Error message: The Resource")


@pytest.mark.source("learn.microsoft.com/azure/private-link/troubleshoot-private-endpoint-connectivity")
def test_a_delegated_subnet_takes_no_endpoint(sandbox, scope, subnet, vault) -> None:
    """A subnet that is delegated to container groups is refused."""
    delegation = {"name": "aci", "properties": {"serviceName": "Microsoft.ContainerInstance/containerGroups"}}
    body = {"properties": {"addressPrefix": "10.1.1.0/24", "delegations": [delegation]}}
    sandbox.request("PUT", subnet, VERSION, body)
    status, code, _ = error(put(sandbox, scope, endpoint_body(subnet, vault, "vault")))
    assert (status, code) == (400, "PrivateEndpointCreationNotAllowedAsSubnetIsDelegated")


@pytest.mark.source("learn.microsoft.com/azure/container-registry/container-registry-private-link (Premium)")
def test_only_a_premium_registry_takes_endpoints(sandbox, scope, subnet, unique) -> None:
    """A Basic registry refuses; a Premium one gets two addresses: its own and its data endpoint's."""
    path = f"{scope}/providers/Microsoft.ContainerRegistry/registries/{unique('cr')}"
    for sku, expected in (("Basic", 400), ("Premium", 201)):
        answer = sandbox.request("PUT", path, "2023-07-01", {**PLACE, "sku": {"name": sku}})
        assert answer.status_code in (200, 201, 202), answer.text
        sandbox.request("GET", path, "2023-07-01")
        assert put(sandbox, scope, endpoint_body(subnet, path, "registry")).status_code == expected
    endpoint = sandbox.request("GET", f"{scope}/providers/Microsoft.Network/privateEndpoints/pe", VERSION).json()
    configs = endpoint["properties"]["customDnsConfigs"]
    assert [one["ipAddresses"] for one in configs] == [["10.1.1.4"], ["10.1.1.5"]]
    assert ".westeurope.data." in configs[0]["fqdn"]
    assert len(sandbox.request("GET", path, "2023-07-01").json()["properties"]["privateEndpointConnections"]) == 1


@pytest.mark.source("learn.microsoft.com/azure/private-link/private-endpoint-dns")
def test_a_zone_group_writes_the_records_of_its_endpoint(sandbox, group, scope, subnet, account) -> None:
    """An A record in the zone, none in a foreign one; no custom DNS any more; all gone with the endpoint."""
    endpoint = made(sandbox, scope, endpoint_body(subnet, account, "blob"))
    assert endpoint["properties"]["customDnsConfigs"][0]["ipAddresses"] == ["10.1.1.4"]
    blobs = zone(sandbox, scope, "privatelink.blob.core.windows.net")
    vaults = zone(sandbox, scope, "privatelink.vaultcore.azure.net")
    client = sandbox.client(NetworkManagementClient).private_dns_zone_groups
    configs = [
        {"name": "blob", "properties": {"privateDnsZoneId": blobs}},
        {"name": "vault", "properties": {"privateDnsZoneId": vaults}},
    ]
    wanted = {"properties": {"privateDnsZoneConfigs": configs}}
    written = client.begin_create_or_update(group, "pe", "default", wanted).result()
    name = account.rpartition("/")[2]
    records = [
        [(one.record_set_name, one.ip_addresses) for one in zone.record_sets]
        for zone in written.private_dns_zone_configs
    ]
    assert records == [[(name, ["10.1.1.4"])], []]
    record = sandbox.request("GET", f"{blobs}/A/{name}", DNS).json()["properties"]
    assert (record["aRecords"], record["ttl"]) == ([{"ipv4Address": "10.1.1.4"}], 10)
    assert record["metadata"]["creator"].startswith("created by private endpoint pe with resource guid")
    assert sandbox.request("GET", endpoint["id"], VERSION).json()["properties"]["customDnsConfigs"] == []
    assert [one.name for one in client.list("pe", group)] == ["default"]
    second = f"{endpoint['id']}/privateDnsZoneGroups/second"
    assert sandbox.request("PUT", second, VERSION, wanted).status_code == 400
    sandbox.settled(sandbox.request("DELETE", endpoint["id"], VERSION), VERSION)
    assert sandbox.request("GET", f"{blobs}/A", DNS).json()["value"] == []


@pytest.mark.source("learn.microsoft.com/rest/api/virtualnetwork/private-dns-zone-groups/delete")
def test_a_zone_group_takes_its_records_along(sandbox, scope, subnet, vault) -> None:
    """Deleting the group leaves the endpoint with its names; a zone that is not there is refused."""
    endpoint = made(sandbox, scope, endpoint_body(subnet, vault, "vault"))
    vaults = zone(sandbox, scope, "privatelink.vaultcore.azure.net")
    path = f"{endpoint['id']}/privateDnsZoneGroups/default"

    def wanted(zone_id: str) -> dict:
        return {"properties": {"privateDnsZoneConfigs": [{"name": "z", "properties": {"privateDnsZoneId": zone_id}}]}}

    assert sandbox.request("PUT", path, VERSION, wanted(f"{vaults}x")).status_code == 400
    sandbox.settled(sandbox.request("PUT", path, VERSION, wanted(vaults)), VERSION)
    assert len(sandbox.request("GET", f"{vaults}/A", DNS).json()["value"]) == 1
    sandbox.settled(sandbox.request("DELETE", path, VERSION), VERSION)
    assert sandbox.request("GET", f"{vaults}/A", DNS).json()["value"] == []
    again = sandbox.request("GET", endpoint["id"], VERSION).json()
    assert again["properties"]["customDnsConfigs"] == endpoint["properties"]["customDnsConfigs"]
    missing = f"{endpoint['id']}x/privateDnsZoneGroups/default"
    assert error(sandbox.request("PUT", missing, VERSION, wanted(vaults)))[:2] == (404, "ParentResourceNotFound")


@pytest.mark.source("learn.microsoft.com/azure/private-link/manage-private-endpoint")
def test_a_manual_connection_waits_for_the_owner(sandbox, group, scope, subnet, account) -> None:
    """Pending until it is approved on the target; Disconnected when the target drops it."""
    body = endpoint_body(subnet, account, "file", kind="manualPrivateLinkServiceConnections")
    endpoint = made(sandbox, scope, body)

    def status() -> str:
        shown = sandbox.request("GET", endpoint["id"], VERSION).json()["properties"]
        link = shown["manualPrivateLinkServiceConnections"][0]
        return link["properties"]["privateLinkServiceConnectionState"]["status"]

    assert status() == "Pending"
    name = account.rpartition("/")[2]
    client = sandbox.client(StorageManagementClient).private_endpoint_connections
    waiting = next(iter(client.list(group, name)))
    approved = {"properties": {"privateLinkServiceConnectionState": {"status": "Approved", "description": "ok"}}}
    client.put(group, name, waiting.name, approved)
    assert status() == "Approved"
    assert client.get(group, name, waiting.name).private_link_service_connection_state.description == "ok"
    client.delete(group, name, waiting.name)
    assert status() == "Disconnected"


@pytest.mark.source("github.com/hashicorp/terraform-provider-azurerm/issues/17478")
def test_a_lock_on_the_target_holds_the_endpoint(sandbox, scope, subnet, account) -> None:
    """The deletion fails when the target may not give its connection up, and says so in the target's words."""
    endpoint = made(sandbox, scope, endpoint_body(subnet, account, "blob"))
    lock = f"{account}/providers/Microsoft.Authorization/locks/keep"
    sandbox.request("PUT", lock, "2020-05-01", {"properties": {"level": "CanNotDelete"}})
    ended = sandbox.settled(sandbox.request("DELETE", endpoint["id"], VERSION), VERSION).json()
    assert (ended["status"], ended["error"]["code"]) == ("Failed", "ScopeLocked")
    assert ended["error"]["message"].startswith(
        "Call to Microsoft.Storage/storageAccounts failed. Error message: The scope"
    )
    assert sandbox.request("GET", endpoint["id"], VERSION).json()["properties"]["provisioningState"] == "Failed"
    sandbox.request("DELETE", lock, "2020-05-01")
    sandbox.settled(sandbox.request("DELETE", endpoint["id"], VERSION), VERSION)
    assert sandbox.request("GET", endpoint["id"], VERSION).status_code == 404


@pytest.mark.source(
    "learn.microsoft.com/rest/api/keyvault/keyvault/vaults/create-or-update (privateEndpointConnections)"
)
def test_a_vault_keeps_its_connections_when_it_is_written(sandbox, scope, subnet, vault) -> None:
    """They are read-only: a PUT of the vault without them changes nothing about them."""
    made(sandbox, scope, endpoint_body(subnet, vault, "vault"))
    assert sandbox.request("PUT", vault, VAULT, vault_body()).status_code == 200
    shown = sandbox.request("GET", f"{vault}/privateEndpointConnections", VAULT).json()["value"]
    assert shown == sandbox.request("GET", vault, VAULT).json()["properties"]["privateEndpointConnections"]
    assert sandbox.request("GET", shown[0]["id"], VAULT).json() == shown[0]


@pytest.mark.source("learn.microsoft.com/azure/private-link/private-endpoint-overview (properties)")
def test_an_endpoint_keeps_subnet_and_target(sandbox, scope, subnet, vault, account) -> None:
    """The same again is fine, tags change; another target is refused."""
    body = endpoint_body(subnet, vault, "vault")
    made(sandbox, scope, body)
    again = put(sandbox, scope, {**body, "tags": {"a": "1"}})
    assert (again.status_code, again.json()["tags"]) == (200, {"a": "1"})
    assert put(sandbox, scope, endpoint_body(subnet, account, "blob")).status_code == 400


@pytest.mark.source("learn.microsoft.com/azure/private-link/private-endpoint-overview (deleting)")
def test_an_endpoint_that_goes_with_its_group_leaves_its_target(sandbox, other_group, subnet, vault) -> None:
    """A group's deletion releases its endpoints: the vault in another group has no connection any more."""
    other = f"{sandbox.subscription}/resourceGroups/{other_group}"
    made(sandbox, other, endpoint_body(subnet, vault, "vault"))
    assert sandbox.request("DELETE", other, "2024-03-01").status_code == 202
    assert sandbox.request("GET", f"{vault}/privateEndpointConnections", VAULT).json() == {"value": []}
    assert sandbox.request("DELETE", subnet, VERSION).status_code == 202


@pytest.mark.source("learn.microsoft.com/azure/private-link/private-endpoint-dns (group ids and zones)")
def test_each_target_says_what_endpoints_may_ask_for(sandbox, vault, account) -> None:
    """A vault's one group; an account's services."""
    shown = sandbox.request("GET", f"{vault}/privateLinkResources", VAULT).json()["value"]
    assert [one["properties"]["requiredZoneNames"] for one in shown] == [["privatelink.vaultcore.azure.net"]]
    shown = sandbox.request("GET", f"{account}/privateLinkResources", STORAGE).json()["value"]
    assert {one["name"] for one in shown} == {"blob", "dfs", "file", "queue", "table", "web"}


@pytest.mark.source("learn.microsoft.com/azure/machine-learning/how-to-custom-dns (three addresses, two zones)")
def test_a_workspace_has_three_addresses_in_two_zones(sandbox, scope, subnet, vault, account, unique) -> None:
    """The workspace, its notebooks and its inference; each zone gets its own records."""
    component = f"{scope}/providers/Microsoft.Insights/components/{unique('ai-')}"
    body = {**PLACE, "kind": "web", "properties": {"Application_Type": "web"}}
    assert sandbox.request("PUT", component, "2020-02-02", body).status_code == 200
    workspace = f"{scope}/providers/Microsoft.MachineLearningServices/workspaces/{unique('ml-')}"
    properties = {"keyVault": vault, "storageAccount": account, "applicationInsights": component}
    body = {**PLACE, "identity": {"type": "SystemAssigned"}, "properties": properties}
    sandbox.settled(sandbox.request("PUT", workspace, "2024-10-01", body), "2024-10-01")
    endpoint = made(sandbox, scope, endpoint_body(subnet, workspace, "amlworkspace"))
    found = {one["ipAddresses"][0] for one in endpoint["properties"]["customDnsConfigs"]}
    assert found == {"10.1.1.4", "10.1.1.5", "10.1.1.6"}
    zones = [zone(sandbox, scope, name) for name in ("privatelink.api.azureml.ms", "privatelink.notebooks.azure.net")]
    configs = [{"name": f"z{n}", "properties": {"privateDnsZoneId": one}} for n, one in enumerate(zones)]
    path = f"{endpoint['id']}/privateDnsZoneGroups/default"
    wanted = {"properties": {"privateDnsZoneConfigs": configs}}
    sandbox.settled(sandbox.request("PUT", path, VERSION, wanted), VERSION)
    records = [[one["name"] for one in sandbox.request("GET", f"{z}/A", DNS).json()["value"]] for z in zones]
    shown = sandbox.request("GET", workspace, "2024-10-01").json()["properties"]
    guid = shown["workspaceId"]
    assert sorted(records[0]) == sorted(
        [f"*.{guid}.inference.westeurope", f"{guid}.workspace.westeurope", f"{guid}.workspace.westeurope.cert"]
    )
    assert len(records[1]) == 1
    assert len(shown["privateEndpointConnections"]) == 1
    again = {**body, "tags": {"a": "1"}}
    sandbox.settled(sandbox.request("PUT", workspace, "2024-10-01", again), "2024-10-01")
    assert len(sandbox.request("GET", f"{workspace}/privateEndpointConnections", "2024-10-01").json()["value"]) == 1
