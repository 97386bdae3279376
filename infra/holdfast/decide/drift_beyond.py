"""What is ours, by the state or by its tags, and not in the settings?

Of what the state holds and the program declares no more the engine lets go: it deletes it, or forgets it where it is
retained. What only bears our tags nobody touches.
"""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.model.decision import Refer, Within
from holdfast.model.drift import Checkpoint, Drifted, NotRead, Up
from holdfast.model.existing import Absent, Live, Recorded, Unreadable
from holdfast.model.kinds import KINDS
from holdfast.model.names import group_id, owner, resource_id
from holdfast.model.plan import Plan
from holdfast.model.sorts import SORTS
from holdfast.model.wanted import Wanted

Listed = Mapping[str, Live] | Unreadable | Absent

#: It is called by a GUID in Azure, so people know it by its name in the state.
_ROLE = "azure-native:authorization:RoleAssignment"
_NOUNS = (
    {_ROLE: "Role assignment"}
    | {row.token: row.noun for row in KINDS.values()}
    | {row.token: row.noun for row in SORTS.values()}
)
_BY_TYPE = {row.arm_type.lower(): row.noun for row in KINDS.values()}
_NATIVE = "azure-native:"


def beyond_drift(
    wanted: Wanted, plan: Plan, checkpoint: Checkpoint | None, listed: Listed
) -> tuple[list[Drifted], NotRead | None]:
    """The rows; and that the group could not be listed, where it could not."""
    state = checkpoint or Checkpoint()
    declared = _declared(plan)
    rows = [
        _let_go(wanted, name, one, state, listed)
        for name, one in state.recorded.items()
        if one.token.startswith(_NATIVE) and name not in declared
    ]
    if isinstance(listed, Unreadable):
        return rows, NotRead("what is in the group", f"{listed.status or 'no answer'} {listed.code}".strip())
    known = {id.lower() for id in state.ids.values()}
    known |= {resource_id(wanted, kind).lower() for kind in wanted.resources}
    parts = {part.id.lower() for part in plan.parts}
    if isinstance(listed, Mapping):
        rows += [
            _tagged(one, state_known=checkpoint is not None)
            for id, one in listed.items()
            if owner(one.tags) == (wanted.project, wanted.stack)
            and id not in known | parts
            # What lies within a part is the part's: a deployment of an endpoint.
            and not any(id.startswith(f"{part}/") for part in parts)
        ]
    return rows, None


def _declared(plan: Plan) -> set[str]:
    """The logical names that a run declares. What is refused stays declared: nothing happens to it."""
    names = {kind.value for kind, decision in plan.decisions.items() if not isinstance(decision, Refer)}
    names |= {part.logical for part in plan.parts if not isinstance(part.decision, Refer | Within)}
    names |= {role.logical_name for role in plan.roles if not isinstance(role.decision, Refer)}
    return names | {one.logical for one in plan.assignments if not isinstance(one.decision, Refer)}


def _let_go(wanted: Wanted, logical: str, one: Recorded, state: Checkpoint, listed: Listed) -> Drifted:
    id, kept = state.ids.get(logical, ""), logical in state.retained
    there = _there(wanted, id, listed)
    up, why = (Up.FORGET, "retained: it stays in Azure") if kept else (Up.DELETE, "the settings list it no more")
    name = logical if one.token == _ROLE else one.name or logical
    return Drifted(_NOUNS.get(one.token, one.token), name, id, "", None, "recorded", there, up, why)


def _there(wanted: Wanted, id: str, listed: Listed) -> str | None:
    """What the group's list says; of what lies within another resource, or in another group, it says nothing."""
    if isinstance(listed, Mapping) and id.lower() in listed:
        return "live"
    top = id.lower().startswith(f"{group_id(wanted.subscription, wanted.resource_group)}/providers/".lower())
    return "absent" if isinstance(listed, Mapping) and top and id.count("/") == 8 else None


def _tagged(one: Live, *, state_known: bool) -> Drifted:
    type = str(one.body.get("type") or "").lower()
    state = "absent" if state_known else None
    up, why = (Up.NOTHING, "it bears our tags, and nobody declares it") if state_known else (Up.UNKNOWN, "")
    noun = _BY_TYPE.get(type) or _part_noun(one.id) or str(one.body.get("type") or "Resource")
    return Drifted(noun, one.name, one.id, "", None, state, "live", up, why)


def _part_noun(id: str) -> str | None:
    path = id.lower().rpartition("/")[0] + "/"
    found = (row.noun for row in SORTS.values() if row.path and path.endswith(row.path.lower()))
    return next(found, None)
