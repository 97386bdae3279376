"""Which identity does a resource have? The `identity` block that Azure's reference has for all of them.

Source: azure-rest-api-specs, common-types managedidentity, ManagedServiceIdentity; of a user-assigned identity only the
id is written, the rest Azure fills in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.model.bodies import Body
from holdfast.model.names import identity_logical, logical_id
from holdfast.model.wanted import Wanted

SYSTEM: Mapping[str, Any] = {"identity": {"type": "SystemAssigned"}}


def identity_body(wanted: Wanted, settings: Mapping[str, Any]) -> Body:
    """The block of a resource's `identity`, as written in its settings, with the part that it needs.

    Where they are silent nothing is asked for, and a new resource gets none: what needs one adds `SYSTEM` to what is
    secure.
    """
    chosen = settings.get("identity")
    if chosen is None:
        return Body()
    if "user" not in chosen:
        return Body(SYSTEM)
    logical = identity_logical(chosen["user"])
    block = {"type": "UserAssigned", "userAssignedIdentities": {logical_id(wanted, logical): {}}}
    return Body({"identity": block}, needs=(logical,))
