"""What does a person see while the engine is being had, which can take minutes?

 On a terminal one line that moves, elsewhere (a pipeline's log) a line every few seconds with what happens and for
how long. All of it to standard error; nothing at all when quiet.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

EVERY_SECONDS = 5.0


class Progress:
    """Where a road says what it is doing. `note` replaces what is shown next, `say` shows a line now."""

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._what = ""
        self._started = time.monotonic()

    def note(self, what: str) -> None:
        """Say what is happening now; it appears with the next tick."""
        self._what = what

    def say(self, line: str) -> None:
        """Show `line` now, unless quiet."""
        if not self._quiet:
            print(f"holdfast engine: {line}", file=sys.stderr, flush=True)

    def line(self) -> str:
        """What is happening and for how long."""
        minutes, seconds = divmod(int(time.monotonic() - self._started), 60)
        return f"{self._what} ({minutes}:{seconds:02d})"

    @contextmanager
    def ticking(self, what: str) -> Iterator[None]:
        """Show `line()` every few seconds (on a terminal: several times a second, in place) until the block ends."""
        self.note(what)
        self._started = time.monotonic()
        if self._quiet:
            yield
            return
        stop = threading.Event()
        shown = threading.Thread(target=self._terminal if sys.stderr.isatty() else self._log, args=(stop,), daemon=True)
        shown.start()
        try:
            yield
        finally:
            stop.set()
            shown.join()

    def _log(self, stop: threading.Event) -> None:
        self.say(self.line())
        while not stop.wait(EVERY_SECONDS):
            self.say(self.line())

    def _terminal(self, stop: threading.Event) -> None:
        from rich.console import Console

        console = Console(stderr=True)
        with console.status(self.line()) as status:
            while not stop.wait(0.25):
                status.update(self.line())
