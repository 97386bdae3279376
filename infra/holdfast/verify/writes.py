"""What did the run set out to write, resource by resource?

Read out of the plan, not out of a log: the same plan is what the preview told, and a run that ended well has carried it
out. An adoption writes nothing in Azure; it stands here because the state manages more from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from holdfast.model.decision import Adopt, Create, Decision, Keep, Recover, Replace, Update
from holdfast.model.existing import Recorded
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import resource_id
from holdfast.model.permissions import PolicyEntry
from holdfast.model.plan import Change, Plan
from holdfast.model.roles import role_name
from holdfast.model.sorts import SORTS, Sort
from holdfast.model.wanted import Wanted

#: What azure-native does for a decision, by the word that the receipt has for it.
_DONE: Mapping[type, tuple[str, str]] = {
    Create: ("create", "made"),
    Adopt: ("adopt", "taken over as it is"),
    Recover: ("recover", "recovered, with everything in it"),
    Update: ("update", "written anew from the settings"),
    Replace: ("replace", "deleted and made anew"),
}

Write = dict[str, Any]


def writes_of(wanted: Wanted, plan: Plan, state: Mapping[str, Recorded]) -> list[Write]:
    """A row a write: `write` (a word), `id` (of what is written), `says` (in words), and what the word has beside them.

    `state` is our last checkpoint: what is in it and no more in the plan is deleted by the engine, or, where it is
    retained, forgotten.
    """
    vault_id = decided_id(wanted, Kind.VAULT, plan)
    return [
        *_kinds(wanted, plan),
        *_parts(plan),
        *_assignments(wanted, plan, vault_id),
        *_vault(plan, vault_id),
        *_policies(plan, vault_id),
        *_merged_tags(plan),
        *(_setting(change) for change in plan.changes),
        *_dropped(wanted, plan, state),
    ]


def decided_id(wanted: Wanted, kind: Kind, plan: Plan) -> str:
    """The id of a kind: as its decision found it, else as its name makes it."""
    return getattr(plan.decisions.get(kind), "id", "") or resource_id(wanted, kind)


def role_assignment_id(scope: str, name: str) -> str:
    """The id of a role assignment by its scope and its GUID."""
    return f"{scope.rstrip('/')}/providers/Microsoft.Authorization/roleAssignments/{name}"


def _done(decision: Decision | None, noun: str, name: str, id: str, **more: Any) -> Iterator[Write]:
    """What azure-native does with one resource; nothing for one that is kept or referred to."""
    word, says = _DONE.get(type(decision), ("", ""))
    if word:
        because = getattr(decision, "because", ())
        yield {
            "write": word,
            "id": getattr(decision, "id", "") or id,
            "says": f"{noun} {name} is {says}" + (f": {', '.join(because)}" if because else ""),
            **more,
        }


def _kinds(wanted: Wanted, plan: Plan) -> Iterator[Write]:
    for kind, decision in plan.decisions.items():
        yield from _done(decision, KINDS[kind].noun, wanted.resources[kind].name, resource_id(wanted, kind))


def _parts(plan: Plan) -> Iterator[Write]:
    for part in plan.parts:
        yield from _done(part.decision, SORTS[part.sort].noun, part.name, part.id)


def _assignments(wanted: Wanted, plan: Plan, vault_id: str) -> Iterator[Write]:
    for one in plan.assignments:
        id = role_assignment_id(one.scope, one.name)
        yield from _done(one.decision, "Role", f"{role_name(one.role)} for {one.subject}", id, role=one.role)
    for role in plan.roles:
        name, id = f"{role_name(role.role)} for {role.principal}", role_assignment_id(vault_id, role.name)
        yield from _done(role.decision, "Role", name, id, role=role.role, principal=role.principal)
    workspace = plan.workspace_role
    if workspace is not None and (workspace.missing or not isinstance(plan.decisions.get(Kind.WORKSPACE), Keep)):
        yield {
            "write": "ensure",
            "id": role_assignment_id(vault_id, workspace.name),
            "says": f"Role {role_name(workspace.role)} for the workspace's identity is assigned unless it holds it",
            "role": workspace.role,
        }


def _vault(plan: Plan, vault_id: str) -> Iterator[Write]:
    vault = plan.vault
    if vault.recovered:
        # Nobody could read it before: what of this was written, the entries and Azure's own log tell.
        asked = sorted(vault.wanted)
        says = f"set where they differ, once it is back: {', '.join([*asked, 'tags'])}"
        yield {"write": "setting", "id": vault_id, "says": says, "settings": asked}
        return
    if vault.changes:
        settings = sorted(vault.changes)
        yield {"write": "setting", "id": vault_id, "says": f"set: {', '.join(settings)}", "settings": settings}
    if vault.tags:
        yield _tags(vault_id, vault.tags)


def _policies(plan: Plan, vault_id: str) -> Iterator[Write]:
    yield from (_entry("grant", "is given", entry, vault_id) for entry in plan.grants.missing)
    if plan.grants.own is not None:
        yield {
            "write": "grant",
            "id": vault_id,
            "says": f"the workspace's identity, new, is given {plan.grants.own}",
            "permissions": plan.grants.own.wire(),
        }
    yield from (_entry("revoke", "loses", entry, vault_id) for entry in plan.grants.revoke)


def _entry(word: str, says: str, entry: PolicyEntry, vault_id: str) -> Write:
    return {
        "write": word,
        "id": vault_id,
        "says": f"{entry.principal} {says} {entry.permissions}",
        "principal": entry.principal,
        "permissions": entry.permissions.wire(),
    }


def _merged_tags(plan: Plan) -> Iterator[Write]:
    yield from (_tags(id, tags) for id, tags in plan.lacking_tags.items())


def _tags(id: str, tags: Mapping[str, str]) -> Write:
    return {"write": "tags", "id": id, "says": f"merged in: {', '.join(sorted(tags))}", "tags": sorted(tags)}


def _setting(change: Change) -> Write:
    """The paths alone: what a value is the resource tells, and a receipt is no place for one that might be secret."""
    settings = sorted(_paths(change.fragment))
    by = f" (by {change.action})" if change.action else ""
    return {"write": "setting", "id": change.id, "says": f"set{by}: {', '.join(settings)}", "settings": settings}


def _paths(value: Any, path: str = "") -> Iterable[str]:
    if not isinstance(value, Mapping) or not value:
        return [path]
    return [inner for name, one in value.items() for inner in _paths(one, f"{path}.{name}" if path else str(name))]


def _dropped(wanted: Wanted, plan: Plan, state: Mapping[str, Recorded]) -> Iterator[Write]:
    declared = {part.logical for part in plan.parts} | {one.logical for one in plan.assignments}
    declared |= {role.logical_name for role in plan.roles}
    kinds = {kind.value: kind for kind in Kind}
    owned = ("assignment-", "role-", *(f"{sort}-" for sort in Sort))
    for name, recorded in sorted(state.items()):
        kind = kinds.get(name)
        if kind is not None and kind not in wanted.resources:
            retained = KINDS[kind].retained and wanted.retain
            yield _gone(recorded, KINDS[kind].noun, "forget" if retained else "delete")
        elif name.startswith(owned) and name not in declared:
            yield _gone(recorded, name.partition("-")[0].capitalize(), "delete")


def _gone(recorded: Recorded, noun: str, word: str) -> Write:
    says = "deleted" if word == "delete" else "managed no more, and left as it is"
    return {
        "write": word,
        "id": str(recorded.outputs.get("id") or recorded.urn),
        "says": f"{noun} {recorded.name or recorded.urn.rpartition('::')[2]}, asked for no more, is {says}",
    }
