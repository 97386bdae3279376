"""Would a lock of ours stand in the way of what this run is to delete?

Azure refuses the deletion of what is locked, of what lies in it, and of role assignments on it, halfway through a run;
so it is told before.
"""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.model.decision import Replace
from holdfast.model.errors import Fault
from holdfast.model.existing import Facts
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.plan import AssignmentPlan, PartPlan
from holdfast.model.sorts import SORTS, Sort
from holdfast.model.wanted import Wanted


def find_locked_deletions(
    wanted: Wanted, parts: Iterable[PartPlan], assignments: Iterable[AssignmentPlan], facts: Facts
) -> list[Fault]:
    """One fault for each locked kind something of which is to be deleted. A lock that is taken out of the settings is
    the first that the engine deletes."""
    gone = sorted(_going(parts, assignments, facts))
    # One that this run makes, too: the engine makes before it deletes.
    locked = [Kind(part.settings["target"]) for part in wanted.parts if part.sort is Sort.LOCK]
    faults = []
    for kind in locked:
        within = [name for name in gone if kind is Kind.GROUP or _belongs(name, kind)]
        if within:
            faults.append(_locked(wanted, kind, within))
    return faults


def _going(parts: Iterable[PartPlan], assignments: Iterable[AssignmentPlan], facts: Facts) -> set[str]:
    """The logical names of what the engine will delete, for good or to make it anew."""
    planned: dict[str, object] = {part.logical: part.decision for part in parts}
    planned |= {one.logical: one.decision for one in assignments}
    sorts = tuple(f"{sort}-" for sort in Sort if sort is not Sort.LOCK)
    kept = {name for name, decision in planned.items() if not isinstance(decision, Replace)}
    return {name for name in facts.state if name.startswith((*sorts, "assignment-")) and name not in kept}


def _belongs(logical: str, kind: Kind) -> bool:
    return any(logical.startswith(f"{sort}-") and facts.parent is kind for sort, facts in SORTS.items())


def _locked(wanted: Wanted, kind: Kind, within: list[str]) -> Fault:
    noun, name = KINDS[kind].noun, wanted.resources[kind].name
    return Fault(
        "lock-in-the-way",
        f"{noun} `{name}` is locked, and this run would delete something of it",
        (("to go", ", ".join(within)), ("decided", "refuse; Azure would refuse it halfway (ScopeLocked)")),
        f"leave out `{kind.setting}.lock` in {wanted.file} for the run that deletes, and set it again afterwards",
    )
