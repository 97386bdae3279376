"""Is the critical path the longest chain there is? Held against every chain, one by one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.verify.critical import critical_path

Graph = tuple[dict[str, float], dict[str, list[str]]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Up to seven operations; each may need any of those before it, and some that nobody timed."""
    count = draw(st.integers(0, 7))
    names = [f"n{index}" for index in draw(st.permutations(range(count)))]
    seconds = {name: draw(st.integers(0, 5)) / 4 for name in names}
    needs = {
        name: draw(st.lists(st.sampled_from([*names[:at], "untimed"]), unique=True)) for at, name in enumerate(names)
    }
    return seconds, needs


def chains(seconds: dict[str, float], needs: dict[str, list[str]]) -> Iterator[tuple[str, ...]]:
    """Every chain that ends anywhere, by trying all."""

    def back(name: str) -> Iterator[tuple[str, ...]]:
        yield (name,)
        for need in needs.get(name, ()):
            if need in seconds:
                yield from ((*chain, name) for chain in back(need))

    for name in seconds:
        yield from back(name)


@given(graphs())
def test_no_chain_is_longer(graph: Graph) -> None:
    """It is a chain of the graph, begins where nothing is waited for, and no other takes longer."""
    seconds, needs = graph
    path = critical_path(seconds, needs)
    everything = list(chains(seconds, needs))
    assert (path in everything) if seconds else (path == ())
    assert sum(seconds[name] for name in path) == max(
        (sum(seconds[name] for name in chain) for chain in everything), default=0
    )
    assert not [need for name in path[:1] for need in needs[name] if need in seconds]


@given(graphs())
def test_the_same_graph_gives_the_same_path_in_whatever_order(graph: Graph) -> None:
    """A page that is made twice says the same twice."""
    seconds, needs = graph
    turned = dict(reversed(seconds.items())), {name: needs[name][::-1] for name in reversed(needs)}
    assert critical_path(*turned) == critical_path(seconds, needs)


def test_operations_that_wait_for_each_other_are_refused() -> None:
    """No run leaves that; a file that somebody edited may."""
    with pytest.raises(ValueError, match="these wait for each other"):
        critical_path({"a": 1, "b": 1}, {"a": ["b"], "b": ["a"]})
