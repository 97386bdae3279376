"""Where does the page go? Beside the receipts, which no Git tracks, or where `--output` says.

A file that is no page of ours is not written over: `--output` may be mistyped, and a report is made again in a second.
"""

from __future__ import annotations

import re
from pathlib import Path

from holdfast.home import home, plain, write_whole
from holdfast.model.errors import Fault, HoldfastError
from holdfast.ops.report.page import GENERATOR
from holdfast.ops.report.runs import Run

#: So many bytes of a file tell whether it is one of ours.
HEAD = 4096
_MARK = f'<meta name="generator" content="{GENERATOR}">'.encode()


def page_of(run: Run) -> Path:
    """The page's own place: one for each run."""
    digits = re.sub(r"\D", "", re.sub(r"\+00:00$", "", run.time)) or "unknown"
    name = f"report-{digits[:8]}T{digits[8:]}.html" if len(digits) > 8 else f"report-{digits}.html"
    return home() / "reports" / plain(run.project) / plain(run.stack) / name


def check_place(path: Path) -> None:
    """Whether the page may be written there. Raises HoldfastError: `report-not-ours`, `report-not-written`."""
    try:
        ours = not path.exists() or _is_ours(path)
    except OSError as error:
        raise HoldfastError([_not_written(path, error)]) from None
    if not ours:
        rows = (("file", str(path)), ("allowed", "a new file, or a page that `holdfast report` made"))
        hint = "another name for --output, or delete the file"
        raise HoldfastError([Fault("report-not-ours", f"{path} is there, and no report", rows, hint)])


def write_page(path: Path, text: str) -> None:
    """Write it whole or not at all. Raises HoldfastError as `check_place`."""
    check_place(path)
    try:
        write_whole(path, text)
    except OSError as error:
        raise HoldfastError([_not_written(path, error)]) from None


def _not_written(path: Path, error: OSError) -> Fault:
    rows = (("file", str(path)), ("said", error.strerror or str(error)))
    hint = "--output FILE for another place, `--output -` for standard output"
    return Fault("report-not-written", f"{path} can't be written", rows, hint)


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return _MARK in file.read(HEAD)
