"""Which permissions can an access policy hold, and how are two of them compared?

Azure answers permissions in its own letter case and accepts any; here they are lower case, so that a set difference is
the whole comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: What each object kind allows, lower case. Source: Azure REST API, Key Vault `AccessPolicyEntry.permissions`.
ALLOWED: dict[str, frozenset[str]] = {
    "keys": frozenset(
        "all encrypt decrypt wrapkey unwrapkey sign verify get list create update import delete backup restore recover"
        " purge release rotate getrotationpolicy setrotationpolicy".split()
    ),
    "secrets": frozenset("all get list set delete backup restore recover purge".split()),
    "certificates": frozenset(
        "all get list delete create import update managecontacts getissuers listissuers setissuers deleteissuers"
        " manageissuers recover purge backup restore".split()
    ),
    "storage": frozenset(
        "all get list delete set update regeneratekey recover purge backup restore setsas listsas getsas"
        " deletesas".split()
    ),
}

_OBJECTS = ("keys", "secrets", "certificates", "storage")


@dataclass(frozen=True, slots=True)
class Permissions:
    """What one principal may do in one vault; every value lower case."""

    keys: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    certificates: frozenset[str] = frozenset()
    storage: frozenset[str] = frozenset()

    @classmethod
    def of(cls, source: Mapping[str, Iterable[str] | None]) -> Permissions:
        """Read `{"keys": [...], ...}` in any letter case; unknown object kinds and nulls are passed over."""
        return cls(**{name: frozenset(value.lower() for value in source.get(name) or ()) for name in _OBJECTS})

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in _OBJECTS)

    def __or__(self, other: Permissions) -> Permissions:
        return Permissions(*(getattr(self, name) | getattr(other, name) for name in _OBJECTS))

    def lacks(self, wanted: Permissions) -> Permissions:
        """What `wanted` holds and this does not. `all` holds everything of its object kind."""
        return Permissions(
            *(
                frozenset() if "all" in getattr(self, name) else getattr(wanted, name) - getattr(self, name)
                for name in _OBJECTS
            )
        )

    def wire(self) -> dict[str, list[str]]:
        """The shape that Azure takes; empty object kinds left out, values sorted so that requests are stable."""
        return {name: sorted(getattr(self, name)) for name in _OBJECTS if getattr(self, name)}

    def __str__(self) -> str:
        parts = (f"{name}: {', '.join(values)}" for name, values in self.wire().items())
        return "; ".join(parts) or "nothing"


@dataclass(frozen=True, slots=True)
class PolicyEntry:
    """One entry of a vault's `accessPolicies`. Azure's key is (tenant, object, application)."""

    principal: str
    tenant: str
    permissions: Permissions
    application: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Compared without letter case: Azure answers GUIDs in the case they were written in."""
        return (self.tenant.lower(), self.principal.lower(), self.application.lower())
