"""Microsoft.Insights as Azure Monitor serves it: diagnostic settings (API 2021-05-01-preview, as SDK 3.29)."""

from holdfast_sandbox.provider.schema import ResourceType, getter
from holdfast_sandbox.provider.types.shared import SYSTEM_DATA

# `{days, enabled}`: the SDK has another name for it in answers than in requests, and a table has one for both ways.
_RETENTION = "any"

DIAGNOSTIC_SETTING = ResourceType(
    "azure-native:monitor:DiagnosticSetting",
    path="/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
    api_version="2021-05-01-preview",
    root={"name": "str readonly", "systemData": "SystemData readonly", "type": "str readonly"},
    flattened={
        "eventHubAuthorizationRuleId": "str",
        "eventHubName": "str",
        "logAnalyticsDestinationType": "str",
        "logs": "[DiagnosticsLogSettings]",
        "marketplacePartnerId": "str",
        "metrics": "[DiagnosticsMetricSettings]",
        "serviceBusRuleId": "str",
        "storageAccountId": "str",
        "workspaceId": "str",
    },
    objects={
        "DiagnosticsLogSettings": {
            "category": "str",
            "categoryGroup": "str",
            "enabled": "bool required",
            "retentionPolicy": _RETENTION,
        },
        "DiagnosticsMetricSettings": {
            "category": "str",
            "enabled": "bool required",
            "retentionPolicy": _RETENTION,
            "timeGrain": "str",
        },
        "SystemData": SYSTEM_DATA,
    },
)

RESOURCES = {DIAGNOSTIC_SETTING.token: DIAGNOSTIC_SETTING}
INVOKES = {table.token: table for table in (getter(DIAGNOSTIC_SETTING, "azure-native:monitor:getDiagnosticSetting"),)}
