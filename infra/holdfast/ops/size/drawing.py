"""What does a simulation look like? Load, 503s and replicas over the time, as shapes that any canvas can draw.

One layout for a page and for a picture, so that both show the same. Lengths are pixels, from the top left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from holdfast.model.sizing import Outcome

WIDTH, HEIGHT = 960, 560
_LEFT, _RIGHT, _TOP, _PANEL, _GAP = 64, 20, 64, 200, 48
_PLOT = WIDTH - _LEFT - _RIGHT


@dataclass(frozen=True, slots=True)
class Text:
    """`anchor`: which end of the text `x` is, `start`, `middle` or `end`. `role` stands for colours and sizes."""

    x: float
    y: float
    says: str
    role: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Bar:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    role: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    role: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes in the order in which they are drawn; `says` is for who can't see them."""

    title: str
    says: str
    shapes: Sequence[Text | Bar | Line]


def draw(outcome: Outcome, title: str) -> Drawing:
    """Two panels: requests a second with those that got a 503, and the replicas that could be asked."""
    samples = outcome.samples
    served = [(sample.requests - sample.refused) / sample.length for sample in samples]
    refused = [sample.refused / sample.length for sample in samples]
    replicas = [sample.replicas for sample in samples]
    scale = outcome.scale
    says = (
        f"{outcome.refused} of {outcome.requests} requests ({percent(outcome.share)}) get a 503 with min {scale.min},"
        f" max {scale.max}, target {scale.target} percent; {outcome.most} replicas at the most"
    )
    shapes: list[Text | Bar | Line] = [Text(_LEFT, 26, title, "title"), Text(_LEFT, 46, says, "note")]
    step = _PLOT / len(samples)
    high = max(load + more for load, more in zip(served, refused, strict=True))
    top = _panel(shapes, 0, "requests a second; red: answered with 503", high)
    for at, (load, more) in enumerate(zip(served, refused, strict=True)):
        x = _LEFT + at * step
        shapes.append(Bar(x, top.y(load), step, top.bottom - top.y(load), "load"))
        if more:
            shapes.append(Bar(x, top.y(load + more), step, top.y(load) - top.y(load + more), "refused"))
    below = _panel(shapes, 1, "replicas that can be asked", max(*replicas, float(scale.min)))
    points = [(_LEFT + (at + edge) * step, below.y(value)) for at, value in enumerate(replicas) for edge in (0, 1)]
    shapes.append(Line(tuple(points), "replicas"))
    length = samples[-1].at + samples[-1].length
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        anchor = {0.0: "start", 1.0: "end"}.get(share, "middle")
        shapes.append(Text(_LEFT + share * _PLOT, below.bottom + 18, span(length * share), "axis", anchor))
    return Drawing(title, says, shapes)


@dataclass(frozen=True, slots=True)
class _Panel:
    top: float
    high: float

    @property
    def bottom(self) -> float:
        return self.top + _PANEL

    def y(self, value: float) -> float:
        return self.bottom - value / self.high * _PANEL


def _panel(shapes: list[Text | Bar | Line], number: int, says: str, most: float) -> _Panel:
    """The frame of a panel: what it shows, and lines at round numbers."""
    step = _round_step(most)
    panel = _Panel(_TOP + 16 + number * (_PANEL + _GAP), max(ceil(most / step - 1e-9), 1) * step)
    shapes.append(Text(_LEFT, panel.top - 8, says, "axis"))
    for count in range(round(panel.high / step) + 1):
        y = panel.y(count * step)
        shapes.append(Line(((_LEFT, y), (_LEFT + _PLOT, y)), "grid"))
        shapes.append(Text(_LEFT - 8, y + 4, f"{count * step:g}", "axis", "end"))
    return panel


def _round_step(most: float) -> float:
    """1, 2 or 5 times a power of ten, at most five of which reach up to `most`."""
    raw = max(most, 1e-9) / 5
    power = 10.0 ** floor(log10(raw))
    return float(next(power * count for count in (1, 2, 5, 10) if power * count >= raw * (1 - 1e-9)))


def percent(share: float) -> str:
    """A share as people write it: 0.07 %, 4.2 %."""
    value = share * 100
    if value == 0:
        return "0 %"
    return f"{value:.1f} %" if value >= 1 else f"{value:.2g} %"


def span(seconds: float) -> str:
    """A time as people say it: 45 s, 2.5 min, 2 h 30 min."""
    if seconds < 120:
        return f"{seconds:.3g} s"
    if seconds < 7200:
        return f"{seconds / 60:.3g} min"
    hours, rest = divmod(round(seconds / 60), 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"
