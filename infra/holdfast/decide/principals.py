"""Whose principal is meant by the logical name of a resource with a managed identity?

Known from what is live, else from our state; of a resource that is made in this run only the engine will know it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from holdfast.model.decision import Create, Decision, Recover, Refer, Refuse, Replace
from holdfast.model.existing import Existing, Facts, Live
from holdfast.model.kinds import Kind
from holdfast.model.plan import PartPlan

_GUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

#: Where Azure answers the principal, in a body (without `properties`) and in azure-native's outputs alike.
_PLACES: dict[str, tuple[str, ...]] = {
    Kind.WORKSPACE.value: ("identity", "principalId"),
    Kind.CLUSTER.value: ("identityProfile", "kubeletidentity", "objectId"),
}
_OF_IDENTITY = ("principalId",)


class Principals:
    """The principals of one run."""

    def __init__(self, decisions: Mapping[Kind, Decision], parts: tuple[PartPlan, ...], facts: Facts) -> None:
        self._decisions: dict[str, Decision] = {kind.value: decision for kind, decision in decisions.items()}
        self._decisions |= {part.logical: part.decision for part in parts}
        self._facts = facts

    def of(self, subject: str) -> str | None:
        """The GUID, in lower case; None where it is not known yet, or there is none."""
        if _GUID.fullmatch(subject.lower()):
            return subject.lower()
        if self.is_new(subject) or isinstance(self._decisions.get(subject), Refuse):
            return None
        place = _PLACES.get(subject, _OF_IDENTITY)
        recorded = self._facts.state.get(subject)
        for source in (self._properties(subject), recorded.outputs if recorded else {}):
            found = _at(source, place)
            if found:
                return str(found).lower()
        return None

    def is_new(self, subject: str) -> bool:
        """Whether it is made in this run, or recovered and new to our state: the engine alone will know it."""
        decision = self._decisions.get(subject)
        return isinstance(decision, Create | Replace) or (isinstance(decision, Recover) and not decision.recorded)

    def is_recovered(self, scope: str) -> bool:
        """Whether what has that logical name is recovered in this run: its role assignments went with it."""
        return isinstance(self._decisions.get(scope), Recover)

    def is_somebody_elses(self, subject: str) -> bool:
        """Whether it is a workspace that is only used, whose roles are its owner's business; a run that is refused for
        the subject has nothing to add."""
        decision = self._decisions.get(subject)
        return isinstance(decision, Refuse) or (subject == Kind.WORKSPACE.value and isinstance(decision, Refer))

    def _properties(self, subject: str) -> Mapping[str, Any]:
        found: Existing | None = self._facts.parts.get(subject)
        for kind, existing in self._facts.existing.items():
            found = existing if kind.value == subject else found
        return found.properties if isinstance(found, Live) else {}


def _at(source: Any, place: tuple[str, ...]) -> Any:
    for name in place:
        source = source.get(name) if isinstance(source, Mapping) else None
    return source
