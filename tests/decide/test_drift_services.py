"""Is a service of target `aks` deployed as the settings say? By its deployment's body, and by its share of requests."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from holdfast.decide import decide, drift_services
from holdfast.decide.drift_services import deployments_drift
from holdfast.model.assets import asset_id, image_of
from holdfast.model.content import Content, FileContent, hashed
from holdfast.model.deployments import deployment_body
from holdfast.model.drift import NotRead, Up
from holdfast.model.existing import Absent, Live, Unreadable
from holdfast.model.names import part_id
from holdfast.model.services import EnvironmentImage, Target, WantedService
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedPart, WhenExists
from holdfast.provision import deployments_provider

ENDPOINT = WantedPart(
    Sort.SERVING, "wine", "workspace", {"compute": "compute-serving"}, own_name=True, key="services[0]"
)
COMPUTE = WantedPart(Sort.COMPUTE, "serving", "workspace", id="/elsewhere/computes/serving", key="computes[0]")
MODEL = Content("m", (FileContent("a", "1", 5),))
SIZE = {"cpu": 1.0, "memory": 1.5}


def service_of(**settings: Any) -> WantedService:
    code, below = replace(MODEL, place="c"), EnvironmentImage("mcr.microsoft.com/x:1")
    return WantedService("wine", Target.AKS, MODEL, code, "score.py", below, {**SIZE, **settings}, "services[0]")


def serving(world: Any, service: WantedService, traffic: Any = None, part: WantedPart = ENDPOINT) -> Any:
    """The service's endpoint is there, as our state has it."""
    wanted = replace(world.wanted, services=(service,), parts=(COMPUTE, part))
    id = part_id(wanted, part)
    live = Live(
        id,
        "wine",
        "westeurope",
        properties={"traffic": traffic or {}},
        body={"id": id, "properties": {"compute": COMPUTE.id}},
    )
    world = replace(world, wanted=wanted).knowing(parts={ENDPOINT.logical: live})
    return world.record(ENDPOINT.logical, "azure-native:x:OnlineEndpoint", name=part.name)


def body_of(world: Any) -> Any:
    (service,) = world.wanted.services
    return deployment_body(service, asset_id(world.wanted, image_of(service)))


def deployed(world: Any, **changes: Any) -> Any:
    """On record, just as the settings say; `changes` are what the state says otherwise."""
    of = hashed([json.dumps(body_of(world), sort_keys=True)])
    outputs = {"of": of, "deployment": "blue", "traffic": {"blue": 100}, **changes}
    return world.record("service-wine", "pulumi-python:dynamic/holdfast:ServiceDeployment", **outputs)


def live(body: Any, name: str = "blue", **properties: Any) -> dict[str, Live]:
    there = {**body, "properties": {**body["properties"], "provisioningState": "Succeeded", **properties}}
    return {f"/{name.lower()}": Live(f"/{name}", name, "westeurope", body=there)}


def seen(world: Any, listed: Any, *, state: bool = True) -> tuple[list[tuple[Any, ...]], list[NotRead]]:
    plan, _ = decide(world.wanted, world.facts)
    rows, unread = deployments_drift(world.wanted, world.facts, plan, {ENDPOINT.logical: listed}, state_known=state)
    return [(row.name, row.property, row.settings, row.state, row.azure, row.up) for row in rows], unread


def test_a_service_that_is_deployed_as_it_should_be_is_not_told(world: Any) -> None:
    """Nor how many replicas the autoscaler lets run; nor a name in another letter case."""
    world = deployed(serving(world, service_of()))
    body = body_of(world)
    assert seen(world, live(body, "BLUE")) == ([], [])
    assert seen(world, live({**body, "sku": {"name": "Default", "capacity": 7}})) == ([], [])


def test_a_change_behind_the_state_is_told_and_left(world: Any) -> None:
    """A run goes by what our state recorded; where that is not what the settings say, it writes."""
    world = serving(world, service_of(replicas=2))
    body = body_of(world)
    wrong = {**body, "sku": {"name": "Default", "capacity": 7}}
    row = "wine/blue", "sku.capacity", 2, None, 7
    assert seen(deployed(world), live(wrong)) == ([(*row, Up.NOTHING)], [])
    assert seen(deployed(world, of="older"), live(wrong)) == ([(*row, Up.UPDATE)], [])
    assert seen(world, live(wrong), state=False) == ([(*row, Up.UNKNOWN)], [])


def test_a_deployment_that_is_gone_is_told(world: Any) -> None:
    """By the name that it had, or will have; a run makes it where it has something to do anyway."""
    world = serving(world, service_of())
    row = "wine/blue", "", "declared"
    assert seen(deployed(world), {}) == ([(*row, "recorded", "absent", Up.NOTHING)], [])
    assert seen(world, {}) == ([(*row, "absent", "absent", Up.CREATE)], [])
    assert seen(world, Absent(), state=False) == ([(*row, None, "absent", Up.UNKNOWN)], [])


def test_of_blue_and_green_the_last_one_follows_the_settings(world: Any) -> None:
    """The other may be as it likes, but has to be there; and the requests are shared as the file says."""
    world = serving(world, service_of(traffic={"blue": 90, "green": 10}), {"Blue": 100, "green": 0})
    body = body_of(world)
    world = deployed(world, traffic={"blue": 90, "green": 10}, deployment="green")
    both = live(body, requestSettings={}) | live(body, "green")
    shares = {"blue": 90, "green": 10}
    told = "wine", "properties.traffic", shares, shares, {"Blue": 100, "green": 0}
    assert seen(world, both) == ([(*told, Up.NOTHING)], [])
    assert seen(deployed(world), both)[0][0][5] is Up.PUT
    gone, _ = seen(deployed(world), live(body, "green"))
    assert [(row[0], row[4], row[5]) for row in gone] == [
        ("wine/blue", "absent", Up.CREATE),
        ("wine", {"Blue": 100, "green": 0}, Up.PUT),
    ]
    even = serving(world, service_of(traffic={"blue": 100}), {"BLUE": 100, "green": 0})
    assert seen(deployed(even), live(body_of(even))) == ([], [])


def test_what_could_not_be_listed_is_not_read(world: Any) -> None:
    """It is not taken for gone."""
    world = deployed(serving(world, service_of()))
    denied = Unreadable(403, "AuthorizationFailed", "no")
    assert seen(world, denied) == ([], [NotRead("deployments of service wine", "403 AuthorizationFailed")])
    assert seen(world, Unreadable(0, "", ""))[1][0].reason == "no answer"


def test_nothing_is_said_of_what_is_not_ours_or_not_there(world: Any) -> None:
    """An endpoint that is to be made, one that is referred to, and a service of another target."""
    world = serving(world, service_of())
    assert seen(world.knowing(parts={}).forget(ENDPOINT.logical), {}) == ([], [])
    other = replace(ENDPOINT, own_name=False, when_exists=WhenExists.REFER)
    assert seen(serving(world, service_of(), part=other).forget(ENDPOINT.logical), {}) == ([], [])
    elsewhere = replace(service_of(), target=Target.ACI)
    assert seen(serving(world, elsewhere), {}) == ([], [])


def test_the_first_deployment_has_the_name_that_a_run_gives_it() -> None:
    """Both write it down, for a pure stage imports no provider."""
    assert drift_services.FIRST == deployments_provider.FIRST
