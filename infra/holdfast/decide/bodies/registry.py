"""What is the container registry made with, and what of it do the settings ask for?"""

from __future__ import annotations

from typing import Any

from holdfast.decide.bodies.network import endpoints_of, shut
from holdfast.model.bodies import Body
from holdfast.model.kinds import Kind
from holdfast.model.wanted import Wanted


def registry_body(wanted: Wanted) -> Body:
    """No admin user, whose password would be everybody's; images are pulled by identities (`roles`)."""
    settings = wanted.settings.get(Kind.REGISTRY, {})
    explicit: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    if "sku" in settings:
        explicit["sku"] = {"name": settings["sku"]}
    if "admin" in settings:
        properties["adminUserEnabled"] = settings["admin"]
    if "publicAccess" in settings:
        properties["publicNetworkAccess"] = "Enabled" if settings["publicAccess"] else "Disabled"
    if "retentionDays" in settings:
        policy = {"status": "enabled", "days": settings["retentionDays"]}
        properties["policies"] = {"retentionPolicy": policy}
    properties |= shut(wanted, Kind.REGISTRY)
    if properties:
        explicit["properties"] = properties
    secure = {
        # Only a Premium one takes private endpoints.
        "sku": {"name": "Premium" if endpoints_of(wanted, Kind.REGISTRY) else "Standard"},
        "properties": {"adminUserEnabled": False, "anonymousPullEnabled": False},
    }
    return Body(explicit, secure)
