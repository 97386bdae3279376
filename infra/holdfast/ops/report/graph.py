"""Where does each resource stand in the drawing? In columns, each behind all that it waits for.

The layered drawing of Sugiyama, Tagawa and Toda (1981): layers by the longest way, edges that span several layers bent
around what lies between, and the order in a layer by the middle of its neighbours. A stack of a hundred services has
hundreds of resources: those of one type in one layer are then drawn as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import pairwise
from statistics import fmean

from holdfast.ops.report.operations import STILL, WORDS, Operation

#: More resources than that are drawn in groups, of so many at least.
MOST, GROUP = 60, 4
#: In the drawing's own units, which are pixels where nobody zooms. A node has `HEIGHT` and a `LINE` for each line.
WIDTH, HEIGHT, LINE, GAP, ROW, BEND, MARGIN = 172, 28, 16, 44, 12, 10, 8
#: Letters in a line of a node, and lines of its name.
LETTERS, LINES = 23, 2
#: How often the order of all layers is bettered.
SWEEPS = 8

Names = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Node:
    """A resource, or a group of them, at its upper left corner. `needs` and `needed` are keys of its neighbours in the
    drawing; `critical`: the critical path runs through it."""

    key: str
    members: tuple[Operation, ...]
    x: float
    y: float
    critical: bool
    needs: tuple[str, ...]
    needed: tuple[str, ...]

    @property
    def label(self) -> str:
        """The name, or the type and how many."""
        return _label(self.members)

    @property
    def lines(self) -> tuple[str, ...]:
        """The name as it is drawn."""
        return _lines(self.label)

    @property
    def height(self) -> float:
        return HEIGHT + LINE * len(self.lines)

    @property
    def does(self) -> str:
        """What was done, and how long the longest took: short enough to be drawn."""
        if len(self.members) == 1:
            said = WORDS.get(self.operation, self.operation)
        else:
            changed = sum(row.operation not in STILL for row in self.members)
            said = f"{changed} of {len(self.members)} changed" if changed else "all as they were"
        return said + self._longest

    @property
    def says(self) -> str:
        """The same in full: how many of each, what was done first."""
        words = [row.operation for row in self.members]
        counts = sorted({word: words.count(word) for word in words}.items(), key=lambda pair: (pair[0] in STILL, pair))
        said = ", ".join(f"{count} {WORDS.get(word, word)}" for word, count in counts)
        return self.members[0].short_type + ", " + (self.does if len(words) == 1 else said + self._longest)

    @property
    def _longest(self) -> str:
        longest = max(row.seconds or 0.0 for row in self.members)
        return f", {longest:.1f} s" if longest >= 0.05 else ""

    @property
    def operation(self) -> str:
        """The word by which it is coloured: that of what was done, where anything was."""
        words = sorted({row.operation for row in self.members}, key=lambda word: (word in STILL, word))
        return words[0]


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from what is needed to what needs it, through `points`."""

    begin: str
    end: str
    points: tuple[tuple[float, float], ...]
    critical: bool

    @property
    def path(self) -> str:
        """As the `d` of a path: a curve from point to point, level at each."""
        (x, y), *rest = self.points
        said = f"M{x:.1f} {y:.1f}"
        for right, down in rest:
            middle = (x + right) / 2
            said += f"C{middle:.1f} {y:.1f} {middle:.1f} {down:.1f} {right:.1f} {down:.1f}"
            x, y = right, down
        return said


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything, with the size of the whole."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: float
    height: float
    grouped: bool


def draw(rows: Sequence[Operation], path: Sequence[str]) -> Drawing:
    """The drawing of operations that wait for each other. Raises graphlib.CycleError where they do so in a circle."""
    known = {row.name: row for row in rows}
    needs = {name: [need for need in row.needs if need in known] for name, row in known.items()}
    layers = _layers(needs)
    members = _grouped(known, layers)
    key_of = {row.name: key for key, group in members.items() for row in group}
    between = {
        key: sorted({key_of[need] for row in group for need in needs[row.name]} - {key})
        for key, group in members.items()
    }
    critical = list(dict.fromkeys(key_of[name] for name in path if name in key_of))
    on_path = set(pairwise(critical))
    direct = _direct(between, on_path)
    heights = {key: HEIGHT + LINE * len(_lines(_label(group))) for key, group in members.items()}
    layer_of = {key: layers[group[0].name] for key, group in members.items()}
    placed, bends, width, height = _placed(direct, layer_of, heights)
    needed = {key: tuple(other for other in members if key in direct[other]) for key in members}
    nodes = [
        Node(key, group, *placed[key], key in critical, tuple(direct[key]), needed[key])
        for key, group in members.items()
    ]
    edges = [
        Edge(
            begin,
            key,
            _points(_right(placed[begin], heights[begin]), bends[begin, key], _left(placed[key], heights[key])),
            (begin, key) in on_path,
        )
        for key in members
        for begin in direct[key]
    ]
    nodes.sort(key=lambda node: (node.x, node.y))
    return Drawing(tuple(nodes), tuple(edges), width, height, len(members) < len(known))


