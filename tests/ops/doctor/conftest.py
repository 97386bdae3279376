"""A stack file with a vault, a registry and a workspace, on an Azure without a server."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.roles import ROLES
from holdfast.ops.doctor import collect as collecting
from holdfast.ops.service.stack import Stack
from holdfast.settings import read_file

from ..conftest import IDENTITY, SUBSCRIPTION, TENANT, FakeAzure

FILE = """
config:
  azure-native:location: westeurope
  holdfast:environment:
    resourceGroup: rg-fraud
    prefix: ml
    vault: {authorization: access-policies}
    registry: {}
"""
READ = {"secrets": ["get"]}


@pytest.fixture
def azure() -> FakeAzure:
    return FakeAzure()


@pytest.fixture
def stack(azure: FakeAzure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """All of it well; nothing on record."""
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(collecting, "list_runs", lambda *_: iter(()))
    return make_stack(azure, tmp_path, FILE)


def make_stack(azure: FakeAzure, folder: Path, text: str) -> Stack:
    """A stack of that file, whose vault, registry and workspace are there."""
    (folder / "Pulumi.yaml").write_text("name: holdfast\nruntime: python\n", encoding="utf-8")
    file = folder / "stacks/Pulumi.dev.yaml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    made = Stack(file, read_file(file, subscription=SUBSCRIPTION), azure)  # type: ignore[arg-type] # as much of a client as is asked here
    azure.put(resource_id(made.wanted, Kind.GROUP))
    put_vault(azure, made, (IDENTITY, READ))
    azure.put(resource_id(made.wanted, Kind.REGISTRY), {"adminUserEnabled": False})
    put_workspace(azure, made)
    # As Azure does when it makes the workspace.
    put_role(azure, resource_id(made.wanted, Kind.REGISTRY), IDENTITY, "Contributor")
    return made


def put_role(azure: FakeAzure, scope: str, principal: str, role: str) -> str:
    """A role assignment; its id."""
    definition = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{ROLES[role]}"
    said = {"scope": scope, "principalId": principal.upper(), "roleDefinitionId": definition}
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{scope}{principal}{role}")
    return azure.put(f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}", said)


def put_vault(azure: FakeAzure, stack: Stack, *entries: tuple[str, Any], **properties: Any) -> None:
    """The vault with just these entries; its permission model is written, as our own program does."""
    policies = [{"tenantId": TENANT, "objectId": who, "permissions": what} for who, what in entries]
    said = {"tenantId": TENANT, "accessPolicies": policies, "enableRbacAuthorization": False, **properties}
    azure.put(resource_id(stack.wanted, Kind.VAULT), said)


def put_workspace(azure: FakeAzure, stack: Stack, **root: Any) -> None:
    """The workspace, on the stack's vault, with an identity of its own."""
    identity = {"type": "SystemAssigned", "principalId": IDENTITY.upper()}
    vault = resource_id(stack.wanted, Kind.VAULT).upper()
    azure.put(resource_id(stack.wanted, Kind.WORKSPACE), {"keyVault": vault}, **{"identity": identity, **root})
