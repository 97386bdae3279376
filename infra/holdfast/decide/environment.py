"""What is to be done with the whole environment, and what stands against it?

Every kind goes through the one table of `ownership`; the vault's settings, grants and roles follow from what was
decided for the vault and the workspace. All faults of a run are found before anything is registered.
"""

from __future__ import annotations

from holdfast.decide.assignments import holding, plan_assignments
from holdfast.decide.attached import keep_to_ours
from holdfast.decide.expected import expect_roles, managed_before
from holdfast.decide.failed import failed_notes
from holdfast.decide.grants import plan_grants, refuse_overfull
from holdfast.decide.items import location_of, settle_kinds, settle_parts
from holdfast.decide.locks import find_locked_deletions
from holdfast.decide.ownership import decide_resource
from holdfast.decide.principals import Principals
from holdfast.decide.roles import plan_roles
from holdfast.decide.tags import plan_part_tags, plan_tags
from holdfast.decide.vault import plan_vault
from holdfast.decide.workspace_identity import VAULT_ACCESS, needs_access, roles_of_all
from holdfast.decide.workspace_role import plan_workspace_role
from holdfast.model.decision import Adopt, Create, Decision, Keep, Recover, Refer, Refuse
from holdfast.model.errors import Fault
from holdfast.model.existing import Facts, Live, Recorded, RoleAssignment, Unreadable
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import resource_id, same_id, wanted_tags, workspace_subject
from holdfast.model.plan import GrantsPlan, Note, Plan, RolePlan
from holdfast.model.wanted import Authorization, RoleAssignments, Wanted


def decide(wanted: Wanted, facts: Facts) -> tuple[Plan, tuple[Fault, ...]]:
    """The plan, and everything that forbids it; a plan with faults must not be carried out."""
    decisions = {
        kind: decide_resource(wanted, kind, facts.existing[kind], facts.state.get(kind)) for kind in wanted.resources
    }
    wanted, attached_notes, attached_faults = keep_to_ours(wanted, decisions, facts)
    bodies, changes, setting_notes = settle_kinds(wanted, decisions, facts)
    faults = refusals(wanted, decisions, facts)
    parts, part_changes, part_notes, part_faults = settle_parts(wanted, decisions, facts)
    faults += [*attached_faults, *part_faults]
    managed = wanted.role_assignments is RoleAssignments.MANAGE
    unread = isinstance(facts.role_assignments, Unreadable)
    principals = Principals(decisions, parts, facts)
    vault_found, vault_decision = facts.existing[Kind.VAULT], decisions[Kind.VAULT]
    vault_id = vault_found.id if isinstance(vault_found, Live) else resource_id(wanted, Kind.VAULT)
    vault, notes, vault_faults = plan_vault(
        wanted, vault_decision, vault_found, _of_vault(facts.state.get("vault-settings"), vault_id)
    )
    faults += vault_faults
    principal = principals.of(workspace_subject(wanted))
    assignments, assignment_notes, assignment_faults = plan_assignments(
        wanted, roles_of_all(wanted, decisions, vault.authorization), principals, facts
    )
    faults += find_locked_deletions(wanted, parts, assignments, facts)
    grants, roles, workspace_role = GrantsPlan(), tuple[RolePlan, ...](), None
    if isinstance(vault_decision, Create | Keep | Adopt | Refer):
        if vault.authorization is Authorization.RBAC:
            roles, more, role_faults = plan_roles(wanted, vault_id, facts.role_assignments, facts.state)
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
    if managed or unread:
        faults += assignment_faults
    if not managed:
        faults += managed_before(wanted, facts.state)
        assignment_notes += expect_roles(wanted, vault_id, assignments, roles, workspace_role, principal)
        assignments, roles, workspace_role = (), (), None
    notes = [*_tag_notes(decisions, facts), *_unlisted_deletions(facts), *notes, *setting_notes, *part_notes]
    notes += [*failed_notes(decisions, facts), *attached_notes]
    notes += assignment_notes
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
            case Recover(reason, gone, location):
                faults.append(_recovery(wanted, kind, reason, gone, location))
            case _:
                pass
    return faults


def _recovery(wanted: Wanted, kind: Kind, reason: str, gone: str, location: str) -> Fault:
    """Recovery is decided, and not carried out yet (CHANGELOG, limits): the way by hand is told instead."""
    noun, name = KINDS[kind].noun, wanted.resources[kind].name
    by_hand = {
        Kind.VAULT: f"az keyvault recover --name {name} --location {location}",
        Kind.WORKSPACE: f"recover workspace `{name}` in the portal (Recently deleted)",
    }
    return Fault(
        f"{kind}-soft-deleted",
        f"{noun} `{name}` is soft-deleted: it has to be recovered, never recreated and never purged",
        (("found", gone), ("decided", f"recover ({reason}); this version does not do it by itself yet")),
        f"`{by_hand.get(kind, 'recover it by hand')}`, then run again",
    )


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


def _unlisted_deletions(facts: Facts) -> list[Note]:
    # Said to a vault of ours that is gone, too: it may only be soft-deleted.
    unlisted = facts.deleted_vaults
    if unlisted is None:
        return []
    return [
        Note(
            "deleted-vaults-unreadable",
            f"the subscription's deleted vaults could not be listed ({unlisted.status or 'no answer'} {unlisted.code}):"
            " if one of them holds the name, Azure will answer 409 to a creation, and it has to be recovered first",
        )
    ]
