"""What is there of an environment that somebody else made? For `holdfast init`, which knows neither names nor settings.

The other way round than `environment`: from the group's list to the workspace, and from the workspace to everything
that it uses, wherever that is. Every id is taken from the resource's own answer; the list's letter case differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from holdfast.arm import Answer, ArmClient, login_refused
from holdfast.arm.roles import list_role_assignments
from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.model.existing import Absent, Existing, Live, RoleAssignment, Unreadable
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import group_id
from holdfast.model.sorts import SORTS, Sort
from holdfast.read.resources import existing, get_resource, list_group, live, says_absent

#: Source: learn.microsoft.com/rest/api/resources/subscriptions/list.
SUBSCRIPTIONS_VERSION = "2022-12-01"

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Inventory:
    """What was found.

    `listed` is the group's list by lower-case id, `kinds` each kind that the workspace uses, and the group's only
    cluster where it uses none, `parts` what each sort's lists hold. `gone` are ids that the workspace or the component
    names and that do not exist. `unlisted` says which lists could not be read, and why.
    """

    subscription: str
    group: Live
    listed: Mapping[str, Live]
    kinds: Mapping[Kind, Live]
    parts: Mapping[Sort, tuple[Live, ...]] = field(default_factory=dict)
    roles: tuple[RoleAssignment, ...] | None = None
    gone: Mapping[Kind, str] = field(default_factory=dict)
    unlisted: Mapping[str, str] = field(default_factory=dict)
    tenant: str = ""


def find_subscription(client: ArmClient) -> str:
    """The one subscription that the login sees. Raises HoldfastError `subscription-missing` where it is not one."""
    found = list_subscriptions(client)
    if len(found) == 1:
        return next(iter(found))
    rows = tuple(("sees", f"{id} {name}".strip()) for id, name in found.items())
    hint = "name it with --subscription, or set ARM_SUBSCRIPTION_ID"
    says = f"the login sees {len(found) or 'no'} subscriptions, and nothing says which one is meant"
    raise HoldfastError([Fault("subscription-missing", says, rows, hint)])


def list_subscriptions(client: ArmClient) -> dict[str, str]:
    """Every subscription that the login sees, with its display name. Raises HoldfastError `unreadable`."""
    found = ask_subscriptions(client)
    if isinstance(found, Answer):
        raise HoldfastError([_unreadable("the subscriptions", "/subscriptions", found)])
    return found


def ask_subscriptions(client: ArmClient) -> dict[str, str] | Answer:
    """The same for whom no list is no reason to end: the answer that is none."""
    found: dict[str, str] = {}
    for page in client.pages("/subscriptions", SUBSCRIPTIONS_VERSION):
        if not page.readable:
            return page
        found |= {str(row["subscriptionId"]): str(row.get("displayName") or "") for row in page.body.get("value") or ()}
    return found


def take_inventory(client: ArmClient, subscription: str, group: str, workspace: str | None, tell: Tell) -> Inventory:
    """Read everything. `workspace` chooses where the group holds several; `tell` is told what is being read.

    Raises HoldfastError: `group-missing`, `workspace-missing`, `workspace-ambiguous`, `subscription-not-visible`,
    `login-refused`, `unreadable`.
    """
    tell(f"resource group {group}")
    found = _group(client, subscription, group)
    listed = list_group(client, subscription, group)
    if not isinstance(listed, dict):
        raise HoldfastError([_unreadable(f"what is in `{group}`", f"{found.id}/resources", listed)])
    tell("the workspace and what it uses")
    chosen = _choose(found, listed, workspace)
    with ThreadPoolExecutor(max_workers=8, thread_name_prefix="inventory") as pool:
        kinds, gone = _kinds(client, pool.map, listed, chosen)
        tell("what is in it, and who may use the vault")
        asked_roles = pool.submit(_roles, client, kinds.get(Kind.VAULT))
        lists = _lists(found, kinds)
        answers = list(pool.map(lambda place: _list(client, *place), lists))
        roles = asked_roles.result()
    parts: dict[Sort, tuple[Live, ...]] = {}
    unlisted = {}
    for (sort, _), answer in zip(lists, answers, strict=True):
        if isinstance(answer, Unreadable):
            unlisted[f"every {SORTS[sort].noun.lower()}"] = f"the list was answered {answer.status} {answer.code}"
        else:
            parts[sort] = parts.get(sort, ()) + answer
    vault = kinds.get(Kind.VAULT)
    tenant = str(vault.properties.get("tenantId") or "") if vault else ""
    return Inventory(subscription, found, listed, kinds, parts, roles, gone, unlisted, tenant)


def type_of(resource: Live) -> str:
    """Its type in lower case: what the body says, else what its id says."""
    said = str(resource.body.get("type") or "")
    pieces = resource.id.split("/")
    at = len(pieces) - 1 - [piece.lower() for piece in reversed(pieces)].index("providers") if not said else 0
    return (said or "/".join([pieces[at + 1], *pieces[at + 2 :: 2]])).lower()


def of_type(listed: Mapping[str, Live], kind: Kind) -> list[Live]:
    """The group's resources of a kind, by name."""
    rows = [row for row in listed.values() if type_of(row) == KINDS[kind].arm_type.lower()]
    return sorted(rows, key=lambda row: row.name)


