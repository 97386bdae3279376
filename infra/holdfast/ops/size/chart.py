"""What does a simulation look like in a terminal? Columns of blocks, an eighth of a line high."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.model.sizing import Outcome
from holdfast.ops.size.drawing import span

#: Columns of a chart.
COLUMNS = 60
_BLOCKS = " ▁▂▃▄▅▆▇█"


def chart(outcome: Outcome, columns: int = COLUMNS) -> list[str]:
    """Lines: the load, the 503s where there are any, the replicas. The samples are put together to `columns`."""
    samples = outcome.samples
    count = min(columns, len(samples))
    parts = [samples[at * len(samples) // count : (at + 1) * len(samples) // count] for at in range(count)]
    seconds = [sum(sample.length for sample in part) for part in parts]
    load = [sum(sample.requests for sample in part) / long for part, long in zip(parts, seconds, strict=True)]
    refused = [sum(sample.refused for sample in part) / long for part, long in zip(parts, seconds, strict=True)]
    replicas = [
        sum(sample.replicas * sample.length for sample in part) / long
        for part, long in zip(parts, seconds, strict=True)
    ]
    rows = [("requests/s", load, 3)]
    if outcome.refused:
        rows.append(("503s/s", refused, 1))
    rows.append(("replicas", replicas, 2))
    lines = [line for title, values, height in rows for line in _row(title, values, height)]
    end = span(sum(seconds))
    return [*lines, f"{'':<12}0{end:>{count - 1}}"]


def _row(title: str, values: Sequence[float], height: int) -> list[str]:
    """A row of columns, its title before the first line, the highest value behind it."""
    most = max(values)
    lines = bars(values, height)
    shown = f"{most:.3g}"
    return [
        f"{title if not at else '':<12}{line}{f'  {shown}' if not at else ''}".rstrip() for at, line in enumerate(lines)
    ]


def bars(values: Sequence[float], height: int) -> list[str]:
    """Columns as high as their values, the highest as high as all lines. What is not zero shows at least a trace."""
    most = max(values)
    eighths = [max(round(value / most * 8 * height), 1) if value > 0 else 0 for value in values]
    return [
        "".join(_BLOCKS[min(max(count - 8 * (height - 1 - line), 0), 8)] for count in eighths) for line in range(height)
    ]
