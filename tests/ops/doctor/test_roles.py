"""Who may not pull, push or enter the vault, by the roles that hold in Azure?"""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.arm import Answer
from holdfast.diagnose import Finding, diagnose
from holdfast.model.kinds import Kind
from holdfast.model.names import logical_id, resource_id
from holdfast.model.sorts import SORTS, Sort
from holdfast.ops.doctor.answers import Unanswered
from holdfast.ops.doctor.roles import look_at_roles
from holdfast.ops.service.stack import Stack

from ..conftest import ELSEWHERE, IDENTITY, PIPELINE, FakeAzure
from .conftest import make_stack, put_role, put_vault, put_workspace

KUBELET = "bbbbbbbb-0000-4000-8000-000000000001"
SCORER = "bbbbbbbb-0000-4000-8000-000000000002"
FILE = f"""
config:
  azure-native:location: westeurope
  holdfast:environment:
    resourceGroup: rg-fraud
    prefix: ml
    vault:
      authorization: rbac
      grants:
        - {{principal: {PIPELINE}, roles: [Key Vault Secrets User]}}
    registry: {{}}
    cluster: {{}}
    identities:
      - name: id-score
        roles:
          - {{role: AcrPull, scope: registry}}
          - {{role: AcrDelete, scope: registry}}
          - {{role: Key Vault Secrets User, scope: vault}}
          - {{role: Reader, scope: vault}}
"""


@pytest.fixture
def azure() -> FakeAzure:
    return FakeAzure()


@pytest.fixture
def stack(azure: FakeAzure, tmp_path: Path) -> Stack:
    """An RBAC vault, a cluster and an identity; everybody holds what is needed."""
    made = make_stack(azure, tmp_path, FILE)
    put_vault(azure, made, enableRbacAuthorization=True)
    profile = {"identityProfile": {"kubeletidentity": {"objectId": KUBELET.upper()}}}
    azure.put(resource_id(made.wanted, Kind.CLUSTER), profile)
    azure.put(f"{_group(made)}{SORTS[Sort.IDENTITY].path}id-score", {"principalId": SCORER})
    registry, vault = _place(made, Kind.REGISTRY), _place(made, Kind.VAULT)
    put_role(azure, registry, KUBELET, "AcrPull")
    put_role(azure, registry, SCORER, "AcrPull")
    put_role(azure, vault, SCORER, "Key Vault Secrets User")
    put_role(azure, vault, IDENTITY, "Key Vault Administrator")
    put_role(azure, vault, PIPELINE, "Key Vault Secrets User")
    return made


def _group(stack: Stack) -> str:
    return resource_id(stack.wanted, Kind.GROUP)


def _place(stack: Stack, kind: Kind) -> str:
    return resource_id(stack.wanted, kind)


def _take(azure: FakeAzure, scope: str, principal: str, role: str) -> None:
    del azure.bodies[put_role(azure, scope, principal, role).lower()]


def _findings(stack: Stack) -> list[Finding]:
    return list(diagnose(look_at_roles(stack)).findings)


def test_who_holds_what_is_needed_gives_nothing(stack: Stack) -> None:
    """Also what is needed for no symptom is not asked about: AcrDelete and Reader are not held here."""
    assert look_at_roles(stack) == []


@pytest.mark.parametrize("principal", [KUBELET, SCORER])
def test_who_pulls_and_may_not_is_named(azure: FakeAzure, stack: Stack, principal: str) -> None:
    """The kubelet as well as an identity, with registry and principal in the command."""
    registry = _place(stack, Kind.REGISTRY)
    _take(azure, registry, principal, "AcrPull")
    (finding,) = _findings(stack)
    assert (finding.id, finding.confidence) == ("image-pull-denied", 0.95)
    command = next(line for line in finding.fix if "--role AcrPull" in line)
    assert f"--assignee-object-id {principal} " in command
    assert f"--name {registry.rpartition('/')[2]} " in command
    put_role(azure, _group(stack), principal, "Contributor")
    assert [one.id for one in _findings(stack)] == ([] if principal == KUBELET else ["image-pull-denied"])


def test_who_builds_and_may_not_push_needs_an_admin_user(azure: FakeAzure, stack: Stack) -> None:
    """Which is off: with it on, the workspace reads its password, and nothing is wrong."""
    registry = _place(stack, Kind.REGISTRY)
    _take(azure, registry, IDENTITY, "Contributor")
    (finding,) = _findings(stack)
    assert finding.id == "acr-admin-disabled"
    assert f"--role AcrPush --assignee-object-id {IDENTITY} " in finding.fix[0]
    azure.put(registry, {"adminUserEnabled": True})
    assert _findings(stack) == []


@pytest.mark.parametrize(
    ("principal", "role"),
    [
        (IDENTITY, "Key Vault Administrator"),
        (PIPELINE, "Key Vault Secrets User"),
        (SCORER, "Key Vault Secrets User"),
    ],
)
def test_who_is_not_let_into_an_rbac_vault_is_named(azure: FakeAzure, stack: Stack, principal: str, role: str) -> None:
    """The workspace, whoever is granted a role, and an identity of ours; with the command that grants it."""
    vault = _place(stack, Kind.VAULT)
    _take(azure, vault, principal, role)
    (finding,) = _findings(stack)
    assert finding.id == "vault-role-missing"
    assert f"az role assignment create --role '{role}' --assignee-object-id {principal} --scope VAULT_ID" in finding.fix
    assert f"holdfast vault show {vault.rpartition('/')[2]}" in finding.fix


def test_an_access_policy_vault_asks_for_no_role(azure: FakeAzure, stack: Stack) -> None:
    """Whatever the settings say: it is the vault that counts."""
    for principal, role in ((IDENTITY, "Key Vault Administrator"), (PIPELINE, "Key Vault Secrets User")):
        _take(azure, _place(stack, Kind.VAULT), principal, role)
    put_vault(azure, stack)
    assert _findings(stack) == []


def test_a_workspace_on_another_vault_needs_no_role_in_this_one(azure: FakeAzure, stack: Stack) -> None:
    """Its identity has no business there."""
    _take(azure, _place(stack, Kind.VAULT), IDENTITY, "Key Vault Administrator")
    put_workspace(azure, stack)
    azure.change(_place(stack, Kind.WORKSPACE), properties={"keyVault": f"{ELSEWHERE}/vaults/other"})
    assert _findings(stack) == []


def test_what_is_not_there_lacks_nothing(azure: FakeAzure, stack: Stack) -> None:
    """An identity that is still to be made, and a registry that is."""
    _take(azure, _place(stack, Kind.REGISTRY), SCORER, "AcrPull")
    del azure.bodies[logical_id(stack.wanted, "identity-id-score").lower()]
    assert _findings(stack) == []
    _take(azure, _place(stack, Kind.REGISTRY), KUBELET, "AcrPull")
    del azure.bodies[_place(stack, Kind.REGISTRY).lower()]
    assert _findings(stack) == []


@pytest.mark.parametrize("what", ["assignments", "subject"])
def test_what_can_not_be_read_is_no_absence(azure: FakeAzure, stack: Stack, what: str) -> None:
    """It is told, and nobody is said to lack anything."""
    refused = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    group = _group(stack)
    path = {
        "assignments": f"{group}/providers/Microsoft.Authorization/roleAssignments",
        "subject": logical_id(stack.wanted, "identity-id-score"),
    }[what]
    azure.answers[path.lower()] = refused
    with pytest.raises(Unanswered, match="403 AuthorizationFailed no"):
        look_at_roles(stack)
