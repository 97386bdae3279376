"""How does the sandbox say that something is wrong? An id, a message, evidence and a hint, rendered the same
everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class SandboxError(Exception):
    """`id` is kebab-case and stable; `evidence` are (label, what was found) lines; exit code 2: the user's to mend."""

    exit_code = 2

    def __init__(self, id: str, message: str, *, evidence: Iterable[tuple[str, str]] = (), hint: str = "") -> None:
        super().__init__(f"{id}: {message}")
        self.id = id
        self.message = message
        self.evidence = [(str(label), str(text)) for label, text in evidence]
        self.hint = hint

    def render(self) -> str:
        """The text for stderr."""
        lines = [f"error: {self.id}", "", self.message]
        width = max((len(label) for label, _ in self.evidence), default=0) + 1
        lines += [f"  {label + ':':<{width}} {text}" for label, text in self.evidence]
        if self.hint:
            lines += ["", f"hint: {self.hint}"]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "message": self.message, "evidence": self.evidence, "hint": self.hint}
