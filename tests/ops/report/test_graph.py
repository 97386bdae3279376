"""Does the drawing tell what waits for what, and no more? Held for whatever graph there may be."""

from __future__ import annotations

from graphlib import TopologicalSorter
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from holdfast.ops.report.graph import GROUP, LETTERS, MOST, WIDTH, Drawing, draw
from holdfast.ops.report.operations import Operation, read_operations

from .conftest import receipt


@st.composite
def rows(draw_: st.DrawFn) -> list[Operation]:
    """Up to nine resources, each with needs among those before it."""
    names = [f"r{number}" for number in range(draw_(st.integers(1, 9)))]
    return [
        Operation(
            name,
            "a:b:C",
            "create",
            0.0,
            1.0,
            tuple(draw_(st.lists(st.sampled_from([*names[:at], "gone"]), unique=True))),
        )
        for at, name in enumerate(names)
    ]


def reach(needs: dict[str, set[str]]) -> dict[str, set[str]]:
    """All that each waits for, by however many steps."""
    found: dict[str, set[str]] = {}
    for name in TopologicalSorter(needs).static_order():
        found[name] = needs[name].union(*(found[need] for need in needs[name]))
    return found


def overlaps(drawing: Drawing) -> list[tuple[str, str]]:
    return [
        (one.label, other.label)
        for one, other in combinations(drawing.nodes, 2)
        if abs(one.x - other.x) < WIDTH and one.y < other.y + other.height and other.y < one.y + one.height
    ]


@given(rows())
def test_lines_lead_right_and_tell_what_waits_for_what(given_: list[Operation]) -> None:
    """No two nodes cover each other, everything is within, and what was left out follows from what is drawn."""
    drawing = draw(given_, ())
    by_key = {node.key: node for node in drawing.nodes}
    assert not overlaps(drawing)
    assert all(
        0 <= node.x <= drawing.width - WIDTH and 0 <= node.y <= drawing.height - node.height for node in drawing.nodes
    )
    for edge in drawing.edges:
        begin, end = by_key[edge.begin], by_key[edge.end]
        assert begin.x + WIDTH == edge.points[0][0] < edge.points[-1][0] == end.x
        assert [x for x, _ in edge.points] == sorted(x for x, _ in edge.points)
    known = {row.name for row in given_}
    drawn = {node.label: {by_key[key].label for key in node.needs} for node in drawing.nodes}
    wanted = {row.name: set(row.needs) & known for row in given_}
    assert reach(drawn) == reach(wanted)
    for name, direct in drawn.items():
        assert all(one not in reach(drawn)[other] for one in direct for other in direct), name
    assert {(edge.begin, edge.end) for edge in drawing.edges} == {
        (need, node.key) for node in drawing.nodes for need in node.needs
    }
    assert all(node.key in by_key[needed].needs for node in drawing.nodes for needed in node.needed)


@given(rows())
def test_the_critical_path_is_drawn_along_its_lines(given_: list[Operation]) -> None:
    """Also where a line of it follows from two others."""
    body = [
        {"name": row.name, "type": row.type, "operation": "create", "start": 0, "seconds": 1, "needs": [*row.needs]}
        for row in given_
    ]
    path = read_operations({"operations": body}).path
    drawing = draw(given_, path)
    label = {node.key: node.label for node in drawing.nodes}
    assert {node.label for node in drawing.nodes if node.critical} == set(path)
    drawn = sorted((label[edge.begin], label[edge.end]) for edge in drawing.edges if edge.critical)
    assert drawn == sorted(pairwise(path))


def test_a_stack_of_five_services_is_drawn_resource_by_resource() -> None:
    """Each with its own name."""
    found = read_operations(receipt("01 12:00:00", services=5))
    drawing = draw(found.timed, found.path)
    assert not drawing.grouped
    assert {node.label for node in drawing.nodes} == {row.name for row in found.timed}


def test_of_a_hundred_services_those_of_one_type_are_drawn_as_one() -> None:
    """No resource is lost in the groups, what is alone stays alone, and the critical path is seen."""
    found = read_operations(receipt("01 12:00:00", services=100))
    drawing = draw(found.timed, found.path)
    assert (len(found.timed), len(drawing.nodes), drawing.grouped) == (406, 10, True)
    assert len(found.timed) > MOST
    assert sorted(row.name for node in drawing.nodes for row in node.members) == sorted(row.name for row in found.timed)
    groups = {node.members[0].short_type: node for node in drawing.nodes if len(node.members) >= GROUP}
    image = groups["ServiceImage"]
    assert image.label == "ServiceImage ×\u00a0100"
    assert image.does == "67 of 100 changed, 11.0 s"
    assert image.says == "ServiceImage, 34 created, 33 updated, 33 as it was, 11.0 s"
    assert image.critical
    assert not overlaps(drawing)


def test_a_name_is_broken_in_two_and_both_its_ends_are_seen() -> None:
    """What is too long loses its middle."""
    names = [
        "vault",
        "assignment-cluster-registry-acrpull",
        "assignment-identity-id-wine-trial-registry-acrpull",
        "x" * 90,
    ]
    drawing = draw([Operation(name, "t", "same", 0.0, 0.0) for name in names], ())
    lines = {node.label: node.lines for node in drawing.nodes}
    assert lines["vault"] == ("vault",)
    assert lines[names[1]] == ("assignment-cluster-", "registry-acrpull")
    assert (lines[names[2]][0], lines[names[2]][1][-8:]) == ("assignment-identity-id-", "-acrpull")
    assert all(len(line) <= LETTERS for several in lines.values() for line in several)
    assert {node.height for node in drawing.nodes} == {44, 60}
    assert {node.does for node in drawing.nodes} == {"as it was"}
