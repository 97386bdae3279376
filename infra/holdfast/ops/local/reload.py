"""`holdfast local reload`: take the edited code, now or on each save."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import click

from holdfast.model.errors import HoldfastError
from holdfast.ops.local.layout import stamp
from holdfast.ops.local.running import reload
from holdfast.ops.local.state import Record, chosen
from holdfast.ops.output import say

#: Seconds between two looks at the files. Editors save in several steps, which are over by the next look.
EVERY = 0.5


@click.command("reload")
@click.argument("name", metavar="[SERVICE]", required=False)
@click.option("--watch", is_flag=True, help="And again on each save, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="An object {name, seconds, changed}.")
def reload_code(name: str | None, watch: bool, as_json: bool) -> None:
    """Have SERVICE run its code as it is on the disk now; it is ready when the command ends.

    The script and `init()` run anew in a new process. A script that is no Python, or lacks `init` or `run`, leaves what
    runs as it is. Model, environment and settings are `update`'s.
    """
    if watch and as_json:
        raise click.UsageError("--watch does not go with --json")
    record = chosen(name)
    if not watch:
        _reload(record, as_json)
        return
    seen = stamp_of(Path(record.code))
    _try(record)
    watch_code(record, seen)


def watch_code(record: Record, seen: dict[str, tuple[int, int]]) -> None:
    """Reload on each save, until Ctrl-C or until the service is gone. `seen`: what the files were before they were
    taken last, so that a save in between is not missed."""
    code = Path(record.code)
    say(f"watching {record.code_shown}; Ctrl-C ends it, and the service stays up")
    try:
        while True:
            time.sleep(EVERY)
            now = stamp_of(code)
            if now != seen:
                seen = now
                _try(record)
    except KeyboardInterrupt:
        say("")
        sys.exit(130)


def _try(record: Record) -> None:
    try:
        _reload(record, as_json=False)
    except HoldfastError as error:
        if any(fault.id == "local-died" for fault in error.faults):
            raise
        say(str(error))


def _reload(record: Record, as_json: bool) -> None:
    began = time.monotonic()
    changed = reload(record)
    seconds = time.monotonic() - began
    if as_json:
        body = {"name": record.service, "seconds": round(seconds, 3), "changed": changed}
        click.echo(json.dumps(body, indent=2, ensure_ascii=False))
        return
    say(f"`{record.service}` reloaded in {seconds * 1000:.0f} ms ({', '.join(changed) or 'nothing changed'})")


def stamp_of(code: Path) -> dict[str, tuple[int, int]]:
    """What tells that a file changed; nothing while a file that an editor puts back is away."""
    try:
        return stamp(code)
    except OSError:
        return {}
