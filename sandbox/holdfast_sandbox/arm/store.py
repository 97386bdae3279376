"""Where does the sandbox keep what it was told? In one SQLite file; an answered write is on disk before its answer.

Why SQLite in WAL mode with `synchronous=FULL`: a commit returns after the log is synced, a `kill -9` at any moment
leaves either the whole transaction or none of it, and nothing has to be repaired at the next start. One connection,
used from the event loop only: requests are carried out one after another, each in a transaction of its own.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]

SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS resource (
  key TEXT PRIMARY KEY, id TEXT NOT NULL, type_key TEXT NOT NULL, subscription TEXT NOT NULL, group_key TEXT NOT NULL,
  data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS resource_type ON resource (type_key, subscription, group_key);
CREATE INDEX IF NOT EXISTS resource_group ON resource (subscription, group_key);
CREATE TABLE IF NOT EXISTS record (
  kind TEXT NOT NULL, key TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS listing (
  n INTEGER PRIMARY KEY, key TEXT NOT NULL, at REAL NOT NULL, data TEXT);
CREATE INDEX IF NOT EXISTS listing_key ON listing (key, at);
"""


class StateVersionError(Exception):
    """The state was written by another version of the sandbox."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


@dataclass
class Resource:
    """One resource as it is stored.

    `body` is what a GET answers apart from `id`, `name` and `type`; `private` is never answered (secret values, notes
    of the service). `group` is empty outside a resource group. Casing is that of the creation; lookups ignore it.
    """

    id: str
    type: str
    name: str
    subscription: str
    group: str
    body: Json = field(default_factory=dict)
    private: Json = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.id.lower()

    @property
    def location(self) -> str:
        return str(self.body.get("location", ""))

    @property
    def tags(self) -> dict[str, str]:
        return dict(self.body.get("tags") or {})

    def answer(self) -> Json:
        """What a GET of it answers."""
        return {"id": self.id, "name": self.name, "type": self.type, **self.body}


class Store:
    """The sandbox's state. Open one per process; `transaction()` around every read and write."""

    def __init__(self, path: Path) -> None:
        """Opens or makes the file at `path`; `StateVersionError` when another version of the sandbox wrote it."""
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_SCHEMA)
        found = self._db.execute("SELECT value FROM meta WHERE name='version'").fetchone()
        if found is None:
            self._db.execute("INSERT INTO meta VALUES ('version', ?)", (str(SCHEMA_VERSION),))
        elif found[0] != str(SCHEMA_VERSION):
            self._db.close()
            raise StateVersionError(found[0])

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: committed, and synced to disk, when the block ends; rolled back when it raises."""
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._db.in_transaction

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A transaction within the transaction: what fails in it is undone, what came before stays."""
        self._db.execute("SAVEPOINT step")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK TO step")
            self._db.execute("RELEASE step")
            raise
        self._db.execute("RELEASE step")

    def clear(self) -> None:
        """Forgets every resource and record."""
        for table in ("resource", "record", "listing"):
            self._db.execute(f"DELETE FROM {table}")

    # -- resources -----------------------------------------------------------------------------------------------------

    def get(self, resource_id: str) -> Resource | None:
        """The resource of that id in any letter case, or None."""
        row = self._db.execute("SELECT data FROM resource WHERE key=?", (resource_id.lower(),)).fetchone()
        return _resource(row[0]) if row else None

    def save(self, resource: Resource) -> None:
        """Writes the resource, new or changed."""
        data = json.dumps(
            {
                "id": resource.id,
                "type": resource.type,
                "name": resource.name,
                "subscription": resource.subscription,
                "group": resource.group,
                "body": resource.body,
                "private": resource.private,
            }
        )
        self._db.execute(
            "INSERT INTO resource VALUES (?,?,?,?,?,?) "
            "ON CONFLICT (key) DO UPDATE SET id=excluded.id, data=excluded.data",
            (
                resource.key,
                resource.id,
                resource.type.lower(),
                resource.subscription.lower(),
                resource.group.lower(),
                data,
            ),
        )

    def remove(self, resource_id: str) -> None:
        """Removes the resource and all that lies under it."""
        key = resource_id.lower()
        self._db.execute("DELETE FROM resource WHERE key=? OR (key >= ? AND key < ?)", (key, key + "/", key + "0"))

    def find(
        self,
        type_name: str | None = None,
        *,
        subscription: str | None = None,
        group: str | None = None,
        under: str | None = None,
    ) -> list[Resource]:
        """The resources of a type, a subscription, a group, or under an id (all depths), in the order of their ids."""
        where, values = ["1"], []
        for column, value in (("type_key", type_name), ("subscription", subscription), ("group_key", group)):
            if value is not None:
                where.append(f"{column}=?")
                values.append(value.lower())
        if under is not None:
            where.append("key >= ? AND key < ?")
            values += [under.lower() + "/", under.lower() + "0"]
        rows = self._db.execute(
            f"SELECT data FROM resource WHERE {' AND '.join(where)} ORDER BY key",
            values,
        )
        return [_resource(row[0]) for row in rows]

    # -- records: what a service keeps that is no resource -----------------------------------------------------------

    def record(self, kind: str, key: str) -> Json | None:
        """The record of `kind` (`keyvault.deleted`, ...) under `key` in any letter case, or None."""
        row = self._db.execute("SELECT data FROM record WHERE kind=? AND key=?", (kind, key.lower())).fetchone()
        return dict(json.loads(row[0])) if row else None

    def records(self, kind: str) -> dict[str, Json]:
        """All records of `kind` by their lower-cased key, in the keys' order."""
        rows = self._db.execute("SELECT key, data FROM record WHERE kind=? ORDER BY key", (kind,))
        return {key: json.loads(data) for key, data in rows}

    def save_record(self, kind: str, key: str, data: Json) -> None:
        self._db.execute("INSERT OR REPLACE INTO record VALUES (?,?,?)", (kind, key.lower(), json.dumps(data)))

    def remove_record(self, kind: str, key: str) -> None:
        self._db.execute("DELETE FROM record WHERE kind=? AND key=?", (kind, key.lower()))

    # -- what a lagging list shows (see listing.py) ------------------------------------------------------------------

    def note_listing(self, key: str, at: float, data: Json | None) -> None:
        """Notes how the list would show `key` from the moment `at` on; None: not at all."""
        self._db.execute(
            "INSERT INTO listing (key, at, data) VALUES (?,?,?)",
            (key, at, None if data is None else json.dumps(data)),
        )

    def listing_known(self, key: str) -> bool:
        return self._db.execute("SELECT 1 FROM listing WHERE key=?", (key,)).fetchone() is not None

    def listing_at(self, at: float) -> dict[str, Json | None]:
        """How the list showed each noted key at that moment."""
        rows = self._db.execute(
            "SELECT key, data FROM listing AS l WHERE n = "
            "(SELECT n FROM listing WHERE key=l.key AND at<=? ORDER BY at DESC, n DESC LIMIT 1)",
            (at,),
        )
        return {key: None if data is None else json.loads(data) for key, data in rows}


def _resource(data: str) -> Resource:
    return Resource(**json.loads(data))
