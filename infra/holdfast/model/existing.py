"""What was found? Four answers for every resource, because "could not read" is never "absent".

The read stage makes these; `decide` never asks again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast.model.kinds import Kind
    from holdfast.model.permissions import PolicyEntry


@dataclass(frozen=True, slots=True)
class Absent:
    """A GET of the very id answered 404 (or its resource group does not exist). `taken` is what Azure says where its
    name is somebody's all the same: names of vaults are one world's."""

    taken: str = ""


@dataclass(frozen=True, slots=True)
class Live:
    """There. `id` is verbatim from Azure; `properties` is the body's `properties` where a GET was made, else empty;
    `body` is all of what Azure answered."""

    id: str
    name: str
    location: str
    tags: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class SoftDeleted:
    """Deleted, recoverable, and its name still taken. `id` is the id that the resource had."""

    id: str
    location: str
    deleted: str = ""
    purged_on: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Azure did not say: `status` 401, 403, 5xx, or 0 where no answer came."""

    status: int
    code: str
    message: str

    @property
    def evidence(self) -> tuple[tuple[str, str], ...]:
        """What came back, as rows of a `Fault`."""
        return (("answer", f"{self.status or 'no answer'} {self.code}".strip()), ("said", self.message))


Existing = Absent | Live | SoftDeleted | Unreadable


@dataclass(frozen=True, slots=True)
class Recorded:
    """One resource of our state: its outputs at the last checkpoint. `name` is Azure's name for it."""

    urn: str
    token: str
    name: str
    outputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoleAssignment:
    """One role assignment. `role` is the role definition's GUID."""

    id: str
    name: str
    scope: str
    principal: str
    role: str

    def gives(self, principal: str, role: str) -> bool:
        """Whether it is this role for this principal; Azure compares GUIDs without letter case."""
        return self.principal.lower() == principal.lower() and self.role.lower() == role.lower()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the read stage found.

    `state` and `parts` are by logical name. `policies` are the vault's entries, `None` where the vault is not there or
    could not be read. `role_assignments` is `None` where they were not asked for. `deleted_vaults` and
    `deleted_workspaces` say why those of the subscription could not be listed. `assets` are the versions that services
    are made of, as far as our state does not hold them.
    """

    existing: Mapping[Kind, Existing]
    state: Mapping[str, Recorded] = field(default_factory=dict)
    policies: tuple[PolicyEntry, ...] | None = None
    role_assignments: tuple[RoleAssignment, ...] | Unreadable | None = None
    deleted_vaults: Unreadable | None = None
    deleted_workspaces: Unreadable | None = None
    tenant: str = ""
    parts: Mapping[str, Existing] = field(default_factory=dict)
    assets: Mapping[str, Existing] = field(default_factory=dict)
