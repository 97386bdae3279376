"""What did a run do with each resource, when, and for how long? The part of the receipt that a timeline is drawn from.

What azure-native does is the decision's word; what a dynamic resource did the plan tells, or its outputs. Times are
measured where the program asks the engine (`provision/watch.py`); a deletion is the engine's own, behind the program's
back, and has none.
"""

from __future__ import annotations

from typing import Any

from holdfast.model.decision import Adopt, Create, Decision, Recover, Replace, Update
from holdfast.model.operations import Timing, Watched
from holdfast.model.plan import Plan

#: The word for what was done, by decision. What is kept, and what no decision is about, its outputs tell.
_WORDS: dict[type, str] = {
    Create: "create",
    Adopt: "adopt",
    Recover: "recover",
    Update: "update",
    Replace: "replace",
}


def operations_of(plan: Plan, timing: Timing) -> dict[str, Any]:
    """The keys `duration` and `operations` of a receipt. Seconds are to the millisecond."""
    decisions: dict[str, Decision] = {str(kind): decision for kind, decision in plan.decisions.items()}
    decisions |= {part.logical: part.decision for part in plan.parts}
    decisions |= {one.logical: one.decision for one in plan.assignments}
    decisions |= {role.logical_name: role.decision for role in plan.roles}
    rows = sorted(timing.watched, key=lambda one: (one.start, one.name))
    names, written = {one.name for one in rows}, _written(plan)
    return {
        "duration": {
            "began": timing.began or None,
            "seconds": round(timing.seconds, 3),
            "stages": [{"name": name, "ended": round(ended, 3)} for name, ended in timing.stages.items()],
        },
        "operations": [_row(one, decisions.get(one.name), one.name in written, names) for one in rows],
    }


def _written(plan: Plan) -> set[str]:
    """The dynamic resources that the plan has something to write for: it is an input of theirs, and no output."""
    vault, grants, role = plan.vault, plan.grants, plan.workspace_role
    told = {
        "vault-settings": bool(vault.changes or vault.tags or vault.recovered),
        "vault-grants": bool(grants.missing or grants.own or grants.revoke),
        "resource-tags": bool(plan.lacking_tags),
        "resource-settings": bool(plan.changes),
        "workspace-role": role is not None and role.missing,
    }
    return {name for name, writes in told.items() if writes}


def _row(one: Watched, decision: Decision | None, written: bool, names: set[str]) -> dict[str, Any]:
    # What is kept and changed all the same has a secret that changed: azure-native wrote it.
    told = "create" if one.new and decision is None else "update" if one.changed or written else "same"
    return {
        "name": one.name,
        "type": one.token,
        "operation": _WORDS.get(type(decision), told),
        "start": round(one.start, 3),
        "seconds": round(one.seconds, 3),
        "needs": [name for name in one.needs if name in names],
    }
