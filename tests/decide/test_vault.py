"""Which settings of the vault are changed, and which changes are refused? Cases from vault.yaml."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast.decide import decide
from holdfast.model.decision import Create, Keep
from holdfast.model.existing import Absent, Unreadable
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.permissions import Permissions
from holdfast.model.wanted import Authorization, Grant, GrantState, WhenExists

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("vault.yaml").read_text(encoding="utf-8"))
PRINCIPAL = "aaaaaaaa-0000-4000-8000-00000000000a"


def arranged(world: Any, case: dict[str, Any]) -> Any:
    wants = dict(case.get("wants", {}))
    if "authorization" in wants:
        wants["authorization"] = Authorization(wants["authorization"])
    world = world.settings(**wants).vault(**case.get("live", {}))
    vault_id = "/another" if case.get("other") else resource_id(world.wanted, Kind.VAULT).upper()
    if (recorded := case.get("recorded", {"publicNetworkAccess": "Disabled"})) is None:
        world = without(world, "vault-settings")
    else:
        world = world.record("vault-settings", "t", vaultId=vault_id, wanted=recorded)
    # Whose entry the workspace's identity has is not the question here.
    world = without(world.resource(Kind.WORKSPACE, when_exists=WhenExists.REFER), "workspace").live(
        Kind.WORKSPACE, tags={}
    )
    decision = case.get("vault", "keep")
    if decision != "keep":
        world = without(world, "vault")
    if decision == "refer":
        world = world.live(Kind.VAULT, tags={}).resource(Kind.VAULT, when_exists=WhenExists.REFER)
    return world


def without(world: Any, name: str) -> Any:
    return world.knowing(state={key: row for key, row in world.facts.state.items() if key != name})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_each_case_is_planned_as_the_file_says(
    world: Any, note_ids: Callable[[Any], list[str]], case: dict[str, Any]
) -> None:
    """One PATCH of just what differs, what is refused, and what the preview says."""
    world = arranged(world, case)
    plan, faults = decide(world.wanted, world.facts)
    assert sorted(fault.id for fault in faults) == case.get("faults", [])
    if faults:
        return  # a plan with faults is not carried out
    assert dict(plan.vault.changes) == case.get("changes", {})
    assert note_ids(plan) == case.get("notes", [])
    if case.get("vault") == "refer":
        assert (dict(plan.vault.wanted), dict(plan.vault.tags)) == ({}, {})


@pytest.mark.parametrize("case", [case for case in CASES if not case.get("faults")], ids=lambda case: case["name"])
def test_after_the_plan_there_is_nothing_to_do(world: Any, case: dict[str, Any]) -> None:
    """The PATCH applied and the wish recorded, the next run changes nothing."""
    world = arranged(world, case)
    plan, _ = decide(world.wanted, world.facts)
    world = world.vault(**plan.vault.changes).record(
        "vault-settings", "t", vaultId=resource_id(world.wanted, Kind.VAULT), wanted=dict(plan.vault.wanted)
    )
    assert decide(world.wanted, world.facts)[0].vault.changes == {}


def test_a_new_vault_is_closed_protected_and_kept_for_90_days(world: Any) -> None:
    """Where the settings are silent, a creation takes the secure default, and RBAC as Azure does."""
    world = world.forget().found(Kind.VAULT, Absent()).knowing(policies=None)
    plan, faults = decide(world.wanted, world.facts)
    assert faults == ()
    assert isinstance(plan.decisions[Kind.VAULT], Create)
    assert plan.vault.authorization is Authorization.RBAC
    assert plan.vault.wanted == {
        "publicNetworkAccess": "Disabled",
        "enablePurgeProtection": True,
        "softDeleteRetentionInDays": 90,
    }
    assert plan.vault.changes == {}


def test_a_new_vault_is_what_the_settings_say(world: Any) -> None:
    """Every default can be set otherwise while the vault is still to be made."""
    world = world.forget().found(Kind.VAULT, Absent()).knowing(policies=None)
    world = world.settings(
        authorization=Authorization.ACCESS_POLICIES, public_access=True, purge_protection=False, retention_days=7
    )
    plan, faults = decide(world.wanted, world.facts)
    assert faults == ()
    assert plan.vault.authorization is Authorization.ACCESS_POLICIES
    assert plan.vault.wanted == {
        "publicNetworkAccess": "Enabled",
        "enablePurgeProtection": False,
        "softDeleteRetentionInDays": 7,
    }


def test_retention_is_never_part_of_a_patch(world: Any) -> None:
    """Azure fixes it at creation: it is not in what a later run wants."""
    world = world.settings(retention_days=90)
    assert "softDeleteRetentionInDays" not in decide(world.wanted, world.facts)[0].vault.wanted


@pytest.mark.parametrize("state", list(GrantState))
@pytest.mark.parametrize("rbac", [False, True])
def test_a_grant_for_the_other_sort_of_vault_is_an_error(
    world: Any, rbac_world: Any, rbac: bool, state: GrantState
) -> None:
    """Permissions under RBAC and roles under access policies would have no effect, so nothing is registered."""
    here = rbac_world if rbac else world
    permissions = Permissions(secrets=frozenset({"get"})) if rbac else Permissions()
    grant = Grant(PRINCIPAL, permissions, () if rbac else ("Key Vault Reader",), state)
    fits = Grant(PRINCIPAL, Permissions(), ("Key Vault Reader",) if rbac else (), state)
    here = here.settings(grants=(fits, grant))
    faults = decide(here.wanted, here.facts)[1]
    assert [fault.id for fault in faults] == ["grant-does-not-fit"]
    assert "`vault.grants[1]`" in faults[0].message
    assert ("takes roles" if rbac else "takes permissions") in faults[0].message
    assert ("holdfast vault to-rbac" in faults[0].hint) is rbac


def test_a_vault_that_was_switched_keeps_what_our_state_remembers(world: Any, rbac_world: Any) -> None:
    """`VaultGrants` stays declared and has nothing to do; a stack that never had one gets none."""
    remembered = world.facts.state["vault-grants"]
    here = rbac_world.knowing(state={**rbac_world.facts.state, "vault-grants": remembered})
    plan, faults = decide(here.wanted, here.facts)
    assert faults == ()
    assert (plan.grants.kept, plan.grants.missing, plan.grants.wanted) == (True, (), ())
    assert not decide(rbac_world.wanted, rbac_world.facts)[0].grants.kept


@pytest.mark.parametrize(("rbac", "step"), [(False, "--plan"), (True, "--back")])
def test_a_switch_is_refused_and_its_command_told(world: Any, rbac_world: Any, rbac: bool, step: str) -> None:
    """The stack file can't switch a vault; the hint names what can, in the right direction."""
    here = (rbac_world if rbac else world).settings(
        authorization=Authorization.ACCESS_POLICIES if rbac else Authorization.RBAC
    )
    (fault,) = decide(here.wanted, here.facts)[1]
    assert fault.id == "authorization-switch"
    assert f"holdfast vault to-rbac {resource_id(here.wanted, Kind.VAULT)} {step}" in fault.hint


