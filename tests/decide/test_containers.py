"""What of a container group do the settings ask for, and what follows when it is not so?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.decide.bodies.containers import container_body
from holdfast.decide.changes import Subject, settle_by_engine
from holdfast.model.decision import Create, Keep, Replace, Update
from holdfast.model.existing import Live, Recorded
from holdfast.model.names import part_id
from holdfast.model.sorts import SORTS, Sort
from holdfast.model.wanted import WantedPart

ID = "/subscriptions/S/resourceGroups/rg-ml/providers/Microsoft.ContainerInstance/containerGroups/score"
ROW = SORTS[Sort.CONTAINER]
SUBJECT = Subject("Container group `score`", "containerGroups[0]", "f", ROW.api_version, ROW.whole_put, ROW.fixed)


def body_of(world: Any, **settings: Any) -> Any:
    """The body of a group of these settings."""
    whole = {"image": "nginx:1", "cpu": 1.0, "memory": 1.5, **settings}
    return container_body(world.wanted, WantedPart(Sort.CONTAINER, "score", "group", whole))


def live(body: Any) -> Live:
    """What Azure answers when that was made: more than was asked, in an order of its own."""
    properties = dict(body.creation["properties"])
    properties["containers"] = [
        {**item, "properties": {"ports": [], "environmentVariables": [], **item["properties"]}}
        for item in properties["containers"]
    ]
    return Live(
        ID, "score", "westeurope", body={"id": ID, "properties": {**properties, "provisioningState": "Succeeded"}}
    )


def test_the_least_that_is_said_makes_a_whole_group(world: Any) -> None:
    """One container of the group's name, restarted always, with no door to the internet."""
    body = body_of(world)
    assert body.explicit == {
        "properties": {
            "osType": "Linux",
            "restartPolicy": "Always",
            "containers": [
                {
                    "name": "score",
                    "properties": {
                        "image": "nginx:1",
                        "resources": {"requests": {"cpu": 1.0, "memoryInGB": 1.5}},
                    },
                }
            ],
        }
    }
    assert not body.secrets


def test_a_secret_variable_is_named_and_its_value_stays_where_it_is(world: Any) -> None:
    """The body holds names only; where each value belongs is said beside it."""
    body = body_of(world, env={"A": "b"}, secureEnv={"KEY": "apiKey", "TOKEN": "token"})
    container = body.explicit["properties"]["containers"][0]["properties"]
    assert container["environmentVariables"] == [{"name": "A", "value": "b"}, {"name": "KEY"}, {"name": "TOKEN"}]
    at = "properties.containers.0.properties.environmentVariables"
    assert body.secrets == {f"{at}.1.secureValue": "apiKey", f"{at}.2.secureValue": "token"}


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({"ports": [80]}, {"type": "Public", "ports": [{"port": 80, "protocol": "TCP"}]}),
        (
            {"ports": [80], "dnsLabel": "score-ml"},
            {"type": "Public", "ports": [{"port": 80, "protocol": "TCP"}], "dnsNameLabel": "score-ml"},
        ),
        ({"ports": [80], "subnet": "/s"}, {"type": "Private", "ports": [{"port": 80, "protocol": "TCP"}]}),
    ],
)
def test_ports_make_an_address(world: Any, settings: dict[str, Any], address: dict[str, Any]) -> None:
    """Open to the internet, or within a subnet."""
    properties = body_of(world, **settings).explicit["properties"]
    assert properties["ipAddress"] == address
    assert properties.get("subnetIds") == ([{"id": "/s"}] if "subnet" in settings else None)


@pytest.mark.parametrize(
    ("probe", "wire"),
    [
        ({"path": "/"}, {"httpGet": {"path": "/", "port": 80, "scheme": "http"}}),
        ({"path": "/", "port": 81}, {"httpGet": {"path": "/", "port": 81, "scheme": "http"}}),
        ({"command": ["ls"], "initialDelay": 3}, {"exec": {"command": ["ls"]}, "initialDelaySeconds": 3}),
    ],
)
def test_a_probe_asks_at_the_first_port_unless_it_says_another(
    world: Any, probe: dict[str, Any], wire: dict[str, Any]
) -> None:
    """By a path or by a command."""
    container = body_of(world, ports=[80, 81], liveness=probe, command=["a", "b"]).explicit["properties"]["containers"][
        0
    ]
    assert container["properties"]["livenessProbe"] == wire
    assert container["properties"]["command"] == ["a", "b"]


