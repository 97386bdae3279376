"""Is that a role, and is that a place where one can hold?"""

from __future__ import annotations

import re

from holdfast.model.kinds import Kind
from holdfast.model.roles import ROLES
from holdfast.settings.keys import Bad, Text
from holdfast.settings.principals import GUID
from holdfast.settings.suggestions import did_you_mean

#: The words for the environment's own resources.
SCOPES = tuple(kind.value for kind in Kind)
_SCOPE_ID = re.compile(r"/subscriptions/[^/]+(/resourceGroups/[^/]+(/providers/[^/]+(/[^/]+/[^/]+)+)?)?", re.IGNORECASE)


def read_role(text: str) -> str:
    """The role's name as Azure writes it, or the GUID of its definition in lower case."""
    if re.fullmatch(GUID[1:-1], text):
        return text.lower()
    known = {name.lower(): name for name in ROLES}.get(text.lower())
    if known is None:
        hint = did_you_mean(text, ROLES)
        raise Bad(
            "unknown-role",
            "is no built-in role that is known here",
            "a name such as AcrPull, or the GUID of any role definition",
            hint or f"`az role definition list --name '{text}' --query [].name` tells its GUID",
        )
    return known


def read_scope(text: str) -> str:
    """A kind's word, or an id as it was written."""
    if text in SCOPES or _SCOPE_ID.fullmatch(text):
        return text
    raise Bad("invalid-scope", "is no place where a role can hold", ", ".join((*SCOPES, "an id")), _near(text))


def _near(text: str) -> str:
    return "" if text.startswith("/") else did_you_mean(text, SCOPES)


ROLE = Text("a role by its name, or the GUID of its definition", read_role, example="Storage Blob Data Reader")
SCOPE = Text(f"{', '.join(SCOPES)}, or an id", read_scope, example="storage")
