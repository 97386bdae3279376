"""Which exceptions does a log hold, and which line of whose code raised each?

A traceback is read line by line, also where its head is cut off, where its lines come out of a JSON message, and where
several are chained. Chained ones are one failure: what began it is first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.diagnose.lines import Line


@dataclass(frozen=True, slots=True)
class Frame:
    """One call: `file`, `line` (0 where none is told), `function` (empty where none is), and the line's `code`."""

    file: str
    line: int
    function: str
    code: str = ""

    @property
    def is_users(self) -> bool:
        """Whether it is the code of somebody's service: no library, no inference server, no interpreter."""
        return not _LIBRARY.search(self.file.replace("\\", "/"))

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Part:
    """One exception of a chain: its type, its message, and its frames, the outermost first."""

    type: str
    message: str
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class Raised:
    """A chain of exceptions as one failure, in the order in which they were raised; `begin` and `end` are positions
    among the log's lines, `end` excluded."""

    begin: int
    end: int
    parts: tuple[Part, ...]

    @property
    def types(self) -> tuple[str, ...]:
        return tuple(part.type for part in self.parts)

    @property
    def messages(self) -> tuple[str, ...]:
        return tuple(part.message for part in self.parts)

    @property
    def frames(self) -> tuple[Frame, ...]:
        """Those of all of them."""
        return tuple(frame for part in self.parts for frame in part.frames)

    @property
    def user_frame(self) -> Frame | None:
        """The last line of the user's own code on the way to the first exception; else of any."""
        for frames in (self.parts[0].frames, self.frames):
            users = [frame for frame in frames if frame.is_users]
            if users:
                return users[-1]
        return None

    @property
    def phase(self) -> str:
        """`init`, `run` or `import` of a scoring script; empty for any other program."""
        if not self._serves:
            return ""
        functions = [frame.function for frame in self.frames if frame.is_users]
        called = " ".join(f"{frame.function} {frame.code}" for frame in self.frames if not frame.is_users)
        if "run" in functions or re.search(r"\binvoke_run\b|_user_run\b|\bmain\.run\(", called):
            return "run"
        if "init" in functions or re.search(r"\binvoke_init\b|_user_init\b|\bmain\.init\(", called):
            return "init"
        if (functions and functions[-1] in ("<module>", "")) or re.search(r"\bexec_module\b|\bload_script\b", called):
            return "import"
        return ""

    @property
    def _serves(self) -> bool:
        if any(_SERVER.search(frame.file) for frame in self.frames):
            return True
        files = [frame.file.replace("\\", "/") for frame in self.frames if frame.is_users]
        return bool(files) and any(_SCRIPT.search(file) for file in files) and not _OTHER.search(files[0])


_LIBRARY = re.compile(
    r"site-packages|dist-packages|/lib(?:64)?/python\d|/lib/[\w.]+\.py$|azureml-server/|azureml_inference_server_http"
    r"|^<(?!stdin)|/gunicorn/|/bin/[\w-]+$|Lib/[\w/]+\.py$"
)
_SERVER = re.compile(r"azureml-server/|azureml_inference_server_http|azmlinfsrv")
_SCRIPT = re.compile(
    r"azureml-app/|(?:^|/)(?:[\w.-]*(?:score|scoring|entry|inference|predict|serve|serving)[\w.-]*|main|app|model)\.py$"
)
_OTHER = re.compile(r"(?:^|/)(?:tests?|notebooks?)/|(?:^|/)(?:train\w*|test_\w+|conftest|setup|plot\w*)\.py$")

_HEAD = re.compile(r"Traceback \(most recent call last\)")
_FRAME = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+)(?:, in (?P<function>\S+))?\s*$')
# IPython: `File ~/x/score.py:12, in init()`, and older `~/x/core.py in f(a, b)`.
_IPYTHON = re.compile(r"^\s*(?:File )?(?P<file>[~/\w.-]+\.py)(?::(?P<line>\d+),)? in (?P<function>[\w<>.]+)\(")
_LINK = re.compile(r"^\s*(?:The above exception was the direct cause|During handling of the above exception)")
_EXCEPTION = re.compile(r"^\s{0,2}(?P<type>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?::\s?(?P<message>.*))?$")
_NAMED = re.compile(r"(?:Error|Exception|Exit|Interrupt|Fault|NotFound|NoSuchFile|Timeout|Failure|Warning|Fail)$")
_CARETS = re.compile(r"^\s*[~^]+[\s~^]*$|^\s*\[Previous line repeated|^\s*\.\.\. ?$")


