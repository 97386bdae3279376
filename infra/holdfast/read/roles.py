"""Which roles hold where the environment needs them?

One list at the group answers for everything in it, however much there is; one more for each place elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor, Future

from holdfast.arm import Answer, ArmClient
from holdfast.arm.roles import list_role_assignments
from holdfast.model.existing import Existing, Live, RoleAssignment, Unreadable
from holdfast.model.kinds import Kind
from holdfast.model.names import group_id, logical_id, resource_id
from holdfast.model.wanted import Wanted
from holdfast.read.resources import says_absent

Asked = Future[tuple[RoleAssignment, ...] | Answer]
Found = tuple[RoleAssignment, ...] | Unreadable | None


def ask_roles(client: ArmClient, wanted: Wanted, group: Existing, vault: Existing, pool: Executor) -> list[Asked]:
    """Begin the lists of every place where a role is needed."""
    inside, elsewhere = _places(wanted, vault)
    lists = list[Asked]()
    if inside and isinstance(group, Live):
        lists.append(pool.submit(list_role_assignments, client, group.id, below=True))
    return lists + [pool.submit(list_role_assignments, client, place) for place in elsewhere.values()]


def answered_roles(lists: list[Asked]) -> Found:
    """The assignments that hold at those places; None where nothing was asked."""
    found: dict[str, RoleAssignment] = {}
    for asked in lists:
        said = asked.result()
        if isinstance(said, Answer):
            if says_absent(said):
                continue  # a place that is not there is told by its own decision, or by whoever assigns a role in it
            return said.unreadable()
        found |= {row.id.lower(): row for row in said}
    return tuple(found.values()) if lists else None


def _places(wanted: Wanted, vault: Existing) -> tuple[bool, Mapping[str, str]]:
    """Whether roles are needed in our group, and the ids of the other places."""
    scopes = [role.scope if role.scope.startswith("/") else logical_id(wanted, role.scope) for role in wanted.roles]
    if isinstance(vault, Live) and vault.properties.get("enableRbacAuthorization"):
        scopes.append(resource_id(wanted, Kind.VAULT))
    ours = group_id(wanted.subscription, wanted.resource_group).lower()
    elsewhere = {scope.lower(): scope for scope in scopes if not f"{scope.lower()}/".startswith(f"{ours}/")}
    return len(elsewhere) < len({scope.lower() for scope in scopes}), elsewhere
