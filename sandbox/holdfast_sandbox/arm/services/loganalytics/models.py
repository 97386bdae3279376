"""What does a Log Analytics workspace look like? Validation and defaults; no state.

After learn.microsoft.com/rest/api/loganalytics/workspaces.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.services.loganalytics import exceptions
from holdfast_sandbox.arm.store import Json

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]")

# Days that a price tier allows (learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure).
_PAID = (30, 730)
_RETENTION = {
    "PerGB2018": _PAID,
    "PerNode": _PAID,
    "Standalone": _PAID,
    "CapacityReservation": _PAID,
    "LACluster": _PAID,
    "Free": (7, 7),
    "Standard": (30, 30),
    "Premium": (365, 365),
}
_FEATURES = (
    "enableDataExport",
    "immediatePurgeDataOn30Days",
    "enableLogAccessUsingOnlyResourcePermissions",
    "disableLocalAuth",
)


def checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise exceptions.workspace_name_invalid(name)
    return name


def properties(body: Json, before: Json | None, now: datetime) -> Json:
    """The workspace's properties after a write; what the body leaves out stays, or gets its default at creation."""
    given = body.get("properties") or {}
    if not isinstance(given, dict):
        raise invalid_request_content("properties must be an object")
    stored: Json = dict(before or {})
    stored["sku"] = _sku(given.get("sku"), stored.get("sku"), now)
    stored["retentionInDays"] = _retention(given.get("retentionInDays"), before, stored["sku"]["name"])
    stored["features"] = _features(given.get("features"), stored.get("features"))
    stored["workspaceCapping"] = _capping(given.get("workspaceCapping"), stored.get("workspaceCapping"), now)
    for name in ("publicNetworkAccessForIngestion", "publicNetworkAccessForQuery"):
        stored[name] = _access(name, given.get(name)) or stored.get(name, "Enabled")
    for name in ("forceCmkForQuery", "defaultDataCollectionRuleResourceId"):
        if given.get(name) is not None:
            stored[name] = given[name]
    stored.setdefault("createdDate", _stamp(now))
    stored["modifiedDate"] = _stamp(now)
    return stored


def _sku(given: Any, before: Json | None, now: datetime) -> Json:
    if given is None:
        return before or {"name": "PerGB2018", "lastSkuUpdate": _stamp(now)}
    wanted = given.get("name") if isinstance(given, dict) else None
    name = next((sku for sku in _RETENTION if sku.lower() == str(wanted).lower()), None)
    if name is None:
        raise exceptions.invalid_parameter("sku.name", ", ".join(_RETENTION))
    if before is not None and before["name"] == name:
        return before
    sku: Json = {"name": name, "lastSkuUpdate": _stamp(now)}
    if name == "CapacityReservation":
        sku["capacityReservationLevel"] = given.get("capacityReservationLevel") or 100
    return sku


def _retention(given: Any, before: Json | None, sku: str) -> int:
    low, high = _RETENTION[sku]
    if given is None:
        kept = (before or {}).get("retentionInDays", low)
        return int(kept) if low <= kept <= high else low
    if isinstance(given, bool) or not isinstance(given, int):
        raise invalid_request_content("properties.retentionInDays must be a whole number")
    if not low <= given <= high:
        raise exceptions.retention_outside_limits()
    return given


def _features(given: Any, before: Json | None) -> Json:
    stored = dict(before or {"legacy": 0, "searchVersion": 1, "enableLogAccessUsingOnlyResourcePermissions": True})
    if given is not None:
        if not isinstance(given, dict):
            raise invalid_request_content("properties.features must be an object")
        stored.update({name: given[name] for name in _FEATURES if given.get(name) is not None})
    return stored


def _capping(given: Any, before: Json | None, now: datetime) -> Json:
    """-1 is Azure's word for no daily cap."""
    quota = (before or {}).get("dailyQuotaGb", -1.0)
    if isinstance(given, dict) and given.get("dailyQuotaGb") is not None:
        quota = float(given["dailyQuotaGb"])
        if quota != -1 and quota < 0.023:
            raise exceptions.invalid_parameter("workspaceCapping.dailyQuotaGb", "-1, or at least 0.023")
    if before is not None and quota == before["dailyQuotaGb"]:
        return before
    reset = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return {"dailyQuotaGb": quota, "quotaNextResetTime": _stamp(reset), "dataIngestionStatus": "RespectQuota"}


def _access(name: str, given: Any) -> str | None:
    if given is None:
        return None
    known = {"enabled": "Enabled", "disabled": "Disabled", "securedbyperimeter": "SecuredByPerimeter"}
    if str(given).lower() not in known:
        raise exceptions.invalid_parameter(name, ", ".join(known.values()))
    return known[str(given).lower()]


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
