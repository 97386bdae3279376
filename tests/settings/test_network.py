"""What do `network` and `diagnostics` make of an environment? Endpoints, zones, settings, and shut firewalls."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.model.kinds import Kind
from holdfast.model.sorts import SORTS, Sort
from holdfast.model.wanted import Wanted, WhenExists

SUBNET = "/subscriptions/s/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/v/subnets/endpoints"
HUB = "/subscriptions/s/resourceGroups/hub"
PRIVATE = {"publicAccess": False, "subnet": SUBNET, "privateDns": HUB}
BASE = {"resourceGroup": "rg", "vault": {"name": "kv-ml"}, "storage": {"name": "stml"}, "workspace": {"name": "mlw"}}
STORAGE = "/subscriptions/5a4db0c5-5b5c-4000-8000-000000000002/resourceGroups/g/providers/Microsoft.Storage"


def parts(wanted: Wanted, *sorts: Sort) -> dict[str, Any]:
    """Parts by their names."""
    return {part.name: part for part in wanted.parts if part.sort in sorts}


def test_nothing_is_private_nor_told_unless_it_is_written(load: Any) -> None:
    """Both keys left out, or diagnostics off: no part, and no firewall's setting."""
    for extra in ({}, {"diagnostics": False}, {"diagnostics": {"enabled": False, "logs": "all"}}):
        wanted = load({**BASE, **extra})
        assert (wanted.parts, wanted.settings, wanted.vault.closed) == ((), {}, False)


def test_every_way_in_gets_an_endpoint_with_its_zones(load: Any) -> None:
    """Named after its target; the zones by the names that Azure gave them, in the group that is said."""
    wanted = load({**BASE, "registry": {"name": "crml0"}, "network": {**PRIVATE, "privateDns": f"{HUB}/"}})
    endpoints, zones = parts(wanted, Sort.ENDPOINT), parts(wanted, Sort.ZONES)
    ways = {name: (one.settings["target"], one.settings["way"]) for name, one in endpoints.items()}
    assert ways == {
        "pe-kv-ml-vault": ("vault", "vault"),
        "pe-stml-blob": ("storage", "blob"),
        "pe-stml-file": ("storage", "file"),
        "pe-crml0-registry": ("registry", "registry"),
        "pe-mlw-amlworkspace": ("workspace", "amlworkspace"),
    }
    assert {(one.settings["subnet"], one.parent, one.when_exists) for one in endpoints.values()} == {
        (SUBNET, "group", WhenExists.REFUSE)
    }
    assert {name: one.parent for name, one in zones.items()} == {name: f"endpoint-{name}" for name in endpoints}
    found = {name: [id.removeprefix(HUB) for id in one.settings["zones"]] for name, one in zones.items()}
    at = "/providers/Microsoft.Network/privateDnsZones"
    assert found["pe-stml-file"] == [f"{at}/privatelink.file.core.windows.net"]
    assert found["pe-mlw-amlworkspace"] == [
        f"{at}/privatelink.api.azureml.ms",
        f"{at}/privatelink.notebooks.azure.net",
    ]


@pytest.mark.parametrize(
    ("cloud", "zone"),
    [
        ("USGovernment", "privatelink.azurecr.us"),
        ("china", "privatelink.azurecr.cn"),
        ("elsewhere", "privatelink.azurecr.io"),
    ],
)
def test_another_cloud_has_other_zones(load: Any, cloud: str, zone: str) -> None:
    """By the provider's own word for the cloud; one that nobody knows has the public one's."""
    wanted = load({**BASE, "registry": {"name": "crml0"}, "network": PRIVATE}, cloud=cloud)
    assert parts(wanted, Sort.ZONES)["pe-crml0-registry"].settings["zones"][0].endswith(f"/{zone}")


def test_a_policy_of_the_landing_zone_makes_the_zone_groups(load: Any) -> None:
    """Endpoints alone are ours then; whose they may be is said for them all."""
    wanted = load({**BASE, "network": {**PRIVATE, "privateDns": "policy", "whenExists": "adopt"}})
    assert not parts(wanted, Sort.ZONES)
    assert {one.when_exists for one in parts(wanted, Sort.ENDPOINT).values()} == {WhenExists.ADOPT}


def test_firewalls_are_shut_for_what_is_managed(load: Any) -> None:
    """What is named by its id is its owner's, also where a setting of it would say the contrary."""
    wanted = load({**BASE, "storage": {"id": f"{STORAGE}/storageAccounts/theirs"}, "network": PRIVATE})
    assert wanted.vault.closed
    assert wanted.settings == {Kind.REGISTRY: {"closed": True}, Kind.WORKSPACE: {"closed": True}}
    vault = BASE["vault"]["name"]  # type: ignore[index]
    theirs = f"{STORAGE.replace('Storage', 'KeyVault')}/vaults/{vault}"
    assert not load({**BASE, "vault": {"id": theirs, "publicAccess": True}, "network": PRIVATE}).vault.closed


def test_endpoints_beside_open_doors(load: Any) -> None:
    """`publicAccess: true` shuts nothing and opens nothing; the settings of a kind stay beside it."""
    wanted = load({**BASE, "registry": {"retentionDays": 7}, "network": {**PRIVATE, "publicAccess": True}})
    assert not wanted.vault.closed
    assert wanted.settings[Kind.REGISTRY] == {"retentionDays": 7, "closed": False}
    assert len(parts(wanted, Sort.ENDPOINT)) == 5


def test_a_written_premium_registry_may_be_private(load: Any) -> None:
    """And keep its images for some days."""
    wanted = load({**BASE, "registry": {"sku": "Premium", "retentionDays": 7}, "network": PRIVATE})
    assert wanted.settings[Kind.REGISTRY] == {"sku": "Premium", "retentionDays": 7, "closed": True}


def test_everything_that_reports_gets_a_setting_of_our_name(load: Any) -> None:
    """It bears no tags: project and stack are in its name, and one of that name is ours."""
    wanted = load({**BASE, "cluster": {"name": "aks-ml"}, "diagnostics": True})
    found = {part.parent: part for part in wanted.parts}
    assert set(found) == {"vault", "storage", "registry", "cluster", "workspace"}
    assert found["vault"].name == "holdfast-dev-vault"
    assert SORTS[found["storage"].sort].path.startswith("/blobServices/default/")
    assert {part.when_exists for part in wanted.parts} == {WhenExists.ADOPT}
    assert found["vault"].settings == {"target": "vault", "logs": "audit", "metrics": True}
    all_logs = load({**BASE, "diagnostics": {"logs": "all", "metrics": False}}).parts[0]
    assert all_logs.settings == {"target": "vault", "logs": "all", "metrics": False}
