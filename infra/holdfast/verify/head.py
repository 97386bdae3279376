"""What stands above a receipt's entries? Who ran what, what was decided and why, what was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.model.decision import Decision
from holdfast.model.existing import Recorded
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import resource_id
from holdfast.model.origin import Origin
from holdfast.model.plan import Plan
from holdfast.model.wanted import Wanted
from holdfast.verify.writes import decided_id, role_assignment_id, writes_of

#: The version of the receipt's shape (docs/receipt.md, docs/receipt.schema.json).
SCHEMA = 3
#: The versions that can still be compared with: each only adds to the one before.
READABLE = (1, 2, 3)

_ROLE_ASSIGNMENT = "Microsoft.Authorization/roleAssignments"


def head_of(wanted: Wanted, plan: Plan, state: Mapping[str, Recorded], origin: Origin) -> dict[str, Any]:
    """The head, as the receipt keeps it. `state` is our last checkpoint, `origin` who ran what."""
    return {
        "schema": SCHEMA,
        "project": wanted.project,
        "stack": wanted.stack,
        "identity": origin.identity,
        "commit": {"id": origin.commit.id, "dirty": origin.commit.dirty},
        "versions": dict(origin.versions),
        "vault": {
            "id": resource_id(wanted, Kind.VAULT),
            "authorization": str(plan.vault.authorization),
            "apiVersion": KINDS[Kind.VAULT].api_version,
        },
        "neverRestore": sorted(wanted.vault.never_restore),
        "decisions": list(_decisions(wanted, plan)),
        "writes": writes_of(wanted, plan, state),
        "notes": [{"id": note.id, "message": note.message} for note in plan.notes],
        "vaultChanges": {
            "settings": dict(plan.vault.changes),
            "tags": {} if plan.vault.recovered else dict(plan.vault.tags),
        },
    }


def type_of(id: str) -> str:
    """A resource's type by its id: what stands behind the last `/providers/`, without the names."""
    if "/providers/" not in id:
        return KINDS[Kind.GROUP].arm_type
    namespace, *rest = id.rpartition("/providers/")[2].split("/")
    return "/".join([namespace, *rest[::2]])


def _decisions(wanted: Wanted, plan: Plan) -> Iterator[dict[str, Any]]:
    """Kinds, then parts, then role assignments. `name` is the logical name, as the state has it."""
    for kind, decision in plan.decisions.items():
        yield _row(str(kind), str(kind), KINDS[kind].arm_type, decision, resource_id(wanted, kind))
    for part in plan.parts:
        yield _row(part.logical, str(part.sort), type_of(part.id), part.decision, part.id)
    for one in plan.assignments:
        id = role_assignment_id(one.scope, one.name)
        row = _row(one.logical, "role-assignment", _ROLE_ASSIGNMENT, one.decision, id)
        yield row | {"role": one.role, "principal": one.principal, "scope": one.scope}
    vault_id = decided_id(wanted, Kind.VAULT, plan)
    for role in plan.roles:
        id = role_assignment_id(vault_id, role.name)
        row = _row(role.logical_name, "role-assignment", _ROLE_ASSIGNMENT, role.decision, id)
        yield row | {"role": role.role, "principal": role.principal, "scope": vault_id}


def _row(name: str, kind: str, type: str, decision: Decision, id: str) -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "type": type,
        "decision": decision.__class__.__name__.lower(),
        "reason": decision.reason,
        "id": getattr(decision, "id", "") or id,
    }
