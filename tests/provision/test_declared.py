"""In which order are resources declared, so that each finds what it needs, and nothing waits for anything else?"""

from __future__ import annotations

from graphlib import CycleError

import hypothesis.strategies as st
import pytest
from hypothesis import given

from holdfast.provision.declared import in_order

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
