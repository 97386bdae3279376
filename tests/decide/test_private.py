"""What makes an environment private, and what is left alone? Bodies, firewalls, and what is only referred to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.decide import decide
from holdfast.decide.bodies import KIND_BODIES, PART_BODIES
from holdfast.decide.bodies.network import SHUT, endpoints_of
from holdfast.model.decision import Adopt, Create, Keep
from holdfast.model.existing import Absent, Live, Unreadable
from holdfast.model.kinds import Kind
from holdfast.model.names import logical_id, part_id, resource_id
from holdfast.model.sorts import SORTS, Sort
from holdfast.model.wanted import WantedPart, WhenExists

SUBNET = "/subscriptions/s/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/v/subnets/endpoints"
ZONE = "/subscriptions/s/resourceGroups/hub/providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io"
ENDPOINT = WantedPart(
    Sort.ENDPOINT, "pe-cr", "group", {"target": "registry", "way": "registry", "subnet": SUBNET}, key="network"
)
ZONES = WantedPart(
    Sort.ZONES, "pe-cr", "endpoint-pe-cr", {"target": "registry", "zones": [ZONE]}, when_exists=WhenExists.ADOPT
)
TELLING = {"logs": "audit", "metrics": True}
VAULT_LOGS = WantedPart(
    Sort.DIAGNOSTICS, "p-s-vault", "vault", {"target": "vault", **TELLING}, when_exists=WhenExists.ADOPT
)
OURS = {"team": "ml", "holdfast-project": "holdfast", "holdfast-stack": "prod"}
SHUT_SETTINGS = {kind: {"closed": True} for kind in (Kind.STORAGE, Kind.REGISTRY, Kind.WORKSPACE)}


def with_parts(world: Any, *parts: WantedPart, **settings: Any) -> Any:
    """A world in which those parts are wanted, and nothing of them is there."""
    return replace(world, wanted=replace(world.wanted, parts=parts, **settings))


def premium(world: Any) -> Any:
    return world.live(Kind.REGISTRY, body={"sku": {"name": "Premium"}})


def said(plan: Any) -> list[str]:
    return [note.id for note in plan.notes if note.id != "workspace-identity-unseen"]


def live(world: Any, part: WantedPart, body: dict[str, Any]) -> Live:
    """As Azure answers it: in letter cases of its own, and with more than was asked for."""
    id = part_id(world.wanted, part).replace("resourceGroups", "resourcegroups")
    return Live(id, part.name, "westeurope", OURS, dict(body["properties"]), {"id": id, **body})


def test_an_endpoint_leads_to_one_thing_by_one_way(world: Any) -> None:
    """Which has to be there first."""
    here = with_parts(world, ENDPOINT, ZONES)
    body = PART_BODIES[Sort.ENDPOINT](here.wanted, ENDPOINT)
    (connection,) = body.explicit["properties"]["privateLinkServiceConnections"]
    assert connection["properties"] == {
        "privateLinkServiceId": resource_id(here.wanted, Kind.REGISTRY),
        "groupIds": ["registry"],
    }
    assert (body.explicit["properties"]["subnet"], body.needs) == ({"id": SUBNET}, ("registry",))
    zones = PART_BODIES[Sort.ZONES](here.wanted, ZONES)
    assert zones.explicit["properties"]["privateDnsZoneConfigs"] == [
        {"name": "privatelink-azurecr-io", "properties": {"privateDnsZoneId": ZONE}}
    ]
    assert part_id(here.wanted, ZONES) == f"{logical_id(here.wanted, 'endpoint-pe-cr')}/privateDnsZoneGroups/pe-cr"


def test_a_setting_tells_the_logs_workspace_what_its_type_can_tell(world: Any) -> None:
    """A storage account's blobs have metrics by their own names."""
    body = PART_BODIES[Sort.DIAGNOSTICS](world.wanted, VAULT_LOGS)
    assert body.needs == ("logs",)
    assert body.explicit["properties"] == {
        "workspaceId": resource_id(world.wanted, Kind.LOGS),
        "logs": [{"categoryGroup": "audit", "enabled": True}],
        "metrics": [{"category": "AllMetrics", "enabled": True}],
    }
    blobs = WantedPart(
        Sort.BLOB_DIAGNOSTICS, "p-s-storage", "storage", {"target": "storage", "logs": "all", "metrics": True}
    )
    told = PART_BODIES[Sort.BLOB_DIAGNOSTICS](world.wanted, blobs).explicit["properties"]
    assert told["logs"][0]["categoryGroup"] == "allLogs"
    assert [one["category"] for one in told["metrics"]] == ["Transaction", "Capacity"]
    quiet = replace(VAULT_LOGS, settings={**VAULT_LOGS.settings, "metrics": False})
    assert PART_BODIES[Sort.DIAGNOSTICS](world.wanted, quiet).explicit["properties"]["metrics"] == []
    assert "/blobServices/default/providers/Microsoft.Insights/" in part_id(world.wanted, blobs)


