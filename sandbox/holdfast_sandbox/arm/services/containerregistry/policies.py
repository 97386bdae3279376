"""What are a registry's policies? Their defaults, their limits, and how a body changes them.

After azure-rest-api-specs (containerregistry 2023-01-01-preview, `Policies`) and
learn.microsoft.com/azure/container-registry/container-registry-retention-policy (0 to 365 days) and
.../container-registry-soft-delete-policy (1 to 90 days).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.store import Json

DEFAULTS: Mapping[str, Json] = {
    "quarantinePolicy": {"status": "disabled"},
    "trustPolicy": {"type": "Notary", "status": "disabled"},
    "retentionPolicy": {"days": 7, "status": "disabled"},
    "exportPolicy": {"status": "enabled"},
    "azureADAuthenticationAsArmPolicy": {"status": "enabled"},
    "softDeletePolicy": {"retentionDays": 7, "status": "disabled"},
}
# The number of days that a policy has: its name, the least and the most.
_DAYS = {"retentionPolicy": ("days", 0, 365), "softDeletePolicy": ("retentionDays", 1, 90)}


def checked_policies(given: Any, before: Mapping[str, Json]) -> Json:
    """All policies after a write: those that `given` names changed, the others as in `before`."""
    if not isinstance(given, dict):
        raise invalid_request_content("properties.policies must be an object")
    return {name: _checked(name, given.get(name), policy) for name, policy in before.items()}


def _checked(name: str, given: Any, policy: Json) -> Json:
    if given is None:
        return dict(policy)
    if not isinstance(given, dict):
        raise invalid_request_content(f"properties.policies.{name} must be an object")
    wanted = {key: value for key, value in given.items() if value is not None}
    changed = dict(policy)
    if "status" in wanted:
        changed["status"] = str(wanted["status"]).lower()
        if changed["status"] not in ("enabled", "disabled"):
            raise invalid_request_content(f"properties.policies.{name}.status must be enabled or disabled")
    if name == "trustPolicy" and str(wanted.get("type", "Notary")).lower() != "notary":
        raise invalid_request_content("properties.policies.trustPolicy.type must be Notary")
    if name in _DAYS:
        field, least, most = _DAYS[name]
        days = wanted.get(field, policy[field])
        if isinstance(days, bool) or not isinstance(days, int) or not least <= days <= most:
            raise invalid_request_content(f"properties.policies.{name}.{field} must be between {least} and {most}")
        changed[field] = days
    return changed


def dated(policies: Json, before: Json | None, now: str) -> Json:
    """The same, those with days with the time of their last change: `now` where `before` (None: new) had others."""
    shown = dict(policies)
    for name, (field, _, _) in _DAYS.items():
        was, policy = (before or {}).get(name), policies[name]
        same = was is not None and all(was[key] == policy[key] for key in ("status", field))
        shown[name] = {**policy, "lastUpdatedTime": was["lastUpdatedTime"] if was is not None and same else now}
    return shown


def enabled(policies: Json, name: str) -> bool:
    return bool(policies[name]["status"] == "enabled")
