"""Which run is meant, and what is on record about it and its vault? Receipts of this machine; nobody is asked.

A file that can't be read is named on the page and costs nothing else: what the others tell is still true.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from holdfast.home import home, plain, records
from holdfast.model.errors import Fault, HoldfastError
from holdfast.verify.chronicle import Look
from holdfast.verify.head import READABLE
from holdfast.verify.records import is_about, read_record

#: So many candidates an error names.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Run:
    """A receipt. `unreadable` are newer ones of the same stack that could not be read."""

    path: Path
    body: Mapping[str, Any]
    unreadable: tuple[Path, ...] = ()
    newest: bool = True

    @property
    def stack(self) -> str:
        return str(self.body.get("stack") or "")

    @property
    def project(self) -> str:
        return str(self.body.get("project") or "")

    @property
    def time(self) -> str:
        """ISO 8601, UTC, to the second."""
        return str(self.body.get("time") or "")


def find_run(run: str | None, project: str, stack: str | None) -> Run:
    """The newest of the stack (of any, where none is named), or the one that `run` names: a file, a receipt's name, or
    the beginning of its time.

    Raises HoldfastError: `no-receipt`, `unknown-run`, `run-ambiguous`, `receipt-unreadable`.
    """
    if run and (run.endswith(".json") or "/" in run) and Path(run).is_file():
        return Run(Path(run), _read(Path(run)), newest=False)
    found = _receipts(project, stack)
    if not found:
        raise HoldfastError([_none(project, stack)])
    if run:
        path = _named(run, found)
        same = [other for other in found if other.parent == path.parent]
        return Run(path, _read(path), newest=path == same[-1])
    unreadable: list[Path] = []
    for path in reversed(found):
        try:
            return Run(path, _read(path), tuple(other for other in unreadable if other.parent == path.parent))
        except HoldfastError:
            unreadable.append(path)
    raise HoldfastError([_unreadable(unreadable[0], "no receipt of this stack can be read")])


def looks_at(run: Run, elsewhere: Mapping[str, dict[str, Any]] = MappingProxyType({})) -> tuple[list[Look], list[str]]:
    """Every record of the run's vault up to the run itself, of whatever stack or command; and the files that are none
    of this version's. `elsewhere`: receipts that are not on this machine, by where they are."""
    vault = str((run.body.get("vault") or {}).get("id") or "")
    bodies, broken = records()
    unreadable = [str(path) for path in broken]
    if run.path.resolve() not in {path.resolve() for path, _ in bodies}:
        bodies = [*bodies, (run.path, dict(run.body))]
    found = []
    for place, body in [*((str(path), body) for path, body in bodies), *elsewhere.items()]:
        own = Path(place).resolve() == run.path.resolve()
        place = str(run.path) if own else place
        if not is_about(body, vault) or (not own and _order(body, place) > _order(run.body, str(run.path))):
            continue
        try:
            record = read_record(body, place)
        except (TypeError, ValueError, AttributeError):  # JSON, and none of the shape that it says
            record = None
        if record is None:
            unreadable.append(place)
        else:
            writes = [row for row in body.get("writes") or () if isinstance(row, Mapping)]
            found.append(Look(record, tuple(writes)))
    return found, unreadable


def on_this_machine(run: Run) -> set[str]:
    """The names of the receipts of the run's stack that need not be asked for."""
    return {path.name for path in _receipts(run.project, run.stack)} | {run.path.name}


def _order(body: Mapping[str, Any], place: str) -> tuple[str, str]:
    """By time, and of one second by the receipt's name, which has it to the microsecond."""
    return str(body.get("time")), place.rpartition("/")[2]


def _receipts(project: str, stack: str | None) -> list[Path]:
    folder = home() / "receipts" / plain(project)
    return sorted(folder.glob(f"{plain(stack) if stack else '*'}/receipt-*.json"), key=lambda path: path.name)


def _named(run: str, found: Iterable[Path]) -> Path:
    paths = list(found)
    digits = re.sub(r"\D", "", re.sub(r"(\+00:00|Z)$", "", run))
    fitting = [path for path in paths if run in (path.name, path.stem)]
    if not fitting and digits and re.fullmatch(r"[\d\-T: .+Z]+", run):
        fitting = [path for path in paths if _time(path).startswith(digits)]
    if len(fitting) == 1:
        return fitting[0]
    rows = tuple(("run", str(path)) for path in (fitting or paths)[-NAMED:])
    if fitting:
        hint = "more of its time, or the receipt's name; --stack where several stacks ran at once"
        raise HoldfastError([Fault("run-ambiguous", f"{len(fitting)} runs begin with `{run}`", rows, hint)])
    hint = "a receipt's file, its name, or the beginning of its time; `holdfast receipt list` shows them"
    raise HoldfastError([Fault("unknown-run", f"no run on this machine is called `{run}`", rows, hint)])


def _time(path: Path) -> str:
    return re.sub(r"\D", "", path.stem.removeprefix("receipt-").partition("-")[0])


def _read(path: Path) -> dict[str, Any]:
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise HoldfastError([_unreadable(path, str(error))]) from None
    if not isinstance(body, dict) or body.get("schema") not in READABLE or not body.get("stack"):
        raise HoldfastError([_unreadable(path, "it is of no shape that this version knows")])
    return body


def _unreadable(path: Path, said: str) -> Fault:
    hint = "name another run; `holdfast receipt list` shows them"
    return Fault("receipt-unreadable", f"{path} is no receipt of a run", (("said", said),), hint)


def _none(project: str, stack: str | None) -> Fault:
    what = f"no run of stack `{stack}`" if stack else "no run"
    return Fault(
        "no-receipt",
        f"{what} has left a receipt on this machine",
        (("looked in", str(home() / "receipts" / plain(project))),),
        "a receipt is left by every `pulumi up` that ends well, on the machine that runs it",
    )
