"""In which order are resources declared, so that each finds what it needs, and nothing waits for anything else?"""

from __future__ import annotations

from graphlib import CycleError

import hypothesis.strategies as st
import pytest
from hypothesis import given

from holdfast.model.bodies import Body
from holdfast.model.decision import Keep, Recover
from holdfast.model.kinds import Kind
from holdfast.model.plan import (
    OF_PARTS,
    OF_VAULT,
    OF_WORKSPACE,
    AssignmentPlan,
    PartPlan,
    Plan,
    Recovery,
    VaultPlan,
    Written,
)
from holdfast.model.sorts import Sort
from holdfast.model.wanted import Authorization
from holdfast.provision.declared import add_recoveries, in_order

NAMES = list("abcdef")


def test_a_kind_comes_behind_a_part_that_it_needs() -> None:
    """The workspace's identity is made before the workspace, although it is a part; letter case makes no difference."""
    needs = {"workspace": ("group", "identity-Train"), "identity-train": ("group",), "compute-cpu": ("workspace",)}
    assert in_order(needs) == ["group", "identity-train", "workspace", "compute-cpu"]


@pytest.mark.slow
@given(
    st.permutations(NAMES).flatmap(
        lambda order: st.fixed_dictionaries(
            {
                name: st.sets(st.sampled_from(order[:place]) if place else st.nothing())
                for place, name in enumerate(order)
            }
        )
    )
)
def test_each_comes_behind_all_that_it_needs(needs: dict[str, set[str]]) -> None:
    """And each once."""
    order = in_order(needs)
    assert sorted(order) == NAMES
    assert all(order.index(one) < order.index(name) for name, inner in needs.items() for one in inner)


def test_two_that_need_each_other_are_a_bug_of_ours() -> None:
    """A loud one."""
    with pytest.raises(CycleError):
        in_order({"a": ("b",), "b": ("a",)})


def test_what_is_recovered_waits_for_its_recovery_and_that_for_what_it_needs() -> None:
    """The vault's before the vault, the workspace's behind everything that it stands on, and what is in them last."""
    role = "/vault/providers/x/roleAssignments/r"
    back = Recover("parent-recovered", "/w/computes/cpu", "westeurope", True)
    plan = Plan(
        {Kind.GROUP: Keep("x", "/g"), Kind.VAULT: Keep("x", "/v"), Kind.WORKSPACE: Keep("x", "/w")},
        VaultPlan(Authorization.RBAC),
        parts=(PartPlan("compute-cpu", Sort.COMPUTE, "cpu", "/w/computes/cpu", back, Body()),),
        assignments=tuple(
            AssignmentPlan(name, "identity-t", "p", scope, of, "r", "n", Recover("x", id, "", True), before)
            for name, scope, of, id, before in (
                ("assignment-vault", "/vault", "vault", role, "workspace"),
                ("assignment-workspace", "/w", "workspace", "/w/providers/x/roleAssignments/r", ""),
            )
        ),
        recoveries={
            OF_VAULT: Recovery(back=(Written(role, "v", {}),)),
            OF_WORKSPACE: Recovery(),
            OF_PARTS: Recovery(),
        },
    )
    needs: dict[str, tuple[str, ...]] = {
        "vault": ("group",),
        "workspace": ("group", "vault", "assignment-vault"),
        "compute-cpu": ("workspace", "extension-ml"),
        "assignment-vault": ("vault",),
        "assignment-workspace": ("workspace",),
    }
    add_recoveries(needs, plan)
    order = in_order(needs)
    chain = ["group", OF_VAULT, "vault", "assignment-vault", OF_WORKSPACE, "workspace", OF_PARTS, "compute-cpu"]
    assert [name for name in order if name in chain] == chain
    assert order.index(OF_PARTS) > order.index("extension-ml")
    assert order.index("assignment-workspace") > order.index(OF_PARTS)
