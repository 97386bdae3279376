"""What was Azure asked? A view of a running sandbox's request log, from a mark on."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from holdfast_sandbox import running
from holdfast_sandbox.environment import variables
from holdfast_sandbox.home import state_dir


@dataclass(frozen=True, slots=True)
class Request:
    """One request that the server answered. `caller` is the token's object id; `began` and `answered` are seconds
    since 1970; `note` says what a fault did to it."""

    method: str
    path: str
    status: int | None
    caller: str
    began: float = 0.0
    answered: float = 0.0
    note: str = ""

    @property
    def is_arm(self) -> bool:
        """Whether it went to the resource manager: not for a token, nor for the description of the cloud."""
        return self.path.lower().startswith(("/subscriptions", "/tenants", "/providers"))

    @property
    def is_write(self) -> bool:
        """A POST is a read where it only lists or checks (`listKeys`, `checkNameAvailability`)."""
        action = self.path.partition("?")[0].rstrip("/").rpartition("/")[2].lower()
        posted = self.method == "POST" and not action.startswith(("list", "check"))
        return self.is_arm and (posted or self.method in ("PUT", "PATCH", "DELETE"))

    def __str__(self) -> str:
        return f"{self.method} {self.path} -> {self.status}"


@dataclass(slots=True)
class Azure:
    """A running sandbox."""

    server: running.RunningServer
    environ: dict[str, str] = field(default_factory=dict)

    @classmethod
    def around(cls) -> Azure:
        """The sandbox that this process runs in (`holdfast sandbox run`)."""
        return cls(running.found(state_dir()), dict(os.environ))

    @classmethod
    @contextmanager
    def private(cls, state: Path, *options: str, base: Mapping[str, str] | None = None) -> Iterator[Azure]:
        """A server of one's own in `state`, ended with the block; the engine must be there already."""
        from holdfast_sandbox import engine

        server, process = running.start(state, *options, detached=False)
        try:
            entries = list(engine.path_entries(engine.status()))
            yield cls(server, {**(base or os.environ), **variables(server.url, state, entries, base or os.environ)})
        finally:
            process.terminate()
            process.wait(10)

    def mark(self) -> int:
        """The number of the last request so far."""
        log = self.server.ask("GET", "log")
        return int(log[-1]["n"]) if log else 0

    def since(self, mark: int) -> list[Request]:
        """Everything that was asked after `mark`."""
        return [
            Request(
                row["method"],
                row["path"],
                row["status"],
                row.get("caller") or "",
                (row.get("answered") or 0.0) - row["ms"] / 1000,
                row.get("answered") or 0.0,
                str(row.get("note") or ""),
            )
            for row in self.server.ask("GET", f"log?since={mark}")
        ]

    def fault(self, match: str, **rule: Any) -> None:
        """Let requests fail; see `holdfast sandbox fault add --help`."""
        self.server.ask("POST", "faults", {"match": match, **rule})

    def clear_faults(self) -> None:
        """Back to a healthy Azure."""
        self.server.ask("DELETE", "faults")