@pytest.mark.parametrize("kind", list(SHUT_SETTINGS))
def test_a_closed_kind_asks_for_its_firewall(world: Any, kind: Kind) -> None:
    """At its creation and ever after; one that is not closed asks for nothing."""
    closed = KIND_BODIES[kind](replace(world.wanted, settings=SHUT_SETTINGS))
    assert closed.explicit["properties"] == SHUT[kind]
    for settings in ({}, {kind: {"closed": False}}):
        assert KIND_BODIES[kind](replace(world.wanted, settings=settings)).explicit == {}


def test_a_registry_with_an_endpoint_is_premium_and_the_workspace_waits_for_it(world: Any) -> None:
    """Where the settings name no tier; a workspace without endpoints before it waits for none."""
    here = with_parts(world, ENDPOINT, ZONES)
    assert KIND_BODIES[Kind.REGISTRY](here.wanted).secure["sku"] == {"name": "Premium"}
    assert endpoints_of(here.wanted, Kind.VAULT, Kind.REGISTRY) == ("endpoint-pe-cr", "zones-pe-cr")
    assert {"endpoint-pe-cr", "zones-pe-cr"} < set(KIND_BODIES[Kind.WORKSPACE](here.wanted).needs)
    assert KIND_BODIES[Kind.REGISTRY](world.wanted).secure["sku"] == {"name": "Standard"}
    assert not [name for name in KIND_BODIES[Kind.WORKSPACE](world.wanted).needs if "endpoint" in name]


def test_an_open_environment_is_shut_in_place(world: Any) -> None:
    """Endpoints are made, firewalls are changes; the vault's is in its own plan, with the rules that others gave it."""
    rules = {"defaultAction": "Allow", "bypass": "AzureServices", "ipRules": [{"value": "1.2.3.4/32"}]}
    here = premium(with_parts(world, ENDPOINT, ZONES, settings=SHUT_SETTINGS))
    here = here.settings(closed=True).vault(publicNetworkAccess="Enabled", networkAcls=rules)
    plan, faults = decide(here.wanted, here.facts)
    assert faults == ()
    assert [type(part.decision) for part in plan.parts] == [Create, Create]
    assert {change.id: change.fragment["properties"] for change in plan.changes} == {
        here.facts.existing[kind].id: SHUT[kind] for kind in SHUT_SETTINGS
    }
    assert plan.vault.changes == {
        "publicNetworkAccess": "Disabled",
        "networkAcls": {**rules, "defaultAction": "Deny"},
    }
    assert plan.vault.wanted["networkAcls"] == SHUT[Kind.VAULT]["networkAcls"]


@pytest.mark.parametrize("rules", [{"defaultAction": "Deny", "bypass": "AzureServices", "ipRules": []}, None])
def test_a_vault_that_is_shut_is_left_alone(world: Any, rules: Any) -> None:
    """Whatever else its rules hold. One that never had rules gets them."""
    here = world.settings(closed=True).vault(networkAcls=rules)
    changes = decide(here.wanted, here.facts)[0].vault.changes
    assert changes == ({} if rules else {"networkAcls": SHUT[Kind.VAULT]["networkAcls"]})


def test_a_new_vault_is_shut_from_its_creation(world: Any) -> None:
    """Its rules are among what it is made with."""
    here = world.settings(closed=True).found(Kind.VAULT, Absent()).forget("vault")
    assert decide(here.wanted, here.facts)[0].vault.wanted["networkAcls"]["defaultAction"] == "Deny"


def test_what_is_only_referred_to_gets_nothing_attached(world: Any) -> None:
    """Its owner has not asked for it; every preview says so, once a resource."""
    here = with_parts(premium(world), ENDPOINT, ZONES, VAULT_LOGS)
    for kind in (Kind.REGISTRY, Kind.VAULT):
        here = here.resource(kind, id=here.facts.existing[kind].id).forget(str(kind))
    plan, faults = decide(here.wanted, here.facts)
    assert (faults, plan.parts) == ((), ())
    notes = {note.message for note in plan.notes if note.id == "left-to-its-owner"}
    assert notes == {
        "Key Vault `kv-ml` is only referred to: no diagnostic setting is made for it",
        "Container registry `crml` is only referred to: no private endpoint and no private DNS zone group is made for"
        " it, and its firewall stays as it is",
    }


