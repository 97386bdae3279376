"""A private environment under the real engine, between a network and zones that another team made."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from azure.mgmt.containerregistry import ContainerRegistryManagementClient
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.storage import StorageManagementClient

from holdfast_sandbox.rehearsal import Project, Stranger
from holdfast_sandbox.rehearsal.project import Outcome

pytestmark = [pytest.mark.engine, pytest.mark.slow]

ZONES = (
    "privatelink.vaultcore.azure.net",
    "privatelink.blob.core.windows.net",
    "privatelink.file.core.windows.net",
    "privatelink.azurecr.io",
    "privatelink.api.azureml.ms",
    "privatelink.notebooks.azure.net",
)
ZONE, DNS = "providers/Microsoft.Network/privateDnsZones", "2024-06-01"
TARGETS = ("vault", "storage", "registry", "workspace")


@pytest.fixture
def network(stranger: Stranger, settings: dict[str, Any]) -> dict[str, Any]:
    """`network` of the settings, in a hub that the platform's team keeps: one subnet, and every zone."""
    hub = f"{settings['resourceGroup']}-hub"
    anything, networks = stranger.ask_with(ResourceManagementClient), stranger.ask_with(NetworkManagementClient)
    group = anything.resource_groups.create_or_update(hub, {"location": "westeurope"})
    space = {"addressSpace": {"addressPrefixes": ["10.7.0.0/16"]}}
    networks.virtual_networks.begin_create_or_update(
        hub, "vnet", {"location": "westeurope", "properties": space}
    ).result()
    inner = {"properties": {"addressPrefix": "10.7.1.0/24"}}
    subnet = networks.subnets.begin_create_or_update(hub, "vnet", "endpoints", inner).result()
    for name in ZONES:
        zone = {"location": "global"}
        anything.resources.begin_create_or_update_by_id(f"{group.id}/{ZONE}/{name}", zone, api_version=DNS).result()
    return {"publicAccess": False, "subnet": subnet.id, "privateDns": group.id}


def records(stranger: Stranger, project: Project) -> dict[str, list[str]]:
    """The names that lead to our endpoints, zone by zone; each is looked up in its zone."""
    anything = stranger.ask_with(ResourceManagementClient).resources
    found: dict[str, list[str]] = {}
    for row in project.state():
        if row["type"].endswith(":PrivateDnsZoneGroup"):
            group = anything.get_by_id(row["id"], api_version="2024-05-01")
            for config in group.properties["privateDnsZoneConfigs"]:
                zone, sets = config["properties"]["privateDnsZoneId"], config["properties"]["recordSets"]
                names = [one["recordSetName"] for one in sets]
                for name in names:
                    assert anything.get_by_id(f"{zone}/A/{name}", api_version=DNS).properties["aRecords"]
                found[zone.rpartition("/")[2]] = names
    return found


def puts(outcome: Outcome, kind: str) -> list[str]:
    """The names of what of a type a run has PUT, in order."""
    found = [
        re.search(rf"/{kind}/([^/?]+)(?:\?|$)", write.path, re.IGNORECASE)
        for write in outcome.writes
        if write.method == "PUT"
    ]
    return [one[1] for one in found if one]


def assert_shut(project: Project, stranger: Stranger) -> None:
    """Every door to the internet is shut, for everybody to see."""
    ids = {name: project.resource_id(name).split("/") for name in TARGETS}
    vault = stranger.client.vaults.get(ids["vault"][4], ids["vault"][8]).properties
    assert (vault.public_network_access, vault.network_acls.default_action) == ("Disabled", "Deny")
    account = stranger.ask_with(StorageManagementClient).storage_accounts.get_properties(
        ids["storage"][4], ids["storage"][8]
    )
    assert account.public_network_access == "Disabled"
    assert (account.network_rule_set.default_action, account.network_rule_set.bypass) == ("Deny", "AzureServices")
    registry = stranger.ask_with(ContainerRegistryManagementClient).registries.get(
        ids["registry"][4], ids["registry"][8]
    )
    assert (registry.sku.name, registry.public_network_access) == ("Premium", "Disabled")
    assert registry.network_rule_set.default_action == "Deny"


