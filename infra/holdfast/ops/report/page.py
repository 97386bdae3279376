"""How does a report become one file? A template that escapes whatever it is given, with its styles and script in it.

The page opens from a disk without a network: its policy (Content-Security-Policy) allows nothing from outside, no
style and no script but the two that are hashed in it. So a name that somebody chose for a resource or a principal is
text, whatever it holds. All of it can be read without the script, which only moves the focus and filters.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from holdfast.model.build_log import without_signatures
from holdfast.ops.report.access import Ledger
from holdfast.ops.report.graph import WIDTH, Drawing
from holdfast.ops.report.now import Findings
from holdfast.ops.report.operations import STILL, WORDS, Operations
from holdfast.ops.report.runs import Run
from holdfast.ops.report.timeline import Timeline, idle

HERE = Path(__file__).parent
#: The mark by which a page is known as one of ours.
GENERATOR = "holdfast report"
#: Letters of what a node did that fit into it.
FITS = 27

_MAPPINGS = ("commit", "vault", "versions")

#: Characters that move or hide other text: controls, and those that turn its direction (Unicode, UAX #9).
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the page tells. `runs`: how many looks the ledger was asked for; `unread`: the records that could
    not be read; `elsewhere`: how many receipts came out of the container, `container` why none did; `findings` None
    where the doctor was not to be asked; `names`: why principals have none."""

    run: Run
    operations: Operations
    drawing: Drawing | None
    timeline: Timeline
    ledger: Ledger
    runs: int
    unread: tuple[str, ...]
    elsewhere: int
    container: str
    findings: Findings | None
    names: str
    made: str


def render(report: Report) -> str:
    """The page."""
    # Loaded where a page is made, and nowhere else.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters |= {
        "clock": clock,
        "seconds": seconds,
        "short": short,
        "summed": summed,
        "word": lambda word: WORDS.get(word, word),
    }
    style, script = ((HERE / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    body = report.run.body
    counts = count(report.operations)
    return environment.get_template("page.html.jinja").render(
        report=report,
        body=_body(body),
        rows={row.name: f"r{number}" for number, row in enumerate(report.operations.rows)},
        counts=counts,
        verdict=verdict(report),
        idle=idle(report.operations),
        still=STILL,
        style=style,
        script=script,
        policy=(
            f"default-src 'none'; style-src 'sha256-{_hash(style)}'; script-src 'sha256-{_hash(script)}';"
            " base-uri 'none'; form-action 'none'"
        ),
        generator=GENERATOR,
        fits=FITS,
        wide=WIDTH,
    )


def _body(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the template shows of a receipt, each of the type that it has to be, whoever edited the file."""
    commit, vault, versions = (found if isinstance(found := body.get(key), Mapping) else {} for key in _MAPPINGS)
    return {
        "identity": str(body.get("identity") or ""),
        "commit": str(commit.get("id") or ""),
        "dirty": bool(commit.get("dirty")),
        "vault": str(vault.get("id") or ""),
        "authorization": str(vault.get("authorization") or ""),
        "versions": {str(name): str(version) for name, version in versions.items()},
        "writes": _rows(body, "writes", ("write", "says", "id")),
        "notes": _rows(body, "notes", ("id", "message")),
        **{key: how_many(body, key) for key in ("lost", "putBack", "missing")},
    }


def _rows(body: Mapping[str, Any], key: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    found = body.get(key)
    rows = [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []
    return [{column: str(row.get(column) or "") for column in columns} for row in rows]


def how_many(body: Mapping[str, Any], key: str) -> int:
    """Of a list of the receipt; none where it has no such list."""
    found = body.get(key)
    return len(found) if isinstance(found, list) else 0


def count(operations: Operations) -> dict[str, int]:
    """How many of each operation, what was done first."""
    words = [row.operation for row in operations.rows]
    return {word: words.count(word) for word in sorted(set(words), key=lambda word: (word in STILL, word))}


def verdict(report: Report) -> str:
    """The run in one sentence: what it did, and whether anybody lost access."""
    counts = count(report.operations)
    done = ", ".join(f"{number} {WORDS.get(word, word)}" for word, number in counts.items() if word not in STILL)
    lost, back, missing = (how_many(report.run.body, key) for key in ("lost", "putBack", "missing"))
    access = (
        f"{lost} {'principals' if lost != 1 else 'principal'} had lost access before it, {back} put back"
        if lost
        else "nobody had lost access"
    )
    said = f"{done or 'nothing to do'}; {access}"
    return said + (f"; {missing} still missing" if missing else "")


def clock(time: str) -> str:
    """`2026-01-31 12:00:00 UTC`; what is no time stays as it is."""
    try:
        return f"{datetime.fromisoformat(time):%Y-%m-%d %H:%M:%S} UTC"
    except ValueError:
        return time


def seconds(value: float | None) -> str:
    """`0.04 s`, `5.3 s`, `2 min 5 s`; a dash where nobody timed it."""
    if value is None:
        return "-"
    if value < 1:
        return f"{value:.2f} s"
    return f"{value:.1f} s" if value < 100 else f"{value // 60:.0f} min {value % 60:.0f} s"


def short(text: str, most: int) -> str:
    """With the middle left out where it is too long: names differ at both ends."""
    if len(text) <= most:
        return text
    head = (most - 1) * 3 // 5
    return f"{text[:head]}…{text[head + 1 - most :]}"


def summed(permissions: str) -> str:
    """`15 permissions on keys, 7 on secrets`: what is too many to be read at once, counted."""
    found = [kind.partition(": ") for kind in permissions.split("; ")]
    counts = [
        f"{len(names.split(', '))} {'' if at else 'permissions '}on {kind}" for at, (kind, _, names) in enumerate(found)
    ]
    return ", ".join(counts)


def _shown(value: Any) -> Any:
    """As text is shown: no character that moves another, no address with what opens it."""
    if type(value) is not str:
        return value
    return _UNSEEN.sub("\ufffd", without_signatures(value))


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
