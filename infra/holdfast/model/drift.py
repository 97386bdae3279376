"""What is a difference between settings, state and Azure, and what becomes of it? `decide.drift` finds them, the
command `holdfast drift` shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast.model.existing import Recorded


class Up(StrEnum):
    """What the next `pulumi up` does about a difference; the values are those of `--json`."""

    #: Made, which nothing in Azure stands for.
    CREATE = "create"
    #: Taken into the state as it is.
    ADOPT = "adopt"
    #: Brought back from where Azure keeps what was deleted.
    RECOVER = "recover"
    #: One PATCH of what differs; tags are merged so, too.
    PATCH = "patch"
    #: What is live, with what differs merged into it, by a PUT under its ETag.
    PUT = "put"
    #: An action of the resource's.
    ACTION = "action"
    #: Written whole from the settings, by azure-native.
    UPDATE = "update"
    #: Deleted and made anew.
    REPLACE = "replace"
    #: Access that is added to what the vault holds, by `accessPolicies/add`.
    ADD = "add"
    #: Access that is taken away, as `state: revoked` says, by `accessPolicies/remove`.
    REMOVE = "remove"
    #: Deleted in Azure.
    DELETE = "delete"
    #: Dropped from the state, and left in Azure.
    FORGET = "forget"
    #: The run ends before anything is written.
    REFUSE = "refuse"
    #: Left as it is.
    NOTHING = "nothing"
    #: It depends on the state, which could not be read.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Drifted:
    """One difference.

    `noun`, `name` and `id` are the resource's (`id` empty where Azure has none for it), `property` is the path of what
    differs, empty where it is the resource itself. `settings`, `state` and `azure` are its values, None where nothing
    is said, recorded or held. `why` says what is peculiar to it, in one line.
    """

    noun: str
    name: str
    id: str
    property: str
    settings: Any
    state: Any
    azure: Any
    up: Up
    why: str = ""


@dataclass(frozen=True, slots=True)
class NotRead:
    """A source that gave no answer, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Drift:
    """Everything that differs, and what could not be looked at."""

    rows: tuple[Drifted, ...]
    not_read: tuple[NotRead, ...] = ()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The stack's state as `pulumi stack export` shows it: resources by logical name, the id of each in Azure, and
    those that Azure keeps when the state lets them go (`retainOnDelete`)."""

    recorded: Mapping[str, Recorded] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    retained: frozenset[str] = frozenset()
