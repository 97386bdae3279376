"""Do private DNS zones and their links behave, for raw requests as the az CLI sends them?"""

from __future__ import annotations

import pytest
import requests

VERSION, NETWORK = "2024-06-01", "2024-05-01"
NAME = "privatelink.vaultcore.azure.net"


def scope_of(sandbox, group: str) -> str:
    return f"{sandbox.subscription}/resourceGroups/{group}"


def zone(sandbox, scope: str, name: str = NAME) -> str:
    """The id of a zone, created and settled."""
    path = f"{scope}/providers/Microsoft.Network/privateDnsZones/{name}"
    answer = sandbox.request("PUT", path, VERSION, {"location": "global"})
    assert answer.status_code == 202, answer.text
    sandbox.settled(answer, VERSION)
    return path


@pytest.fixture
def scope(sandbox, group) -> str:
    return scope_of(sandbox, group)


@pytest.fixture
def network(sandbox, scope) -> str:
    path = f"{scope}/providers/Microsoft.Network/virtualNetworks/vnet"
    body = {"location": "westeurope", "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}}
    assert sandbox.request("PUT", path, NETWORK, body).status_code == 201
    return path


def link(sandbox, zone_id: str, network: str, name: str = "link", **more):
    body = {"location": "global", "properties": {"virtualNetwork": {"id": network}, **more}}
    return sandbox.request("PUT", f"{zone_id}/virtualNetworkLinks/{name}", VERSION, body)


@pytest.mark.source("learn.microsoft.com/rest/api/dns/privatedns/private-zones")
def test_a_zone_lives_its_life(sandbox, scope) -> None:
    """A zone is made, read, tagged, listed and deleted; a fresh one holds its SOA record alone."""
    path = zone(sandbox, scope)
    shown = sandbox.request("GET", path, VERSION).json()
    assert (shown["name"], shown["location"], shown["properties"]["provisioningState"]) == (NAME, "global", "Succeeded")
    assert shown["properties"]["numberOfRecordSets"] == 1
    assert shown["properties"]["maxNumberOfRecordSets"] == 25000
    records = sandbox.request("GET", f"{path}/ALL", VERSION).json()["value"]
    assert [one["type"] for one in records] == ["Microsoft.Network/privateDnsZones/SOA"]
    tagged = sandbox.request("PATCH", path, VERSION, {"tags": {"a": "1"}}).json()
    assert tagged["tags"] == {"a": "1"}
    all_of_them = f"{scope}/providers/Microsoft.Network/privateDnsZones"
    assert [one["id"] for one in sandbox.request("GET", all_of_them, VERSION).json()["value"]] == [path]
    sandbox.settled(sandbox.request("DELETE", path, VERSION), VERSION)
    assert sandbox.request("GET", path, VERSION).status_code == 404
    assert sandbox.request("DELETE", path, VERSION).status_code == 204


@pytest.mark.source("learn.microsoft.com/rest/api/dns/privatedns/private-zones/create-or-update (location global)")
def test_a_zone_is_global_and_its_name_has_labels(sandbox, scope) -> None:
    """No region, no single label."""
    path = f"{scope}/providers/Microsoft.Network/privateDnsZones"
    assert sandbox.request("PUT", f"{path}/{NAME}", VERSION, {"location": "westeurope"}).status_code == 400
    assert sandbox.request("PUT", f"{path}/alone", VERSION, {"location": "global"}).status_code == 400


@pytest.mark.source("learn.microsoft.com/rest/api/dns/privatedns/virtual-network-links")
def test_a_link_lives_its_life_and_holds_its_zone(sandbox, scope, network) -> None:
    """A link is made, read, patched, listed and deleted; a zone with links is not deleted."""
    path = zone(sandbox, scope)
    answer = link(sandbox, path, network)
    assert answer.status_code == 202, answer.text
    sandbox.settled(answer, VERSION)
    shown = sandbox.request("GET", f"{path}/virtualNetworkLinks/link", VERSION).json()
    assert shown["properties"]["virtualNetworkLinkState"] == "Completed"
    assert shown["properties"]["registrationEnabled"] is False
    assert sandbox.request("GET", path, VERSION).json()["properties"]["numberOfVirtualNetworkLinks"] == 1
    listed = sandbox.request("GET", f"{path}/virtualNetworkLinks", VERSION).json()["value"]
    assert [one["name"] for one in listed] == ["link"]
    patch = {"tags": {"a": "1"}, "properties": {"registrationEnabled": True}}
    patched = sandbox.request("PATCH", f"{path}/virtualNetworkLinks/link", VERSION, patch).json()
    assert (patched["tags"], patched["properties"]["registrationEnabled"]) == ({"a": "1"}, True)
    refused = sandbox.request("DELETE", path, VERSION)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "CannotDeleteResource")
    sandbox.settled(sandbox.request("DELETE", f"{path}/virtualNetworkLinks/link", VERSION), VERSION)
    assert sandbox.request("DELETE", path, VERSION).status_code == 202


@pytest.mark.source("learn.microsoft.com/troubleshoot/azure/azure-kubernetes (overlapping namespaces)")
def test_a_network_is_linked_to_one_zone_of_a_name(sandbox, scope, other_group, network) -> None:
    """The second link's operation fails in Azure's words, and the link is not there."""
    sandbox.settled(link(sandbox, zone(sandbox, scope), network), VERSION)
    second = zone(sandbox, scope_of(sandbox, other_group))
    ended = sandbox.settled(link(sandbox, second, network), VERSION).json()
    assert (ended["status"], ended["error"]["code"]) == ("Failed", "BadRequest")
    assert ended["error"]["message"] == (
        "A virtual network cannot be linked to multiple zones with overlapping namespaces. You tried to link virtual "
        f"network with '{NAME}' and '{NAME}' zones."
    )
    assert sandbox.request("GET", f"{second}/virtualNetworkLinks/link", VERSION).status_code == 404


@pytest.mark.source("learn.microsoft.com/azure/dns/private-dns-autoregistration")
def test_one_zone_registers_the_machines_of_a_network(sandbox, scope, network) -> None:
    """A second link with registration is refused, without it is fine; a link keeps its network, which must exist."""
    first, second = zone(sandbox, scope), zone(sandbox, scope, "corp.example")
    sandbox.settled(link(sandbox, first, network, registrationEnabled=True), VERSION)
    assert link(sandbox, second, network, registrationEnabled=True).status_code == 400
    assert link(sandbox, second, network).status_code == 202
    assert link(sandbox, first, f"{network}x", "other").status_code == 400
    assert sandbox.request("GET", f"{first}x/virtualNetworkLinks", VERSION).status_code == 404


@pytest.mark.source("learn.microsoft.com/rest/api/dns/privatedns/private-zones/create-or-update (If-Match)")
def test_an_etag_guards_a_zone(sandbox, scope) -> None:
    """An If-Match of another version: 412."""
    path = zone(sandbox, scope)
    token = sandbox.credential.get_token("https://management.azure.com/.default").token
    for header, value in (("If-Match", "other"), ("If-None-Match", "*")):
        answer = requests.put(
            sandbox.url + path,
            json={"location": "global"},
            params={"api-version": VERSION},
            headers={"Authorization": f"Bearer {token}", header: value},
            verify=sandbox.bundle,
            timeout=30,
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (412, "PreconditionFailed")
