"""Who lacks a role that is needed, by what holds?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from holdfast.decide.lacking import Lacking, lacking_roles
from holdfast.model.existing import RoleAssignment
from holdfast.model.kinds import Kind
from holdfast.model.names import group_id, resource_id
from holdfast.model.roles import ROLES, WantedRole
from holdfast.model.wanted import Wanted

from .conftest import World

WHO = "aaaaaaaa-0000-4000-8000-000000000001"
PULL = WantedRole("cluster", "registry", ROLES["AcrPull"], "cluster", instead=(ROLES["AcrPush"],))
READ = WantedRole("cluster", "vault", ROLES["Key Vault Secrets User"], "cluster")


@pytest.fixture
def environment(world: World) -> Wanted:
    return world.wanted


def _held(scope: str, role: str, principal: str = WHO) -> RoleAssignment:
    return RoleAssignment("id", "name", scope, principal, ROLES[role])


def test_what_nobody_holds_is_named_once(environment: Wanted) -> None:
    """With the principal and the id of the scope, though two ask for it."""
    scope = resource_id(environment, Kind.REGISTRY)
    asked = (PULL, replace(PULL, key="another"))
    assert lacking_roles(environment, asked, {"cluster": WHO}, ()) == (Lacking(PULL, WHO, scope),)


@pytest.mark.parametrize("role", ["AcrPull", "AcrPush"])
@pytest.mark.parametrize("above", [False, True])
def test_one_that_is_as_good_is_enough(environment: Wanted, role: str, above: bool) -> None:
    """A wider one, one further up, one in other letter case."""
    scope = resource_id(environment, Kind.REGISTRY)
    if above:
        scope = group_id(environment.subscription, environment.resource_group)
    assert lacking_roles(environment, (PULL,), {"cluster": WHO}, (_held(scope, role, WHO.upper()),)) == ()


def test_another_role_another_place_and_another_principal_are_not(environment: Wanted) -> None:
    """None of them lets this one pull here."""
    scope = resource_id(environment, Kind.REGISTRY)
    rows = (_held(scope, "Reader"), _held(f"{scope}2", "AcrPull"), _held(scope, "AcrPull", WHO.replace("a", "b")))
    assert len(lacking_roles(environment, (PULL,), {"cluster": WHO}, rows)) == 1


def test_who_is_not_there_or_is_never_to_have_it_lacks_nothing(environment: Wanted) -> None:
    """No principal, no lack; `neverRestore` is about the vault alone."""
    assert lacking_roles(environment, (PULL, READ), {}, ()) == ()
    barred = replace(environment, vault=replace(environment.vault, never_restore=frozenset({WHO})))
    assert [one.role for one in lacking_roles(barred, (PULL, READ), {"cluster": WHO}, ())] == [PULL]
