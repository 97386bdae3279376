"""Do virtual networks and subnets behave, for azure-mgmt-network and for raw requests?"""

from __future__ import annotations

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.network import NetworkManagementClient

VERSION = "2024-05-01"
PLACE = {"location": "westeurope"}


@pytest.fixture
def network(sandbox, group, unique) -> str:
    """The id of a virtual network 10.1.0.0/16 with the subnet `one` (10.1.1.0/24)."""
    path = (
        f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/{unique('vnet-')}"
    )
    settle(sandbox, put(sandbox, path, ["10.1.0.0/16"], subnet("one", "10.1.1.0/24")))
    return path


def subnet(name: str, prefix: str, **more) -> dict:
    return {"name": name, "properties": {"addressPrefix": prefix, **more}}


def put(sandbox, path: str, prefixes: list[str], *subnets: dict):
    body = {**PLACE, "properties": {"addressSpace": {"addressPrefixes": prefixes}, "subnets": list(subnets)}}
    return sandbox.request("PUT", path, VERSION, body)


def settle(sandbox, answer) -> None:
    assert answer.status_code in (200, 201, 202), answer.text
    assert (
        sandbox.request(
            "GET", answer.headers["Azure-AsyncOperation"].removeprefix(sandbox.url).partition("?")[0], VERSION
        ).json()["status"]
        == "Succeeded"
    )


def error(answer) -> tuple[int, str, str]:
    body = answer.json()["error"]
    return answer.status_code, body["code"], body["message"]


@pytest.mark.source("learn.microsoft.com/rest/api/virtualnetwork/virtual-networks (azure-mgmt-network 33.1.0)")
def test_a_network_lives_its_life_in_azure_mgmt_network(sandbox, group, unique) -> None:
    """A network and its subnets are made, read, changed, listed and deleted by Microsoft's client."""
    client, name = sandbox.client(NetworkManagementClient), unique("vnet-")
    made = client.virtual_networks.begin_create_or_update(
        group,
        name,
        {
            "location": "westeurope",
            "tags": {"a": "1"},
            "properties": {
                "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
                "subnets": [subnet("default", "10.0.0.0/24")],
            },
        },
    ).result()
    assert (made.name, made.provisioning_state, made.tags) == (name, "Succeeded", {"a": "1"})
    assert made.subnets[0].private_endpoint_network_policies == "Disabled"
    assert made.subnets[0].private_link_service_network_policies == "Enabled"
    second = client.subnets.begin_create_or_update(
        group,
        name,
        "jobs",
        {
            "properties": {
                "addressPrefix": "10.0.1.0/24",
                "delegations": [
                    {"name": "aci", "properties": {"serviceName": "Microsoft.ContainerInstance/containerGroups"}}
                ],
                "serviceEndpoints": [{"service": "Microsoft.Storage"}],
            }
        },
    ).result()
    assert second.id == f"{made.id}/subnets/jobs"
    assert second.delegations[0].service_name == "Microsoft.ContainerInstance/containerGroups"
    assert second.service_endpoints[0].locations == ["*"]
    assert [one.name for one in client.subnets.list(group, name)] == ["default", "jobs"]
    assert client.subnets.get(group, name, "default").address_prefix == "10.0.0.0/24"
    assert client.virtual_networks.update_tags(group, name, {"tags": {"b": "2"}}).tags == {"b": "2"}
    assert [one.name for one in client.virtual_networks.list(group)] == [name]
    assert name in [one.name for one in client.virtual_networks.list_all()]
    client.subnets.begin_delete(group, name, "jobs").result()
    assert [one.name for one in client.virtual_networks.get(group, name).subnets] == ["default"]
    client.virtual_networks.begin_delete(group, name).result()
    with pytest.raises(HttpResponseError) as gone:
        client.virtual_networks.get(group, name)
    assert gone.value.error.code == "ResourceNotFound"


@pytest.mark.source("github.com/Azure/azure-powershell: TestNetworkingErrors (NetcfgInvalidSubnet)")
@pytest.mark.parametrize("prefix", ["10.2.0.0/24", "10.0.0.0/8", "10.1.9.0/30"])
def test_a_subnet_lies_in_its_network(sandbox, network, prefix) -> None:
    """A subnet beside the address space, wider than it or smaller than /29 is not valid."""
    answer = sandbox.request("PUT", f"{network}/subnets/two", VERSION, {"properties": {"addressPrefix": prefix}})
    name = network.rpartition("/")[2]
    assert error(answer) == (400, "NetcfgInvalidSubnet", f"Subnet 'two' is not valid in virtual network '{name}'.")


