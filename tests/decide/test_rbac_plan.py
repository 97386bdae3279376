"""Who gets which roles when a vault changes over, and what stands against it?"""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.decide.caller_rights import Right, Rights
from holdfast.decide.rbac_plan import (
    NEEDED,
    RbacPlan,
    lacking_roles,
    plan_rbac,
    present_roles,
    workspace_needs,
)
from holdfast.model.errors import Blame
from holdfast.model.existing import RoleAssignment
from holdfast.model.permissions import Permissions, PolicyEntry
from holdfast.model.roles import KEY_VAULT_ROLES

VAULT = "/subscriptions/S/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"
A, B, W = (f"{letter * 8}-0000-4000-8000-000000000001" for letter in "abc")
USER, ADMINISTRATOR = KEY_VAULT_ROLES["Key Vault Secrets User"], KEY_VAULT_ROLES["Key Vault Administrator"]
ALL = Rights(({"actions": ["*"]},))
GET = Permissions(secrets=frozenset({"get", "list"}))


def entry(principal: str, permissions: Permissions = GET, tenant: str = "T", application: str = "") -> PolicyEntry:
    return PolicyEntry(principal, tenant, permissions, application)


def planned(*entries: PolicyEntry, workspaces: Any = None, rights: Rights = ALL, **more: Any) -> RbacPlan:
    return plan_rbac(VAULT, entries, "t", workspaces or {}, rights, **more)


def ids(plan: RbacPlan) -> list[str]:
    return [fault.id for fault in plan.against]


def test_each_principal_gets_its_roles_once() -> None:
    """Two entries, two principals; an entry without permissions asks for nothing."""
    plan = planned(entry(A), entry(B, Permissions()))
    assert plan.wanted == ((A, USER),)
    assert plan.against == ()
    assert [row.roles == () for row in plan.rows] == [False, True]


def test_a_workspaces_identity_is_an_administrator_whatever_it_holds() -> None:
    """By its entry in any letter case; and one that lost its entry gets the role all the same."""
    plan = planned(entry(A.upper()), workspaces={A: "mlw-one", W: "mlw-two"})
    assert plan.wanted == ((A.upper(), ADMINISTRATOR), (W, ADMINISTRATOR))
    assert [row.workspace for row in plan.rows] == ["mlw-one", "mlw-two"]
    assert ids(plan) == []


@pytest.mark.parametrize(
    ("one", "why"), [(entry(A, application=B), "application"), (entry(A, tenant="OTHER"), "tenant")]
)
def test_an_entry_that_no_role_can_take_the_place_of_is_uncovered_as_a_whole(one: PolicyEntry, why: str) -> None:
    """Through an application, or of another tenant: nothing is assigned, and the reason is said."""
    plan = planned(one)
    (row,) = plan.rows
    assert (row.why, row.uncovered, row.roles) == (why, GET, ())
    assert ids(plan) == ["policy-uncovered"]
    assert why in str(plan.against[0])
    assert f"--accept-uncovered {A}" in plan.against[0].hint


def test_an_entry_through_an_application_is_not_the_workspaces_own() -> None:
    """The identity behind it gets its role by a row of its own."""
    plan = planned(entry(A, application=B), workspaces={A: "mlw"}, accepted=[A])
    assert plan.wanted == ((A, ADMINISTRATOR),)


def test_what_no_role_covers_stands_against_it_until_it_is_accepted() -> None:
    """By principal, in any letter case; the one that is not accepted is named, the other is not."""
    storage = Permissions(storage=frozenset({"get"}))
    plan = planned(entry(A, storage), entry(B, storage), accepted=[A.upper()])
    assert ids(plan) == ["policy-uncovered"]
    assert plan.against[0].evidence == ((B, "storage: get"),)
    assert ids(planned(entry(A, storage), accepted=[A])) == []


@pytest.mark.parametrize(
    ("sets", "found"),
    [
        ([{"actions": ["*"]}], [Right.GRANTED, Right.GRANTED]),
        # Contributor: everything but access.
        ([{"actions": ["*"], "notActions": ["Microsoft.Authorization/*/Write"]}], [Right.MISSING, Right.GRANTED]),
        ([{"actions": ["*/read", "microsoft.authorization/*"]}], [Right.GRANTED, Right.MISSING]),
        (
            [{"actions": ["*"], "notActions": ["Microsoft.Authorization/*/Write"]}, {"actions": [NEEDED[0]]}],
            [Right.GRANTED, Right.GRANTED],
        ),
        (
            [{"actions": [NEEDED[0]], "condition": "@Request[...]"}, {"actions": [NEEDED[1]]}],
            [Right.RESTRICTED, Right.GRANTED],
        ),
        ([{"actions": None}], [Right.MISSING, Right.MISSING]),
        ([], [Right.MISSING, Right.MISSING]),
    ],
)
def test_what_the_login_may_not_do_stands_against_it(sets: list[dict[str, Any]], found: list[Right]) -> None:
    """Sets add up, what one excludes another may grant, and a condition is no grant."""
    rights = Rights(tuple(sets))
    assert [rights.of(action) for action in NEEDED] == found
    plan = planned(entry(A), rights=rights)
    lacking = [action for action, right in zip(NEEDED, found, strict=True) if right is not Right.GRANTED]
    assert ids(plan) == (["rights-missing"] if lacking else [])
    if lacking:
        assert [text for _, text in plan.against[0].evidence] == lacking


def test_what_could_not_be_read_stands_against_it() -> None:
    """Not being told is not being allowed, and a workspace that nobody saw may be one that uses the vault."""
    plan = planned(entry(A), rights=Rights(unread="403 AuthorizationFailed"), unread=[("/subscriptions/X", "403")])
    assert ids(plan) == ["rights-unreadable", "workspaces-unreadable"]
    assert {fault.blame for fault in plan.against} == {Blame.AZURE}


def test_roles_are_held_in_any_letter_case() -> None:
    """What is lacking of the wanted ones is told, in their order."""
    held = RoleAssignment("i", "n", VAULT, A.upper(), USER)
    assert lacking_roles(((A, USER), (B, USER)), [held]) == ((B, USER),)
    assert workspace_needs([W]) == ((W, ADMINISTRATOR),)


def test_roles_that_are_there_already_are_access_from_the_switch_on() -> None:
    """Own or inherited, of whoever; not what the plan assigns at the vault itself, nor roles of the vault's outside."""
    rows = [
        RoleAssignment("1", "n", VAULT.upper(), A.upper(), USER),
        RoleAssignment("2", "n", "/subscriptions/S", A, USER),
        RoleAssignment("3", "n", VAULT, B, ADMINISTRATOR.upper()),
        RoleAssignment("4", "n", VAULT, B, KEY_VAULT_ROLES["Key Vault Contributor"]),
    ]
    assert [row.id for row in present_roles(VAULT, [(A, USER)], rows)] == ["2", "3"]