def tracebacks(lines: Sequence[Line], *, unfinished: bool = False) -> list[Raised]:
    """Every chain of exceptions among the lines, in order. `unfinished`: also one whose exception is not written yet,
    with an empty type."""
    found: list[Raised] = []
    at = 0
    while at < len(lines):
        if not (_HEAD.search(lines[at].text) or _FRAME.match(lines[at].text)):
            at += 1
            continue
        raised = _chain(lines, at, unfinished)
        if raised is None:
            at += 1
            continue
        found.append(raised)
        at = raised.end
    return found


def _chain(lines: Sequence[Line], begin: int, unfinished: bool) -> Raised | None:
    parts: list[Part] = []
    at = begin
    while True:
        one = _one(lines, at, unfinished)
        if one is None:
            break
        part, at = one
        parts.append(part)
        following = _next_of_chain(lines, at)
        if following is None:
            break
        at = following
    return Raised(begin, at, tuple(parts)) if parts else None


def _next_of_chain(lines: Sequence[Line], at: int) -> int | None:
    """Where the traceback begins that the lines from `at` on tie to the one before."""
    linked = False
    for position in range(at, min(at + 8, len(lines))):
        text = lines[position].text
        linked = linked or bool(_LINK.match(text))
        if linked and (_HEAD.search(text) or _FRAME.match(text)):
            return position
    return None


def _one(lines: Sequence[Line], begin: int, unfinished: bool) -> tuple[Part, int] | None:
    """The traceback that begins there, and where it ends; None where no exception ends it."""
    headed = bool(_HEAD.search(lines[begin].text))
    at = begin + 1 if headed else begin
    frames: list[Frame] = []
    while at < len(lines):
        text = lines[at].text
        frame = _FRAME.match(text) or _IPYTHON.match(text)
        if frame is not None:
            code = _code(lines, at + 1)
            frames.append(Frame(frame["file"], int(frame["line"] or 0), frame["function"] or "", code))
            at += 2 if code else 1
            continue
        ends = _EXCEPTION.match(text)
        if ends is not None and frames and _is_exception(ends, headed):
            message, end = _message(lines, at, (ends["message"] or "").strip())
            return Part(ends["type"], message, tuple(frames)), end
        if not (_CARETS.match(text) or not text.strip() or text[:1].isspace()) and not _in_ipython(text):
            return None
        at += 1
    return (Part("", "", tuple(frames)), at) if unfinished and frames else None


def _code(lines: Sequence[Line], at: int) -> str:
    """The source line behind a frame, where the log shows it."""
    if at >= len(lines):
        return ""
    text = lines[at].text
    ends = _EXCEPTION.match(text)
    if _FRAME.match(text) or not text.strip() or (ends is not None and _NAMED.search(ends["type"])):
        return ""
    return text.strip()


def _is_exception(found: re.Match[str], headed: bool) -> bool:
    """By what exceptions are called; behind a whole traceback by its place, too: people name classes as they like."""
    name = found["type"]
    if _NAMED.search(name) or ("." in name and found["message"] is not None):
        return True
    return headed and name[:1].isupper() and not name.isupper()


def _in_ipython(text: str) -> bool:
    return bool(re.match(r"^(?:-+>)?\s*\d+\s|^-{5,}", text))


def _message(lines: Sequence[Line], at: int, message: str) -> tuple[str, int]:
    """The exception's message, with what Azure's exceptions write below their name (`\\tMessage: ...`)."""
    end = at + 1
    for position in range(at + 1, min(at + 4, len(lines))):
        text = lines[position].text
        if not re.match(r"\s*(?:Message|Code|Content|Inner\w+|Response Code):", text):
            break
        message, end = f"{message} {text.strip()}".strip(), position + 1
    return message, end
