"""What will the run do, in one value? Made by `decide`, carried out by `provision`, printed by the receipt.

Nothing in it needs an answer from Azure any more: a plan can be shown, compared and tested as data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from holdfast.model.decision import Create, Recover
from holdfast.model.kinds import Kind

if TYPE_CHECKING:
    from holdfast.model.assets import Asset
    from holdfast.model.bodies import Body
    from holdfast.model.decision import Decision
    from holdfast.model.permissions import Permissions, PolicyEntry
    from holdfast.model.sorts import Sort
    from holdfast.model.wanted import Authorization


@dataclass(frozen=True, slots=True)
class Note:
    """Something that every preview says although nothing is refused. `id` is kebab-case and stable."""

    id: str
    message: str


@dataclass(frozen=True, slots=True)
class VaultPlan:
    """The vault's settings: `wanted` by wire name, `changes` what one PATCH has to carry (empty: nothing to do).

    `tags` are tags that the vault lacks or holds with another value; they are merged into what it has. `recovered`:
    nobody could read it yet, so the writer finds out what of `wanted` and `tags` differs.
    """

    authorization: Authorization
    wanted: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    recovered: bool = False


@dataclass(frozen=True, slots=True)
class GrantsPlan:
    """The vault's access policies, as far as they are ours.

    `wanted`: what the settings list. `missing`: what one `accessPolicies/add` has to carry, the workspace identity's
    own entry included when it is gone. `revoke`: what `accessPolicies/remove` has to carry. `known`: what our state
    says that we gave in this vault. `dropped`: the part of it that the vault still holds and the settings list no more.
    `own`: what a user-assigned identity of the workspace is to get whose principal the engine alone will know.
    `gift`: the workspace identity's entry as last seen. `record`: nothing to write, but the gift is to be recorded.
    `kept`: the vault counts roles now, and what our state remembers of its policies stays there, for the way back.
    """

    wanted: tuple[PolicyEntry, ...] = ()
    missing: tuple[PolicyEntry, ...] = ()
    revoke: tuple[PolicyEntry, ...] = ()
    dropped: tuple[PolicyEntry, ...] = ()
    known: tuple[PolicyEntry, ...] = ()
    gift: PolicyEntry | None = None
    own: Permissions | None = None
    record: bool = False
    kept: bool = False


@dataclass(frozen=True, slots=True)
class RolePlan:
    """One role assignment on the vault. `name` is its GUID: the live one, else the deterministic one."""

    logical_name: str
    principal: str
    role: str
    name: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class AssignmentPlan:
    """One role assignment of an identity of the environment.

    `principal` is None where the engine alone will know it; `scope` is an id, `scope_of` the logical name that it was
    made of, or the id. `name` is its GUID, `before` what can't be made without it.
    """

    logical: str
    subject: str
    principal: str | None
    scope: str
    scope_of: str
    role: str
    name: str
    decision: Decision
    before: str = ""


@dataclass(frozen=True, slots=True)
class WorkspaceRole:
    """The role that the workspace's identity needs on an RBAC vault. `name` is the assignment's GUID if it is ours."""

    role: str
    name: str
    missing: bool = False


@dataclass(frozen=True, slots=True)
class PartPlan:
    """One part: its decision, and the body that it is made with."""

    logical: str
    sort: Sort
    name: str
    id: str
    decision: Decision
    body: Body


@dataclass(frozen=True, slots=True)
class Change:
    """A setting of a live resource that differs: `fragment` is merged into what Azure holds, by a PATCH where Azure
    has one, else by a PUT of the whole body under its ETag (`whole_put`); `action`: by a POST of it to that action."""

    id: str
    api_version: str
    fragment: Mapping[str, Any]
    whole_put: bool
    action: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A PUT of `body` at `id`."""

    id: str
    api_version: str
    body: Mapping[str, Any]


class Step(StrEnum):
    """What is to be done about a version that a service is made of."""

    #: In our state: nothing is done, and nobody was asked.
    RECORDED = "recorded"
    #: In the workspace, and not in our state: it is recorded, and nothing is uploaded or built.
    REGISTERED = "registered"
    #: Nowhere: uploaded or built, and registered.
    NEEDED = "needed"


@dataclass(frozen=True, slots=True)
class AssetPlan:
    """One version that a service is made of. `image` is the image behind it, by its digest, where that is known."""

    asset: Asset
    step: Step
    image: str = ""


#: The logical names of recoveries: of the vault, of the workspace, and of what is in them.
OF_VAULT, OF_WORKSPACE, OF_PARTS = "recovery-vault", "recovery-workspace", "recovery-parts"


@dataclass(frozen=True, slots=True)
class Recovery:
    """What is brought back before it is declared. `recover` is the PUT that Azure takes for a recovery, `back` what
    went with it for good and is made again, as it was declared; `authorization` the permission model that the vault is
    planned with. None and nothing: done, and still on record."""

    recover: Written | None = None
    back: tuple[Written, ...] = ()
    authorization: Authorization | None = None


@dataclass(frozen=True, slots=True)
class ExpectedRole:
    """A role that nobody holds and that somebody else has to assign (`roleAssignments: expect`). `whose`: the logical
    name of what needs it, or a principal; `role` is the definition's GUID, `assignee` names the principal to `az`."""

    whose: str
    role: str
    scope: str
    assignee: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All of a run.

    `tags` are what a new resource is created with, `lacking_tags` what is merged into a live one (by id), `locations`
    where each is or will be. `bodies` are what the kinds are made with (the vault's comes with its plan), `changes`
    what differs of live resources. `workspace_principal` is the identity of a workspace that exists already.
    `recoveries` are by logical name (`recovery-vault`, `recovery-workspace`, `recovery-parts`). `assets` are what the
    services are made of, each after what it stands on; references are not among them.
    """

    decisions: Mapping[Kind, Decision]
    vault: VaultPlan
    grants: GrantsPlan = field(default_factory=GrantsPlan)
    roles: tuple[RolePlan, ...] = ()
    workspace_role: WorkspaceRole | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    lacking_tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    locations: Mapping[Kind, str] = field(default_factory=dict)
    workspace_principal: str | None = None
    notes: tuple[Note, ...] = ()
    bodies: Mapping[Kind, Body] = field(default_factory=dict)
    parts: tuple[PartPlan, ...] = ()
    changes: tuple[Change, ...] = ()
    assignments: tuple[AssignmentPlan, ...] = ()
    recoveries: Mapping[str, Recovery] = field(default_factory=dict)
    assets: tuple[AssetPlan, ...] = ()
    expected_roles: tuple[ExpectedRole, ...] = ()

    @property
    def may_change_policies(self) -> bool:
        """Whether the run can change what the vault holds: by a write of ours, or by what is new or recovered."""
        new = any(isinstance(self.decisions.get(kind), Create | Recover) for kind in (Kind.VAULT, Kind.WORKSPACE))
        return bool(new or self.vault.changes or self.vault.tags or self.grants.missing or self.grants.revoke)
