"""Do the chosen roles always cover a policy, and give as little beyond it as there is?"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from holdfast.decide.rbac_mapping import choose_roles
from holdfast.model.data_actions import ACTIONS, ACTIONS_OF, METADATA, ROLE_ACTIONS, actions_of
from holdfast.model.permissions import ALLOWED, Permissions
from holdfast.model.roles import KEY_VAULT_ROLES

CASES = yaml.safe_load((Path(__file__).parent / "rbac.yaml").read_text(encoding="utf-8"))
KINDS = ("keys", "secrets", "certificates", "storage")

policies = st.builds(
    Permissions,
    *(st.frozensets(st.sampled_from([*sorted(ALLOWED[kind]), "frobnicate"]), max_size=5) for kind in KINDS),
)


def permissions(words: dict[str, str] | None) -> Permissions:
    return Permissions.of({kind: value.split() for kind, value in (words or {}).items()})


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_each_policy_gets_the_roles_of_the_file(case: dict[str, Any]) -> None:
    """Which roles, what they allow beyond the policy, and what of it they leave out."""
    choice = choose_roles(permissions(case.get("policy")), tuple(case.get("least", ())))
    assert [role.name.removeprefix("Key Vault ") for role in choice.roles] == case.get("roles", [])
    assert choice.beyond == permissions(case.get("beyond"))
    assert choice.uncovered == permissions(case.get("uncovered"))


@given(policies)
def test_every_action_of_a_policy_is_covered_or_named(policy: Permissions) -> None:
    """What is not named as uncovered is among the roles' data actions, and what is named is storage or unknown."""
    choice = choose_roles(policy)
    held = frozenset[str]().union(*(ROLE_ACTIONS[role.name] for role in choice.roles))
    covered = Permissions(*(getattr(policy, kind) - getattr(choice.uncovered, kind) for kind in KINDS))
    assert actions_of(covered) <= held
    for kind in ("keys", "secrets", "certificates"):
        assert getattr(choice.uncovered, kind) <= {"frobnicate"}


@given(policies)
def test_what_is_beyond_a_policy_is_all_that_the_roles_add(policy: Permissions) -> None:
    """Policy and excess together are what the roles allow, each role's own excess being a part of it."""
    choice = choose_roles(policy)
    held = frozenset[str]().union(*(ROLE_ACTIONS[role.name] for role in choice.roles))
    assert actions_of(choice.beyond) <= held
    assert held <= actions_of(policy) | actions_of(choice.beyond)
    for role in choice.roles:
        assert actions_of(role.beyond) <= ROLE_ACTIONS[role.name] <= actions_of(policy) | actions_of(role.beyond)


@given(policies)
def test_no_other_set_of_roles_gives_less(policy: Permissions) -> None:
    """Tried one by one: fewest actions beyond that reveal or change, then fewest beyond, then fewest roles."""
    kinds = ("keys", "secrets", "certificates")
    needed, allowed = actions_of(policy, *kinds), actions_of(policy)
    storage = frozenset(action for action in ACTIONS if action.startswith("storage"))

    def cost(names: tuple[str, ...]) -> tuple[int, int, int]:
        beyond = frozenset[str]().union(*(ROLE_ACTIONS[name] for name in names)) - allowed - storage
        return len(beyond - METADATA), len(beyond), len(names)

    chosen = cost(tuple(role.name for role in choose_roles(policy).roles))
    for size in range(4):
        for names in combinations(ROLE_ACTIONS, size):
            if needed <= frozenset[str]().union(*(ROLE_ACTIONS[name] for name in names)):
                assert chosen <= cost(names), names


def test_the_table_knows_every_permission_and_every_role() -> None:
    """Each permission that an access policy takes has its actions; each role that gives some has its GUID."""
    assert {(kind, word) for kind, words in ALLOWED.items() for word in words - {"all"}} == set(ACTIONS_OF)
    assert set(ROLE_ACTIONS) <= set(KEY_VAULT_ROLES)
    assert set(KEY_VAULT_ROLES) - set(ROLE_ACTIONS) == {
        "Key Vault Purge Operator",
        "Key Vault Contributor",
        "Key Vault Data Access Administrator",
    }
