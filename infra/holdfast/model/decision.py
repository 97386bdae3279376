"""What will be done with a resource, and why? One answer a resource, each with a reason that is an id.

Made by `decide` alone; `provision` turns it into resource options, the receipt prints it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.model.errors import Fault


@dataclass(frozen=True, slots=True)
class Create:
    """Not in our state, not in Azure."""

    reason: str


@dataclass(frozen=True, slots=True)
class Keep:
    """In our state and live: declared as in every run, without `import_`. `tag_lost`: its ownership tag is gone."""

    reason: str
    id: str
    tag_lost: bool = False


@dataclass(frozen=True, slots=True)
class Adopt:
    """Live, ours by tag or by consent, not in our state: imported by `id`, verbatim from Azure."""

    reason: str
    id: str


@dataclass(frozen=True, slots=True)
class Recover:
    """Soft-deleted, or gone with what is: back before it is declared, never recreated and never purged.

    `recorded`: in our state, and kept as it is there; else it is adopted behind the recovery. `deleted` is when, as
    Azure says it.
    """

    reason: str
    id: str
    location: str
    recorded: bool = False
    deleted: str = ""


@dataclass(frozen=True, slots=True)
class Refer:
    """Live and somebody's: used by `id`, not managed, never written (only our grants are added)."""

    reason: str
    id: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Nothing is registered; the run ends with all refusals at once."""

    reason: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Update:
    """Ours and live, and `because` differs: azure-native writes it anew from the settings. Only for what Azure itself
    takes whole, secrets included."""

    reason: str
    id: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replace:
    """Ours and live, and it has to be deleted and made anew: Azure changes none of `because` in place. Only for what
    holds nothing, and the preview announces it."""

    reason: str
    id: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """Made with its parent, in the parent's own body, and gone with it: never declared by itself. A setting that
    differs is changed by its id."""

    reason: str
    id: str


Decision = Create | Keep | Adopt | Recover | Refer | Refuse | Update | Replace | Within
