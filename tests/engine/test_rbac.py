"""RBAC vaults: role assignments are made, matched, adopted, kept and revoked, through real runs."""

from __future__ import annotations

from typing import Any

import pytest
from azure.mgmt.authorization import AuthorizationManagementClient

from holdfast_sandbox.rehearsal import Project, Stranger

pytestmark = pytest.mark.engine

PIPELINE = "c1c1c1c1-0000-4000-8000-000000000001"
SCIENTISTS = "d5d5d5d5-0000-4000-8000-000000000002"
ADMINISTRATOR = "00482a5a-887f-4fb3-b363-3b7fe8e74483"


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    """The permission model is left out: a new vault gets Azure's own default, RBAC."""
    settings["vault"] = {
        "grants": [
            {"principal": PIPELINE, "roles": ["Key Vault Secrets User"]},
            {"principal": SCIENTISTS, "roles": ["Key Vault Secrets Officer"]},
        ]
    }
    return settings


def test_roles_are_granted_kept_and_adopted(project: Project) -> None:
    """Two roles of ours, and none where Azure gave the workspace its own; a lost state finds them again."""
    first = project.up()
    written = [request.path for request in first.writes if "/roleAssignments/" in request.path]
    assert len(written) == 2
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
    assert len(again.reads) <= 6
    made = project.managed()
    project.lose_state()
    adopted = project.up()
    assert not adopted.writes
    assert adopted.changes.get("import") == len(made)
    settled = project.up()
    assert (settled.operations, settled.writes) == ({}, [])


def test_the_workspaces_own_role_is_put_back(project: Project, stranger: Stranger) -> None:
    """Somebody takes the role of the workspace's identity away: the preview names it, the run gives it back, once."""
    project.up()
    vault = project.resource_id("vault")
    client = stranger.ask_with(AuthorizationManagementClient)
    own = [
        row
        for row in client.role_assignments.list_for_scope(vault, filter="atScope()")
        if row.role_definition_id.endswith(ADMINISTRATOR)
    ]
    assert len(own) == 1
    client.role_assignments.delete_by_id(own[0].id)
    preview = project.preview()
    assert "workspace-identity-lost-access" in preview.text
    assert own[0].principal_id in preview.text
    assert not preview.writes
    repaired = project.up()
    assert [request.method for request in repaired.writes] == ["PUT"]
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])


def test_a_dropped_role_stays_until_it_is_revoked(project: Project) -> None:
    """The same promise as for access policies: nothing is taken away but by `state: revoked`."""
    project.up()
    project.change(lambda environment: environment["vault"].update(grants=[]))
    done = project.up()
    assert not done.writes
    assert PIPELINE in done.text
    assert "grant-dropped" in done.text
    project.change(
        lambda environment: environment["vault"].update(
            grants=[{"principal": PIPELINE, "roles": ["Key Vault Secrets User"], "state": "revoked"}]
        )
    )
    preview = project.preview()
    assert "grant-revoked" in preview.text
    revoked = project.up()
    assert [request.method for request in revoked.writes] == ["DELETE"]
    assert "grant-dropped" in revoked.text  # the scientists' role is listed no more, and named
    assert not project.up().writes


def test_permissions_do_not_fit_an_rbac_vault(project: Project) -> None:
    """A grant that would have no effect is refused, not written."""
    project.up()
    grants = [{"principal": PIPELINE, "secrets": ["get"]}]
    project.change(lambda environment: environment["vault"].update(grants=grants))
    done = project.up(expect=None)
    assert done.code != 0
    assert "error: grant-does-not-fit" in done.text
    assert not done.writes
