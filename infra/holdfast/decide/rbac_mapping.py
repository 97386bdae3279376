"""Which built-in roles give a principal of an access policy what it has, and as little else as there is?

The least is, in this order: the fewest data actions beyond the policy that reveal or change something; then the fewest
beyond it at all; then the fewest roles. Counted alone, who may `list` secrets would be better served by Key Vault
Secrets User (one action too many: it reads their values) than by Key Vault Reader (several too many, all of which read
what is no secret). All sets of the ten roles are tried, so there is no better one.

Storage permissions (managed storage account keys, a feature that gets no updates any more) choose no role: the only one
that has them is Key Vault Administrator, and nobody is made administrator of all secrets for them. They are covered
where that role is due anyway, and are named as uncovered everywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations

from holdfast.model.data_actions import ACTIONS, METADATA, ROLE_ACTIONS, actions_of, allowed_by
from holdfast.model.permissions import Permissions

#: The kinds of objects that a role is chosen for.
_CHOOSE_BY = ("keys", "secrets", "certificates")
_STORAGE = frozenset(action for action in ACTIONS if action.startswith("storageaccounts/"))


@dataclass(frozen=True, slots=True)
class ChosenRole:
    """A role by its name, and what it allows beyond the policy; `all` in it stands for a whole object kind."""

    name: str
    beyond: Permissions


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """The roles for one policy, the permissions that they allow beyond it, and those of it that they do not cover."""

    roles: tuple[ChosenRole, ...]
    beyond: Permissions
    uncovered: Permissions


def choose_roles(policy: Permissions, least: tuple[str, ...] = ()) -> RoleChoice:
    """The least roles for a policy, `least` among them in any case (what a workspace's identity needs)."""
    names = _least(actions_of(policy, *_CHOOSE_BY), actions_of(policy), least)
    given = _union(names)
    return RoleChoice(
        tuple(ChosenRole(name, _beyond(ROLE_ACTIONS[name], policy)) for name in names),
        _beyond(given, policy),
        _uncovered(given, policy),
    )


@cache
def _least(needed: frozenset[str], allowed: frozenset[str], least: tuple[str, ...]) -> tuple[str, ...]:
    def cost(names: tuple[str, ...]) -> tuple[int, int, int]:
        beyond = _union(names) - allowed - _STORAGE
        return len(beyond - METADATA), len(beyond), len(names)

    good = (names for names in _sets() if needed <= _union(names) and set(least) <= set(names))
    return min(good, key=cost)


@cache
def _sets() -> tuple[tuple[str, ...], ...]:
    """Every set of roles, small ones and narrow ones first."""
    return tuple(names for size in range(len(ROLE_ACTIONS) + 1) for names in combinations(ROLE_ACTIONS, size))


@cache
def _union(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset[str]().union(*(ROLE_ACTIONS[name] for name in names))


def _beyond(given: frozenset[str], policy: Permissions) -> Permissions:
    held = allowed_by(given)
    beyond = policy.lacks(held)
    # `all` is said where the policy holds nothing of that kind; else each permission that comes on top.
    return Permissions.of(
        {
            kind: {"all"} if "all" in more and not getattr(policy, kind) else more - {"all"}
            for kind in ("keys", "secrets", "certificates", "storage")
            for more in [getattr(beyond, kind)]
        }
    )


def _uncovered(given: frozenset[str], policy: Permissions) -> Permissions:
    return allowed_by(given).lacks(policy)
