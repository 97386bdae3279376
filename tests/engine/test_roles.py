"""Roles of the environment's own identities, on the real engine: given once, found again, forgotten, taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure.mgmt.authorization import AuthorizationManagementClient

from holdfast_sandbox.rehearsal import Outcome, Project, Stranger

pytestmark = pytest.mark.engine

PULL, CONTRIBUTOR = "7f951dda-4ed3-4680-a7ca-43fe172d538d", "b24988ac-6180-42a0-ab88-20f7382dd24c"
PUSH = "8311e382-0749-4cb8-b61a-304f252e45ec"
READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
ROLES = [{"role": "AcrPull", "scope": "registry"}, {"role": "Storage Blob Data Reader", "scope": "storage"}]

Authorization = Callable[[Project], AuthorizationManagementClient]


@pytest.fixture
def authorization() -> Authorization:
    """Microsoft's own client for role assignments."""

    return lambda project: Stranger(project.environ).ask_with(AuthorizationManagementClient)


def at(client: AuthorizationManagementClient, scope: str) -> list[Any]:
    """The assignments at just that scope."""
    found = client.role_assignments.list_for_scope(scope, filter="atScope()")
    return [row for row in found if row.scope.lower() == scope.lower()]


def roles_of(rows: list[Any]) -> list[str]:
    return sorted(row.role_definition_id.rsplit("/", 1)[-1] for row in rows)


def assigned(done: Outcome) -> list[str]:
    """The writes of role assignments, by method."""
    return [request.method for request in done.writes if "/roleAssignments/" in request.path]


def test_identities_get_their_roles_and_lose_them(project: Project, authorization: Authorization) -> None:
    """The trainer may pull and read: once; without the state found again; then no more."""
    project.change(lambda environment: environment.update(identities=[{"name": "id-train", "roles": ROLES}]))
    first = project.up()
    assert assigned(first) == ["PUT", "PUT"]
    client, registry, storage = authorization(project), project.resource_id("registry"), project.resource_id("storage")
    held = at(client, registry)
    assert roles_of(held) == sorted([PULL, CONTRIBUTOR])
    assert {row.principal_type for row in held} == {"ServicePrincipal"}
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
    assert len([request for request in again.reads if "/roleAssignments" in request.path]) == 1
    project.lose_state()
    adopted = project.up()
    assert not adopted.writes
    settled = project.up()
    assert (settled.operations, settled.writes) == ({}, [])
    project.change(lambda environment: environment["identities"][0].update(roles=ROLES[1:]))
    preview = project.preview()
    assert "role-dropped" in preview.text
    assert not preview.writes
    dropped = project.up()
    assert [(request.method, assigned(dropped)) for request in dropped.writes] == [("DELETE", ["DELETE"])]
    assert roles_of(at(client, registry)) == [CONTRIBUTOR]
    assert READER in roles_of(at(client, storage))


def test_a_workspace_that_was_shut_out_of_its_registry_is_let_in_again(
    project: Project, authorization: Authorization
) -> None:
    """Azure let it in when it was made, and only then."""
    project.up()
    client, registry, group = authorization(project), project.resource_id("registry"), project.resource_id("group")
    for row in [*at(client, registry), *at(client, group)]:
        client.role_assignments.delete_by_id(row.id)
    assert assigned(project.up()) == ["PUT"]
    assert roles_of(at(client, registry)) == [PUSH]
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])


def test_what_somebody_else_gave_is_as_good_and_what_is_gone_is_refused(
    project: Project, authorization: Authorization
) -> None:
    """One from above is not doubled; one of ours that somebody took away is told, and given again after a refresh."""
    project.change(lambda environment: environment.update(identities=[{"name": "id-train"}]))
    project.up()
    client = authorization(project)
    trainer = next(row for row in project.state() if row["urn"].endswith("::identity-id-train"))
    group, subscription = project.resource_id("group"), project.environ["ARM_SUBSCRIPTION_ID"]
    definition = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{PULL}"
    client.role_assignments.create(
        group,
        "aaaaaaaa-1111-4000-8000-000000000001",
        {"role_definition_id": definition, "principal_id": trainer["outputs"]["principalId"]},
    )
    project.change(lambda environment: environment["identities"][0].update(roles=ROLES))
    assert assigned(project.up()) == ["PUT"]  # the one on the storage account
    assert project.up().operations == {}
    ours = next(row for row in project.state() if "::assignment-identity-id-train-storage" in row["urn"])
    client.role_assignments.delete_by_id(ours["id"])
    gone = project.up(expect=None)
    assert "error: gone-for-good" in gone.text
    assert not gone.writes
    project.pulumi("refresh", "--yes", "--skip-preview", "--stack", project.stack, expect=0)
    assert assigned(project.up()) == ["PUT"]


def test_roles_that_are_expected_are_told_and_never_written(project: Project, authorization: Authorization) -> None:
    """Each with its command; once somebody has run it, the run is silent. What was managed is not dropped."""
    identity = {"name": "id-train", "roles": ROLES[:1]}
    project.change(lambda environment: environment.update(roleAssignments="expect", identities=[identity]))
    first = project.up()
    assert assigned(first) == []
    assert "role-expected" in first.text
    assert "$(az identity show --ids" in " ".join(first.text.split())
    told = project.preview()
    trainer = next(row for row in project.state() if row["urn"].endswith("::identity-id-train"))["outputs"]
    assert f"--assignee-object-id {trainer['principalId']}" in told.text
    subscription, registry = project.environ["ARM_SUBSCRIPTION_ID"], project.resource_id("registry")
    definition = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{PULL}"
    authorization(project).role_assignments.create(
        registry,
        "aaaaaaaa-2222-4000-8000-000000000001",
        {"role_definition_id": definition, "principal_id": trainer["principalId"]},
    )
    silent = project.up()
    assert "role-expected" not in silent.text
    assert (silent.operations, silent.writes) == ({}, [])
    identity["roles"] = ROLES
    project.change(lambda environment: environment.update(roleAssignments="manage", identities=[identity]))
    assert assigned(project.up()) == ["PUT"]
    project.change(lambda environment: environment.update(roleAssignments="expect"))
    refused = project.up(expect=None)
    assert "error: role-assignments-managed" in refused.text
    assert not refused.writes
