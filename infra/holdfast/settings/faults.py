"""How is a fault of a stack file said? Its file, its full key path, its value, what is allowed, what was meant.

Collected, never raised one by one: whoever mends a file wants to know everything that is wrong with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.model.errors import Fault

#: Values and lists of allowed words are cut here; what matters of a longer one has been said by then.
_LONGEST = 100


class Missing:
    """Stands for a value that is not there."""


MISSING = Missing()


class Faults:
    """The faults of one file, in the order in which they were found."""

    def __init__(self, file: str, lines: Mapping[str, int] | None = None) -> None:
        """`file` as messages name it; `lines` tells the line of a key path, where the file itself was read."""
        self.file = file
        self._lines = lines or {}
        self._found: list[tuple[str, Fault]] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def __iter__(self) -> Iterator[Fault]:
        return (fault for _, fault in self._found)

    def touches(self, path: str) -> bool:
        """Whether something under that key path is wrong already, so that what follows from it is not worth saying."""
        return any(found == path or found.startswith((f"{path}.", f"{path}[")) for found, _ in self._found)

    def add(
        self, id: str, path: str, says: str, *, value: Any = MISSING, allowed: str = "", hint: str = "", also: str = ""
    ) -> None:
        """Note a fault. `says` goes on from the key path: "is no GUID"; `also` is another key path that it is about."""
        evidence = [("file", self._place(path)), ("key", path)]
        if also:
            evidence.append(("and", f"{also} ({self._place(also)})" if self._line(also) else also))
        if value is not MISSING:
            evidence.append(("value", shown(value)))
        if allowed:
            evidence.append(("allowed", allowed))
        self._found.append((path, Fault(id, f"`{path}` {says}", tuple(evidence), hint)))

    def _place(self, path: str) -> str:
        line = self._line(path)
        return f"{self.file}:{line}" if line else self.file

    def _line(self, path: str) -> int:
        return self._lines.get(path, 0)


def shown(value: Any) -> str:
    """A value as a message shows it: JSON, so that `"7"` and `7` differ, cut where it is long."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
