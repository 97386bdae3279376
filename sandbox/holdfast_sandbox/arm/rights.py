"""Which right does a request need, and over which scope? The arithmetic of method and path, as Azure names operations.

A right is an operation of Azure's published list (learn.microsoft.com/azure/role-based-access-control/
resource-provider-operations): the types of the path behind its last provider, and `read`, `write`, `delete`, or the
action that a POST names. The last provider counts: a role assignment, a lock or a diagnostic setting on a vault is
Microsoft.Authorization's or Microsoft.Insights', not the vault's. What the body refers to besides is in linked.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Azure counts these POSTs among the reads (`Microsoft.Storage/checkNameAvailability/read`).
READING_POSTS = ("/checknameavailability",)

_VERBS = {"GET": "read", "HEAD": "read", "DELETE": "delete"}
_PROVIDER = re.compile("(?P<before>.*)/providers/(?P<rest>.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Right:
    """An operation, and the id of what it is done to."""

    action: str
    scope: str


def right_of(method: str, path: str) -> Right:
    """The right that a request needs: `GET .../Microsoft.KeyVault/vaults/kv` is `Microsoft.KeyVault/vaults/read`.

    The scope of a list is what it lists the contents of, that of an action is what it acts on.
    """
    path = "/" + path.strip("/")
    found = _PROVIDER.fullmatch(path)
    if found is None:
        return _of_resource_manager(method, path)
    before, (namespace, *rest) = found["before"], found["rest"].split("/")
    if not rest:
        return Right("Microsoft.Resources/subscriptions/providers/read", before)
    if method == "POST":
        *rest, verb = rest
        scope = path.rpartition("/")[0] if rest else before
        ending = "read" if path.lower().endswith(READING_POSTS) else "action"
        return Right("/".join([namespace, *rest[0::2], verb, ending]), scope)
    scope = path if len(rest) % 2 == 0 else path.rpartition("/")[0]
    return Right("/".join([namespace, *rest[0::2], _VERBS.get(method, "write")]), scope)


def _of_resource_manager(method: str, path: str) -> Right:
    """Groups, subscriptions and their lists: `Microsoft.Resources/subscriptions/resourceGroups/resources/read`."""
    parts = path.strip("/").split("/")
    scope = path if len(parts) % 2 == 0 else path.rpartition("/")[0]
    return Right("/".join(["Microsoft.Resources", *parts[0::2], _VERBS.get(method, "write")]), scope)


def type_of(resource_id: str) -> str:
    """`Microsoft.KeyVault/vaults` of a resource's id; empty where it has no provider."""
    found = _PROVIDER.fullmatch(resource_id.rstrip("/"))
    if found is None:
        return ""
    namespace, *rest = found["rest"].split("/")
    return "/".join([namespace, *rest[0::2]])
