"""What do the settings ask for? The settings stage makes it, every later stage reads it.

Names are resolved already (patterns, prefix + stack + hash); `None` always means "the settings omit it", and what that
means is decided later, from the state or from the live resource.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast.model.kinds import Kind
    from holdfast.model.permissions import Permissions
    from holdfast.model.roles import WantedRole
    from holdfast.model.services import WantedService
    from holdfast.model.sorts import Sort


class WhenExists(StrEnum):
    """What to do with a resource that is there and that no tag claims."""

    REFER = "refer"
    ADOPT = "adopt"
    REFUSE = "refuse"


class Authorization(StrEnum):
    """A vault's permission model."""

    ACCESS_POLICIES = "access-policies"
    RBAC = "rbac"


class GrantState(StrEnum):
    """Whether a grant is to be there or to be taken away."""

    PRESENT = "present"
    REVOKED = "revoked"


class RoleAssignments(StrEnum):
    """Whether role assignments are ours to write, or somebody else's."""

    MANAGE = "manage"
    EXPECT = "expect"


@dataclass(frozen=True, slots=True)
class Grant:
    """One line of `vault.grants`. Holds permissions or roles, never both; `principal` is a lower-case GUID."""

    principal: str
    permissions: Permissions
    roles: tuple[str, ...] = ()
    state: GrantState = GrantState.PRESENT


@dataclass(frozen=True, slots=True)
class WantedResource:
    """A resource by name (to be made or found in our group) or by id (somebody's; used, never managed)."""

    kind: Kind
    name: str
    id: str | None = None
    when_exists: WhenExists = WhenExists.REFUSE
    key: str = ""  #: Where the settings say so, for messages: `vault.name`.


@dataclass(frozen=True, slots=True)
class WantedPart:
    """A resource of which an environment may have many: a compute, a node pool, a container group.

    `settings` holds what the settings say, by their own keys, and nothing that they leave out. `parent` is the logical
    name of what it belongs to: a kind, or another part. `key` is where the settings say so, for messages. `inline`:
    it is made with its parent, in the parent's own body. `own_name`: its name holds this stack's hash, so that a live
    one of that name is ours even where its sort has no tags. `azure_name`: what Azure calls it, where not `name`.
    """

    sort: Sort
    name: str
    parent: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None
    when_exists: WhenExists = WhenExists.REFUSE
    key: str = ""
    inline: bool = False
    own_name: bool = False
    azure_name: str = ""

    @property
    def logical(self) -> str:
        """Its name in the state: `compute-cpu`. In lower case: to Azure, a name in another one is the same."""
        return f"{self.sort}-{self.name.lower()}"


@dataclass(frozen=True, slots=True)
class WantedVault:
    """The vault's settings beyond its name. `None`: omitted. `closed`: `network` asks for its firewall."""

    authorization: Authorization | None = None
    public_access: bool | None = None
    retention_days: int | None = None
    purge_protection: bool | None = None
    grants: tuple[Grant, ...] = ()
    never_restore: frozenset[str] = frozenset()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A whole environment.

    `roles` are those that the environment's own identities need; the vault's grants are its own. `settings` holds what
    they say about a kind beyond its name, by their own keys; the vault has its own. `tags` are
    the user's; the ownership tags are added by `ownership_tags`. `file` is the settings file as messages
    name it, for example `stacks/Pulumi.dev.yaml`. `retain`: `destroy` leaves what holds keys or data. `receipts` is the
    URL of the container that each run's receipt goes to as well. `folder` is the project's on this machine, which the
    paths of `services` start from; empty where there are none.
    """

    project: str
    stack: str
    file: str
    subscription: str
    location: str
    resource_group: str
    resources: Mapping[Kind, WantedResource]
    vault: WantedVault = field(default_factory=WantedVault)
    tags: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[Kind, Mapping[str, Any]] = field(default_factory=dict)
    parts: tuple[WantedPart, ...] = ()
    roles: tuple[WantedRole, ...] = ()
    role_assignments: RoleAssignments = RoleAssignments.MANAGE
    retain: bool = True
    receipts: str | None = None
    services: tuple[WantedService, ...] = ()
    folder: str = ""
