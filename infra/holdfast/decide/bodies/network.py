"""What are private endpoints and their zone groups made of, and what shuts a firewall?

Source of the shapes: azure-rest-api-specs, Microsoft.Network 2024-05-01; of the firewalls, each type's own reference.
`AzureServices` stay let in: the workspace's control plane comes that way (learn.microsoft.com/azure/machine-learning
/how-to-secure-workspace-vnet).
"""

from __future__ import annotations

from typing import Any

from holdfast.model.bodies import Body
from holdfast.model.kinds import Kind
from holdfast.model.names import logical_id
from holdfast.model.sorts import Sort
from holdfast.model.wanted import Wanted, WantedPart

#: A vault's and a storage account's rules.
RULES: dict[str, Any] = {"defaultAction": "Deny", "bypass": "AzureServices"}

#: What `closed` asks of each kind's properties.
SHUT: dict[Kind, dict[str, Any]] = {
    Kind.VAULT: {"publicNetworkAccess": "Disabled", "networkAcls": RULES},
    Kind.STORAGE: {"publicNetworkAccess": "Disabled", "networkAcls": RULES},
    Kind.REGISTRY: {
        "publicNetworkAccess": "Disabled",
        "networkRuleSet": {"defaultAction": "Deny"},
        "networkRuleBypassOptions": "AzureServices",
    },
    Kind.WORKSPACE: {"publicNetworkAccess": "Disabled"},
}


def shut(wanted: Wanted, kind: Kind) -> dict[str, Any]:
    """The properties that shut a kind's firewall; empty where nobody asks for that."""
    return SHUT[kind] if wanted.settings.get(kind, {}).get("closed") else {}


def endpoints_of(wanted: Wanted, *kinds: Kind) -> tuple[str, ...]:
    """The logical names of the endpoints that lead to those kinds, and of their zone groups."""
    values = [kind.value for kind in kinds]
    return tuple(
        part.logical
        for part in wanted.parts
        if part.sort in (Sort.ENDPOINT, Sort.ZONES) and part.settings["target"] in values
    )


def endpoint_body(wanted: Wanted, part: WantedPart) -> Body:
    """One connection to one target by one of its group ids: Azure takes no more."""
    target = part.settings["target"]
    connection = {
        "name": part.name,
        "properties": {
            "privateLinkServiceId": logical_id(wanted, target),
            "groupIds": [part.settings["way"]],
        },
    }
    properties = {"subnet": {"id": part.settings["subnet"]}, "privateLinkServiceConnections": [connection]}
    return Body({"properties": properties}, needs=(target,))


def zones_body(_wanted: Wanted, part: WantedPart) -> Body:
    """A config for each zone, named after it as the portal does."""
    configs = [
        {"name": id.rpartition("/")[2].replace(".", "-"), "properties": {"privateDnsZoneId": id}}
        for id in part.settings["zones"]
    ]
    return Body({"properties": {"privateDnsZoneConfigs": configs}})
