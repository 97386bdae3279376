"""What is brought back before it is declared, and in which order?

Azure recovers a soft-deleted vault with its policies, secrets and keys, and a workspace with its data; role
assignments, computes and the like it deletes for good. What our state holds of those is made again under the names that
it had, so that the state stays true and the next run has nothing to do. Sources: Microsoft Learn, "Azure Key Vault
soft-delete overview" and "Recover workspace data after accidental deletion".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from holdfast.model.bodies import Body
from holdfast.model.decision import Decision, Recover
from holdfast.model.existing import Facts, Recorded, SoftDeleted
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import merged_tags, role_definition_id, wanted_tags
from holdfast.model.plan import (
    OF_PARTS,
    OF_VAULT,
    OF_WORKSPACE,
    AssignmentPlan,
    Note,
    PartPlan,
    Recovery,
    RolePlan,
    Written,
)
from holdfast.model.roles import role_name
from holdfast.model.sorts import SORTS, Sort
from holdfast.model.wanted import Authorization, Wanted

#: Az.MachineLearningServices sends `allowRecoverSoftDeletedWorkspace` with this version; later ones do not list it.
WORKSPACE_VERSION = "2022-05-01"
#: Source: azure-rest-api-specs, Microsoft.Authorization roleAssignments.
ROLES_VERSION = "2022-04-01"

#: What a workspace stands on, and which identity speaks for it: a recovery has to say it again.
_STANDS_ON = ("storageAccount", "keyVault", "applicationInsights", "containerRegistry", "primaryUserAssignedIdentity")


def authorization_of_deleted(wanted: Wanted, state: Mapping[str, Recorded]) -> Authorization:
    """The permission model that a soft-deleted vault is taken to have: Azure does not tell before it is back.

    What our state has written to it says it best; then the settings, then the sort of their grants. The recovery looks
    when it is back, and ends the run where it is the other one.
    """
    if "workspace-role" in state or any(name.startswith("role-") for name in state):
        return Authorization.RBAC  # `vault-grants` stays on record in a vault that was switched to RBAC
    if "vault-grants" in state:
        return Authorization.ACCESS_POLICIES
    if wanted.vault.authorization is not None:
        return wanted.vault.authorization
    by_permission = any(grant.permissions for grant in wanted.vault.grants)
    return Authorization.ACCESS_POLICIES if by_permission else Authorization.RBAC


def plan_recoveries(
    wanted: Wanted,
    decisions: Mapping[Kind, Decision],
    bodies: Mapping[Kind, Body],
    parts: Iterable[PartPlan],
    roles: Iterable[RolePlan],
    assignments: Iterable[AssignmentPlan],
    facts: Facts,
    authorization: Authorization,
) -> tuple[dict[str, Recovery], list[Note]]:
    """By logical name, what is brought back; one that is on record and has nothing to do stays declared, for the engine
    deletes what is declared no more. The notes announce it: a preview brings nothing back."""
    vault, workspace = decisions[Kind.VAULT], decisions[Kind.WORKSPACE]
    given = [*map(_role, roles), *map(_assignment, assignments)]
    again = [
        _assigned(wanted, decision, principal, role)
        for decision, principal, role in given
        if isinstance(decision, Recover)
    ]
    of_vault = [
        one for one in again if isinstance(vault, Recover) and one.id.lower().startswith(f"{vault.id.lower()}/")
    ]
    inner = [part for part in parts if isinstance(part.decision, Recover)]
    # A lock last: what is locked takes no more changes.
    inner.sort(key=lambda part: part.sort is Sort.LOCK)
    made = {
        OF_VAULT: Recovery(
            _of_vault(vault, _tags(wanted, facts, Kind.VAULT), facts.tenant) if isinstance(vault, Recover) else None,
            tuple(of_vault),
            authorization,
        ),
        OF_WORKSPACE: Recovery(
            _of_workspace(workspace, _tags(wanted, facts, Kind.WORKSPACE), bodies[Kind.WORKSPACE])
            if isinstance(workspace, Recover)
            else None
        ),
        OF_PARTS: Recovery(
            back=(
                *(Written(part.id, SORTS[part.sort].api_version, part.body.creation) for part in inner),
                *(one for one in again if one not in of_vault),
            )
        ),
    }
    notes = [
        _announced(wanted, kind, decision) for kind, decision in decisions.items() if isinstance(decision, Recover)
    ]
    names = [f"{SORTS[part.sort].noun} `{part.name}`" for part in inner]
    names += [f"{role_name(role)} of {who}" for decision, who, role in given if isinstance(decision, Recover)]
    if names:
        said = "what Azure does not bring back with it is made again as declared, where it is not there"
        notes.append(Note("put-back", f"{said}: {', '.join(names)}"))
    return {name: one for name, one in made.items() if one.recover or one.back or name in facts.state}, notes


def _announced(wanted: Wanted, kind: Kind, decision: Recover) -> Note:
    since = f" since {decision.deleted}" if decision.deleted else ""
    then = "" if decision.recorded else ", and adopts it then: a preview shows that as a creation"
    return Note(
        "recovered",
        f"{KINDS[kind].noun} `{wanted.resources[kind].name}` is soft-deleted{since}: `pulumi up` recovers it before"
        f" anything else is written, with everything that is in it{then}",
    )


def _tags(wanted: Wanted, facts: Facts, kind: Kind) -> dict[str, str]:
    """What it had and ours: a PUT replaces all tags."""
    found = facts.existing[kind]
    return merged_tags(found.tags if isinstance(found, SoftDeleted) else {}, wanted_tags(wanted))


def _of_vault(decision: Recover, tags: Mapping[str, str], tenant: str) -> Written:
    """As `az keyvault recover` asks for it: `createMode` once, in this request alone."""
    properties = {"tenantId": tenant, "sku": {"family": "A", "name": "standard"}, "createMode": "recover"}
    body = {"location": decision.location, "tags": tags, "properties": properties}
    return Written(decision.id, KINDS[Kind.VAULT].api_version, body)


def _of_workspace(decision: Recover, tags: Mapping[str, str], body: Body) -> Written:
    whole = body.creation
    properties = {name: value for name, value in whole["properties"].items() if name in _STANDS_ON}
    properties["allowRecoverSoftDeletedWorkspace"] = "True"
    asked = {"location": decision.location, "tags": tags, "identity": whole["identity"], "properties": properties}
    return Written(decision.id, WORKSPACE_VERSION, asked)


def _role(plan: RolePlan) -> tuple[Decision, str, str]:
    return plan.decision, plan.principal, plan.role


def _assignment(plan: AssignmentPlan) -> tuple[Decision, str, str]:
    return plan.decision, plan.principal or "", plan.role


def _assigned(wanted: Wanted, decision: Recover, principal: str, role: str) -> Written:
    properties: dict[str, Any] = {
        "principalId": principal,
        "roleDefinitionId": role_definition_id(wanted.subscription, role),
    }
    return Written(decision.id, ROLES_VERSION, {"properties": properties})
