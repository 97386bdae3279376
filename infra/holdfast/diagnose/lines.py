"""What does each line of a log say, without what the way to us has wrapped around it?

Terminals add colour, CI systems and container runtimes timestamps and stream names, loggers a level, services JSON,
and an SDK prints an answer with its line breaks as two characters. Each of them hides the same text. A line keeps the
number that it has in its file, whatever became of it, so that evidence can be looked up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from holdfast.model.build_log import without_signatures

#: What is longer than this is no line that somebody wrote; patterns are not let loose on it.
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line of `source`, its `number` counted from 1. `text` is what it says, with its indentation; `level` is
    `debug`, `info`, `warning`, `error` or empty where it names none."""

    source: str
    number: int
    text: str
    level: str = ""

    @property
    def where(self) -> str:
        """`file:12`, as editors take it."""
        return f"{self.source}:{self.number}"


# CSI sequences, and what is left of them where the escape character was lost (`[91mERROR[0m`).
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-Z\\-_]|\[(?:0|1|3\d|9\d)(?:;\d+)*m")
_TIME = r"\d{4}[-/]\d\d[-/]\d\d[T ,]{1,2}\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?"
_LEVELS = {
    "D": "debug", "DEBUG": "debug", "TRACE": "debug", "VERBOSE": "debug",
    "I": "info", "INFO": "info", "NOTICE": "info", "INFORMATION": "info",
    "W": "warning", "WARN": "warning", "WARNING": "warning",
    "E": "error", "ERROR": "error", "ERR": "error", "CRITICAL": "error", "FATAL": "error", "SEVERE": "error",
}  # fmt: skip
_NAMES = r"DEBUG|TRACE|VERBOSE|INFO|NOTICE|INFORMATION|WARN|WARNING|ERROR|ERR|CRITICAL|FATAL|SEVERE"

#: What stands before the text, each with the group `level` where it tells one. Tried again and again, from the left.
_PREFIXES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^\[?{_TIME}\]?[:,]?(?:\s\|)?(?:\s|$)",
        r"^\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]?\s",
        r"^[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d \S+ (?=\S+:)",
        r"^std(?:out|err) [FP] ",
        r"^(?P<level>[IWEF])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [\w.]+:\d+\] ",
        r"^\[pod/[^\]]+\] ",
        r"^[\w./-]+\s+\| ",
        r"^-? ?gunicorn/run \| ",
        rf"^\|? ?[\w.]+ \| (?P<level>{_NAMES}) \| ",
        r"^#\d+ (?:\d+\.\d+ )?(?!\[)",
        r"^##\[(?P<level>error|warning|debug)\]",
        r"^::(?P<level>error|warning|debug)(?: [^:]*)?::",
        r"^E {3,}(?=\S)",
        # Our own errors show lines of a log as rows of theirs.
        r"^\s+(?:log|event|line|said|answer):\s+(?=\S)",
        r"^(?:level|lvl)=(?P<level>\w+) (?:ts=\S+ )?msg=",
        rf"^\[\d+\] \[(?P<level>{_NAMES})\] ",
        r"^(?P<level>[DIWE]) \[\d+\] (?:[\w.]+ - )?",
        rf"^\[?(?P<level>{_NAMES})\]?(?::(?:root|[\w.]+\.[\w.]+):|\s*[:|]\s+|\s+-\s+|\s{{1,2}}(?=[^\s:]))",
        rf"^\[?[\w.]+\]? - (?P<level>{_NAMES}) - ",
        rf"^[a-z][\w.]* (?P<level>{_NAMES}):? (?=\S)",
    )
)
#: What in a JSON line is the text itself, not a field beside it.
_TEXTS = frozenset(
    "message msg log text exception exc_info error_message stack_trace stacktrace traceback stack errormessage detail"
    " description reason content body".split()
)
#: What nobody else should see of a line that is shown.
_SECRET = re.compile(
    r"(?P<name>(?:account_?key|sharedaccess(?:key|signature)|password|passwd|client_?secret|api_?key|access_?token|sig)"
    r"[\"']?\s*[=:]\s*[\"']?|\bBearer\s+)(?P<value>[^\s\"',;&]{6,})",
    re.IGNORECASE,
)
# `File "C:\\svc\\numpy.py"` breaks no line.
_WINDOWS_FRAME = re.compile(r'^\s*File "(?:[A-Za-z]:)?\\+')
_BREAK = re.compile(r"(?:\\+r)?(?<!:)\\+n")


def read_lines(source: str, text: str, first: int = 1) -> list[Line]:
    """The lines of a text, clean and in order; one with embedded line breaks becomes several of the same number."""
    found: list[Line] = []
    for number, raw in enumerate(re.split(r"\r?\n", text), first):
        for part in raw.split("\r"):
            found += _clean(source, number, part[:MOST])
    return found


def shown(text: str) -> str:
    """A line as it may be shown: nothing in it opens anything."""
    return _SECRET.sub(lambda found: f"{found['name']}***", text)


def _clean(source: str, number: int, raw: str) -> Iterator[Line]:
    text, level = without_prefix(_COLOUR.sub("", raw).rstrip())
    if text.startswith(("{", "[")) and text.endswith(("}", "]")):
        body = _as_json(text)
        if isinstance(body, dict | list):
            level = level or _level_of(body)
            for part in _flat(body):
                yield from (Line(source, number, without_signatures(piece), level) for piece in _pieces(part))
            return
    yield from (Line(source, number, without_signatures(piece), level) for piece in _pieces(text))


def without_prefix(text: str) -> tuple[str, str]:
    """What a line says, and its level."""
    level = ""
    for _ in range(6):
        for prefix in _PREFIXES:
            found = prefix.match(text)
            if found is not None:
                named = (found.groupdict().get("level") or "").upper()
                level = _LEVELS.get(named, level)
                text = text[found.end() :]
                break
        else:
            break
    return text, level


def _pieces(text: str) -> list[str]:
    """The lines of a text that holds its line breaks as the two characters that stand for one."""
    if "\\n" not in text or _WINDOWS_FRAME.match(text):
        return text.splitlines() or [text]
    pieces = [piece for part in text.splitlines() for piece in _BREAK.split(part)]
    return [piece.replace('\\"', '"').replace("\\'", "'").replace("\\t", "  ") for piece in pieces]


def _as_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _level_of(body: Any) -> str:
    if not isinstance(body, dict):
        return ""
    for key in ("level", "levelname", "severity", "lvl", "log.level"):
        if isinstance(body.get(key), str):
            return _LEVELS.get(body[key].upper(), "")
    return ""


def _flat(body: Any, key: str = "") -> Iterator[str]:
    """Every text and field of a JSON value, one a piece, in its order; a text that is JSON itself is opened, too."""
    if isinstance(body, dict):
        for name, value in body.items():
            yield from _flat(value, str(name))
    elif isinstance(body, list):
        for value in body:
            yield from _flat(value, key)
    elif isinstance(body, str):
        inner = _as_json(body) if body.lstrip().startswith(("{", "[")) else None
        if isinstance(inner, dict | list):
            yield from _flat(inner, key)
        else:
            yield body if not key or key.lower() in _TEXTS else f"{key}: {body}"
    elif body is not None:
        yield f"{key}: {json.dumps(body)}" if key else json.dumps(body)
