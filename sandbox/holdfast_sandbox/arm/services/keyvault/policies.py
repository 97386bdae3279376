"""Who may do what in a vault? Access policy entries: their validation, and what add, replace and remove make of a list.

An entry is known by its object id and, for an application that acts on behalf of a user, its application id; the
tenant is the vault's own for all of them. Permissions are compared without regard to letter case and answered in that
of the API's enums.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.services.keyvault import exceptions
from holdfast_sandbox.arm.store import Json

MAX_ENTRIES = 1024  # learn.microsoft.com/rest/api/keyvault/keyvault/vaults/create-or-update, accessPolicies

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

# The enums KeyPermissions, SecretPermissions, CertificatePermissions, StoragePermissions of the REST reference.
PERMISSIONS: Mapping[str, tuple[str, ...]] = {
    "keys": tuple(
        "all encrypt decrypt wrapKey unwrapKey sign verify get list create update import delete backup restore recover "
        "purge release rotate getrotationpolicy setrotationpolicy".split()
    ),
    "secrets": ("all", "get", "list", "set", "delete", "backup", "restore", "recover", "purge"),
    "certificates": tuple(
        "all get list delete create import update managecontacts getissuers listissuers setissuers deleteissuers "
        "manageissuers recover purge backup restore".split()
    ),
    "storage": tuple(
        "all get list delete set update regeneratekey recover purge backup restore setsas listsas getsas "
        "deletesas".split()
    ),
}
_CANONICAL = {kind: {name.lower(): name for name in names} for kind, names in PERMISSIONS.items()}

Key = tuple[str, str]


def key_of(entry: Json) -> Key:
    """By what an entry is known: its object id and application id (empty: none), lower case."""
    return str(entry["objectId"]).lower(), str(entry.get("applicationId") or "").lower()


def checked_entries(given: Any, tenant: str) -> list[Json]:
    """A list of entries in their stored form; an ArmError, worded as the service does, for the first fault."""
    if not isinstance(given, list):
        raise invalid_request_content("accessPolicies must be an array")
    if len(given) > MAX_ENTRIES:
        raise exceptions.too_many_policies(len(given), MAX_ENTRIES)
    entries, seen = [], set()
    for index, raw in enumerate(given):
        entry = _checked_entry(raw, index, tenant)
        if key_of(entry) in seen:
            raise exceptions.duplicate_policy(index, entry["objectId"])
        seen.add(key_of(entry))
        entries.append(entry)
    return entries


def _checked_entry(raw: Any, index: int, tenant: str) -> Json:
    if not isinstance(raw, dict):
        raise exceptions.invalid_value("accessPolicies")
    object_id, tenant_id = raw.get("objectId"), raw.get("tenantId")
    if not isinstance(object_id, str) or not GUID.fullmatch(object_id):
        raise exceptions.invalid_policy_value(index, "ObjectId", object_id if object_id is not None else "")
    if not isinstance(tenant_id, str) or not GUID.fullmatch(tenant_id) or tenant_id.lower() != tenant.lower():
        raise exceptions.invalid_policy_value(index, "TenantId", tenant_id if tenant_id is not None else "")
    entry: Json = {"tenantId": tenant_id, "objectId": object_id}
    application = raw.get("applicationId")
    if application:
        if not isinstance(application, str) or not GUID.fullmatch(application):
            raise exceptions.invalid_policy_value(index, "ApplicationId", application)
        entry["applicationId"] = application
    permissions = raw.get("permissions")
    if not isinstance(permissions, dict):
        raise exceptions.invalid_value("accessPolicies")
    entry["permissions"] = _checked_permissions(permissions)
    return entry


def _checked_permissions(given: Json) -> Json:
    stored: Json = {}
    for kind, values in given.items():
        known = _CANONICAL.get(kind)
        if known is None or values is None:
            continue
        if not isinstance(values, list):
            raise exceptions.invalid_value("accessPolicies")
        names: dict[str, None] = {}
        for value in values:
            # A value with a blank around it is refused, too (azure-libraries-for-net#361).
            if not isinstance(value, str) or value.lower() not in known:
                raise exceptions.invalid_value("accessPolicies")
            names[known[value.lower()]] = None
        stored[kind] = list(names)
    return stored


def added(entries: list[Json], given: list[Json]) -> list[Json]:
    """The union: nobody loses a permission, new principals come last."""
    return _merged(entries, given, lambda old, new: _union(old, new))


def replaced(entries: list[Json], given: list[Json]) -> list[Json]:
    """Each given principal has exactly what is given; the others stay."""
    return _merged(entries, given, lambda old, new: new)


def removed(entries: list[Json], given: list[Json]) -> list[Json]:
    """The given permissions go; a principal with none left, or given with none at all, goes entirely."""
    taken = {key_of(entry): entry["permissions"] for entry in given}
    left = []
    for entry in entries:
        gone = taken.get(key_of(entry))
        if gone is None:
            left.append(entry)
            continue
        rest = {
            kind: [name for name in names if name not in gone.get(kind, [])]
            for kind, names in entry["permissions"].items()
        }
        if any(gone.values()) and any(rest.values()):
            left.append({**entry, "permissions": rest})
    return left


def without(entries: Iterable[Json], object_id: str) -> list[Json]:
    """The entries of all other principals."""
    return [entry for entry in entries if str(entry["objectId"]).lower() != object_id.lower()]


def _union(old: Json, new: Json) -> Json:
    union: Json = {kind: list(names) for kind, names in old.items()}
    for kind, names in new.items():
        before = union.setdefault(kind, [])
        before += [name for name in names if name not in before]
    return union


def _merged(entries: list[Json], given: list[Json], permissions: Callable[[Json, Json], Json]) -> list[Json]:
    places = {key_of(entry): index for index, entry in enumerate(entries)}
    result = list(entries)
    for entry in given:
        place = places.get(key_of(entry))
        if place is None:
            result.append(entry)
        else:
            old = result[place]
            result[place] = {**old, "permissions": permissions(old["permissions"], entry["permissions"])}
    if len(result) > MAX_ENTRIES:
        raise exceptions.too_many_policies(len(result), MAX_ENTRIES)
    return result