def _group(client: ArmClient, subscription: str, group: str) -> Live:
    where = group_id(subscription, group)
    answer = client.get(where, KINDS[Kind.GROUP].api_version)
    found = existing(answer)
    if isinstance(found, Live):
        return found
    evidence = (("asked", where), *answer.evidence)
    if isinstance(found, Absent):
        hint = "check its name; `az group list --output table` shows those that this login sees"
        raise HoldfastError([Fault("group-missing", f"there is no resource group `{group}`", evidence, hint)])
    if answer.code in ("SubscriptionNotFound", "InvalidSubscriptionId"):
        says, hint = f"this login does not see subscription {subscription}", "log in to its tenant, or correct it"
        raise HoldfastError([Fault("subscription-not-visible", says, evidence, hint)])
    raise HoldfastError([_unreadable(f"resource group `{group}`", where, answer)])


def _choose(group: Live, listed: Mapping[str, Live], workspace: str | None) -> Live:
    there = of_type(listed, Kind.WORKSPACE)
    chosen = [row for row in there if workspace is None or row.name.lower() == workspace.lower()]
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(row.name for row in there)
    evidence = (("found", group.id), ("workspaces", names or "none"))
    if chosen:
        says = f"there are {len(chosen)} Machine Learning workspaces in `{group.name}`, and a stack has one"
        raise HoldfastError([Fault("workspace-ambiguous", says, evidence, "choose one with --workspace NAME")])
    which = f"workspace `{workspace}`" if workspace else "workspace"
    says = f"there is no Machine Learning {which} in `{group.name}`"
    hint = "check the name" if names else "name the group that the workspace is in"
    raise HoldfastError([Fault("workspace-missing", says, evidence, hint)])


def _kinds(
    client: ArmClient, each: Callable[..., Iterable[Existing]], listed: Mapping[str, Live], chosen: Live
) -> tuple[dict[Kind, Live], dict[Kind, str]]:
    """The workspace, what it names, and what that names."""
    workspace = get_resource(client, Kind.WORKSPACE, chosen.id)
    if not isinstance(workspace, Live):
        raise HoldfastError([_unreadable(f"workspace `{chosen.name}`", chosen.id, workspace)])
    kinds, gone = {Kind.WORKSPACE: workspace}, dict[Kind, str]()
    named = {
        Kind.VAULT: workspace.properties.get("keyVault"),
        Kind.STORAGE: workspace.properties.get("storageAccount"),
        Kind.INSIGHTS: workspace.properties.get("applicationInsights"),
        Kind.REGISTRY: workspace.properties.get("containerRegistry"),
        # The cluster that a compute of it stands on; else the group's, if that has just one.
        Kind.CLUSTER: _attached(client, workspace, listed) or _only(listed, Kind.CLUSTER),
    }
    _ask(client, each, named, kinds, gone)
    component = kinds.get(Kind.INSIGHTS)
    logs = component.properties.get("WorkspaceResourceId") if component else None
    _ask(client, each, {Kind.LOGS: logs}, kinds, gone)
    return kinds, gone


