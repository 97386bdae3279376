"""Diagnostic settings under the real engine: made once, changed in one write each, found again, taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.mgmt.resource.resources import ResourceManagementClient

from holdfast_sandbox.rehearsal import Project, Stranger

Told = Callable[[str, str], dict[str, Any]]

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture
def told(stranger: Stranger) -> Told:
    """The diagnostic settings of a resource. Microsoft's client for them has none any more: by its generic one."""
    anything = stranger.ask_with(ResourceManagementClient).resources

    def ask(resource: str, name: str) -> dict[str, Any]:
        path = f"{resource}/providers/Microsoft.Insights/diagnosticSettings/{name}"
        return dict(anything.get_by_id(path, api_version="2021-05-01-preview").properties)

    return ask


def methods(outcome: Any) -> list[str]:
    """What a run wrote; nothing but diagnostic settings may be among it."""
    assert all("/diagnosticsettings/" in write.path.lower() for write in outcome.writes), outcome.writes
    return [write.method for write in outcome.writes]


def test_settings_live_through_their_changes(project: Project, told: Told) -> None:
    """One for each resource that reports, to our logs workspace; without the state, they are known by their names."""
    project.change(lambda environment: environment.update(diagnostics=True))
    project.up()
    vault, blobs = project.resource_id("vault"), f"{project.resource_id('storage')}/blobServices/default"
    one = told(vault, "holdfast-sandbox-vault")
    assert one["workspaceId"] == project.resource_id("logs")
    assert [(log["categoryGroup"], log["enabled"]) for log in one["logs"]] == [("audit", True)]
    metrics = told(blobs, "holdfast-sandbox-storage")["metrics"]
    assert [metric["category"] for metric in metrics] == ["Transaction", "Capacity"]
    done = project.up()
    assert (done.operations, done.writes) == ({}, [])

    project.change(lambda environment: environment.update(diagnostics={"logs": "all", "metrics": False}))
    assert "setting-changes" in project.preview().text
    assert methods(project.up()) == ["PUT"] * 4
    one = told(vault, "holdfast-sandbox-vault")
    assert ([log["categoryGroup"] for log in one["logs"]], one["metrics"]) == (["allLogs"], [])
    done = project.up()
    assert (done.operations, done.writes) == ({}, [])

    project.lose_state()
    done = project.up()
    assert (done.writes, set(done.operations)) == ([], {"import", "create"})
    project.change(lambda environment: environment.pop("diagnostics"))
    assert methods(project.up()) == ["DELETE"] * 4
    with pytest.raises(ResourceNotFoundError):
        told(vault, "holdfast-sandbox-vault")
