"""How is drift shown? A table for people, resource by resource; an object for scripts."""

from __future__ import annotations

import json
from typing import Any

from holdfast.model.drift import Drift, Drifted, NotRead, Up
from holdfast.ops.output import say, show_rows

#: What people read of what a run does, where the word of `--json` says too little.
_UP = {
    Up.PATCH: "PATCH",
    Up.PUT: "PUT",
    Up.ACTION: "POST",
    Up.CREATE: "created",
    Up.ADOPT: "adopted",
    Up.RECOVER: "recovered",
    Up.UPDATE: "updated",
    Up.REPLACE: "replaced",
    Up.ADD: "added",
    Up.REMOVE: "taken away",
    Up.DELETE: "deleted",
    Up.FORGET: "forgotten",
    Up.REFUSE: "refused",
    Up.NOTHING: "nothing",
    Up.UNKNOWN: "unknown",
}

#: Characters of a value in the table; `--json` has all of it.
WIDEST = 60


def as_json(stack: str, drift: Drift) -> dict[str, Any]:
    """`{stack, drift, notRead}`, as docs/drift.md describes it."""
    return {
        "stack": stack,
        "drift": [_body(row) for row in drift.rows],
        "notRead": [_unread(one) for one in drift.not_read],
    }


def show(stack: str, drift: Drift) -> None:
    """The table on stdout, and below it what a run would do, on stderr."""
    cells = [
        (
            f"{row.noun} {row.name}",
            row.property or "(itself)",
            _text(row.settings),
            _text(row.state),
            _text(row.azure),
            _UP[row.up] + (f": {row.why}" if row.why else ""),
        )
        for row in drift.rows
    ]
    show_rows(("resource", "property", "settings", "state", "Azure", "pulumi up"), cells)
    for one in drift.not_read:
        say(f"not read: {one.source}: {one.reason}")
    say(verdict(stack, drift))


def verdict(stack: str, drift: Drift) -> str:
    """One line."""
    unread = f"; {len(drift.not_read)} of what was asked could not be read" if drift.not_read else ""
    if not drift.rows:
        return f"stack {stack}: nothing differs{unread}"
    count = len(drift.rows)
    says = f"stack {stack}: {count} difference{'s' if count != 1 else ''}{unread}"
    if any(row.up is Up.REFUSE for row in drift.rows):
        return f"{says}; `pulumi up` refuses, and writes nothing, until what is refused is settled"
    left = sum(row.up in (Up.NOTHING, Up.UNKNOWN) for row in drift.rows)
    if left == count:
        return f"{says}; `pulumi up` settles none of them"
    return f"{says}; `pulumi up` settles {count - left} of them" if left else f"{says}; `pulumi up` settles all of it"


def _body(row: Drifted) -> dict[str, Any]:
    return {
        "resource": {"noun": row.noun, "name": row.name, "id": row.id},
        "property": row.property,
        "settings": row.settings,
        "state": row.state,
        "azure": row.azure,
        "up": row.up.value,
        "why": row.why,
    }


def _unread(one: NotRead) -> dict[str, str]:
    return {"source": one.source, "reason": one.reason}


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        text = ", ".join(value)
    else:
        text = str(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = " ".join(text.split())
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
