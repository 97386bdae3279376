"""Which paths does Azure Monitor serve, and after which documents?"""

from __future__ import annotations

from holdfast_sandbox.arm.routing import SUBSCRIPTION, ResourceType, Route, Service
from holdfast_sandbox.arm.services.monitor import activity, metrics, responses

# 2017-05-01-preview knows no category groups, and refuses none.
_VERSIONS = ("2021-05-01-preview", "2017-05-01-preview")
SETTINGS = ResourceType(responses.SETTING, _VERSIONS)
CATEGORIES = ResourceType("Microsoft.Insights/diagnosticSettingsCategories", _VERSIONS)
METRICS = ResourceType(
    "Microsoft.Insights/metrics", ("2024-02-01", "2023-10-01", "2021-05-01", "2019-07-01", "2018-01-01")
)
ACTIVITY = ResourceType("Microsoft.Insights/eventtypes", ("2015-04-01",))

_SETTINGS = f"/{{scope}}/providers/{responses.SETTING}"
_CATEGORIES = "/{scope}/providers/Microsoft.Insights/diagnosticSettingsCategories"
_REST = "learn.microsoft.com/rest/api/monitor"

SERVICE = Service(
    "Microsoft.Insights",
    types=[SETTINGS, CATEGORIES, METRICS, ACTIVITY],
    routes=[
        Route(
            "PUT",
            f"{_SETTINGS}/{{name}}",
            SETTINGS,
            responses.put_setting,
            "create or update",
            f"{_REST}/diagnostic-settings/create-or-update",
            seconds=1.5,
        ),
        Route(
            "GET",
            f"{_SETTINGS}/{{name}}",
            SETTINGS,
            responses.get_setting,
            "read",
            f"{_REST}/diagnostic-settings/get",
        ),
        Route(
            "DELETE",
            f"{_SETTINGS}/{{name}}",
            SETTINGS,
            responses.delete_setting,
            "delete",
            f"{_REST}/diagnostic-settings/delete",
            seconds=1,
        ),
        Route("GET", _SETTINGS, SETTINGS, responses.list_settings, "list", f"{_REST}/diagnostic-settings/list"),
        Route(
            "GET",
            _CATEGORIES,
            CATEGORIES,
            responses.list_categories,
            "list",
            f"{_REST}/diagnostic-settings-category/list",
        ),
        Route(
            "GET",
            f"{_CATEGORIES}/{{name}}",
            CATEGORIES,
            responses.get_category,
            "read",
            f"{_REST}/diagnostic-settings-category/get",
        ),
        Route(
            "GET",
            "/{scope}/providers/Microsoft.Insights/metrics",
            METRICS,
            metrics.list_metrics,
            "list (of online endpoints)",
            f"{_REST}/metrics/list",
        ),
        Route(
            "GET",
            f"{SUBSCRIPTION}/providers/Microsoft.Insights/eventtypes/management/values",
            ACTIVITY,
            activity.list_events,
            "list the activity log",
            f"{_REST}/activity-logs/list",
        ),
    ],
)
