"""Container groups under the real engine: made once, changed as Azure can, replaced as the preview said."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from azure.mgmt.containerinstance import ContainerInstanceManagementClient

from holdfast_sandbox.rehearsal import Project, Stranger

pytestmark = [pytest.mark.engine, pytest.mark.slow]

GROUP = {
    "name": "score",
    "image": "mcr.microsoft.com/azuredocs/aci-helloworld:latest",
    "ports": [80],
    "env": {"MODE": "test"},
    "secureEnv": {"API_KEY": "apiKey"},
    "liveness": {"path": "/"},
}


@pytest.fixture
def with_group(settings: dict[str, Any], make_project: Callable[..., Project]) -> Project:
    """A project with one container group, whose secret is in Pulumi's configuration."""
    project = make_project({**settings, "containerGroups": [GROUP]})
    project.environ["PULUMI_CONFIG_PASSPHRASE"] = ""
    project.pulumi("config", "set", "--secret", "holdfast:apiKey", "s3cr3t-1", "--stack", project.stack, expect=0)
    return project


@pytest.fixture
def client(stranger: Stranger) -> ContainerInstanceManagementClient:
    """Microsoft's own client."""
    return stranger.ask_with(ContainerInstanceManagementClient)


def writes_to_groups(outcome: Any) -> list[str]:
    """The methods of what a run wrote; nothing but container groups may be among it."""
    assert all("/containergroups/" in write.path.lower() for write in outcome.writes), outcome.writes
    return [write.method for write in outcome.writes]


def test_a_group_lives_through_its_changes(with_group: Project, client: ContainerInstanceManagementClient) -> None:
    """Made once; a new image is one PUT, more memory a replacement that the preview announces; unlisted, it goes."""
    project = with_group
    project.up()
    group = project.resource_id("group").rpartition("/")[2]
    seen = client.container_groups.get(group, "score")
    assert seen.containers[0].image == GROUP["image"]
    assert {one.name: one.value for one in seen.containers[0].environment_variables} == {
        "MODE": "test",
        "API_KEY": None,
    }
    assert "s3cr3t-1" not in json.dumps(project.state())
    done = project.up()
    assert (done.operations, done.writes) == ({}, [])

    project.change(lambda environment: environment["containerGroups"][0].update(image="nginx:1.27"))
    assert "image` is mcr.microsoft.com/azuredocs/aci-helloworld:latest, will be nginx:1.27" in project.preview().text
    assert writes_to_groups(project.up()) == ["PUT"]
    assert client.container_groups.get(group, "score").containers[0].image == "nginx:1.27"

    project.change(lambda environment: environment["containerGroups"][0].update(memory=2.5))
    preview = project.preview()
    assert preview.operations == {"replace": 1}
    assert "part-replaced" in preview.text
    assert not preview.writes
    assert writes_to_groups(project.up()) == ["DELETE", "PUT"]
    done = project.up()
    assert (done.operations, done.writes) == ({}, [])

    project.change(lambda environment: environment.update(containerGroups=[]))
    assert writes_to_groups(project.up()) == ["DELETE"]


def test_a_changed_secret_is_rolled_out(with_group: Project) -> None:
    """Azure answers no secret back: that it changed only the engine knows, from its state."""
    project = with_group
    project.up()
    project.pulumi("config", "set", "--secret", "holdfast:apiKey", "s3cr3t-2", "--stack", project.stack, expect=0)
    done = project.up()
    assert done.operations == {"update": 1}
    assert writes_to_groups(done) == ["PUT"]
    done = project.up()
    assert (done.operations, done.writes) == ({}, [])


def test_a_lost_state_finds_the_group_and_a_missing_one_is_not_made_anew(
    with_group: Project, client: ContainerInstanceManagementClient
) -> None:
    """Adopted by its tags; gone behind the engine's back, it is refused until somebody accepts it."""
    project = with_group
    project.up()
    project.lose_state()
    done = project.up()
    assert project.resource_id("container-score").endswith("/containerGroups/score")
    assert "DELETE" not in writes_to_groups(done)
    group = project.resource_id("group").rpartition("/")[2]
    client.container_groups.begin_delete(group, "score").result()
    refused = project.up(expect=255)
    assert "gone-for-good" in refused.text
    assert not refused.writes


def test_an_image_of_our_registry_is_pulled_by_identity(
    make_project: Callable[..., Project], settings: dict[str, Any], client: ContainerInstanceManagementClient
) -> None:
    """The role comes before the group, or Azure would not let it pull; no password is anywhere."""
    project = make_project({**settings, "identities": [{"name": "id-score"}]})
    project.up()
    server = project.pulumi("stack", "output", "loginServer", "--stack", project.stack, expect=0).text.strip()
    group = {
        "name": "score",
        "image": f"{server}/score:1",
        "identity": {"user": "id-score"},
        "pullByIdentity": True,
    }
    project.change(lambda environment: environment.update(containerGroups=[group]))
    done = project.up()
    assert [write.path.partition("?")[0].rsplit("/", 2)[1] for write in done.writes] == [
        "roleAssignments",
        "containerGroups",
    ]
    seen = client.container_groups.get(project.resource_id("group").rpartition("/")[2], "score")
    (credential,) = seen.image_registry_credentials
    assert (credential.server, credential.identity.rpartition("/")[2]) == (server, "id-score")
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
