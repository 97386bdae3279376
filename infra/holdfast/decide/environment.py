"""What is to be done with the whole environment, and what stands against it?

Every kind goes through the one table of `ownership`; the vault's settings, grants and roles follow from what was
decided for the vault and the workspace. All faults of a run are found before anything is registered.
"""

from __future__ import annotations

from holdfast.decide.assignments import holding, plan_assignments
from holdfast.decide.attached import keep_to_ours
from holdfast.decide.expected import expect_roles, expected_note, managed_before
from holdfast.decide.failed import failed_notes
from holdfast.decide.grants import plan_grants, refuse_overfull
from holdfast.decide.items import location_of, settle_kinds, settle_parts
from holdfast.decide.locks import find_locked_deletions
from holdfast.decide.ownership import decide_resource
from holdfast.decide.principals import Principals
from holdfast.decide.recovery import authorization_of_deleted, plan_recoveries
from holdfast.decide.roles import plan_roles
from holdfast.decide.services import plan_services, with_images
from holdfast.decide.tags import plan_part_tags, plan_tags
from holdfast.decide.vault import plan_vault
from holdfast.decide.workspace_identity import VAULT_ACCESS, needs_access, roles_of_all
from holdfast.decide.workspace_role import plan_workspace_role
from holdfast.model.decision import Adopt, Create, Decision, Keep, Recover, Refer, Refuse
from holdfast.model.errors import Fault
from holdfast.model.existing import Facts, Live, Recorded, RoleAssignment, Unreadable
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import resource_id, same_id, wanted_tags, workspace_subject
from holdfast.model.plan import ExpectedRole, GrantsPlan, Note, Plan, RolePlan
from holdfast.model.wanted import Authorization, RoleAssignments, Wanted


def decide(wanted: Wanted, facts: Facts) -> tuple[Plan, tuple[Fault, ...]]:
    """The plan, and everything that forbids it; a plan with faults must not be carried out."""
    decisions = {
        kind: decide_resource(wanted, kind, facts.existing[kind], facts.state.get(kind)) for kind in wanted.resources
    }
    wanted, attached_notes, attached_faults = keep_to_ours(wanted, decisions, facts)
    bodies, changes, setting_notes = settle_kinds(wanted, decisions, facts)
    faults = refusals(wanted, decisions, facts)
    assets, asset_notes, asset_faults = plan_services(wanted, decisions, facts)
    wanted = with_images(wanted, assets)
    faults += asset_faults
    parts, part_changes, part_notes, part_faults = settle_parts(wanted, decisions, facts)
    faults += [*attached_faults, *part_faults]
    managed = wanted.role_assignments is RoleAssignments.MANAGE
    unread = isinstance(facts.role_assignments, Unreadable)
    principals = Principals(decisions, parts, facts)
    vault_found, vault_decision = facts.existing[Kind.VAULT], decisions[Kind.VAULT]
    vault_id = vault_found.id if isinstance(vault_found, Live) else resource_id(wanted, Kind.VAULT)
    recovered = isinstance(vault_decision, Recover)
    vault, notes, vault_faults = plan_vault(
        wanted,
        vault_decision,
        vault_found,
        _of_vault(facts.state.get("vault-settings"), vault_id),
        authorization_of_deleted(wanted, facts.state) if recovered else None,
    )
    faults += vault_faults
    principal = principals.of(workspace_subject(wanted))
    assignments, assignment_notes, assignment_faults = plan_assignments(
        wanted, roles_of_all(wanted, decisions, vault.authorization), principals, facts
    )
    faults += find_locked_deletions(wanted, parts, assignments, facts)
    grants, roles, workspace_role = GrantsPlan(), tuple[RolePlan, ...](), None
    if isinstance(vault_decision, Create | Keep | Adopt | Refer | Recover):
        if vault.authorization is Authorization.RBAC:
            roles, more, role_faults = plan_roles(
                wanted, vault_id, facts.role_assignments, facts.state, recovered=recovered
            )
            grants = GrantsPlan(kept=_of_vault(facts.state.get("vault-grants"), vault_id) is not None)
            # What could not be read is told once.
            assignment_faults = role_faults if unread else role_faults + assignment_faults
            role_notes = list[Note]()
            if not needs_access(wanted, decisions):
                workspace_role, role_notes = plan_workspace_role(
                    wanted,
                    vault_id,
                    decisions[Kind.WORKSPACE],
                    principal,
                    _holding(facts.role_assignments, vault_id),
                    facts.state.get("workspace-role"),
                    recovered=recovered,
                )
            more += role_notes if managed else []
        else:
            faults += _left_over_roles(wanted, facts)
            grants, more = plan_grants(
                wanted,
                vault_decision,
                decisions[Kind.WORKSPACE],
                principal,
                facts.policies,
                _of_vault(facts.state.get("vault-grants"), vault_id),
                facts.tenant,
                VAULT_ACCESS if needs_access(wanted, decisions) else None,
            )
            # To a workspace with an identity of its own Azure gives an entry when it makes it.
            gives = isinstance(decisions[Kind.WORKSPACE], Create) and not needs_access(wanted, decisions)
            faults += refuse_overfull(wanted, vault_id, grants, facts.policies, int(gives))
        notes += more
    expected: tuple[ExpectedRole, ...] = ()
    if managed or unread:
        faults += assignment_faults
    if not managed:
        faults += managed_before(wanted, facts.state)
        expected = expect_roles(wanted, vault_id, assignments, roles, workspace_role, principal)
        assignment_notes += map(expected_note, expected)
        assignments, roles, workspace_role = (), (), None
    recoveries, recovery_notes = plan_recoveries(
        wanted, decisions, bodies, parts, roles, assignments, facts, vault.authorization
    )
    notes = [
        *recovery_notes,
        *_tag_notes(decisions, facts),
        *_unlisted_deletions(wanted, facts),
        *notes,
        *setting_notes,
        *part_notes,
    ]
    notes += [*failed_notes(decisions, facts), *attached_notes]
    notes += [*assignment_notes, *asset_notes]
    plan = Plan(
        decisions,
        vault,
        grants,
        roles,
        workspace_role,
        tags=wanted_tags(wanted),
        lacking_tags=plan_tags(wanted, decisions, facts) | plan_part_tags(wanted, parts, facts),
        locations={kind: location_of(wanted, kind, facts) for kind in decisions},
        workspace_principal=principal,
        notes=tuple(notes),
        bodies=bodies,
        parts=parts,
        changes=changes + part_changes,
        assignments=assignments,
        recoveries=recoveries,
        assets=assets,
        expected_roles=expected,
    )
    return plan, tuple(faults)


