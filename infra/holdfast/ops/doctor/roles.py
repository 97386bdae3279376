"""Do the identities hold the roles that they can't work without? AcrPull and AcrPush on the registry, and on an RBAC
vault those of the workspace and of whoever is granted one.

What is needed is the settings' own list, which `pulumi up` assigns; what holds is asked of Azure. A role that comes by
membership in a group is not seen, as it is not by the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from holdfast.decide.lacking import Lacking, lacking_roles
from holdfast.decide.principals import Principals
from holdfast.decide.workspace_role import WORKSPACE_ROLE
from holdfast.diagnose import Evidence, stated
from holdfast.model.existing import Facts, Live, Unreadable
from holdfast.model.kinds import Kind
from holdfast.model.names import logical_id, resource_id, same_id, workspace_subject
from holdfast.model.roles import KEY_VAULT_ROLES, ROLES, WantedRole, role_name
from holdfast.model.sorts import SORTS
from holdfast.model.wanted import GrantState, Wanted
from holdfast.ops.doctor.answers import Unanswered, said, there
from holdfast.ops.service.stack import Stack
from holdfast.read.resources import existing, get_resource
from holdfast.read.roles import answered_roles, ask_roles
from holdfast.verify.survey import RBAC, authorization_of

#: Requests that are made at once.
AT_ONCE = 6
_PULL = ROLES["AcrPull"]
_KINDS = {kind.value: kind for kind in Kind}


def look_at_roles(stack: Stack) -> list[Evidence]:
    """A sentence for each role that is needed and not held. Raises Unanswered."""
    wanted, client = stack.wanted, stack.client
    kinds = [kind for kind in (Kind.GROUP, Kind.VAULT, Kind.REGISTRY, Kind.WORKSPACE) if kind in wanted.resources]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="roles") as pool:
        asked = {kind: pool.submit(get_resource, client, kind, resource_id(wanted, kind)) for kind in kinds}
        live = {kind: there(answer.result()) for kind, answer in asked.items()}
        needed = list(_needed(wanted, live))
        group, vault = asked[Kind.GROUP].result(), asked[Kind.VAULT].result()
        lists = ask_roles(client, wanted, group, vault, pool)
        subjects = {name: pool.submit(_subject, stack, name) for name in {role.subject for role in needed}}
        found = answered_roles(lists)
        principals = _principals({name: answer.result() for name, answer in subjects.items()})
    if isinstance(found, Unreadable):
        raise Unanswered(said(found))
    missing = lacking_roles(wanted, needed, principals, found or ())
    lines = [line for one in missing for line in _said_of(one, live)]
    return [Evidence("role assignments", "\n".join(lines))] if lines else []


def _needed(wanted: Wanted, live: Mapping[Kind, Live | None]) -> Iterator[WantedRole]:
    """Those of which a symptom tells: who may not pull, who may not push and finds no admin user, who is not let into
    the vault."""
    registry, vault, workspace = (live.get(kind) for kind in (Kind.REGISTRY, Kind.VAULT, Kind.WORKSPACE))
    counts_roles = vault is not None and authorization_of(vault.properties) == RBAC
    builds = workspace_subject(wanted)
    for role in wanted.roles:
        if registry is not None and role.scope == Kind.REGISTRY.value:
            pushes = role.subject == builds and not registry.properties.get("adminUserEnabled")
            if role.role == _PULL or pushes:
                yield role
        elif counts_roles and role.scope == Kind.VAULT.value and role.role in KEY_VAULT_ROLES.values():
            yield role
    if not counts_roles or vault is None:
        return
    if workspace is not None and _is_ours_on(wanted, workspace, vault):
        yield WantedRole(builds, Kind.VAULT.value, KEY_VAULT_ROLES[WORKSPACE_ROLE], "workspace")
    for grant in wanted.vault.grants:
        if grant.state is GrantState.PRESENT:
            for name in grant.roles:
                yield WantedRole(grant.principal, Kind.VAULT.value, KEY_VAULT_ROLES[name], "vault.grants")


def _is_ours_on(wanted: Wanted, workspace: Live, vault: Live) -> bool:
    """Whether the workspace is the stack's own and stands on this vault: else its roles are its owner's business."""
    ours = wanted.resources[Kind.WORKSPACE].id is None
    return ours and same_id(str(workspace.properties.get("keyVault") or ""), vault.id)


def _subject(stack: Stack, subject: str) -> Live | None:
    """What bears the identity; `None` where it is not there, and where the subject is a principal itself."""
    kind = _KINDS.get(subject)
    if kind is not None:
        return there(get_resource(stack.client, kind, resource_id(stack.wanted, kind)))
    part = next((one for one in stack.wanted.parts if one.logical == subject), None)
    if part is None:
        return None
    answer = stack.client.get(logical_id(stack.wanted, subject), SORTS[part.sort].api_version)
    return there(existing(answer))


def _principals(found: Mapping[str, Live | None]) -> dict[str, str]:
    kinds = {_KINDS[name]: one for name, one in found.items() if name in _KINDS and one is not None}
    parts = {name: one for name, one in found.items() if name not in _KINDS and one is not None}
    known = Principals({}, (), Facts(existing=kinds, parts=parts))
    return {name: principal for name in found if (principal := known.of(name))}


def _said_of(one: Lacking, live: Mapping[Kind, Live | None]) -> Iterable[str]:
    """A role without its place to hold was never asked for: `_needed` has seen to it."""
    subject = one.role.subject if one.role.subject != one.principal else one.role.key
    place = live[_KINDS[one.role.scope]]
    assert place is not None
    if one.role.scope == Kind.VAULT.value:
        yield stated.no_vault_role(place.name, one.principal, subject, role_name(one.role.role))
    elif one.role.role == _PULL:
        yield stated.no_pull_role(place.name, one.principal, subject)
    else:
        yield stated.no_push_role(place.name, one.principal, subject, role_name(one.role.role))
