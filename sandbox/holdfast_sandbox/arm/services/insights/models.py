"""What does an Application Insights component look like? Validation and defaults; no state.

After learn.microsoft.com/rest/api/application-insights/components (2020-02-02); the letter case of its properties,
capitals and underscores, is the service's. Endpoints lie under `.invalid`, so that no telemetry ever leaves.
"""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import Any

from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.identity import TENANT_ID
from holdfast_sandbox.arm.services.insights import exceptions
from holdfast_sandbox.arm.store import Json

WORKSPACE_ID = re.compile(
    r"/subscriptions/[^/]+/resourcegroups/[^/]+/providers/microsoft\.operationalinsights/workspaces/[^/]+",
    re.IGNORECASE,
)
_RETENTION = (30, 60, 90, 120, 180, 270, 365, 550, 730)
_MODES = ("ApplicationInsights", "ApplicationInsightsWithDiagnosticSettings", "LogAnalytics")
_ACCESS = ("Enabled", "Disabled")


def checked_kind(body: Json) -> str:
    kind = body.get("kind")
    if not isinstance(kind, str) or not kind:
        raise exceptions.required("kind")
    return kind


def properties(body: Json, before: Json | None, name: str, location: str, now: datetime) -> Json:
    """The properties after a PUT, which replaces the settable ones; the keys and ids stay those of the creation."""
    given = body.get("properties")
    if not isinstance(given, dict):
        raise invalid_request_content("properties must be an object")
    application_type = given.get("Application_Type")
    if not application_type:
        raise exceptions.required("Application_Type")
    kept = before or _born(name, location, now)
    stored: Json = {
        **{key: kept[key] for key in ("ApplicationId", "AppId", "InstrumentationKey", "ConnectionString", "Name")},
        "CreationDate": kept["CreationDate"],
        "TenantId": TENANT_ID,
        "Application_Type": _choice("Application_Type", application_type, ("web", "other")),
        "Flow_Type": given.get("Flow_Type") or "Bluefield",
        "Request_Source": given.get("Request_Source") or "rest",
        "provisioningState": "Succeeded",
        "RetentionInDays": _retention(given.get("RetentionInDays")),
        "Ver": "v2",
    }
    workspace = given.get("WorkspaceResourceId") or (before or {}).get("WorkspaceResourceId")
    if workspace is not None:
        if not isinstance(workspace, str) or not WORKSPACE_ID.fullmatch(workspace):
            raise exceptions.workspace_id_invalid()
        stored["WorkspaceResourceId"] = workspace
    mode = given.get("IngestionMode") or ("LogAnalytics" if workspace else "ApplicationInsights")
    stored["IngestionMode"] = _choice("IngestionMode", mode, _MODES)
    if stored["IngestionMode"] == "LogAnalytics" and workspace is None:
        raise exceptions.required("WorkspaceResourceId")
    for option in ("publicNetworkAccessForIngestion", "publicNetworkAccessForQuery"):
        stored[option] = _choice(option, given.get(option) or "Enabled", _ACCESS)
    for option in ("DisableIpMasking", "DisableLocalAuth", "ImmediatePurgeDataOn30Days"):
        if given.get(option) is not None:
            stored[option] = bool(given[option])
    for option in ("SamplingPercentage", "ForceCustomerStorageForProfiler", "HockeyAppId"):
        if given.get(option) is not None:
            stored[option] = given[option]
    return stored


def _born(name: str, location: str, now: datetime) -> Json:
    key, app = str(uuid.uuid4()), str(uuid.uuid4())
    connection = (
        f"InstrumentationKey={key};"
        f"IngestionEndpoint=https://{location}.in.applicationinsights.sandbox.invalid/;"
        f"LiveEndpoint=https://{location}.livediagnostics.monitor.sandbox.invalid/;"
        f"ApplicationId={app}"
    )
    return {
        "ApplicationId": name,
        "Name": name,
        "AppId": app,
        "InstrumentationKey": key,
        "ConnectionString": connection,
        "CreationDate": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }


def _retention(given: Any) -> int:
    """Days; 90 unless another of the offered steps is asked for."""
    if given is None:
        return 90
    if given not in _RETENTION:
        raise exceptions.not_allowed("RetentionInDays", given, ", ".join(map(str, _RETENTION)))
    return int(given)


def _choice(name: str, value: Any, allowed: tuple[str, ...]) -> str:
    known = next((item for item in allowed if item.lower() == str(value).lower()), None)
    if known is None:
        raise exceptions.not_allowed(name, value, ", ".join(allowed))
    return known
