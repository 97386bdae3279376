"""`holdfast local test`: does a service answer its sample requests as is written beside them?

`sample*.json` is a request, `sample*.expected.json` its answer. They lie beside the code or the model, not in them, so
that they are not in the image.
"""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from holdfast.model.errors import Fault, HoldfastError
from holdfast.ops.local.run import TIMEOUT, Answered, ask, shown
from holdfast.ops.local.state import Record, chosen
from holdfast.ops.output import say

#: How far two numbers may be apart and be the same, relative to the larger: the last digits are a processor's.
SAME = 1e-6
#: What a differing answer exits with.
DIFFERS = 4
_EXPECTED = ".expected.json"


@dataclass(frozen=True, slots=True)
class Tried:
    """A sample, its answer, and how that differs from what is expected; nothing where it does not."""

    sample: Path
    answered: Answered
    difference: str


@click.command("test")
@click.argument("name", metavar="[SERVICE]", required=False)
@click.option("--json", "as_json", is_flag=True, help="A list of {sample, ok, status, seconds, difference, raised}.")
def run_samples(name: str | None, as_json: bool) -> None:
    """Send SERVICE each sample*.json that lies beside its code or its model, and compare the answer.

    A sample without a *.expected.json has to be answered with 200, whatever the answer. Exits with 4 where one differs.
    """
    record = chosen(name)
    tried = [_try(record, sample) for sample in samples(record)]
    if as_json:
        click.echo(json.dumps([_row(one) for one in tried], indent=2, ensure_ascii=False))
    else:
        for one in tried:
            click.echo(f"{'differs' if one.difference else 'ok':<8} {one.sample.name}")
            if one.difference:
                click.echo(f"         {one.difference}")
            if one.answered.raised is not None:
                click.echo("\n".join(f"         {line}" for line in one.answered.raised.lines()))
    wrong = sum(bool(one.difference) for one in tried)
    say(f"{len(tried) - wrong} of {len(tried)} as expected")
    if wrong:
        sys.exit(DIFFERS)


def samples(record: Record) -> list[Path]:
    """The requests, by name. Raises HoldfastError `samples-missing`."""
    folders = dict.fromkeys((Path(record.code).parent, Path(record.model).parent))
    found = {path for folder in folders for path in folder.glob("sample*.json")}
    requests = sorted(path for path in found if not path.name.endswith(_EXPECTED))
    if requests:
        return requests
    rows = tuple(("looked in", str(folder)) for folder in folders)
    hint = "put a request there as sample.json, and its answer as sample.expected.json"
    what = f"service `{record.service}` has no sample requests"
    raise HoldfastError([Fault("samples-missing", what, rows, hint)])


def difference(wanted: Any, got: Any, at: str = "the answer") -> str:
    """The first place where an answer differs from what is expected; empty where it does not."""
    numbers = [isinstance(one, int | float) and not isinstance(one, bool) for one in (wanted, got)]
    if all(numbers):
        return "" if math.isclose(wanted, got, rel_tol=SAME, abs_tol=SAME) else f"{at} is {got}, expected {wanted}"
    if isinstance(wanted, dict) and isinstance(got, dict):
        for key in sorted(wanted.keys() | got.keys()):
            if key not in got or key not in wanted:
                return f"{at} {'lacks' if key in wanted else 'has, beyond what is expected,'} `{key}`"
            if told := difference(wanted[key], got[key], f"{at}[{json.dumps(key)}]"):
                return told
        return ""
    if isinstance(wanted, list) and isinstance(got, list):
        if len(wanted) != len(got):
            return f"{at} has {len(got)} items, expected {len(wanted)}"
        rows = (
            difference(one, other, f"{at}[{index}]") for index, (one, other) in enumerate(zip(wanted, got, strict=True))
        )
        return next((one for one in rows if one), "")
    same = type(wanted) is type(got) and wanted == got
    return "" if same else f"{at} is {_cut(got)}, expected {_cut(wanted)}"


def _try(record: Record, sample: Path) -> Tried:
    answered = ask(record, sample.read_bytes(), TIMEOUT)
    if answered.status != 200:
        return Tried(sample, answered, f"answered with {answered.status}: {_cut(answered.body)}")
    expected = sample.with_name(sample.name.removesuffix(".json") + _EXPECTED)
    if not expected.is_file():
        return Tried(sample, answered, "")
    try:
        wanted = json.loads(expected.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise HoldfastError(
            [Fault("data-unreadable", f"{expected} can't be read: {error}", (("file", str(expected)),), "write JSON")]
        ) from None
    return Tried(sample, answered, difference(wanted, answered.body))


def _row(one: Tried) -> dict[str, Any]:
    return {
        "sample": str(one.sample),
        "ok": not one.difference,
        "status": one.answered.status,
        "seconds": one.answered.seconds,
        "difference": one.difference or None,
        "raised": shown(one.answered.raised),
    }


def _cut(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else text[:119] + "…"
