"""Who is behind an object id, as far as the directory said? Three answers: a name, nobody, or not known.

"Not known" is what a directory that did not answer leaves, and what it can't say of another tenant's principals; it is
never taken for "nobody".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Principal:
    """One object of the directory. `kind`: user | group | service principal | managed identity | ... in words;
    `name` is empty where the login may see that it is there and no more."""

    id: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Directory:
    """What the directory answered. `known` is by lower-case object id, `asked` are the ids that were answered for;
    `tenant` is the one that it is the directory of; `silence` says why nothing, or not all, is known."""

    known: Mapping[str, Principal] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    tenant: str = ""
    silence: str = ""

    def find(self, id: str) -> Principal | None:
        """Who it is; None where nobody says."""
        return self.known.get(id.lower())

    def is_nobody(self, id: str, tenant: str) -> bool | None:
        """Whether no principal of `tenant` has that id; None where this directory can't tell."""
        if id.lower() in self.known:
            return False
        told = id.lower() in self.asked and self.tenant and self.tenant.lower() == tenant.lower()
        return True if told else None

    def label(self, id: str) -> str:
        """`Ann Example (user)`; the id alone where no name is known."""
        found = self.find(id)
        return f"{found.name} ({found.kind})" if found and found.name else id