def test_lost_tags_of_the_vault_are_written_again_and_nobody_elses_taken(world: Any, note_ids: Any) -> None:
    """The template that wipes policies wipes tags: ours come back by the PATCH, and the vault stays ours."""
    world = world.live(Kind.VAULT, tags={"their": "tag"})
    plan, faults = decide(world.wanted, world.facts)
    assert faults == ()
    assert isinstance(plan.decisions[Kind.VAULT], Keep)
    assert plan.vault.tags == {"team": "ml", "holdfast-project": "holdfast", "holdfast-stack": "prod"}
    assert plan.may_change_policies
    assert "ownership-tag-lost" in note_ids(plan)


def test_a_tag_in_another_letter_case_is_the_tag(world: Any) -> None:
    """Tag names have no letter case in Azure: a run that has nothing to do writes nothing."""
    world = world.live(
        Kind.VAULT, tags={"TEAM": "ml", "Holdfast-Project": "holdfast", "holdfast-stack": "prod", "other": "x"}
    )
    plan, _ = decide(world.wanted, world.facts)
    assert plan.vault.tags == {}
    assert not plan.may_change_policies


def test_an_unreadable_list_of_deleted_vaults_is_a_warning(world: Any, note_ids: Any) -> None:
    """A least-privileged login may not read it; the create's own 409 is explained beforehand."""
    world = world.forget().found(Kind.VAULT, Absent())
    world = world.knowing(policies=None, deleted_vaults=Unreadable(403, "AuthorizationFailed", "no"))
    plan, faults = decide(world.wanted, world.facts)
    assert faults == ()
    assert isinstance(plan.decisions[Kind.VAULT], Create)
    assert "deleted-vaults-unreadable" in note_ids(plan)
    said = next(note.message for note in plan.notes if note.id == "deleted-vaults-unreadable")
    name = world.wanted.resources[Kind.VAULT].name
    assert "409" in said
    assert "never purged" in said
    assert f"az keyvault recover --name {name} --location westeurope" in said


def test_a_vault_of_ours_that_is_gone_may_only_be_soft_deleted(world: Any, note_ids: Any) -> None:
    """Where the deleted vaults can't be listed, a refusal says so: could not read is never absent."""
    world = world.found(Kind.VAULT, Absent()).knowing(policies=None, deleted_vaults=Unreadable(403, "No", "no"))
    plan, faults = decide(world.wanted, world.facts)
    assert [fault.id for fault in faults] == ["gone-for-good"]
    assert "deleted-vaults-unreadable" in note_ids(plan)