@pytest.mark.source("learn.microsoft.com/azure/virtual-network/virtual-networks-faq (subnets can't overlap)")
def test_subnets_do_not_overlap(sandbox, network) -> None:
    """Neither one by one nor in the body of a network."""
    answer = sandbox.request(
        "PUT", f"{network}/subnets/two", VERSION, {"properties": {"addressPrefix": "10.1.1.128/25"}}
    )
    assert error(answer)[:2] == (400, "NetcfgSubnetRangesOverlap")
    both = put(sandbox, network, ["10.1.0.0/16"], subnet("a", "10.1.4.0/23"), subnet("b", "10.1.5.0/24"))
    assert error(both)[:2] == (400, "NetcfgSubnetRangesOverlap")


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors")
@pytest.mark.parametrize(
    ("prefix", "code"),
    [
        ("10.1.0.0", "InvalidAddressPrefixFormat"),
        ("hello/8", "InvalidAddressPrefixFormat"),
        ("10.1.2.3/16", "InvalidCIDRNotation"),
    ],
)
def test_a_prefix_is_well_formed(sandbox, network, prefix, code) -> None:
    """A prefix that is none, and one with bits beyond its length."""
    assert error(put(sandbox, network, [prefix]))[:2] == (400, code)


@pytest.mark.source("techcommunity.microsoft.com: Azure virtual network now supports updates without subnet property")
def test_a_put_replaces_the_subnets_that_it_lists_and_keeps_those_it_does_not_speak_of(sandbox, network) -> None:
    """A list replaces, an empty list removes, no list keeps."""

    def names() -> list[str]:
        return [one["name"] for one in sandbox.request("GET", network, VERSION).json()["properties"]["subnets"]]

    space = {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}
    settle(sandbox, sandbox.request("PUT", network, VERSION, {**PLACE, "properties": space}))
    assert names() == ["one"]
    settle(sandbox, put(sandbox, network, ["10.1.0.0/16"], subnet("two", "10.1.1.0/24")))
    assert names() == ["two"]
    settle(sandbox, put(sandbox, network, ["10.1.0.0/16"]))
    assert names() == []


@pytest.mark.source("learn.microsoft.com/rest/api/virtualnetwork/virtual-networks/create-or-update")
def test_what_is_not_served_is_refused_by_name(sandbox, network) -> None:
    """A peering, and a subnet's security group that nobody has here."""
    body = {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}, "virtualNetworkPeerings": [{"name": "p"}]}
    assert "virtualNetworkPeerings" in error(sandbox.request("PUT", network, VERSION, {**PLACE, "properties": body}))[2]
    missing = f"{network.rpartition('/providers/')[0]}/providers/Microsoft.Network/networkSecurityGroups/nsg"
    wanted = {"addressPrefix": "10.1.7.0/24", "networkSecurityGroup": {"id": missing}}
    answer = sandbox.request("PUT", f"{network}/subnets/two", VERSION, {"properties": wanted})
    assert error(answer)[:2] == (400, "InvalidResourceReference")


@pytest.mark.source("learn.microsoft.com/rest/api/virtualnetwork/subnets/get")
def test_a_subnet_needs_its_network(sandbox, network) -> None:
    """A subnet of a network that is not there: 404 for all verbs but DELETE."""
    path = f"{network}x/subnets/one"
    assert sandbox.request("GET", path, VERSION).status_code == 404
    assert sandbox.request("PUT", path, VERSION, {"properties": {"addressPrefix": "10.1.7.0/24"}}).status_code == 404
    assert sandbox.request("DELETE", path, VERSION).status_code == 204


@pytest.mark.source(
    "learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules (Microsoft.Network)"
)
def test_a_name_has_word_characters(sandbox, network) -> None:
    """A name that ends with a hyphen is refused in the network provider's words."""
    answer = put(sandbox, f"{network}-", ["10.1.0.0/16"])
    assert error(answer)[:2] == (400, "InvalidResourceName")


@pytest.mark.slow
@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors")
def test_a_network_is_written_once_at_a_time(tmp_path, start) -> None:
    """While a network is being written, no subnet of it is: AnotherOperationInProgress."""
    with start(tmp_path, "--latency", "1") as server:
        scope = f"{server.subscription}/resourceGroups/rg"
        assert server.request("PUT", scope, "2024-03-01", PLACE).status_code == 201
        path = f"{scope}/providers/Microsoft.Network/virtualNetworks/vnet"
        first = put(server, path, ["10.1.0.0/16"], subnet("one", "10.1.1.0/24"))
        assert (first.status_code, first.json()["properties"]["provisioningState"]) == (201, "Updating")
        second = {"properties": {"addressPrefix": "10.1.2.0/24"}}
        for answer in (
            server.request("PUT", f"{path}/subnets/two", VERSION, second),
            server.request("DELETE", f"{path}/subnets/one", VERSION),
        ):
            assert error(answer)[:2] == (409, "AnotherOperationInProgress")