def test_a_private_environment_is_made_once_and_found_again(
    make_project: Callable[..., Project],
    settings: dict[str, Any],
    network: dict[str, Any],
    stranger: Stranger,
    write_tags: Callable[[Project, str, dict[str, str]], None],
) -> None:
    """Closed from its creation, in DNS, kept without a write, and found again when the state is lost."""
    project = make_project({**settings, "network": network})
    first = project.up()
    assert_shut(project, stranger)
    assert len(puts(first, "privateEndpoints")) == len(puts(first, "privateDnsZoneGroups")) == 5
    found = records(stranger, project)
    assert set(found) == set(ZONES)
    assert all(found.values()), found
    assert not [write for write in first.writes if write.method == "PATCH"]
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
    # The endpoints, the zone group of each, and the firewalls of what the group's list says too little about.
    asked = [read.path.lower() for read in again.reads if "/roleassignments" not in read.path.lower()]
    assert len([path for path in asked if "/privateendpoints" in path]) == 1 + 5
    assert len(asked) == 3 + (1 + 5) + 3, asked

    # An endpoint without our tags is nobody's to a run without its state, until the settings say otherwise.
    write_tags(project, project.resource_id(f"endpoint-pe-{project.resource_id('vault').rpartition('/')[2]}-vault"), {})
    project.lose_state()
    refused = project.up(expect=255)
    assert "error: part-exists" in refused.text
    assert not refused.writes
    project.change(lambda environment: environment["network"].update(whenExists="adopt"))
    adopted = project.up()
    assert [write.path.partition("?")[0].rpartition("/")[2] for write in adopted.writes] == ["default"]  # its tags
    assert set(adopted.operations) == {"import", "create"}
    assert adopted.operations["import"] == 7 + 10
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])


def test_an_open_environment_is_made_private_in_place(
    make_project: Callable[..., Project], settings: dict[str, Any], network: dict[str, Any], stranger: Stranger
) -> None:
    """The endpoints first, then the firewalls, by a PATCH each; a rule that a colleague made stays; nothing is made
    anew."""
    open_ones = {"vault": {**settings["vault"], "publicAccess": True}, "registry": {"sku": "Premium"}}
    project = make_project({**settings, **open_ones})
    project.up()
    ids = {name: project.resource_id(name) for name in TARGETS}
    accounts, account = stranger.ask_with(StorageManagementClient).storage_accounts, ids["storage"].split("/")
    rules = {"defaultAction": "Allow", "bypass": "AzureServices", "ipRules": [{"value": "20.1.2.3", "action": "Allow"}]}
    accounts.update(account[4], account[8], {"properties": {"networkAcls": rules}})

    def close(environment: dict[str, Any]) -> None:
        environment["network"] = network
        del environment["vault"]["publicAccess"]

    project.change(close)
    preview = project.preview()
    assert not preview.writes
    assert "`properties.publicNetworkAccess` is Enabled, will be Disabled" in preview.text
    done = project.up()
    assert set(done.operations) == {"create", "update"}
    assert done.operations["create"] == 10
    last_door = max(request.answered for request in done.requests if "/privateDnsZoneGroups/" in request.path)
    shut = [write for write in done.writes if write.method == "PATCH"]
    assert sorted(write.path.partition("?")[0].lower() for write in shut) == sorted(id.lower() for id in ids.values())
    assert min(write.began for write in shut) > last_door
    assert {write.method for write in done.writes} == {"PUT", "PATCH"}
    assert len(puts(done, "privateEndpoints")) == len(puts(done, "privateDnsZoneGroups")) == 5
    assert_shut(project, stranger)
    (kept,) = accounts.get_properties(account[4], account[8]).network_rule_set.ip_rules
    assert kept.ip_address_or_range == "20.1.2.3"
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])

    # A door that somebody opens is shut again; one that somebody takes away is told, and not made anew.
    accounts.update(account[4], account[8], {"properties": {"publicNetworkAccess": "Enabled"}})
    assert [write.method for write in project.up().writes] == ["PATCH"]
    group = account[4]
    stranger.ask_with(NetworkManagementClient).private_endpoints.begin_delete(group, f"pe-{account[8]}-file").result()
    gone = project.up(expect=255)
    assert "gone-for-good" in gone.text
    assert not gone.writes


def test_what_is_not_ours_stays_as_it_is(
    make_project: Callable[..., Project], settings: dict[str, Any], network: dict[str, Any], stranger: Stranger
) -> None:
    """A vault that was there gets no endpoint and no firewall; a registry of another tier ends the run beforehand."""
    project = make_project({**settings, "registry": {"sku": "Basic"}})
    project.up()
    project.change(lambda environment: environment.update(network=network, registry={}))
    refused = project.up(expect=255)
    assert "error: registry-not-premium" in refused.text
    assert not refused.writes
    vault = project.resource_id("vault")
    before = stranger.client.vaults.get(vault.split("/")[4], vault.split("/")[8]).as_dict()
    theirs = {"resourceGroup": f"{settings['resourceGroup']}-2", "prefix": "ml", "vault": {"id": vault}}
    other = make_project({**theirs, "network": {**network, "privateDns": "policy"}}, stack="other", folder="other")
    done = other.up()
    assert "left-to-its-owner" in done.text
    assert len(puts(done, "privateEndpoints")) == 4
    assert not puts(done, "privateDnsZoneGroups")
    after = stranger.client.vaults.get(vault.split("/")[4], vault.split("/")[8]).as_dict()
    for seen in (before, after):
        seen["properties"].pop("accessPolicies")  # the other workspace's identity has got its own from Azure
        seen.pop("systemData", None)
    assert after == before
