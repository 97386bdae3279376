"""Who ran what? The part of a receipt that says where a run came from.

Gathered by `record`, which may look at the machine; `verify`, which may not, only writes it down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Commit:
    """What was checked out. `id` is Git's hash; `dirty`: tracked files differ from it. `None` where nobody knows."""

    id: str | None = None
    dirty: bool | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """`identity` is the object id of the login, never anything that it logs in with; `versions` by what they are of."""

    identity: str | None = None
    commit: Commit = field(default_factory=Commit)
    versions: Mapping[str, str] = field(default_factory=dict)
