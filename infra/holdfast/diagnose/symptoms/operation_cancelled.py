"""Did another operation get in the way of this one?

Source: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, OperationCanceled, and "HTTP
status codes" of Kubernetes endpoints (409).
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, SURE, Says, Symptom

SYMPTOM = Symptom(
    id="operation-cancelled",
    title="another operation on the same resource got in the way",
    looks_like="OperationCanceled, AnotherOperationInProgress, or 409 while an update of the endpoint is under way.",
    cause="Two runs write to the same endpoint, vault or workspace at the same time; one with a higher priority cancels the other.",
    remedy="Let the other one end, then run again; let pipelines of one stack wait for each other.",
    commands=("az monitor activity-log list --resource-group RESOURCE_GROUP --offset 1h --output table", "pulumi up"),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#error-operationcanceled",
    says=(
        Says((r"operation\b.{0,60}cancell?ed\b.{0,80}(?:another|higher priority|lock|concurrent)",), confidence=SURE),
        Says(
            (
                r"another operation\b.{0,60}(?:in progress|under way|running|pending)|conflict occurred that prevented the operation",
            ),
            confidence=SURE,
        ),
        Says(
            (r"already (?:a|an) \w* ?operation\b.{0,30}in progress|operation is already in progress",),
            confidence=LIKELY,
        ),
    ),
    codes=("OperationCanceled", "OperationCancelled", "AnotherOperationInProgress", "ConflictingOperation"),
    yields=("vault-soft-deleted", "workspace-soft-deleted"),
)