@pytest.mark.parametrize("tier", ["Basic", "standard"])
def test_a_live_registry_of_another_tier_is_told_beforehand(world: Any, tier: str) -> None:
    """Azure would refuse its endpoint in the middle of the run."""
    here = with_parts(world, ENDPOINT, ZONES).live(Kind.REGISTRY, body={"sku": {"name": tier}})
    _, (fault,) = decide(here.wanted, here.facts)
    assert fault.id == "registry-not-premium"
    assert "--sku Premium" in fault.hint
    assert decide(premium(here).wanted, premium(here).facts)[1] == ()


def test_a_registry_whose_endpoint_is_there_or_that_is_to_be_made_is_no_fault(world: Any) -> None:
    """Nor is one without an endpoint."""
    here = with_parts(world, ENDPOINT).live(Kind.REGISTRY, body={"sku": {"name": "Basic"}})
    there = live(here, ENDPOINT, dict(PART_BODIES[Sort.ENDPOINT](here.wanted, ENDPOINT).explicit))
    assert decide(here.wanted, here.knowing(parts={ENDPOINT.logical: there}).facts)[1] == ()
    new = here.found(Kind.REGISTRY, Absent()).forget("registry")
    assert decide(new.wanted, new.facts)[1] == ()
    assert decide(with_parts(here).wanted, here.facts)[1] == ()


def test_what_is_there_is_kept_and_what_the_state_lost_is_found(world: Any) -> None:
    """As Azure answers it, with more in it than was asked for and in letter cases of its own."""
    here = premium(with_parts(world, ENDPOINT, ZONES, VAULT_LOGS))
    there = {}
    for part in here.wanted.parts:
        body = PART_BODIES[part.sort](here.wanted, part).explicit
        there[part.logical] = live(here, part, dict(body))
    connection = there[ENDPOINT.logical].body["properties"]["privateLinkServiceConnections"][0]
    connection["properties"] |= {"privateLinkServiceConnectionState": {"status": "Approved"}}
    logs = there[VAULT_LOGS.logical].body["properties"]["logs"]
    logs += [{"categoryGroup": "allLogs", "enabled": False}]
    here = here.knowing(parts=there)
    plan, faults = decide(here.wanted, here.facts)
    assert (faults, plan.changes, said(plan)) == ((), (), [])
    assert {type(part.decision) for part in plan.parts} == {Adopt}
    for part in here.wanted.parts:
        here = here.record(part.logical, SORTS[part.sort].token, name=part.name)
    assert {type(part.decision) for part in decide(here.wanted, here.facts)[0].parts} == {Keep}


@pytest.mark.parametrize("status", ["Pending", "Rejected", "Disconnected"])
def test_an_endpoint_that_leads_nowhere_is_told(world: Any, status: str) -> None:
    """Its owner has not approved it, or has taken that back."""
    here = premium(with_parts(world, ENDPOINT))
    state = {"properties": {"privateLinkServiceConnectionState": {"status": status}}}
    body = {"properties": {"privateLinkServiceConnections": [state, {}]}}
    here = here.knowing(parts={ENDPOINT.logical: live(here, ENDPOINT, body)})
    notes = [note.message for note in decide(here.wanted, here.facts)[0].notes if note.id == "endpoint-not-approved"]
    assert notes == [f"private endpoint `pe-cr` is {status}: nothing goes through it until it is approved"]


@pytest.mark.parametrize("status", [400, 404, 403])
def test_what_belongs_to_what_is_to_be_made_is_not_there(world: Any, status: int) -> None:
    """Whatever Azure says of a setting of a vault that is not there; of one that is there, it has to be readable."""
    here = with_parts(world, VAULT_LOGS).knowing(parts={VAULT_LOGS.logical: Unreadable(status, "Bad", "x")})
    assert [fault.id for fault in decide(here.wanted, here.facts)[1]] == ["unreadable"]
    new = here.found(Kind.VAULT, Absent()).forget("vault")
    plan, faults = decide(new.wanted, new.facts)
    assert faults == ()
    assert [type(part.decision) for part in plan.parts] == [Create]
