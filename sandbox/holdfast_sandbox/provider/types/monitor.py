"""Microsoft.Insights as Azure Monitor serves it: diagnostic settings (API 2021-05-01-preview, as SDK 3.29)."""

from holdfast_sandbox.provider.schema import ResourceType, getter
from holdfast_sandbox.provider.types.shared import SYSTEM_DATA

# The SDK has a name of its own for what is answered; the first of the two serves both ways, they have the same parts.
_RETENTION = "MicrosoftCommonRetentionPolicy|RetentionPolicy"

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
        "MicrosoftCommonRetentionPolicy": {"days": "int required", "enabled": "bool required"},
        "RetentionPolicy": {"days": "int readonly", "enabled": "bool readonly"},
        "SystemData": SYSTEM_DATA,
    },
)

RESOURCES = {DIAGNOSTIC_SETTING.token: DIAGNOSTIC_SETTING}
INVOKES = {table.token: table for table in (getter(DIAGNOSTIC_SETTING, "azure-native:monitor:getDiagnosticSetting"),)}
