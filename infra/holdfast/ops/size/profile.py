"""Which load is a service to be sized for? A CSV of times and requests, or what Azure Monitor measured, as intervals.

The columns are found by their names, in any order and letter case; a file without a head has the time and the requests.
Each row lasts until the next one, the last as long as the one before it. A file of Azure Monitor's is what `az monitor
metrics list` prints; source of the names: "Supported metrics for Microsoft.MachineLearningServices/workspaces/
onlineEndpoints" (Microsoft Learn).
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.sizing import Interval

#: Names of columns: of the time, of requests by their unit (seconds that a number counts for; 0: the whole interval),
#: and of what a request takes, in seconds.
TIMES = ("time", "timestamp", "at", "timegenerated")
COUNTS = {
    "requests": 0.0,
    "count": 0.0,
    "rps": 1.0,
    "requestspersecond": 1.0,
    "rpm": 60.0,
    "requestsperminute": 60.0,
}
SECONDS = {"seconds": 1.0, "duration": 1.0, "latencyms": 0.001, "requestlatency": 0.001, "requestlatencyp50": 0.001}
#: Requests that a simulation takes: some ten seconds each, of a search some minutes.
MOST = 3_000_000
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?")


def read_profile(path: Path, text: str, seconds: float | None) -> list[Interval]:
    """The load in `text`, the content of `path`. `seconds`: what a request takes where the file does not say.

    Raises HoldfastError: `profile-invalid`, `profile-too-long`.
    """
    rows = _of_metrics(path, text) if text.lstrip().startswith("{") else _of_csv(path, text)
    found = _intervals(path, rows, seconds)
    total = sum(row.requests for row in found)
    if total > MOST:
        what = f"{path.name} has more requests than can be simulated in reasonable time"
        evidence = (("file", str(path)), ("requests", f"{total}"), ("allowed", f"at most {MOST}"))
        raise HoldfastError([Fault("profile-too-long", what, evidence, "cut out the hours with the highest load")])
    if not total:
        raise _bad(path, 0, "requests", "0", "a row with requests")
    return found


#: (line, time, requests, seconds that the number counts for, seconds of a request)
_Row = tuple[int, float, float, float, float | None]


def _of_csv(path: Path, text: str) -> list[_Row]:
    lines = [(number, line) for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1) if _says(line)]
    if not lines:
        raise _bad(path, 1, "time", "nothing", "rows with a time and requests")
    delimiter = max(",;\t", key=lines[0][1].count)
    table = [(number, next(csv.reader([line], delimiter=delimiter))) for number, line in lines]
    head, body = [_plain(cell) for cell in table[0][1]], table[1:]
    if _time(table[0][1][0].strip()) is not None:
        head, body = ["time", "requests"], table
    columns = {name: at for at, name in reversed(list(enumerate(head)))}
    time = _column(path, columns, TIMES, "the time", table[0][0])
    count = _column(path, columns, COUNTS, "the requests", table[0][0])
    taken = next((name for name in SECONDS if name in columns), None)
    rows: list[_Row] = []
    for number, cells in body:
        at = _cell(path, number, cells, columns[time], time)
        moment = _time(at)
        if moment is None:
            raise _bad(path, number, time, at, "seconds, a time of day such as 09:30, or 2026-11-26T09:30:00Z")
        requests = _number(path, number, count, _cell(path, number, cells, columns[count], count), least=0.0)
        each = None
        if taken is not None:
            text = _cell(path, number, cells, columns[taken], taken)
            each = _number(path, number, taken, text, least=1e-6) * SECONDS[taken] if text else None
        rows.append((number, moment, requests, COUNTS[count], each))
    return rows


def _of_metrics(path: Path, text: str) -> list[_Row]:
    """What `az monitor metrics list` printed: a metric of requests, and where it is there one of their latency."""
    try:
        found = {_plain(one["name"]["value"]): _points(one) for one in json.loads(text)["value"]}
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise _bad(path, 1, "value", str(error)[:80], "what `az monitor metrics list --output json` prints") from None
    count = next((name for name in COUNTS if found.get(name)), None)
    if count is None:
        raise _bad(path, 1, "value", ", ".join(found) or "no metric", "the metric RequestsPerMinute")
    latency = next((name for name in SECONDS if found.get(name)), None)
    each = {at: value * SECONDS[latency] for at, value in found[latency] if value > 0} if latency else {}
    rows: list[_Row] = []
    for at, value in found[count]:
        moment = _time(at)
        if moment is None:
            raise _bad(path, 1, "timeStamp", at, "a time such as 2026-11-26T09:30:00Z")
        rows.append((1, moment, value, COUNTS[count], each.get(at)))
    return rows


def _points(metric: Any) -> list[tuple[str, float]]:
    """Time and value of each point; the sums where there are several series, one a deployment."""
    sums: dict[str, float] = {}
    for series in metric["timeseries"]:
        for point in series["data"]:
            value = next((point[name] for name in ("average", "total", "count", "maximum") if point.get(name)), 0.0)
            sums[str(point["timeStamp"])] = sums.get(str(point["timeStamp"]), 0.0) + float(value)
    return list(sums.items())


def _intervals(path: Path, rows: Sequence[_Row], seconds: float | None) -> list[Interval]:
    """Rows as intervals from 0 on, with whole requests: what a rate leaves over goes to the next row."""
    if len(rows) < 2:
        line, allowed = rows[0][0] if rows else 1, "two rows or more: a row lasts until the next"
        raise _bad(path, line, "time", f"{len(rows)} rows", allowed)
    for (_, before, *_), (number, at, *_) in pairwise(rows):
        if at <= before:
            value = f"{at - rows[0][1]:g} s after the first row"
            raise _bad(path, number, "time", value, "a time after that of the row before")
    lengths = [after[1] - before[1] for before, after in pairwise(rows)]
    lengths.append(lengths[-1])
    found, left = list[Interval](), 0.0
    for (number, at, requests, per, each), length in zip(rows, lengths, strict=True):
        taken = each if each is not None else seconds
        if taken is None:
            raise _bad(path, number, "seconds", "nothing", "what a request takes, here or by --seconds")
        exact = (requests * length / per if per else requests) + left
        whole = math.floor(exact + 1e-9)
        left = exact - whole
        found.append(Interval(at - rows[0][1], length, whole, taken))
    return found


def _column(path: Path, columns: dict[str, int], names: Iterable[str], what: str, line: int) -> str:
    found = next((name for name in names if name in columns), None)
    if found is None:
        raise _bad(
            path, line, what, ", ".join(reversed(columns)), f"a column {' or '.join(f'`{name}`' for name in names)}"
        )
    return found


def _cell(path: Path, line: int, cells: Sequence[str], at: int, column: str) -> str:
    if at >= len(cells):
        raise _bad(path, line, column, "nothing", "a value in every row")
    return cells[at].strip()


def _number(path: Path, line: int, column: str, text: str, least: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not least <= value < math.inf:
        raise _bad(path, line, column, text or "nothing", "a number" + (", 0 or more" if least == 0 else " above 0"))
    return value


def _time(text: str) -> float | None:
    """Seconds: of a number as they are, of a time of day since midnight, of a date since 1970."""
    clock = _CLOCK.fullmatch(text)
    if clock:
        return int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3] or 0)
    try:
        value = float(text)
        return value if math.isfinite(value) else None
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    epoch = datetime(1970, 1, 1, tzinfo=moment.tzinfo)
    return (moment - epoch).total_seconds()


def _says(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _plain(name: str) -> str:
    """`Requests per minute` and `RequestsPerMinute` are the same column."""
    return re.sub(r"[\W_]", "", name).lower()


def _bad(path: Path, line: int, column: str, value: str, allowed: str) -> HoldfastError:
    where = f"{path}:{line}" if line else str(path)
    evidence = (("file", where), ("column", column), ("value", value), ("allowed", allowed))
    hint = "`holdfast size --help` shows a profile"
    return HoldfastError([Fault("profile-invalid", f"{path.name} is no load profile", evidence, hint)])
