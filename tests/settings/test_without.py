"""What an environment can do without: its registry, its Application Insights, its logs."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.decide.bodies import KIND_BODIES
from holdfast.model.errors import HoldfastError
from holdfast.model.kinds import Kind

from .conftest import Load

NONE: dict[str, Any] = {"resourceGroup": "rg-ml", "registry": False, "insights": False, "logs": False}
SUBNET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n"


def test_what_is_not_wanted_is_nowhere(load: Load) -> None:
    """Neither among the resources nor among what the workspace stands on, nor does anybody need a role there."""
    wanted = load(NONE)
    assert set(wanted.resources) == {Kind.GROUP, Kind.VAULT, Kind.STORAGE, Kind.WORKSPACE}
    assert wanted.roles == ()
    body = KIND_BODIES[Kind.WORKSPACE](wanted)
    assert {"keyVault", "storageAccount"} <= set(body.secure["properties"])
    assert not {"containerRegistry", "applicationInsights"} & set(body.secure["properties"])
    assert set(load({**NONE, "registry": {"enabled": False}}).resources) == set(wanted.resources)


def test_what_is_wanted_can_be_said_so(load: Load) -> None:
    """`true` is what an empty map is."""
    assert load({**NONE, "registry": True}).resources == load({**NONE, "registry": {}}).resources


def test_nothing_leads_to_a_registry_that_is_not_there(load: Load) -> None:
    """Private endpoints and diagnostic settings go to what there is."""
    network = {"publicAccess": False, "subnet": SUBNET, "privateDns": "policy"}
    wanted = load({**NONE, "logs": True, "network": network, "diagnostics": True})
    assert {part.settings["target"] for part in wanted.parts} == {"vault", "storage", "workspace"}
    assert Kind.REGISTRY not in wanted.settings


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"registry": {"enabled": False, "sku": "Basic"}}, "registry.sku"),
        ({"registry": {"enabled": False, "name": "crml"}}, "registry.name"),
        ({"diagnostics": True}, "diagnostics"),
        ({"insights": True}, "logs.enabled"),
    ],
)
def test_what_contradicts_it_is_a_fault(load: Load, changes: dict[str, Any], key: str) -> None:
    """Keys of what is not there, and what can't be without it."""
    with pytest.raises(HoldfastError) as raised:
        load({**NONE, **changes})
    assert [(fault.id, dict(fault.evidence)["key"]) for fault in raised.value.faults] == [("setting-does-not-fit", key)]


def test_a_component_from_before_may_have_no_logs(load: Load) -> None:
    """Azure once made them so, and adopts are for such."""
    wanted = load({**NONE, "insights": {"name": "appi-old", "whenExists": "adopt"}})
    assert KIND_BODIES[Kind.INSIGHTS](wanted).needs == ()