def refusals(wanted: Wanted, decisions: dict[Kind, Decision], facts: Facts) -> list[Fault]:
    """The faults of the decisions themselves, the group's first; what only follows from the group's is left out."""
    faults = []
    group = decisions.get(Kind.GROUP)
    group_unreadable = isinstance(group, Refuse) and group.reason == "unreadable"
    for kind, decision in decisions.items():
        match decision:
            case Refuse(reason, fault):
                follows = kind is not Kind.GROUP and wanted.resources[kind].id is None
                if not (group_unreadable and reason == "unreadable" and follows):
                    faults.append(fault)
            case _:
                pass
    return faults


def _holding(
    found: tuple[RoleAssignment, ...] | Unreadable | None, scope: str
) -> tuple[RoleAssignment, ...] | Unreadable | None:
    return tuple(holding(found, scope)) if isinstance(found, tuple) else found


def _of_vault(recorded: Recorded | None, vault_id: str) -> Recorded | None:
    """What is on record, if it is about this vault: what was given in another one is nobody's due in this one."""
    of = recorded.outputs.get("vaultId") if recorded else None
    return recorded if of is None or same_id(str(of), vault_id) else None


def _left_over_roles(wanted: Wanted, facts: Facts) -> list[Fault]:
    """Roles of ours, and a vault that counts access policies now: to declare them no more would delete them."""
    roles = sorted(name for name in facts.state if name.startswith("role-"))
    if not roles:
        return []
    return [
        Fault(
            "authorization-changed",
            "the Key Vault counts access policies now, and our state holds role assignments on it: somebody changed its"
            " permission model",
            (("found", ", ".join(roles)), ("decided", "refuse; nobody's roles are deleted for it")),
            "set the vault back to RBAC, or forget the roles with `pulumi state delete` and grant permissions in"
            f" {wanted.file}",
        )
    ]


def _tag_notes(decisions: dict[Kind, Decision], facts: Facts) -> list[Note]:
    notes = []
    for kind, decision in decisions.items():
        if isinstance(decision, Keep) and decision.tag_lost:
            found = facts.existing[kind]
            name = found.name if isinstance(found, Live) else kind
            notes.append(
                Note(
                    "ownership-tag-lost",
                    f"{KINDS[kind].noun} `{name}` lost its ownership tags: it stays ours, and gets them back",
                )
            )
    return notes


def _unlisted_deletions(wanted: Wanted, facts: Facts) -> list[Note]:
    # Said to what is ours and gone, too: it may only be soft-deleted. What the provider makes of Azure's 409 says
    # "recover or purge" and no more, so that what to do stands here, beforehand.
    notes = []
    if unlisted := facts.deleted_vaults:
        name, says = wanted.resources[Kind.VAULT].name, f"{unlisted.status or 'no answer'} {unlisted.code}".strip()
        text = (
            f"this login may not see whether a deleted Key Vault holds the name `{name}` ({says}). If one does, Azure"
            " answers the creation with 409 ConflictError; that vault is to be recovered, never purged: `az keyvault"
            f" recover --name {name} --location {wanted.location}`, by somebody who may read the subscription's deleted"
            " vaults and write vaults in the group it was in. Then run again"
        )
        notes.append(Note("deleted-vaults-unreadable", text))
    if unlisted := facts.deleted_workspaces:
        text = (
            f"the subscription's workspaces could not be listed ({unlisted.status or 'no answer'} {unlisted.code}): if"
            " a soft-deleted one holds the name, Azure will answer 400 to a creation, and it has to be recovered first"
        )
        notes.append(Note("deleted-workspaces-unreadable", text))
    return notes
