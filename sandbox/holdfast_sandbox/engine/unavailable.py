"""What does a person read when no engine can be had?

 One error with every road's reason, instead of the last road's stack trace: which road could be opened is for the
person to choose, and what to do differs per network.
"""

from __future__ import annotations

from collections.abc import Mapping


class EngineUnavailable(Exception):  # noqa: N818  (reads as what it says: `except EngineUnavailable`)
    """No road to a `pulumi` CLI is open. Exit code 2: something on this machine or its network must change."""

    id = "engine-unavailable"
    exit_code = 2

    def __init__(self, reasons: Mapping[str, str], hint: str) -> None:
        """`reasons` has one sentence per road that was tried, in the order of trying."""
        self.message = "There is no Pulumi engine on this machine, and none could be had"
        self.reasons = dict(reasons)
        self.hint = hint
        super().__init__(self.message)

    def render(self) -> str:
        """The error as it is shown: id, message, one line of evidence a road, hint."""
        width = max((len(road) for road in self.reasons), default=0) + 1
        evidence = "\n".join(f"  {road + ':':<{width}} {reason}" for road, reason in self.reasons.items())
        return f"error: {self.id}\n\n{self.message}\n{evidence}\n\nhint: {self.hint}\n"

    def __str__(self) -> str:
        return self.render()


class RoadClosed(Exception):  # noqa: N818  (no error: the next road is tried)
    """This road leads to no engine; the text is the reason, one sentence."""
