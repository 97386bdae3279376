"""What is brought back before it is declared, and what is said about it?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.decide import decide
from holdfast.decide.recovery import authorization_of_deleted
from holdfast.model.decision import Create, Keep, Recover
from holdfast.model.existing import Absent, Recorded, SoftDeleted, Unreadable
from holdfast.model.kinds import Kind
from holdfast.model.names import ownership_tags, resource_id
from holdfast.model.permissions import Permissions
from holdfast.model.plan import OF_PARTS, OF_VAULT, OF_WORKSPACE, Plan
from holdfast.model.roles import KEY_VAULT_ROLES, ROLES, WantedRole
from holdfast.model.sorts import Sort
from holdfast.model.wanted import Authorization, Grant, GrantState, WantedPart

A = "aaaaaaaa-0000-4000-8000-00000000000a"
GET = Permissions(secrets=frozenset({"get"}))
RBAC, POLICIES = Authorization.RBAC, Authorization.ACCESS_POLICIES


def deleted(world: Any, kind: Kind, **tags: str) -> Any:
    """A world in which one is soft-deleted, and nothing of it can be read."""
    gone = SoftDeleted(resource_id(world.wanted, kind), "westeurope", "2026-01-01", "2026-04-01", tags)
    world = world.found(kind, gone)
    return world.knowing(policies=None) if kind is Kind.VAULT else world


def planned(world: Any) -> tuple[Plan, list[str]]:
    plan, faults = decide(world.wanted, world.facts)
    assert faults == ()
    return plan, sorted(note.id for note in plan.notes)


def test_a_vault_of_ours_is_recovered_by_one_put_that_says_nothing_of_its_policies(world: Any) -> None:
    """`createMode` is in that request alone; what the settings ask is looked at by whoever writes, when it is back."""
    grant = Grant(A, GET)
    here = deleted(world.settings(grants=(grant,), public_access=True), Kind.VAULT, their="tag")
    plan, notes = planned(here)
    assert plan.decisions[Kind.VAULT] == Recover(
        "ours-soft-deleted", resource_id(world.wanted, Kind.VAULT), "westeurope", True, "2026-01-01"
    )
    recover = plan.recoveries[OF_VAULT].recover
    assert recover is not None
    assert recover.body["properties"] == {
        "tenantId": world.facts.tenant,
        "sku": {"family": "A", "name": "standard"},
        "createMode": "recover",
    }
    assert recover.body["tags"] == {"their": "tag", "team": "ml", **ownership_tags("holdfast", "prod")}
    assert set(plan.recoveries) == {OF_VAULT}
    assert notes == ["recovered"]
    assert "2026-01-01" in plan.notes[0].message
    assert plan.vault.recovered
    assert plan.vault.changes == {}
    assert plan.vault.wanted == {"publicNetworkAccess": "Enabled", "enablePurgeProtection": True}
    assert [entry.principal for entry in plan.grants.wanted] == [A]
    assert (plan.grants.missing, plan.grants.revoke, plan.grants.record) == ((), (), True)
    assert plan.may_change_policies


def test_a_vault_that_our_state_does_not_hold_is_adopted_behind_its_recovery(world: Any) -> None:
    """And the preview is told to be read with that in mind."""
    plan, notes = planned(deleted(world.forget("vault", "vault-settings", "vault-grants"), Kind.VAULT))
    decision = plan.decisions[Kind.VAULT]
    assert isinstance(decision, Recover)
    assert not decision.recorded
    assert notes == ["recovered"]
    assert "adopts it" in plan.notes[0].message


def test_a_recovery_that_is_over_stays_declared_and_has_nothing_to_do(world: Any) -> None:
    """What a program stops declaring, the engine deletes."""
    here = world
    for name in (OF_VAULT, OF_WORKSPACE, OF_PARTS):
        here = here.record(name, "pulumi-python:dynamic/holdfast:Recovery")
    plan, notes = planned(here)
    assert {name: (one.recover, one.back) for name, one in plan.recoveries.items()} == dict.fromkeys(
        (OF_VAULT, OF_WORKSPACE, OF_PARTS), (None, ())
    )
    before, said = planned(world)
    assert (before.recoveries, notes) == ({}, said)


@pytest.mark.parametrize(
    ("names", "authorization", "grants", "expected"),
    [
        (("vault-grants",), RBAC, (), POLICIES),
        (("workspace-role",), POLICIES, (), RBAC),
        (("role-x",), None, (Grant(A, GET),), RBAC),
        ((), POLICIES, (), POLICIES),
        ((), RBAC, (Grant(A, GET),), RBAC),
        ((), None, (Grant(A, GET),), POLICIES),
        ((), None, (Grant(A, Permissions(), ("Key Vault Reader",)),), RBAC),
        ((), None, (), RBAC),
    ],
)
def test_the_model_of_a_deleted_vault_is_what_our_state_wrote_to_it(
    world: Any, names: tuple[str, ...], authorization: Any, grants: Any, expected: Authorization
) -> None:
    """Then what the settings say, then what they grant."""
    wanted = world.settings(authorization=authorization, grants=grants).wanted
    state = {name: Recorded("urn", "token", "") for name in names}
    assert authorization_of_deleted(wanted, state) is expected


def rbac_deleted(rbac_world: Any, *grants: Grant, dropped: bool = False) -> Any:
    role = KEY_VAULT_ROLES["Key Vault Reader"]
    token = "azure-native:authorization:RoleAssignment"
    definition = f"/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/{role.upper()}"
    here = rbac_world.settings(grants=grants).record(
        f"role-{A}-key-vault-reader", token, name="NAME", principalId=A, roleDefinitionId=definition
    )
    here = here.record("workspace-role", "pulumi-python:dynamic/holdfast:WorkspaceRole", principal="w")
    return deleted(here, Kind.VAULT).knowing(role_assignments=None)


@pytest.mark.parametrize("listed", [True, False])
def test_roles_that_went_with_the_vault_are_made_again_under_their_names(rbac_world: Any, listed: bool) -> None:
    """Listed or dropped: a grant is never lost by a bad merge. One that is new is simply created."""
    new = Grant(A, Permissions(), ("Key Vault Crypto User",))
    grants = (replace(new, roles=(*new.roles, "Key Vault Reader")),) if listed else (new,)
    plan, notes = planned(rbac_deleted(rbac_world, *grants))
    (back,) = plan.recoveries[OF_VAULT].back
    vault = resource_id(rbac_world.wanted, Kind.VAULT)
    assert back.id == f"{vault}/providers/Microsoft.Authorization/roleAssignments/NAME"
    assert back.body["properties"]["principalId"] == A
    assert back.body["properties"]["roleDefinitionId"].endswith(KEY_VAULT_ROLES["Key Vault Reader"])
    decisions = {role.logical_name: role.decision for role in plan.roles}
    assert isinstance(decisions[f"role-{A}-key-vault-reader"], Recover)
    assert decisions[f"role-{A}-key-vault-crypto-user"] == Create("absent")
    assert plan.workspace_role is not None
    assert plan.workspace_role.missing
    assert notes == sorted(["recovered", "put-back", *([] if listed else ["grant-dropped"])])


def test_roles_that_are_revoked_or_never_restored_stay_away(rbac_world: Any) -> None:
    """A recovery hands nobody back what the settings take away."""
    revoked = Grant(A, Permissions(), ("Key Vault Reader",), GrantState.REVOKED)
    assert planned(rbac_deleted(rbac_world, revoked))[0].recoveries[OF_VAULT].back == ()
    kept = rbac_deleted(rbac_world, Grant(A, Permissions(), ("Key Vault Reader",)))
    plan, _ = planned(kept.settings(never_restore=frozenset({A})))
    # It is planned as it was: what the vault holds nobody knows, and our own assignment is no restoration.
    assert [one.id.rpartition("/")[2] for one in plan.recoveries[OF_VAULT].back] == []


def with_parts(world: Any) -> Any:
    parts = (
        WantedPart(
            Sort.LOCK, "keep", "workspace", {"level": "cannotDelete", "target": "workspace"}, key="workspace.lock"
        ),
        WantedPart(
            Sort.COMPUTE,
            "cpu",
            "workspace",
            {"kind": "cluster", "size": "Standard_DS3_v2", "max": 2},
            key="computes[0]",
        ),
    )
    return replace(world, wanted=replace(world.wanted, parts=parts))


@pytest.mark.parametrize("recorded", [True, False])
def test_what_was_in_a_workspace_is_there_before_it_is_declared(world: Any, recorded: bool) -> None:
    """Made again as declared where Azure does not bring it back; with the state and without it. A lock comes last."""
    here = with_parts(world)
    if recorded:
        here = here.record("compute-cpu", "azure-native:machinelearningservices:Compute", name="cpu")
    else:
        here = here.forget("workspace")
    here = deleted(here, Kind.WORKSPACE).knowing(parts={"compute-cpu": Unreadable(404, "ParentResourceNotFound", "")})
    plan, notes = planned(here)
    recover, back = plan.recoveries[OF_WORKSPACE].recover, plan.recoveries[OF_PARTS].back
    assert recover is not None
    assert recover.body["properties"]["allowRecoverSoftDeletedWorkspace"] == "True"
    assert recover.body["properties"]["keyVault"] == resource_id(world.wanted, Kind.VAULT)
    assert "friendlyName" not in recover.body["properties"]
    assert recover.body["identity"] == {"type": "SystemAssigned"}
    workspace = resource_id(world.wanted, Kind.WORKSPACE)
    assert [one.id for one in back] == [
        f"{workspace}/computes/cpu",
        f"{workspace}/providers/Microsoft.Authorization/locks/keep",
    ]
    assert back[0].body["location"] == "westeurope"
    decisions = {part.logical: part.decision for part in plan.parts}
    assert decisions["compute-cpu"] == Recover("parent-recovered", back[0].id, "westeurope", recorded)
    assert "put-back" in notes
    assert isinstance(plan.decisions[Kind.VAULT], Keep)


def test_the_roles_of_identities_on_what_is_recovered_come_back_and_others_do_not_move(world: Any) -> None:
    """A role on the workspace is made again; one on the registry was never gone."""
    subject = "identity-train"
    roles = tuple(
        WantedRole(subject, scope, ROLES[role], "identities[0].roles[0]")
        for scope, role in (("workspace", "AzureML Data Scientist"), ("registry", "AcrPull"))
    )
    part = WantedPart(Sort.IDENTITY, "train", "group", key="identities[0]")
    here = replace(world, wanted=replace(world.wanted, parts=(part,), roles=roles))
    live = replace(
        here.facts.existing[Kind.STORAGE],
        id=f"{resource_id(world.wanted, Kind.GROUP)}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/train",
        properties={"principalId": A},
    )
    token = "azure-native:authorization:RoleAssignment"
    here = here.record(subject, "azure-native:managedidentity:UserAssignedIdentity", name="train", principalId=A)
    here = here.record(f"assignment-{subject}-workspace-azureml-data-scientist", token, name="lost")
    here = here.knowing(parts={subject: live}, role_assignments=())
    plan, _ = planned(deleted(here, Kind.WORKSPACE))
    assert [one.id.rpartition("/")[2] for one in plan.recoveries[OF_PARTS].back] == ["lost"]
    decisions = {one.scope_of: one.decision for one in plan.assignments}
    assert isinstance(decisions["workspace"], Recover)
    assert decisions["registry"] == Create("absent")


def test_deleted_workspaces_that_may_not_be_listed_are_a_warning(world: Any) -> None:
    """A login with rights on its group only can provision; Azure's own refusal is explained before it comes."""
    here = world.forget("workspace").found(Kind.WORKSPACE, Absent())
    plan, notes = planned(here.knowing(deleted_workspaces=Unreadable(403, "AuthorizationFailed", "no")))
    assert notes == ["deleted-workspaces-unreadable"]
    assert plan.decisions[Kind.WORKSPACE] == Create("absent")
    assert plan.recoveries == {}
