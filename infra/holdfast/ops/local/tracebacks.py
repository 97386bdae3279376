"""Where did a scoring script raise? What a log says of it, the script's own frame first.

The inference server wraps what a script raises in exceptions of its own, and writes both, with frames of itself before
the script's and of libraries behind them. Who looks for the line to mend wants the script's. Read by the doctor's own
reader (`diagnose/tracebacks.py`). Source of the wrappers: azureml-inference-server-http, server/user_script.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.diagnose.lines import read_lines
from holdfast.diagnose.tracebacks import Part, tracebacks

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
    chains = [[_named(part, code) for part in one.parts] for one in tracebacks(read_lines("log", log), unfinished=True)]
    chains = [chain for chain in chains if any(_of_script(one) for one in chain)]
    if not chains:
        return None
    found: Raised | None = None
    for one in [one for one in chains[-1] if not one.exception.startswith(_SERVER)] or chains[-1]:
        found = Raised(one.exception, one.frames, found)
    return found


def _of_script(one: Raised) -> bool:
    return one.exception.startswith(_SERVER) or any(frame.yours for frame in one.frames)


def _named(part: Part, code: Mapping[str, str]) -> Raised:
    frames = []
    for frame in part.frames:
        file, yours = _called(frame.file, code)
        frames.append(Frame(file, frame.line, frame.function, frame.code, yours))
    exception = f"{part.type}: {part.message}" if part.message else part.type
    return Raised(exception or "the log ends within the traceback", tuple(frames))


def _called(file: str, code: Mapping[str, str]) -> tuple[str, bool]:
    for folder, name in code.items():
        if file.startswith(f"{folder}/"):
            return f"{name}/{file[len(folder) + 1 :]}", True
    _, packages, rest = file.rpartition("/site-packages/")
    return (rest if packages else file), False