def _ask(
    client: ArmClient,
    each: Callable[..., Iterable[Existing]],
    named: Mapping[Kind, Any],
    kinds: dict[Kind, Live],
    gone: dict[Kind, str],
) -> None:
    wanted = {kind: str(id or "") for kind, id in named.items()}
    asked = [(kind, id) for kind, id in wanted.items() if id]
    answers = each(lambda row: get_resource(client, *row), asked)
    faults = []
    for (kind, id), found in zip(asked, answers, strict=True):
        match found:
            case Live():
                kinds[kind] = found
            case Unreadable():
                faults.append(_unreadable(f"{KINDS[kind].noun} {id}", id, found))
            case _ if kind in (Kind.VAULT, Kind.STORAGE):
                faults.append(_broken(kinds[Kind.WORKSPACE], kind, id))
            case _:
                gone[kind] = id
    if faults:
        raise HoldfastError(faults)


def _broken(workspace: Live, kind: Kind, id: str) -> Fault:
    """Without its vault or its storage account a workspace is none, and a new one would not hold what was in it."""
    noun = KINDS[kind].noun
    hint = "restore it first; a deleted vault: `az keyvault recover`, a storage account: in the portal, `Restore`"
    evidence = (("workspace", workspace.id), ("uses", id), ("found", "404"))
    return Fault("workspace-broken", f"workspace `{workspace.name}` uses a {noun} that does not exist", evidence, hint)


def _attached(client: ArmClient, workspace: Live, listed: Mapping[str, Live]) -> str:
    """The id of the AKS cluster that computes of the workspace stand on, one of the group before others."""
    computes = _list(client, Sort.COMPUTE, f"{workspace.id}/computes")
    ids = [str(row.properties.get("resourceId") or "") for row in computes] if isinstance(computes, tuple) else []
    clusters = [id for id in ids if f"/{KINDS[Kind.CLUSTER].arm_type.lower()}/" in id.lower()]
    return next((id for id in clusters if id.lower() in listed), clusters[0] if clusters else "")


def _only(listed: Mapping[str, Live], kind: Kind) -> str:
    """The id of the group's only one of a kind; empty where it has none or several."""
    there = of_type(listed, kind)
    return there[0].id if len(there) == 1 else ""


def _lists(group: Live, kinds: Mapping[Kind, Live]) -> list[tuple[Sort, str]]:
    parents = {Kind.GROUP: group, **kinds}
    return [
        (sort, f"{parents[row.parent].id}{row.path}".rstrip("/"))
        for sort, row in SORTS.items()
        # A path within the group's own would be that of something within a part.
        if row.listed and row.parent in parents and (row.parent is not Kind.GROUP or row.path.startswith("/providers/"))
    ]


def _list(client: ArmClient, sort: Sort, path: str) -> tuple[Live, ...] | Unreadable:
    found: list[Live] = []
    for page in client.pages(path, SORTS[sort].api_version):
        if not page.readable:
            return () if says_absent(page) else page.unreadable()
        found += [live(row) for row in page.body.get("value") or ()]
    return tuple(sorted(found, key=lambda one: one.name.lower()))


def _roles(client: ArmClient, vault: Live | None) -> tuple[RoleAssignment, ...] | None:
    if vault is None or not vault.properties.get("enableRbacAuthorization"):
        return None
    found = list_role_assignments(client, vault.id)
    if isinstance(found, Answer):
        raise HoldfastError([_unreadable("the role assignments of the Key Vault", vault.id, found)])
    return found


def _unreadable(what: str, where: str, said: Answer | Existing) -> Fault:
    if isinstance(said, Absent):
        said = Unreadable(404, "ResourceNotFound", "gone since the group was listed")
    if isinstance(said, Answer):
        said = said.unreadable()
    assert isinstance(said, Unreadable)
    evidence = (("asked", where), *said.evidence)
    if said.status == 401:
        return login_refused(evidence)
    hint = f"give this login the role Reader on {where}" if said.status == 403 else "run again once Azure answers"
    return Fault("unreadable", f"{what} could not be read", evidence, hint, Blame.AZURE)