def test_an_image_is_pulled_by_the_groups_own_identity(world: Any) -> None:
    """The identity is there before the group, and named to the registry by its id; without the wish nothing is."""
    identity = {"user": {"name": "id-score"}}
    whole = {"image": "crml.azurecr.io/score:1", "cpu": 1.0, "memory": 1.5, "identity": identity}
    part = WantedPart(Sort.IDENTITY, "id-score", "group")
    wanted = replace(world.wanted, parts=(part,))
    group = WantedPart(Sort.CONTAINER, "score", "group", {**whole, "pullByIdentity": True})
    body = container_body(wanted, group)
    own = part_id(wanted, part)
    assert body.explicit["identity"] == {"type": "UserAssigned", "userAssignedIdentities": {own: {}}}
    credentials = [{"server": "crml.azurecr.io", "identity": own}]
    assert body.explicit["properties"]["imageRegistryCredentials"] == credentials
    assert body.needs == ("identity-id-score",)
    body = container_body(wanted, replace(group, settings=whole))
    assert "imageRegistryCredentials" not in body.explicit["properties"]


def settled(body: Any, found: Any, recorded: Recorded | None = None, decision: Any = None) -> Any:
    return settle_by_engine(SUBJECT, decision or Keep("in-state", ID), body, found, recorded)


def test_what_is_as_wanted_is_left_alone(world: Any) -> None:
    """Azure's own additions are no difference; nor is anything of a group that is still to be made."""
    body = body_of(world, ports=[80], env={"A": "b"}, liveness={"path": "/"})
    assert settled(body, live(body)) == (Keep("in-state", ID), None, [])
    assert settled(body, live(body), decision=Create("absent")) == (Create("absent"), None, [])


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"image": "nginx:2"}, "properties.containers.score.properties.image"),
        ({"env": {"A": "B"}}, "properties.containers.score.properties.environmentVariables.A.value"),
        ({"command": ["other"]}, "properties.containers.score.properties.command"),
    ],
)
@pytest.mark.source("learn.microsoft.com/azure/container-instances/container-instances-update")
def test_what_azure_changes_in_place_is_an_update_of_the_whole(world: Any, change: dict[str, Any], path: str) -> None:
    """Image, variables and command: azure-native writes the group from the settings, and the note says what differs."""
    before, after = (
        body_of(world, env={"A": "b"}, command=["one"]),
        body_of(world, **{"env": {"A": "b"}, "command": ["one"], **change}),
    )
    decision, _, notes = settled(after, live(before))
    assert decision == Update("setting-changes", ID, ("properties.containers",))
    assert [note.id for note in notes] == ["setting-changes"]
    assert f"`{path}` is" in notes[0].message


@pytest.mark.parametrize(
    "change",
    [{"cpu": 2.0}, {"memory": 2.0}, {"restart": "Never"}, {"os": "Windows"}, {"ports": [81]}, {"subnet": "/s"}],
)
@pytest.mark.source("github.com/MicrosoftDocs/azure-docs/issues/37604")
def test_what_azure_does_not_change_in_place_is_a_replacement(world: Any, change: dict[str, Any]) -> None:
    """The preview announces it; it is never an error half-way."""
    decision, _, notes = settled(body_of(world, **change), live(body_of(world)))
    assert isinstance(decision, Replace)
    assert [note.id for note in notes] == ["part-replaced"]


def test_another_container_replaces_the_group(world: Any) -> None:
    """A group that holds a container of another name is not ours to patch."""
    there = live(body_of(world))
    renamed = [{**item, "name": "other"} for item in there.body["properties"]["containers"]]
    found = Live(ID, "score", "westeurope", body={"properties": {**there.body["properties"], "containers": renamed}})
    assert isinstance(settled(body_of(world), found)[0], Replace)


def test_what_the_engine_does_not_know_of_is_said_with_the_way_out(world: Any) -> None:
    """Its state says that all is well, so it would do nothing: only a refresh shows it the change."""
    body, other = body_of(world, memory=2.0), body_of(world)
    outputs = {
        "osType": "Linux",
        "restartPolicy": "Always",
        "containers": [
            {"name": "score", "image": "nginx:1", "resources": {"requests": {"cpu": 1.0, "memoryInGB": 2.0}}}
        ],
    }
    recorded = Recorded("urn", ROW.token, "score", outputs)
    decision, _, notes = settled(body, live(other), recorded)
    assert decision == Keep("in-state", ID)
    assert [note.id for note in notes] == ["changed-behind-the-state"]
    assert "pulumi refresh" in notes[0].message
