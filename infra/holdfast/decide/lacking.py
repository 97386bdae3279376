"""Which roles are needed, and not held by whoever needs them?

What `assignments` would give, asked of what is live alone: the doctor knows no state. A role that holds further up, or
a wider one, is as good; who is under `neverRestore` lacks nothing in the vault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from holdfast.decide.assignments import holding, scope_id
from holdfast.model.existing import RoleAssignment
from holdfast.model.kinds import Kind
from holdfast.model.roles import WantedRole
from holdfast.model.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Lacking:
    """A role that the principal, a GUID in lower case, does not hold at the scope, an id."""

    role: WantedRole
    principal: str
    scope: str


def lacking_roles(
    wanted: Wanted, roles: Iterable[WantedRole], principals: Mapping[str, str], found: Iterable[RoleAssignment]
) -> tuple[Lacking, ...]:
    """Those of `roles` whose subject has a principal that does not hold them by `found`; each once."""
    rows = tuple(found)
    lacking: dict[tuple[str, str, str], Lacking] = {}
    for role in roles:
        principal, scope = principals.get(role.subject), scope_id(wanted, role.scope)
        if principal is None or _is_withheld(wanted, role, principal):
            continue
        good = (role.role, *role.instead)
        if not any(row.gives(principal, one) for row in holding(rows, scope) for one in good):
            lacking.setdefault((principal, scope.lower(), role.role), Lacking(role, principal, scope))
    return tuple(lacking.values())


def _is_withheld(wanted: Wanted, role: WantedRole, principal: str) -> bool:
    return role.scope == Kind.VAULT.value and principal in wanted.vault.never_restore
