"""May this login do that, by what Azure says of its permissions?

Azure answers one set of permissions for each role that the caller holds: an action is granted by a set whose `actions`
match it and whose `notActions` do not, and what one set leaves out another may grant (Microsoft Learn, "Understand
Azure role definitions"). A set may stand under a condition, which nobody evaluates here: it grants with a restriction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Right(StrEnum):
    """How far an action is granted."""

    GRANTED = "granted"
    RESTRICTED = "only under a condition"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Rights:
    """The caller's sets of permissions at a scope, as Azure answers them; `unread` says what came instead."""

    sets: tuple[Mapping[str, Any], ...] = ()
    unread: str = ""

    def of(self, action: str) -> Right:
        """How far the caller may do an action of the control plane; without letter case, as Azure compares them."""
        granting = [one for one in self.sets if _grants(one, action)]
        if any(not one.get("condition") for one in granting):
            return Right.GRANTED
        return Right.RESTRICTED if granting else Right.MISSING


def _grants(one: Mapping[str, Any], action: str) -> bool:
    return _matches(one.get("actions"), action) and not _matches(one.get("notActions"), action)


def _matches(patterns: Iterable[str] | None, action: str) -> bool:
    return any(
        re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), action, re.IGNORECASE) for pattern in patterns or ()
    )
