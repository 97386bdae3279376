"""Is that a principal? Azure identifies it by a GUID, its object id, in any letter case."""

from __future__ import annotations

import re

from holdfast.settings.keys import Bad

GUID = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_EMPTY = "00000000-0000-0000-0000-000000000000"
_ALLOWED = "an object id such as c1c1c1c1-0000-4000-8000-000000000001"


def read_guid(text: str) -> str:
    """A GUID in lower case. Braces, `urn:uuid:` and missing hyphens, which Azure refuses, are refused."""
    if not re.fullmatch(GUID[1:-1], text):
        raise Bad("invalid-guid", "is no GUID", "8-4-4-4-12 hexadecimal digits")
    return text.lower()


def read_principal(text: str) -> str:
    """The object id of a principal in lower case; not the empty GUID, which names nobody."""
    if not re.fullmatch(GUID[1:-1], text):
        hint = "`az ad sp show --id <appId> --query id` (or `az ad user|group show`) tells it"
        if "@" in text:
            hint = f"`az ad user show --id {text} --query id` tells it"
        raise Bad("invalid-principal", "is no GUID", _ALLOWED, hint)
    if text == _EMPTY:
        raise Bad("invalid-principal", "is the empty GUID, which names nobody", _ALLOWED)
    return text.lower()
