"""What is the workspace made with, and what of it do the settings ask for?"""

from __future__ import annotations

from typing import Any

from holdfast.model.bodies import Body
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.wanted import Wanted

#: The resources that it is made of, by the names that its reference gives them.
_MADE_OF = {
    "keyVault": Kind.VAULT,
    "storageAccount": Kind.STORAGE,
    "applicationInsights": Kind.INSIGHTS,
    "containerRegistry": Kind.REGISTRY,
}


def workspace_body(wanted: Wanted) -> Body:
    """On its four resources, with an identity of its own."""
    settings = wanted.settings.get(Kind.WORKSPACE, {})
    properties: dict[str, Any] = {}
    if "publicAccess" in settings:
        properties["publicNetworkAccess"] = "Enabled" if settings["publicAccess"] else "Disabled"
    made_of = {name: resource_id(wanted, kind) for name, kind in _MADE_OF.items() if kind in wanted.resources}
    return Body(
        explicit={"properties": properties} if properties else {},
        secure={
            "identity": {"type": "SystemAssigned"},
            "properties": {"friendlyName": wanted.resources[Kind.WORKSPACE].name, **made_of},
        },
        needs=tuple(kind.value for kind in _MADE_OF.values() if kind in wanted.resources),
    )
