"""Who writes to the vault all the time? A colleague's script: an access policy every 20 ms, by Microsoft's client.

It takes Azure's 409 ConflictError for what it is, another write under way, and tries again. What was acknowledged to
it is remembered: each of it has to be there at the end.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from azure.core.exceptions import HttpResponseError

from holdfast_sandbox.rehearsal import Stranger

#: Seconds between the beginnings of two additions.
PACE = 0.02
#: Principals that it gives access to in turn: a vault holds 1024 entries, and reading one of many takes time.
PRINCIPALS = 700

_PERMISSIONS = {
    "secrets": "get list set delete recover backup restore",
    "keys": "get list update create import delete recover backup restore encrypt decrypt wrapKey unwrapKey sign verify",
    "certificates": "get list update create import delete recover backup restore managecontacts manageissuers",
}
#: What it gives, one permission after the other to each principal.
GIFTS = [(kind, word) for kind, words in _PERMISSIONS.items() for word in words.split()]


@dataclass(slots=True)
class ForeignWriter:
    """Adds to one vault while it is `at_work`. `given`: (principal, kind, permission) that Azure acknowledged."""

    stranger: Stranger
    vault_id: str
    given: list[tuple[str, str, str]] = field(default_factory=list)
    conflicts: int = 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Writes until the block ends; its own failure is raised there."""
        stop, failed = threading.Event(), list[BaseException]()
        thread = threading.Thread(target=self._write, args=(stop, failed), name="foreign-writer")
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
        if failed:
            raise failed[0]

    def lost(self) -> list[tuple[str, str, str]]:
        """What was acknowledged and is not there any more."""
        held = self.stranger.policies(self.vault_id)
        return [gift for gift in self.given if gift[2].lower() not in held.get(gift[0], {}).get(gift[1], [])]

    def _write(self, stop: threading.Event, failed: list[BaseException]) -> None:
        try:
            while not stop.is_set():
                began = time.monotonic()
                number = len(self.given)
                who = self.stranger.principal(number % PRINCIPALS)
                kind, word = GIFTS[number // PRINCIPALS]
                try:
                    self.stranger.add(self.vault_id, self.stranger.entry(who, **{kind: [word]}))
                    self.given.append((who, kind, word))
                except HttpResponseError as error:
                    if error.status_code != 409:
                        raise
                    self.conflicts += 1
                # Where a write takes longer than its turn, the vault would never be free, and Azure refuses overlapping
                # writes: whoever does not try again would never get to lose anything.
                time.sleep(max(PACE / 2, PACE - (time.monotonic() - began)))
        except BaseException as error:
            failed.append(error)
