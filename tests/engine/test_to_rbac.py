"""From access policies to RBAC and back, with a stack around it: real runs before, between and after."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import yaml
from azure.mgmt.authorization import AuthorizationManagementClient

from holdfast.model.roles import KEY_VAULT_ROLES
from holdfast_sandbox.rehearsal import Project, Stranger

pytestmark = pytest.mark.engine

ADMINISTRATOR = KEY_VAULT_ROLES["Key Vault Administrator"]


def to_rbac(project: Project, *words: str) -> str:
    """`holdfast vault to-rbac`, typed beside the stack; its stdout."""
    command = [sys.executable, "-m", "holdfast.ops.main", "vault", "to-rbac", project.resource_id("vault"), *words]
    done = subprocess.run(command, cwd=project.folder, env=project.environ, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def assigned(stranger: Stranger, vault: str) -> set[tuple[str, str]]:
    """(principal, role's GUID) that Microsoft's client lists at the vault."""
    client = stranger.ask_with(AuthorizationManagementClient)
    rows = [row for row in client.role_assignments.list_for_scope(vault) if row.scope.lower() == vault.lower()]
    return {(row.principal_id, row.role_definition_id.rpartition("/")[2]) for row in rows}


def remembers(project: Project) -> Any:
    """What the state holds of the vault's policies: what was granted, and the workspace identity's own entry."""
    outputs = next(row["outputs"] for row in project.state() if row["urn"].endswith("::vault-grants"))
    return outputs["granted"], outputs["gift"]


def test_a_stack_goes_to_rbac_and_back_and_loses_nothing(project: Project, stranger: Stranger) -> None:
    """The old file is refused with the way, the pasted lines write nothing, and back is the file from before."""
    project.up()
    vault = project.resource_id("vault")
    somebody = stranger.principal(1)
    stranger.add(vault, stranger.entry(somebody, secrets=["get", "list"]))
    policies, remembered = stranger.policies(vault), remembers(project)
    before = project.stack_file.read_text(encoding="utf-8")

    pasted = yaml.safe_load(to_rbac(project, "--apply", "--yes", "--wait", "0"))["vault"]
    roles = assigned(stranger, vault)
    workspace = remembered[1]["objectId"]
    assert {principal for principal, _ in roles} == set(policies)
    assert (workspace, ADMINISTRATOR) in roles

    refused = project.up(expect=None)
    assert refused.code != 0
    assert "error: authorization-switch" in refused.text
    assert f"holdfast vault to-rbac {vault} --back" in refused.text
    assert not refused.writes

    def paste(environment: dict[str, Any]) -> None:
        ours = {grant["principal"] for grant in environment["vault"]["grants"]}
        grants = [grant for grant in pasted["grants"] if grant["principal"] in ours]
        assert {grant["principal"] for grant in grants} == ours
        environment["vault"].update(authorization=pasted["authorization"], grants=grants)

    project.change(paste)
    switched = project.up()
    assert not switched.writes
    assert switched.operations == {"create": 1}  # the workspace's own role is watched from now on
    assert stranger.policies(vault) == policies
    assert remembers(project) == remembered
    settled = project.up()
    assert (settled.operations, settled.writes) == ({}, [])
    assert assigned(stranger, vault) == roles

    to_rbac(project, "--back", "--yes")
    project.stack_file.write_text(before, encoding="utf-8")
    back = project.up()
    assert not back.writes
    assert stranger.policies(vault) == policies
    assert remembers(project) == remembered
    assert assigned(stranger, vault) == roles
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
