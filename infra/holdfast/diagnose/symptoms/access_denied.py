"""May the login do what it asked Resource Manager for?

Source: learn.microsoft.com/azure/role-based-access-control/troubleshooting.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import SURE, Says, Symptom

SYMPTOM = Symptom(
    id="access-denied",
    title="the login lacks a right in Azure",
    looks_like="403 AuthorizationFailed: the client does not have authorization to perform an action over a scope.",
    cause="No role of the login has that action at that scope, or it was granted a moment ago.",
    remedy="Grant the role; docs/permissions.md lists what each step needs.",
    commands=(
        "az role assignment list --assignee {oid} --all --output table",
        "az role assignment create --role ROLE --assignee-object-id {oid} --scope SCOPE",
    ),
    source="https://learn.microsoft.com/azure/role-based-access-control/troubleshooting",
    says=(
        Says((r"does not have authorization to perform action '?(?P<action>[\w./*]+)",), confidence=SURE),
        Says((r"with object id '(?P<oid>[\w-]+)'",), near=(r"does not have authorization",), confidence=SURE),
        Says(
            (r"AuthorizationPermissionMismatch|not authorized to perform this operation using this permission",),
            confidence=SURE,
        ),
    ),
    codes=("AuthorizationFailed", "LinkedAuthorizationFailed", "AuthorizationPermissionMismatch"),
    explains=("image-build-failed",),
    yields=("vault-role-missing", "denied-by-policy"),
)
