"""`holdfast local run`: what does a service answer here, or where does it raise?"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

import click

from holdfast.model.errors import Fault, HoldfastError
from holdfast.ops.local.running import raised_in
from holdfast.ops.local.state import Record, chosen, died
from holdfast.ops.local.tracebacks import Raised
from holdfast.ops.output import say
from holdfast.ops.payload import parsed, read_data, show_body

#: Seconds for an answer, where nothing else is said; a debugger may be in between.
TIMEOUT = 600.0
#: What the inference server says when `run()` raised (server/routes.py).
_RAISED = "x-ms-run-function-failed"


@dataclass(frozen=True, slots=True)
class Answered:
    """`body`: JSON where it is some, else text. `raised`: what `run()` raised, where the log tells."""

    status: int
    seconds: float
    headers: dict[str, str]
    body: Any
    raised: Raised | None = None


@click.command()
@click.argument("name", metavar="SERVICE")
@click.argument("data", metavar="DATA")
@click.option("--timeout", default=TIMEOUT, show_default=True, metavar="SECONDS", help="How long to wait.")
@click.option("--json", "as_json", is_flag=True, help="An object {status, seconds, headers, body, raised}.")
def run(name: str, data: str, timeout: float, as_json: bool) -> None:
    """Send the content of the file DATA, or standard input for `-`, to SERVICE.

    The answer goes to standard output. Where `run()` raised, the exception and the line of your code go to standard
    error: the client of a deployed service is told neither. Exits with 3 where the answer is an error.
    """
    record, body = chosen(name), read_data(data)
    answered = ask(record, body, timeout)
    if as_json:
        whole = {**asdict(answered), "raised": shown(answered.raised)}
        click.echo(json.dumps(whole, indent=2, ensure_ascii=False))
    else:
        show_body(answered.body)
        say(f"{answered.status}, {answered.seconds * 1000:.0f} ms")
        if answered.raised is not None:
            say("\n".join(answered.raised.lines()))
    if answered.status >= 400:
        sys.exit(3)


def ask(record: Record, body: bytes, timeout: float) -> Answered:
    """The answer to one request. Raises HoldfastError `local-silent`, `local-died`."""
    import requests

    began, written = time.monotonic(), record.place.length()
    headers = {"Content-Type": "application/json"}
    session = requests.Session()
    session.trust_env = False  # a proxy of the machine is not asked for this machine
    try:
        answer = session.post(record.uri, data=body, headers=headers, timeout=timeout)
    except requests.RequestException as error:
        if not record.place.alive():
            raise died(record) from None
        what = f"service `{record.service}` does not answer (it is {record.place.state()})"
        hint = (
            f"`holdfast local logs {record.service}` says why; `holdfast local reload {record.service}` starts it anew"
        )
        rows = [("asked", record.uri), ("answer", type(error).__name__)]
        found = raised_in(record, record.place.written())
        rows += [("log", line) for line in found.lines()] if found else []
        raise HoldfastError([Fault("local-silent", what, tuple(rows), hint)]) from None
    seconds = time.monotonic() - began
    raised = _raised(record, written) if answer.headers.get(_RAISED) else None
    return Answered(answer.status_code, round(seconds, 3), dict(answer.headers), parsed(answer.text), raised)


def _raised(record: Record, written: int) -> Raised | None:
    """What the log tells, which in a container comes a moment after the answer."""
    for _ in range(20):
        if found := raised_in(record, record.place.written(written)):
            return found
        time.sleep(record.place.PAUSE)
    return None


def shown(raised: Raised | None) -> dict[str, Any] | None:
    """An exception as scripts read it, its frames in the order of importance."""
    if raised is None:
        return None
    return {
        "exception": raised.exception,
        "frames": [asdict(frame) for frame in raised.ordered],
        "cause": shown(raised.cause),
    }
