"""What may a registry of which SKU have? After learn.microsoft.com/azure/container-registry/container-registry-skus.

A SKU may change at any time, in both directions; a registry that has what the new one lacks must give it up first, so
the combination is checked after each write.
"""

from __future__ import annotations

from holdfast_sandbox.arm.services.containerregistry import exceptions
from holdfast_sandbox.arm.services.containerregistry.policies import enabled
from holdfast_sandbox.arm.store import Json

GIB = 1024**3
# Included storage in bytes, and how many webhooks.
LIMITS: dict[str, tuple[int, int]] = {"Basic": (10 * GIB, 2), "Standard": (100 * GIB, 10), "Premium": (500 * GIB, 500)}

# Regions without availability zones (learn.microsoft.com/azure/reliability/regions-list).
_WITHOUT_ZONES = ("canadaeast", "northcentralus", "southindia", "ukwest", "westcentralus", "westindia", "westus")
_PREMIUM_POLICIES = ("quarantinePolicy", "trustPolicy", "retentionPolicy")


def checked_sku(body: Json, before: Json | None) -> Json:
    """`{"name", "tier"}`: the body's, or the one that is there; the Classic one is no longer to be had."""
    given = body.get("sku") or before
    if not isinstance(given, dict) or not given.get("name"):
        raise exceptions.sku_required()
    name = next((sku for sku in LIMITS if sku.lower() == str(given["name"]).lower()), None)
    if name is None:
        raise exceptions.sku_not_supported(given["name"])
    return {"name": name, "tier": name}


def refuse_unfit(sku: str, properties: Json, wanted: Json, before: Json | None, location: str) -> None:
    """Refuses a combination that the SKU does not allow.

    `wanted`: what the body itself says; `before`: the properties until now, None for a new registry.
    """
    if sku != "Premium":
        _refuse_premium(sku, properties, wanted, before)
    if sku == "Basic" and properties["anonymousPullEnabled"]:
        raise exceptions.feature_not_supported("anonymous pull", sku)
    policies = properties["policies"]
    if not enabled(policies, "exportPolicy") and properties["publicNetworkAccess"] == "Enabled":
        raise exceptions.export_needs_private_access()
    if enabled(policies, "retentionPolicy") and enabled(policies, "softDeletePolicy"):
        raise exceptions.two_cleanups()
    if properties["zoneRedundancy"] == "Enabled" and location in _WITHOUT_ZONES:
        raise exceptions.no_zones(location)
    if before is not None and properties["zoneRedundancy"] != before["zoneRedundancy"]:
        raise exceptions.zone_redundancy_fixed()


def _refuse_premium(sku: str, properties: Json, wanted: Json, before: Json | None) -> None:
    if properties["publicNetworkAccess"] == "Disabled":
        raise exceptions.private_access_not_supported(sku)
    # Also a set that allows all: azurerm and azure-cli never send one. What a GET showed may come back, though.
    open_set = properties["networkRuleSet"] == {"defaultAction": "Allow", "ipRules": []}
    if not open_set or (before is None and "networkRuleSet" in wanted):
        raise exceptions.network_rule_not_supported(sku)
    policies = properties["policies"]
    if any(enabled(policies, name) for name in _PREMIUM_POLICIES) or not enabled(policies, "exportPolicy"):
        raise exceptions.sku_not_supported(sku)
    if properties["dataEndpointEnabled"]:
        raise exceptions.feature_not_supported("data endpoint rule", sku)
    if properties["zoneRedundancy"] == "Enabled":
        raise exceptions.feature_not_supported("zone redundancy", sku)
    if properties.get("privateEndpointConnections"):
        raise exceptions.feature_not_supported("private endpoint", sku)
