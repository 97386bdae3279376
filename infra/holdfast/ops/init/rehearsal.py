"""What would a run do with that draft? Asked of the stages themselves: the command and the preview can't differ.

What the settings' own rules refuse, and what would change something that is live, is taken out of the draft and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from holdfast import decide, read
from holdfast.arm import ArmClient
from holdfast.decide.bodies import KIND_BODIES
from holdfast.decide.compare import Difference, differences
from holdfast.model.decision import Adopt, Create, Refer
from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.existing import Facts, Live
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import resource_id
from holdfast.model.plan import Plan
from holdfast.model.roles import role_name
from holdfast.model.sorts import SORTS
from holdfast.model.wanted import Wanted
from holdfast.ops.init.drafted import Draft, Left, Path, expecting_roles
from holdfast.read.inventory import Inventory
from holdfast.settings import load

_IDENTITY: Path = (Kind.WORKSPACE.setting, "identity")
#: Keys of a section that say which resource it is: without them there is no section.
_ADDRESS = ("name", "id", "whenExists", "principal")


@dataclass(frozen=True, slots=True)
class Fate:
    """What a first run does with one resource: `adopt`, `refer` or `create`."""

    what: str
    noun: str
    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The draft that is left, every resource's fate, what a first `up` would write, and the notes of its preview."""

    draft: Draft
    fates: tuple[Fate, ...]
    writes: tuple[str, ...]
    notes: tuple[str, ...]


def rehearse(client: ArmClient, draft: Draft, inventory: Inventory, file: str) -> Rehearsal:
    """Load, read and decide as a run would, with an empty state. Raises HoldfastError with what would refuse it."""
    draft, wanted = loadable(draft, file)
    facts = read.read(client, wanted, {}, inventory.tenant)
    plan, faults = decide.decide(wanted, facts)
    while changing := next(_changing(wanted, plan, facts), None):
        draft, wanted = loadable(draft.without(*changing), file)
        plan, faults = decide.decide(wanted, facts)
    if plan.grants.missing and _holds(draft.environment, _IDENTITY):
        # Said, it would be let into the vault; unsaid, it stays what it is.
        given = Left(inventory.kinds[Kind.WORKSPACE].id, "its user-assigned identity lacks access to the vault: unsaid")
        draft, wanted = loadable(draft.without(_IDENTITY, given), file)
        plan, faults = decide.decide(wanted, facts)
    if any(_assigned(plan)):
        draft, wanted = loadable(expecting_roles(draft), file)
        plan, faults = decide.decide(wanted, facts)
    if faults:
        raise HoldfastError(faults)
    notes = tuple(f"{note.id}: {note.message}" for note in plan.notes)
    return Rehearsal(draft, tuple(_fates(wanted, plan)), tuple(_writes(plan)), notes)


def loadable(draft: Draft, file: str) -> tuple[Draft, Wanted]:
    """The draft without what the settings' own rules refuse, and what it asks for."""
    while True:
        try:
            return draft, load(
                draft.environment,
                project=draft.project,
                stack=draft.stack,
                file=file,
                subscription=draft.subscription,
                location=draft.location,
            )
        except HoldfastError as error:
            found = next(_removable(draft, error.faults), None)
            if found is None:
                raise
            path, fault = found
            draft = draft.without(path, Left(_subject(draft, path), f"left out of the settings: {fault.message}"))


def _removable(draft: Draft, faults: tuple[Fault, ...]) -> Iterator[tuple[Path, Fault]]:
    """What can be taken out to mend a fault: a setting of a kind, or the whole item of a list."""
    for fault in faults:
        path = path_of(dict(fault.evidence).get("key", ""))
        place = next((index for index, step in enumerate(path) if isinstance(step, int)), None)
        cut = path[:2] if place is None else path[: place + 1]
        if len(cut) > 1 and cut[-1] not in _ADDRESS and _holds(draft.environment, cut):
            yield cut, fault


def path_of(key: str) -> Path:
    """`computes[3].size` -> `("computes", 3, "size")`."""
    steps = re.findall(r"([^.\[\]]+)(?:\.|(?=\[)|$)|\[(\d+)\]", key)
    return tuple(int(index) if index else name for name, index in steps)


def _holds(value: object, path: Path) -> bool:
    for step in path:
        inside = isinstance(step, int) and isinstance(value, list) and step < len(value)
        if not inside and not (isinstance(value, dict) and step in value):
            return False
        value = value[step]  # type: ignore[index] # just checked
    return True


def _subject(draft: Draft, path: Path) -> str:
    """What a path of the settings is about, as the list of what was left out names it."""
    value = draft.environment
    for step in path:
        value = value[step]  # type: ignore[index] # it is there
    name = value.get("name") or value.get("principal") if isinstance(value, dict) else None
    shown = ".".join(str(step) for step in path if isinstance(step, str))
    return f"{shown} `{name}`" if name else shown


def _changing(wanted: Wanted, plan: Plan, facts: Facts) -> Iterator[tuple[Path, Left]]:
    """The settings that would change something live. None is expected; a body that is not its own inverse would be."""
    keys = {part.logical: part.key for part in wanted.parts}
    for part in plan.parts:
        found = facts.parts.get(part.logical)
        if part.logical not in keys or not isinstance(found, Live):
            continue
        if lacking := differences(part.body.asked, found.body):
            yield path_of(keys[part.logical]), Left(found.id, f"its settings would change {_paths(lacking)}")
    for kind in wanted.resources:
        there = facts.existing[kind]
        if not isinstance(there, Live):
            continue
        for name in wanted.settings.get(kind, {}):
            alone = replace(wanted, settings={**wanted.settings, kind: {name: wanted.settings[kind][name]}})
            if lacking := differences(KIND_BODIES[kind](alone).asked, there.body):
                yield (kind.setting, name), Left(there.id, f"`{name}` would change {_paths(lacking)}, and is left out")


def _paths(lacking: list[Difference]) -> str:
    return ", ".join(f"`{one.path}`" for one in lacking)


def _fates(wanted: Wanted, plan: Plan) -> Iterator[Fate]:
    words = {Adopt: "adopt", Refer: "refer", Create: "create"}
    for kind, decision in plan.decisions.items():
        what = words.get(type(decision), type(decision).__name__.lower())
        yield Fate(what, KINDS[kind].noun, wanted.resources[kind].name, resource_id(wanted, kind))
    for part in plan.parts:
        what = words.get(type(part.decision), type(part.decision).__name__.lower())
        yield Fate(what, SORTS[part.sort].noun, part.name, part.id)


def _writes(plan: Plan) -> Iterator[str]:
    """Everything that a first `up` would write to what is there."""
    tagged = len(plan.lacking_tags) + bool(plan.vault.tags)
    if tagged:
        yield f"the tags holdfast-project and holdfast-stack on {tagged} resources"
    for name in plan.vault.changes:
        yield f"the vault's {name}"
    for change in plan.changes:
        yield f"settings of {change.id}"
    for entry in plan.grants.missing:
        yield f"access to the vault for {entry.principal}"
    yield from _assigned(plan)


def _assigned(plan: Plan) -> Iterator[str]:
    """The roles that a run would assign."""
    for role in plan.roles:
        if isinstance(role.decision, Create):
            yield f"the role {role_name(role.role)} on the vault for {role.principal}"
    for assignment in plan.assignments:
        if isinstance(assignment.decision, Create):
            yield f"the role {role_name(assignment.role)} for {assignment.subject} on {assignment.scope_of}"
    if plan.workspace_role is not None and plan.workspace_role.missing:
        yield f"the role {role_name(plan.workspace_role.role)} for the workspace's identity on the vault"
