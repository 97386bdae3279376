"""What is a valid diagnostic setting? Bodies in, stored properties out; no state.

After learn.microsoft.com/rest/api/monitor/diagnostic-settings/create-or-update (2021-05-01-preview).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.services.monitor import exceptions
from holdfast_sandbox.arm.services.monitor.categories import Categories
from holdfast_sandbox.arm.store import Json

WORKSPACE, STORAGE = "workspaceId", "storageAccountId"
SINKS = {
    WORKSPACE: "/providers/microsoft.operationalinsights/workspaces/",
    STORAGE: "/providers/microsoft.storage/storageaccounts/",
}
_NOT_SERVED = ("eventHubAuthorizationRuleId", "eventHubName", "serviceBusRuleId", "marketplacePartnerId")
_ALL_METRICS = "AllMetrics"


def checked_properties(body: Json, known: Categories) -> Json:
    """The stored properties; each absent one is null, as the service answers it."""
    given = body.get("properties")
    if not isinstance(given, dict):
        raise invalid_request_content("properties are required")
    for name in _NOT_SERVED:
        if given.get(name):
            raise exceptions.sink_not_served(name)
    sinks = {name: _sink(name, given.get(name)) for name in SINKS}
    if not any(sinks.values()):
        raise exceptions.no_sink()
    logs, metrics = _items(given, "logs"), _items(given, "metrics")
    named = [bool(item.get("category")) for item in logs]
    grouped = [bool(item.get("categoryGroup")) for item in logs]
    if any(one == other for one, other in zip(named, grouped, strict=True)):
        raise exceptions.malformed("A log needs either a category or a categoryGroup.")
    if any(named) and any(grouped):
        raise exceptions.categories_and_groups()
    return {
        **dict.fromkeys(_NOT_SERVED[:3]),
        **sinks,
        "logs": [_log(item, known) for item in logs],
        "metrics": [_metric(item, known) for item in metrics],
        "logAnalyticsDestinationType": _destination(given.get("logAnalyticsDestinationType")),
    }


def collects_anything(properties: Json) -> bool:
    return any(item["enabled"] for item in (*properties["logs"], *properties["metrics"]))


def collected(properties: Json, known: Categories) -> Iterator[tuple[str, str]]:
    """Every (sink's id in lower case, category) that is enabled; groups stand for the categories in them."""
    names: list[str] = []
    for item in properties["logs"]:
        if item["enabled"]:
            names += [item["category"]] if item["category"] else known.groups[item["categoryGroup"]]
    for item in properties["metrics"]:
        if item["enabled"]:
            names += known.metrics if item["category"] == _ALL_METRICS else [item["category"]]
    for sink in SINKS:
        if properties[sink]:
            for name in names:
                yield properties[sink].lower(), name


def category(name: str, kind: str, known: Categories, scope: str) -> Json:
    """What `diagnosticSettingsCategories` answers of one."""
    properties: Json = {"categoryType": kind}
    if kind == "Logs":
        properties["categoryGroups"] = [group for group, logs in known.groups.items() if name in logs]
    return {
        "id": f"{scope}/providers/microsoft.insights/diagnosticSettingsCategories/{name}",
        "type": "microsoft.insights/diagnosticSettingsCategories",
        "name": name,
        "properties": properties,
    }


def _sink(name: str, value: Any) -> str | None:
    if not value:
        return None
    if not isinstance(value, str) or SINKS[name] not in value.lower():
        raise exceptions.bad_sink(name, value)
    return value


def _items(given: Json, name: str) -> list[Json]:
    items = given.get(name) or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise invalid_request_content(f"properties.{name} must be a list of objects")
    if not all(isinstance(item.get("enabled"), bool) for item in items):
        raise invalid_request_content(f"properties.{name}[*].enabled must be true or false")
    return items


def _log(item: Json, known: Categories) -> Json:
    group, name = item.get("categoryGroup"), item.get("category")
    if group is not None:
        found = _spelled(group, list(known.groups))
        if found is None:
            raise exceptions.group_not_supported(group, list(known.groups))
        return {"category": None, "categoryGroup": found, **_rest(item)}
    found = _spelled(name, list(known.logs))
    if found is None:
        raise exceptions.category_not_supported(str(name))
    return {"category": found, "categoryGroup": None, **_rest(item)}


def _metric(item: Json, known: Categories) -> Json:
    found = _spelled(item.get("category"), [*known.metrics, _ALL_METRICS])
    if found is None:
        raise exceptions.metric_not_supported(str(item.get("category")), known.metrics)
    stored: Json = {"category": found, **_rest(item)}
    if item.get("timeGrain"):
        stored["timeGrain"] = item["timeGrain"]
    return stored


def _rest(item: Json) -> Json:
    policy = item.get("retentionPolicy") or {}
    if policy.get("enabled"):
        raise exceptions.no_retention()
    return {"enabled": item["enabled"], "retentionPolicy": {"enabled": False, "days": policy.get("days") or 0}}


def _destination(value: Any) -> str | None:
    """`Dedicated` tables, or the one table AzureDiagnostics, which is answered as null."""
    if value is None:
        return None
    found = _spelled(value, ["Dedicated", "AzureDiagnostics"])
    if found is None:
        raise exceptions.malformed(f"The logAnalyticsDestinationType '{value}' is not supported.")
    return found


def _spelled(value: Any, allowed: list[str]) -> str | None:
    return next((one for one in allowed if one.lower() == str(value).lower()), None)
