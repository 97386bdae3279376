"""Did Azure itself fail?

Source: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, InternalServerError. Of an image
build it says little: see `vault-policy-wiped`.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, Says, Symptom

SYMPTOM = Symptom(
    id="service-internal-error",
    title="a service of Azure's failed",
    looks_like="InternalServerError from a management request, or a 5xx of the Model Management Service.",
    cause="Nothing that the answer names. Before Azure is asked: a vault whose policies were wiped shows itself so, too.",
    remedy="See whether the workspace's identity is still in the vault; then run again, and ask Azure with the request's id.",
    commands=(
        "holdfast vault verify VAULT",
        "az rest --method get --url https://management.azure.com/subscriptions/SUBSCRIPTION?api-version=2022-12-01  # does Resource Manager answer?",
    ),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#error-internalservererror",
    says=(
        Says(
            (r"bad response from (?:Model Management Service|Resource Provider)",),
            near=(r"Response Code: ?50\d",),
            unless=(r"internal server error occurred",),
            within=12,
            confidence=LIKELY,
        ),
    ),
    codes=("InternalServerError", "InternalError"),
    yields=("vault-policy-wiped", "vault-role-missing", "run-raised", "throttled-429"),
    resolved=r"(?:attempt|try|retry|retried)\b.{0,60}\b(?:succeeded|successful|ok\b|200\b)",
)
