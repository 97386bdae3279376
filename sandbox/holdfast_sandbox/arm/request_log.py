"""What was asked, by whom, with what answer? The log that tests, benchmarks and people read.

It is a database of its own, without syncing: a killed server loses no line (the operating system has them), a power
cut may. Never a body, a token or a secret: the path, the api-version, the status, the time and the caller's object
id.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

KEPT = 200_000  # lines kept at a start; about 30 MB


class RequestLog:
    """Every request, by the order of its arrival. A line is there before the client has the answer."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS request (n INTEGER PRIMARY KEY, method TEXT, path TEXT, api_version TEXT, "
            "status INTEGER, ms REAL, caller TEXT, note TEXT, answered REAL)"
        )
        if "answered" not in {row[1] for row in self._db.execute("PRAGMA table_info(request)")}:
            self._db.execute("ALTER TABLE request ADD COLUMN answered REAL")  # a log from before there was one
        last = self._db.execute("SELECT max(n) FROM request").fetchone()[0]
        cleared = self._db.execute("PRAGMA user_version").fetchone()[0]
        self._last = max(int(last or 0), int(cleared))
        self._db.execute("DELETE FROM request WHERE n <= ?", (self._last - KEPT,))

    def close(self) -> None:
        self._db.close()

    @property
    def last(self) -> int:
        """The number of the latest request that arrived."""
        return self._last

    def arrive(self) -> int:
        """The number of a request that has just arrived."""
        self._last += 1
        return self._last

    def add(
        self,
        n: int,
        method: str,
        path: str,
        api_version: str | None,
        status: int | None,
        ms: float,
        caller: str | None,
        note: str | None,
    ) -> None:
        """Notes an answer; `status` None: the connection was reset."""
        self._db.execute(
            "INSERT OR REPLACE INTO request VALUES (?,?,?,?,?,?,?,?,?)",
            (n, method, path, api_version, status, round(ms, 2), caller, note, round(time.time(), 4)),
        )

    def since(self, n: int = 0) -> list[dict[str, Any]]:
        """The lines after number `n`, oldest first: `{n, method, path, apiVersion, status, ms, caller,
        answered}`; `answered` is in seconds since 1970, `ms` how long the answer took.

        `note` is there only where the sandbox has something to say: `unknown-type`, `unknown-verb`, `fault 3`, ...
        """
        columns = "n, method, path, api_version, status, ms, caller, note, answered"
        rows = self._db.execute(f"SELECT {columns} FROM request WHERE n > ? ORDER BY n", (n,))
        names = ("n", "method", "path", "apiVersion", "status", "ms", "caller", "note", "answered")
        lines = [dict(zip(names, row, strict=True)) for row in rows]
        for line in lines:
            if line["note"] is None:
                del line["note"]
        return lines

    def clear(self) -> None:
        """Forgets the lines; the numbers go on, so that a reader's `since` stays right."""
        self._db.execute(f"PRAGMA user_version = {self._last:d}")
        self._db.execute("DELETE FROM request")
