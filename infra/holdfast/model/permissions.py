"""Which permissions can an access policy hold, and how are two of them compared?

Azure answers permissions in its own letter case and accepts any; here they are lower case, so that a set difference is
the whole comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

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
        get = source.get
        return _interned(
            tuple(get("keys") or ()),
            tuple(get("secrets") or ()),
            tuple(get("certificates") or ()),
            tuple(get("storage") or ()),
        )

    def __bool__(self) -> bool:
        return bool(self.keys or self.secrets or self.certificates or self.storage)

    def __or__(self, other: Permissions) -> Permissions:
        return Permissions(
            self.keys | other.keys,
            self.secrets | other.secrets,
            self.certificates | other.certificates,
            self.storage | other.storage,
        )

    def __and__(self, other: Permissions) -> Permissions:
        return Permissions(
            self.keys & other.keys,
            self.secrets & other.secrets,
            self.certificates & other.certificates,
            self.storage & other.storage,
        )

    def lacks(self, wanted: Permissions) -> Permissions:
        """What `wanted` holds and this does not. `all` holds everything of its object kind."""
        if wanted is self or wanted == self:
            return _NOTHING  # most entries of most vaults are as they should be
        return Permissions(
            _left(self.keys, wanted.keys),
            _left(self.secrets, wanted.secrets),
            _left(self.certificates, wanted.certificates),
            _left(self.storage, wanted.storage),
        )

    def within(self, asked: Permissions) -> Permissions:
        """The part of this that `asked` covers; `all` in `asked` covers everything of its object kind.

        One permission of a principal that holds `all` is no part: it can't be taken out of `all` alone.
        """
        return asked.lacks(self).lacks(self)

    def all_beyond(self, asked: Permissions) -> Permissions:
        """What `asked` covers and this holds by `all` only, so that it is no part to take away (see `within`)."""
        return Permissions(
            *(
                wish if "all" in getattr(self, name) and "all" not in wish else frozenset()
                for name in _OBJECTS
                for wish in [getattr(asked, name)]
            )
        )

    def wire(self) -> dict[str, list[str]]:
        """The shape that Azure takes; empty object kinds left out, values sorted so that requests are stable."""
        return {name: sorted(getattr(self, name)) for name in _OBJECTS if getattr(self, name)}

    def __str__(self) -> str:
        parts = (f"{name}: {', '.join(values)}" for name, values in self.wire().items())
        return "; ".join(parts) or "nothing"


def _left(held: frozenset[str], wanted: frozenset[str]) -> frozenset[str]:
    return frozenset() if "all" in held else wanted - held


@lru_cache(maxsize=4096)
def _interned(*values: tuple[str, ...]) -> Permissions:
    """One object for the same permissions: a full vault has a thousand entries, and few sorts of them."""
    return Permissions(*(frozenset(value.lower() for value in row) for row in values))


_NOTHING = Permissions()

#: What a grant revokes that lists no permissions.
EVERYTHING = Permissions(*(frozenset({"all"}) for _ in _OBJECTS))


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


def merged(entries: Iterable[PolicyEntry]) -> tuple[PolicyEntry, ...]:
    """One entry for each of Azure's keys, with the union of the permissions, in the order of first appearance."""
    found: dict[tuple[str, str, str], PolicyEntry] = {}
    for entry in entries:
        known = found.get(entry.key)
        permissions = known.permissions | entry.permissions if known else entry.permissions
        found[entry.key] = replace(known or entry, permissions=permissions)
    return tuple(found.values())


def lost(before: Iterable[PolicyEntry], after: Iterable[PolicyEntry]) -> tuple[PolicyEntry, ...]:
    """What `before` held and `after` does not, by Azure's key; each entry with just the permissions that are gone."""
    left = {entry.key: entry.permissions for entry in after}
    gone = []
    for entry in before:
        lacks = left.get(entry.key, Permissions()).lacks(entry.permissions)
        # An entry without permissions holds nothing, so nothing of it can be lost.
        if lacks:
            gone.append(PolicyEntry(entry.principal, entry.tenant, lacks, entry.application))
    return tuple(gone)


def parse_policies(properties: Mapping[str, Any]) -> tuple[PolicyEntry, ...]:
    """The entries of a vault's `accessPolicies`, in Azure's order."""
    return tuple(
        PolicyEntry(
            principal=str(row.get("objectId") or ""),
            tenant=str(row.get("tenantId") or ""),
            permissions=Permissions.of(row.get("permissions") or {}),
            application=str(row.get("applicationId") or ""),
        )
        for row in properties.get("accessPolicies") or ()
    )


def read_entries(rows: Any) -> tuple[PolicyEntry, ...]:
    """Entries as our own resources and receipts keep them: what `wire_entry` makes."""
    return parse_policies({"accessPolicies": rows})


def wire_entry(entry: PolicyEntry) -> dict[str, Any]:
    """An entry in the shape that Azure takes and that our resources keep."""
    wire: dict[str, Any] = {
        "objectId": entry.principal,
        "tenantId": entry.tenant,
        "permissions": entry.permissions.wire(),
    }
    return {**wire, "applicationId": entry.application} if entry.application else wire
