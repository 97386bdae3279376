"""What are the bodies of everything that is wanted, and what of them has to change?

The one loop over all kinds, and the one over all parts.
"""

from __future__ import annotations

from typing import Any

from holdfast.decide.bodies import KIND_BODIES, PART_BODIES
from holdfast.decide.changes import Subject, settle
from holdfast.decide.parts import decide_part, settle_part
from holdfast.decide.workspace import refuse_workspace, with_what_it_lacks
from holdfast.model.bodies import Body, merged_body
from holdfast.model.decision import Create, Decision, Recover, Refuse
from holdfast.model.errors import Fault
from holdfast.model.existing import Absent, Existing, Facts, Live, Unreadable
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import merged_tags, part_id, resource_id, wanted_tags
from holdfast.model.plan import Change, Note, PartPlan
from holdfast.model.sorts import SORTS, Tagged
from holdfast.model.wanted import Wanted, WantedPart


def settle_kinds(
    wanted: Wanted, decisions: dict[Kind, Decision], facts: Facts
) -> tuple[dict[Kind, Body], tuple[Change, ...], list[Note]]:
    """The bodies of all kinds, and the changes to those that are live. A change that is refused becomes the kind's
    decision, in place."""
    bodies, changes, notes = {}, list[Change](), list[Note]()
    for kind, resource in wanted.resources.items():
        found = facts.existing[kind]
        bodies[kind] = KIND_BODIES[kind](wanted)
        if kind is Kind.WORKSPACE:
            bodies[kind] = with_what_it_lacks(wanted, bodies[kind], found)
            decisions[kind] = refuse_workspace(wanted, decisions, found, facts.parts) or decisions[kind]
        row = KINDS[kind]
        subject = Subject(
            f"{row.noun} `{resource.name}`",
            kind.setting,
            wanted.file,
            row.api_version,
            row.whole_put,
            row.fixed,
            id=resource_id(wanted, kind),
        )
        decisions[kind], made, said = settle(subject, decisions[kind], bodies[kind], found)
        changes += made
        notes += said
    return bodies, tuple(changes), notes


def settle_parts(
    wanted: Wanted, decisions: dict[Kind, Decision], facts: Facts
) -> tuple[tuple[PartPlan, ...], tuple[Change, ...], list[Note], list[Fault]]:
    """All parts, in the order of their sorts."""
    plans, changes, notes = list[PartPlan](), list[Change](), list[Note]()
    faults = list[Fault]()
    for part in sorted(wanted.parts, key=lambda part: list(SORTS).index(part.sort)):
        found = facts.parts.get(part.logical, Absent())
        recorded = facts.state.get(part.logical)
        parent = next((kind for kind in decisions if kind.value == part.parent), None)
        # A group's own location says nothing about what is in it.
        place = wanted.location if parent in (None, Kind.GROUP) else location_of(wanted, parent, facts)
        if SORTS[part.sort].child and parent and isinstance(decisions[parent], Create | Recover):
            # Of what is not there nothing is, and Azure has more than one word for that.
            found = Absent() if isinstance(found, Unreadable) else found
        decision = decide_part(wanted, part, found, recorded, decisions[parent] if parent else None, place)
        body = _complete(wanted, part, place, found)
        decision, made, said = settle_part(wanted, part, decision, body, found, recorded)
        if isinstance(decision, Refuse) and not _follows(part, decision, parent, decisions):
            faults.append(decision.fault)
        changes += made
        notes += said
        plans.append(PartPlan(part.logical, part.sort, part.name, part_id(wanted, part), decision, body))
    return tuple(plans), tuple(changes), notes, faults


def location_of(wanted: Wanted, kind: Kind, facts: Facts) -> str:
    """What exists stays where it is: a location is never a reason to replace anything."""
    found = facts.existing[kind]
    return found.location if isinstance(found, Live) and found.location else wanted.location


def _follows(part: WantedPart, decision: Refuse, parent: Kind | None, decisions: dict[Kind, Decision]) -> bool:
    """Whether a refusal only says again what its parent's, or the group's, has said of everything in it."""
    above = [decisions[kind] for kind in (Kind.GROUP, parent) if kind is not None]
    refused = any(isinstance(one, Refuse) for one in above)
    return refused and part.id is None and decision.reason in ("unreadable", "gone-for-good")


def _complete(wanted: Wanted, part: WantedPart, place: str, found: Existing) -> Body:
    """The sort's body with its place, its tags, and its parent among its needs. The engine writes tags whole, so those
    that somebody else gave it are among them."""
    body = PART_BODIES[part.sort](wanted, part)
    row = SORTS[part.sort]
    tags = merged_tags(found.tags if isinstance(found, Live) else {}, wanted_tags(wanted))
    head: dict[str, Any] = {"location": place} if row.located else {}
    if row.tagged is not Tagged.NOWHERE:
        head |= {"tags": tags} if row.tagged is Tagged.ROOT else {"properties": {"tags": tags}}
    needs = (part.parent, *body.needs)
    return Body(body.explicit, merged_body(head, body.secure), needs, body.secrets, body.later, body.outputs)
