"""Does what the settings say about the registry go together with its tier?

Source: "Azure Container Registry service tiers" (Microsoft Learn): private access and retention are Premium's.
"""

from __future__ import annotations

from holdfast.settings.faults import Faults
from holdfast.settings.sections.kinds import Registry


def find_registry_faults(registry: Registry, faults: Faults, *, private: bool = False) -> None:
    """Note what needs another tier than the one that is written. A `private` one is Premium unless that is written."""
    if private and registry.sku is None:
        return
    if private and registry.sku != "Premium":
        faults.add(
            "setting-does-not-fit",
            "registry.sku",
            "is a tier without private endpoints, which `network` asks for",
            value=registry.sku,
            allowed="Premium",
            also="network",
        )
        return
    closed = ("publicAccess", registry.public_access) if registry.public_access is False else None
    kept = ("retentionDays", registry.retention_days) if registry.retention_days is not None else None
    for name, value in filter(None, (closed, kept)):
        if registry.sku != "Premium":
            faults.add(
                "setting-does-not-fit",
                f"registry.{name}",
                f"is for a Premium registry, and this one is {registry.sku or 'of no tier that is written'}",
                value=value,
                allowed="with `sku: Premium`",
                also="registry.sku",
            )
