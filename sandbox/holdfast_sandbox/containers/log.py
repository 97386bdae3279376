"""What has a container written? Lines with the time they came, of a bounded size: a loop that prints must not fill
memory.

Both streams are one, as `kubectl logs` shows them. The oldest lines go first.
"""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime

#: Bytes of the lines that are kept of one run.
KEPT = 4 * 1024 * 1024
_LONGEST_LINE = 16 * 1024  # as container runtimes cut them


class Log:
    """The output of one run."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept, self._size, self._rest = kept, 0, b""
        self._lines: deque[tuple[float, str]] = deque()

    def write(self, at: float, content: bytes) -> None:
        """More output, cut anywhere; `at`: seconds since 1970."""
        *whole, self._rest = (self._rest + content).split(b"\n")
        for line in whole:
            self._add(at, line)
        while len(self._rest) > _LONGEST_LINE:
            self._add(at, self._rest[:_LONGEST_LINE])
            self._rest = self._rest[_LONGEST_LINE:]

    def end(self, at: float) -> None:
        """No more comes: what has no newline is a line, too."""
        if self._rest:
            self._add(at, self._rest)
            self._rest = b""

    def lines(self, tail: int | None = None) -> list[tuple[float, str]]:
        """The lines, or the last `tail` ones."""
        found = [*self._lines]
        if self._rest:
            found.append((found[-1][0] if found else 0.0, self._rest.decode(errors="replace")))
        return found if tail is None else found[len(found) - min(tail, len(found)) :]

    def text(self, tail: int | None = None, *, stamped: bool = False) -> str:
        """The lines as one text, with times in front of them if asked for."""
        return "".join(f"{stamp(at)} {line}\n" if stamped else f"{line}\n" for at, line in self.lines(tail))

    def _add(self, at: float, line: bytes) -> None:
        self._lines.append((at, line.rstrip(b"\r").decode(errors="replace")))
        self._size += len(line) + 1
        while self._size > self._kept and len(self._lines) > 1:
            self._size -= len(self._lines.popleft()[1].encode()) + 1


def stamp(at: float) -> str:
    """`2026-01-31T12:00:00.000000Z`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
