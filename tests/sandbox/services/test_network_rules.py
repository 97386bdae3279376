"""Do the firewalls of vaults and storage accounts look at the subnets and addresses that they are to let in?"""

from __future__ import annotations

import pytest

from holdfast_sandbox.arm import identity

NETWORK, STORAGE, VAULT = "2024-05-01", "2024-01-01", "2023-07-01"
PLACE = {"location": "westeurope"}


@pytest.fixture
def network(sandbox, group) -> str:
    """The id of a network with the subnets `bare` and `open`, which has the endpoints of storage and vaults."""
    path = f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/vnet"
    endpoints = [{"service": "Microsoft.Storage"}, {"service": "Microsoft.KeyVault"}]
    subnets = [
        {"name": "bare", "properties": {"addressPrefix": "10.0.0.0/24"}},
        {"name": "open", "properties": {"addressPrefix": "10.0.1.0/24", "serviceEndpoints": endpoints}},
    ]
    properties = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": subnets}
    assert sandbox.request("PUT", path, NETWORK, {**PLACE, "properties": properties}).status_code == 201
    return path


def rules(subnet: str | None = None, address: str | None = None) -> dict:
    given: dict = {"defaultAction": "Deny", "bypass": "AzureServices"}
    given["virtualNetworkRules"] = [{"id": subnet}] if subnet else []
    given["ipRules"] = [{"value": address}] if address else []
    return given


@pytest.fixture
def put_vault(sandbox, group, unique):
    """PUTs one vault with network rules."""
    path = f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{unique('kv-')}"

    def put(acls: dict):
        properties = {"sku": {"name": "standard"}, "tenantId": identity.TENANT_ID, "accessPolicies": []}
        return sandbox.request("PUT", path, VAULT, {**PLACE, "properties": {**properties, "networkAcls": acls}})

    return put


@pytest.fixture
def put_account(sandbox, group, unique):
    """PUTs one storage account with network rules."""
    path = f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts/{unique('st')}"

    def put(acls: dict):
        body = {**PLACE, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {"networkAcls": acls}}
        return sandbox.request("PUT", path, STORAGE, body)

    return put


def error(answer) -> tuple[int, str, str]:
    body = answer.json()["error"]
    return answer.status_code, body["code"], body["message"]


def no_endpoint(network: str, service: str) -> str:
    return (
        f"Subnets bare of virtual network {network} do not have ServiceEndpoints for {service} resources configured. "
        f"Add {service} to subnet's ServiceEndpoints collection before trying to ACL {service} resources to these "
        "subnets.."
    )


@pytest.mark.source(
    "public deployment logs: VirtualNetworkNotValid, 'Operation on Virtual Network could not be performed'"
)
def test_a_vault_lets_subnets_with_its_service_endpoint_in(network, put_vault) -> None:
    """A subnet without it is refused in the vault's words; with it, or when told to ignore that, it is let in."""
    assert error(put_vault(rules(f"{network}/subnets/bare"))) == (
        400,
        "VirtualNetworkNotValid",
        "Operation on Virtual Network could not be performed. StatusCode: 400 (BadRequest). Error Code: "
        "SubnetsHaveNoServiceEndpointsConfigured. Error Message: " + no_endpoint(network, "Microsoft.KeyVault"),
    )
    assert put_vault(rules(f"{network}/subnets/open")).status_code == 200
    ignoring = {**rules(), "virtualNetworkRules": [{"id": f"{network}/subnets/bare"}]}
    ignoring["virtualNetworkRules"][0]["ignoreMissingVnetServiceEndpoint"] = True
    assert put_vault(ignoring).status_code == 200
    assert error(put_vault(rules(f"{network}x/subnets/open")))[:2] == (400, "VirtualNetworkNotValid")
    assert error(put_vault(rules(f"{network}/subnets/none")))[:2] == (400, "VirtualNetworkNotValid")


@pytest.mark.source("github.com/Azure/azure-cli/issues/18112")
def test_an_account_lets_subnets_with_its_service_endpoint_in(sandbox, network, put_account) -> None:
    """The same in the account's words; a rule that is there stays when its subnet has lost the endpoint."""
    assert error(put_account(rules(f"{network}/subnets/bare"))) == (
        400,
        "NetworkAclsValidationFailure",
        "Validation of network acls failure: SubnetsHaveNoServiceEndpointsConfigured:"
        + no_endpoint(network, "Microsoft.Storage"),
    )
    assert error(put_account(rules(f"{network}x/subnets/open"))) == (
        400,
        "NetworkAclsValidationFailure",
        "Validation of network acls failure: ParentResourceNotFound:Can not perform requested operation on nested "
        "resource. Parent resource 'vnetx' not found.",
    )
    sandbox.settled(put_account(rules(f"{network}/subnets/open")), STORAGE)
    bare = {"properties": {"addressPrefix": "10.0.1.0/24"}}
    assert sandbox.request("PUT", f"{network}/subnets/open", NETWORK, bare).status_code == 200
    assert put_account(rules(f"{network}/subnets/open")).status_code == 200


@pytest.mark.source("learn.microsoft.com/azure/storage/common/storage-network-security-limitations")
@pytest.mark.parametrize("address", ["10.1.2.3", "20.1.2.3/32", "20.1.2.2/31", "192.168.0.0/24", "somewhere"])
def test_an_account_takes_public_addresses(put_account, address) -> None:
    """No private address, no range as small as /31, and a host without a prefix length."""
    assert error(put_account(rules(address=address)))[1:] == (
        "InvalidValuesForRequestParameters",
        "Values for request parameters are invalid: networkAcls.ipRule[*].value. For more information, see - "
        "https://aka.ms/storagenetworkruleset",
    )
    assert put_account(rules(address="20.1.2.3")).status_code == 202


@pytest.mark.source("public deployment logs: 'belongs to forbidden range ... (private IP addresses)'")
def test_a_vault_takes_public_addresses(put_vault) -> None:
    """A private range is refused and named."""
    assert error(put_vault(rules(address="192.168.1.0/24"))) == (
        400,
        "BadRequest",
        "Invalid value found at properties.networkAcls.ipRules[0].value: 192.168.1.0/24 belongs to forbidden range "
        "192.168.0.0-192.168.255.255 (private IP addresses)",
    )
    assert put_vault(rules(address="20.1.2.3")).status_code == 200
