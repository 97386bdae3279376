"""Which keys are there under `identities`, and under `identity` wherever a resource has one?

The text beside a key is what the page for people and the editors show: its unit, its default, and why.
"""

# ruff: noqa: RUF009 - `key` declares a field, as `dataclasses.field` does, which the rule knows by name alone

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from holdfast.model.wanted import WhenExists
from holdfast.settings.keys import Choice, Items, Section, Text, key
from holdfast.settings.role_names import ROLE, SCOPE
from holdfast.settings.sections.named import part_name_key, part_when_exists_key

_EXAMPLE = (
    "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.ManagedIdentity/userAssignedIdentities/NAME"
)
_ID = Text("an id of type Microsoft.ManagedIdentity/userAssignedIdentities", example=_EXAMPLE)


@dataclass(frozen=True, slots=True)
class IdentityRole:
    """One item of an identity's `roles`. `at` is where it stands, for messages."""

    role: str = key(
        ROLE,
        "The role: a built-in one by its name, any other by the GUID of its definition.",
        required=True,
        empty="",
    )
    scope: str = key(
        SCOPE,
        "Where it holds: a word for one of the environment's resources, `group` for all of them, or an id of any.",
        required=True,
        empty="",
    )
    at: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """One item of `identities`. `at` is where it stands, for messages."""

    name: str = part_name_key(
        "3 to 128 letters, digits, hyphens and underscores, a letter or digit first",
        "^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$",
        "id-train",
    )
    id: str | None = key(
        _ID,
        "The id of one that is there, in any group or subscription: used under that `name`, never managed.",
    )
    when_exists: WhenExists | None = part_when_exists_key()
    roles: tuple[IdentityRole, ...] = key(
        Items(Section(IdentityRole), 100),
        "The roles that it is given. One that falls out of the list is taken away again.",
        default="none",
        empty=(),
    )
    at: str = ""


@dataclass(frozen=True, slots=True)
class UserIdentity:
    """`user`, wherever an identity is chosen. A bare text is its `name`."""

    name: str | None = key(Text("a name of `identities`"), "The `name` of one of `identities`.")
    id: str | None = key(_ID, "Instead of `name`, the id of one that is there.")
    bare: bool = False  #: Written as a text, the name.


@dataclass(frozen=True, slots=True)
class ChosenIdentity:
    """`identity` of a resource. A bare text is its `type`."""

    type: str | None = key(Choice(("system",), "identity"), "`system`: one that Azure makes with the resource.")
    user: UserIdentity | None = key(
        Section(UserIdentity, short="name"), "A user-assigned one: a `name` of `identities`, or an id."
    )
    bare: bool = False  #: Written as a text, the type.


def identity_key(says: str, default: str = "`system` for a new one") -> Any:
    """`identity` of a resource: `system`, or `{user: {name | id}}`."""
    return key(Section(ChosenIdentity, short="type"), says, default=default)


def user_identity_key(says: str, default: str) -> Any:
    """A user-assigned identity, or one that is made otherwise."""
    return key(Section(UserIdentity, short="name"), says, default=default)
