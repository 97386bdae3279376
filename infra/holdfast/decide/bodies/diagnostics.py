"""What does a diagnostic setting ask a resource to tell?

Source of the shape: azure-rest-api-specs, Microsoft.Insights 2021-05-01-preview; of the categories, the pages under
learn.microsoft.com/azure/azure-monitor/reference/supported-logs and supported-metrics.
"""

from __future__ import annotations

from typing import Any

from holdfast.model.bodies import Body
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.sorts import Sort
from holdfast.model.wanted import Wanted, WantedPart

_GROUPS = {"audit": "audit", "all": "allLogs"}
#: Storage answers its metrics by their own categories, whatever they were asked for as.
_METRICS = {Sort.DIAGNOSTICS: ("AllMetrics",), Sort.BLOB_DIAGNOSTICS: ("Transaction", "Capacity")}


def diagnostics_body(wanted: Wanted, part: WantedPart) -> Body:
    """A group of logs, and metrics, to the logs workspace."""
    properties: dict[str, Any] = {
        "workspaceId": resource_id(wanted, Kind.LOGS),
        "logs": [{"categoryGroup": _GROUPS[part.settings["logs"]], "enabled": True}],
    }
    metrics = _METRICS[part.sort] if part.settings["metrics"] else ()
    properties["metrics"] = [{"category": name, "enabled": True} for name in metrics]
    return Body({"properties": properties}, needs=(Kind.LOGS.value,))
