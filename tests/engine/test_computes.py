"""Computes of the workspace under the real engine: made once, changed as Azure can, adopted, refused."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from azure.mgmt.machinelearningservices import MachineLearningServicesMgmtClient

from holdfast_sandbox.rehearsal import Outcome, Project, Stranger

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture
def computes(project: Project, request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    """A cluster and an instance, whose name is the only one in its region; the project wants both."""
    mine = f"ada{hashlib.sha256(request.node.name.encode()).hexdigest()[:8]}"
    wanted = [
        {"name": "cpu", "size": "Standard_DS3_v2", "max": 2, "idleMinutes": 120},
        {"name": mine, "kind": "instance", "size": "Standard_DS3_v2"},
    ]
    project.change(lambda environment: environment.update(computes=wanted))
    return wanted


@pytest.fixture
def client(stranger: Stranger) -> MachineLearningServicesMgmtClient:
    """Microsoft's own client."""
    return stranger.ask_with(MachineLearningServicesMgmtClient)


def inner(client: MachineLearningServicesMgmtClient, project: Project, name: str) -> Any:
    """What a compute is, as others see it."""
    _, _, _, _, group, _, _, _, workspace = project.resource_id("workspace").split("/")
    return client.machine_learning_compute.get(group, workspace, name).properties.properties


def asked(done: Outcome) -> list[str]:
    """What a run wrote: method, and the path behind the workspace's computes."""
    return [f"{one.method} {one.path.partition('?')[0].partition('/computes/')[2]}" for one in done.writes]


def nothing(project: Project) -> None:
    """A run finds nothing to do."""
    done = project.up()
    assert (done.operations, done.writes) == ({}, [])


def test_computes_live_through_their_changes(
    project: Project, computes: list[dict[str, Any]], client: MachineLearningServicesMgmtClient
) -> None:
    """Each setting is one write of Azure's own kind; what it fixes is refused; what is listed no more, goes."""
    project.up()
    mine = computes[1]["name"]
    scale = inner(client, project, "cpu").scale_settings
    assert (scale.min_node_count, scale.max_node_count) == (0, 2)
    assert scale.node_idle_time_before_scale_down.total_seconds() == 7200
    assert inner(client, project, mine).application_sharing_policy == "Personal"
    nothing(project)  # Azure says PT2H to what was asked for as PT120M

    project.change(lambda environment: environment["computes"][0].update(max=5))
    preview = project.preview()
    assert "maxNodeCount` is 2, will be 5" in preview.text
    assert not preview.writes
    assert asked(project.up()) == ["PUT cpu"]
    scale = inner(client, project, "cpu").scale_settings
    assert (scale.max_node_count, scale.node_idle_time_before_scale_down.total_seconds()) == (5, 7200)
    nothing(project)

    project.change(lambda environment: environment["computes"][1].update(idleMinutes=90))
    assert asked(project.up()) == [f"POST {mine}/updateIdleShutdownSetting"]
    nothing(project)

    project.change(lambda environment: environment["computes"][0].update(name="CPU"))
    nothing(project)

    project.change(lambda environment: environment["computes"][0].update(size="Standard_NC6s_v3"))
    refused = project.up(expect=None)
    assert "error: change-would-replace" in refused.text
    assert "computes[0]" in refused.text
    assert not refused.writes

    project.change(lambda environment: environment["computes"].pop(0))
    assert asked(project.up()) == ["DELETE cpu"]
    nothing(project)


def test_a_lost_state_adopts_the_computes_and_a_missing_one_is_not_made_anew(
    project: Project, computes: list[dict[str, Any]], client: MachineLearningServicesMgmtClient
) -> None:
    """By their tags, verbatim; one that somebody deleted is refused until a person accepts it."""
    project.up()
    ids = {name: project.resource_id(name) for name in ("compute-cpu", f"compute-{computes[1]['name']}")}
    project.lose_state()
    back = project.up()
    assert not back.writes
    assert set(back.operations) == {"import", "create"}  # what is created are our own dynamic resources
    assert {name: project.resource_id(name) for name in ids} == ids
    nothing(project)
    _, _, _, _, group, _, _, _, workspace = project.resource_id("workspace").split("/")
    client.machine_learning_compute.begin_delete(group, workspace, "cpu", underlying_resource_action="Delete").result()
    refused = project.up(expect=None)
    assert "error: gone-for-good" in refused.text
    assert not refused.writes


def test_a_foreign_compute_is_refused_unless_the_settings_consent(
    project: Project, client: MachineLearningServicesMgmtClient
) -> None:
    """Nobody's by its tags, in a workspace that is ours already: `adopt` and `refer` are asked for by name."""
    project.up()
    _, _, _, _, group, _, _, _, workspace = project.resource_id("workspace").split("/")
    scale = {"minNodeCount": 0, "maxNodeCount": 1}
    body = {
        "location": "westeurope",
        "properties": {
            "computeType": "AmlCompute",
            "properties": {"vmSize": "Standard_DS3_v2", "scaleSettings": scale},
        },
    }
    client.machine_learning_compute.begin_create_or_update(group, workspace, "theirs", body).result()
    theirs = {"name": "theirs", "size": "Standard_DS3_v2", "max": 3}
    project.change(lambda environment: environment.update(computes=[theirs]))
    refused = project.up(expect=None)
    assert "error: part-exists" in refused.text
    assert not refused.writes

    project.change(lambda environment: environment["computes"][0].update(whenExists="refer"))
    used = project.up()
    assert "setting-of-referred" in used.text
    assert (used.operations, used.writes) == ({}, [])

    project.change(lambda environment: environment["computes"][0].update(whenExists="adopt"))
    adopted = project.up()
    assert adopted.operations.get("import") == 1
    assert asked(adopted) == ["PUT theirs"]
    assert inner(client, project, "theirs").scale_settings.max_node_count == 3
    nothing(project)
