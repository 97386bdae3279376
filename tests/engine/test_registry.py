"""The container registry under the real engine: changed by one PATCH, retained, adopted, or used as somebody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure.mgmt.containerregistry import ContainerRegistryManagementClient

from holdfast_sandbox.rehearsal import Outcome, Project, Stranger

pytestmark = pytest.mark.engine


@pytest.fixture
def client(stranger: Stranger) -> ContainerRegistryManagementClient:
    """Microsoft's own client."""
    return stranger.ask_with(ContainerRegistryManagementClient)


def place(resource_id: str) -> tuple[str, str]:
    """Group and name."""
    parts = resource_id.split("/")
    return parts[4], parts[-1]


def to(done: Outcome, resource_id: str) -> list[str]:
    """The methods of what a run wrote to the very resource; who may pull from it is no setting of it."""
    return [one.method for one in done.writes if one.path.partition("?")[0].lower() == resource_id.lower()]


def test_a_registry_lives_through_its_changes(project: Project, client: ContainerRegistryManagementClient) -> None:
    """Made closed to passwords, its tier changed by one PATCH that the preview shows; nothing else is touched."""
    project.change(lambda environment: environment.update(registry={"sku": "Basic"}))
    project.up()
    registry = project.resource_id("registry")
    seen = client.registries.get(*place(registry))
    assert (seen.sku.name, seen.admin_user_enabled, seen.anonymous_pull_enabled) == ("Basic", False, False)
    done = project.up()
    assert (done.operations, done.writes) == ({}, [])

    client.registries.begin_update(*place(registry), {"tags": {**seen.tags, "theirs": "x"}}).result()
    project.change(lambda environment: environment["registry"].update(sku="Premium", retentionDays=7))
    preview = project.preview()
    assert "setting-changes" in preview.text
    assert "`sku.name` is Basic, will be Premium" in preview.text
    assert not preview.writes
    done = project.up()
    assert to(done, registry) == ["PATCH"]
    assert len(done.writes) == 1
    seen = client.registries.get(*place(registry))
    assert (seen.sku.name, seen.policies.retention_policy.days, seen.tags["theirs"]) == ("Premium", 7, "x")
    done = project.up()
    assert (done.operations, done.writes) == ({}, [])

    project.change(lambda environment: environment.update(registry={}))
    done = project.up()
    assert (done.operations, done.writes) == ({}, [])
    assert client.registries.get(*place(registry)).sku.name == "Premium"


def test_a_registry_outlives_its_stack_and_is_adopted(
    project: Project, client: ContainerRegistryManagementClient
) -> None:
    """It holds images: `destroy` leaves it, the next `up` adopts it, and a setting that differs is written at once."""
    project.up()
    registry = project.resource_id("registry")
    done = project.destroy()
    assert not to(done, registry)
    project.change(lambda environment: environment.update(registry={"sku": "Premium"}))
    back = project.up()
    assert to(back, registry) == ["PATCH"]
    assert project.resource_id("registry") == registry
    assert client.registries.get(*place(registry)).sku.name == "Premium"
    done = project.up()
    assert (done.operations, done.writes) == ({}, [])


def test_a_registry_of_somebody_else_is_only_used(
    project: Project,
    make_project: Callable[..., Project],
    settings: dict[str, Any],
    client: ContainerRegistryManagementClient,
) -> None:
    """By its id, and never written; one that is gone is refused by the stack that it belongs to."""
    project.up()
    registry = project.resource_id("registry")
    other = {**settings, "resourceGroup": f"{settings['resourceGroup']}-2", "registry": {"id": registry}}
    second = make_project(other, stack="second", folder="second")
    done = second.up()
    assert not to(done, registry)
    again = second.up()
    assert (again.operations, again.writes) == ({}, [])
    client.registries.begin_delete(*place(registry)).result()
    for stack, error in ((project, "gone-for-good"), (second, "referred-missing")):
        refused = stack.up(expect=None)
        assert f"error: {error}" in refused.text
        assert not refused.writes