def _layers(needs: Names) -> dict[str, int]:
    layers: dict[str, int] = {}
    for name in TopologicalSorter(needs).static_order():
        layers[name] = max((layers[need] + 1 for need in needs[name]), default=0)
    return layers


def _grouped(known: Mapping[str, Operation], layers: Mapping[str, int]) -> dict[str, tuple[Operation, ...]]:
    """By key; each alone where they are few. Grouped by layer too, so that no two groups wait for each other."""
    groups: dict[tuple[str, int], list[Operation]] = {}
    for name, row in known.items():
        groups.setdefault((row.type, layers[name]), []).append(row)
    together = [group for group in groups.values() if len(known) > MOST and len(group) >= GROUP]
    apart = [row for group in groups.values() if group not in together for row in group]
    found = [(row,) for row in apart] + [tuple(group) for group in together]
    return {f"n{number}": group for number, group in enumerate(found)}


def _direct(needs: Names, kept: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Without what follows from two others; the critical path keeps what it runs along."""
    everything: dict[str, set[str]] = {}
    for name in TopologicalSorter(needs).static_order():
        everything[name] = set(needs[name]).union(*(everything[need] for need in needs[name]))
    always = set(kept)
    return {
        name: [
            need
            for need in needs[name]
            if (need, name) in always or not any(need in everything[other] for other in needs[name])
        ]
        for name in needs
    }


Point = tuple[float, float]


def _placed(
    needs: Names, layers: Mapping[str, int], heights: Mapping[str, float]
) -> tuple[dict[str, Point], dict[tuple[str, str], list[Point]], float, float]:
    """Where each node is, where each edge is bent on its way, and the size of the whole."""
    columns: list[list[str]] = [[] for _ in range(max(layers.values(), default=-1) + 1)]
    for name in sorted(needs, key=lambda one: (layers[one], not needs[one], one)):
        columns[layers[name]].append(name)
    links: dict[str, list[str]] = {name: [] for name in needs}
    bends: dict[tuple[str, str], list[str]] = {}
    for name in needs:
        for need in needs[name]:
            chain = [f"{need} {name} {layer}" for layer in range(layers[need] + 1, layers[name])]
            bends[need, name] = chain
            for layer, bend in enumerate(chain, layers[need] + 1):
                columns[layer].append(bend)
            for begin, end in zip([need, *chain], [*chain, name], strict=True):
                links.setdefault(begin, []).append(end)
                links.setdefault(end, []).append(begin)
    _order(columns, links)
    wholes = [sum(heights.get(name, BEND) + ROW for name in column) - ROW for column in columns]
    tallest = max(wholes, default=0.0)
    points: dict[str, Point] = {}
    for number, column in enumerate(columns):
        y = MARGIN + (tallest - wholes[number]) / 2
        for name in column:
            points[name] = (MARGIN + number * (WIDTH + GAP), y)
            y += heights.get(name, BEND) + ROW
    along = {edge: [points[bend] for bend in chain] for edge, chain in bends.items()}
    width = max(len(columns), 1) * (WIDTH + GAP) - GAP + 2 * MARGIN
    return {name: points[name] for name in needs}, along, width, tallest + 2 * MARGIN


def _order(columns: list[list[str]], links: Names) -> None:
    """Each layer by the middle of its neighbours in the layer before, then after, and again."""
    for sweep in range(SWEEPS):
        forth = sweep % 2 == 0
        numbers = range(1, len(columns)) if forth else range(len(columns) - 2, -1, -1)
        for number in numbers:
            beside = columns[number - 1 if forth else number + 1]
            place = {name: (at + 0.5) / len(beside) for at, name in enumerate(beside)}
            own = {name: (at + 0.5) / len(columns[number]) for at, name in enumerate(columns[number])}
            middle = {
                name: fmean(near) if (near := [place[other] for other in links.get(name, ()) if other in place]) else at
                for name, at in own.items()
            }
            columns[number].sort(key=lambda name: middle[name])


def _right(corner: Point, height: float) -> Point:
    return corner[0] + WIDTH, corner[1] + height / 2


def _left(corner: Point, height: float) -> Point:
    return corner[0], corner[1] + height / 2


def _points(begin: Point, bends: Sequence[Point], end: Point) -> tuple[Point, ...]:
    """From one node to the other; straight through the column of each bend."""
    along = [begin]
    for x, y in bends:
        along += [(x, y + BEND / 2), (x + WIDTH, y + BEND / 2)]
    return (*along, end)


def _label(members: Sequence[Operation]) -> str:
    return members[0].name if len(members) == 1 else f"{members[0].short_type} ×\u00a0{len(members)}"


def _lines(label: str) -> tuple[str, ...]:
    """The name, broken behind a hyphen or a space; the last line without its middle where it is too long."""
    lines: list[str] = []
    while len(label) > LETTERS and len(lines) < LINES - 1:
        at = max(label.rfind(mark, LETTERS // 2, LETTERS) for mark in "- ") + 1 or LETTERS
        lines.append(label[:at])
        label = label[at:]
    if len(label) > LETTERS:
        label = f"{label[: LETTERS // 2]}…{label[LETTERS // 2 + 1 - LETTERS :]}"
    return (*lines, label)
