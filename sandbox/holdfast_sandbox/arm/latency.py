"""How long does Azure take? A profile scales typical durations, so that tests run at once and a demonstration feels
real.

`off` is 0 (an operation is done at its first poll), `azure` is 1, any other number scales. The durations themselves
stand beside what takes them: in the routes (`seconds`) and where an operation is started.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Latency:
    """`factor` times the typical seconds."""

    factor: float

    @classmethod
    def parse(cls, text: str) -> Latency:
        """`off`, `azure` or a non-negative factor; ValueError with what is allowed otherwise."""
        known = {"off": 0.0, "azure": 1.0}
        try:
            factor = known[text] if text in known else float(text)
        except ValueError:
            factor = -1.0
        if not (0 <= factor < math.inf):
            raise ValueError(f"{text!r} is neither 'off', 'azure' nor a factor of 0 or more")
        return cls(factor)

    def seconds(self, typical: float) -> float:
        """How long something takes under this profile that typically takes `typical` seconds."""
        return typical * self.factor

    def retry_after(self, typical: float) -> int:
        """The `Retry-After` to send, in whole seconds: 0 when nothing takes time, else at least 1."""
        return 0 if self.factor == 0 else max(1, round(typical * self.factor))
