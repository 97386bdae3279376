"""How does Holdfast say that something is wrong? An id to look up, one sentence, the evidence, what to do.

The shape is pip's and uv's: reference, message, evidence, hint; its rendering is tested.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Blame(IntEnum):
    """Whose fault it is; the value is the exit code of a `holdfast` command."""

    OURS = 1
    USER = 2
    AZURE = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `evidence` are (label, text) rows; `id` is kebab-case and stable."""

    id: str
    message: str
    evidence: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    blame: Blame = Blame.USER

    def __str__(self) -> str:
        lines = [f"error: {self.id}", "", self.message]
        if self.evidence:
            width = max(len(label) for label, _ in self.evidence) + 1
            lines += [f"  {label + ':':<{width}} {text}" for label, text in self.evidence]
        if self.hint:
            lines += ["", f"hint: {self.hint}"]
        return "\n".join(lines)


class HoldfastError(Exception):
    """Ends a run or a command with one or more faults; never shown as a traceback."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n\n".join(str(fault) for fault in self.faults))

    @property
    def exit_code(self) -> int:
        """1 where any fault is ours, else 3 where any is Azure's, else 2."""
        blames = {fault.blame for fault in self.faults}
        return next((int(blame) for blame in (Blame.OURS, Blame.AZURE, Blame.USER) if blame in blames), int(Blame.OURS))
