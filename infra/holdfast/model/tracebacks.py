"""Where did a scoring script raise? What a log says of it, the script's own frame first.

The inference server wraps what a script raises in exceptions of its own, and writes both, with frames of itself before
the script's and of libraries behind them. Who looks for the line to mend wants the script's. Source of the form:
Python's `traceback` module; of the wrappers: azureml-inference-server-http, server/user_script.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_BEGINS = "Traceback (most recent call last):"
_FRAME = re.compile(r'  File "(?P<file>[^"]+)", line (?P<line>\d+)(?:, in (?P<function>.+))?')
#: Between two exceptions of a chain, the one that was first comes first.
_CHAINED = (
    "The above exception was the direct cause of the following exception:",
    "During handling of the above exception, another exception occurred:",
)
_SERVER = "azureml_inference_server_http."
#: Frames of libraries that are shown; the script's are, however many.
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a traceback. `yours`: of the code of the service; then `file` is as the caller names it."""

    file: str
    line: int
    function: str
    source: str = ""
    yours: bool = False


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception: its type and text, and its frames, the outermost first. `cause` is the one before it in a chain."""

    exception: str
    frames: tuple[Frame, ...]
    cause: Raised | None = None

    @property
    def ordered(self) -> tuple[Frame, ...]:
        """The code's own frames, the innermost first; then those of the libraries that it called, likewise."""
        yours = [frame for frame in self.frames if frame.yours]
        last = max((at for at, frame in enumerate(self.frames) if frame.yours), default=-1)
        behind = [frame for frame in self.frames[last + 1 :] if not frame.yours]
        return (*reversed(yours), *list(reversed(behind))[:_DEEPEST])

    def lines(self) -> list[str]:
        """As it is shown."""
        shown = [self.exception]
        for frame in self.ordered:
            where = f"{frame.file}:{frame.line}" + (f", in {frame.function}" if frame.function else "")
            shown.append(f"  {'at' if frame.yours else 'within'} {where}")
            if frame.source:
                shown.append(f"       {frame.source}")
        if self.cause is not None:
            first, *rest = self.cause.lines()
            shown += [f"  after {first}", *(f"  {line}" for line in rest)]
        return shown


def last_raised(log: str, code: Mapping[str, str]) -> Raised | None:
    """What the last traceback of a script tells, without what the server wrapped around it; None where a log has none.
    Tracebacks that neither the script nor a wrapper is in are the server's own talk.

    `code`: the folders of the service's code, and what to call each.
    """
    chains = [chain for chain in _chains(log.splitlines(), code) if any(_of_script(one) for one in chain)]
    if not chains:
        return None
    found: Raised | None = None
    for one in [one for one in chains[-1] if not one.exception.startswith(_SERVER)] or chains[-1]:
        found = Raised(one.exception, one.frames, found)
    return found


def _of_script(one: Raised) -> bool:
    return one.exception.startswith(_SERVER) or any(frame.yours for frame in one.frames)


def _chains(lines: list[str], code: Mapping[str, str]) -> Iterator[list[Raised]]:
    chain: list[Raised] = []
    at, linked = 0, False
    while at < len(lines):
        if lines[at].endswith(_BEGINS):
            one, at = _one(lines, at + 1, code)
            if chain and not linked:
                yield chain
                chain = []
            chain, linked = [*chain, one], False
            continue
        linked = linked or lines[at].strip() in _CHAINED
        at += 1
    if chain:
        yield chain


def _one(lines: list[str], at: int, code: Mapping[str, str]) -> tuple[Raised, int]:
    """The exception whose frames begin at a line, and the line behind it."""
    frames: list[Frame] = []
    while at < len(lines) and (lines[at].startswith("  ") or not lines[at].strip()):
        found = _FRAME.fullmatch(lines[at])
        if found:
            file, yours = _called(found["file"], code)
            frames.append(Frame(file, int(found["line"]), found["function"] or "", "", yours))
        elif frames and lines[at].startswith("    ") and not frames[-1].source and lines[at].strip(" ~^"):
            last = frames[-1]
            frames[-1] = Frame(last.file, last.line, last.function, lines[at].strip(), last.yours)
        elif not lines[at].strip() and not frames:
            break
        at += 1
    exception = lines[at].strip() if at < len(lines) else "the log ends within the traceback"
    return Raised(exception, tuple(frames)), at + 1


def _called(file: str, code: Mapping[str, str]) -> tuple[str, bool]:
    for folder, name in code.items():
        if file.startswith(f"{folder}/"):
            return f"{name}/{file[len(folder) + 1 :]}", True
    _, packages, rest = file.rpartition("/site-packages/")
    return (rest if packages else file), False
