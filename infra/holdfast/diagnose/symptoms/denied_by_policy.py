"""Does an Azure Policy forbid what was asked for?

Source: learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-policy-requestdisallowedbypolicy.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import SURE, Says, Symptom

SYMPTOM = Symptom(
    id="denied-by-policy",
    title="an Azure Policy denies it",
    looks_like="403 RequestDisallowedByPolicy, with the assignments that deny.",
    cause="A policy of the subscription or its management group demands a setting that the request does not have.",
    remedy="Set what the policy demands, or have an exemption made; the answer names the assignment and the property.",
    commands=("az policy assignment list --disable-scope-strict-match --output table", "pulumi preview"),
    source="https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-policy-requestdisallowedbypolicy",
    says=(
        Says(
            (
                r"(?:disallowed|denied|blocked|rejected) by (?:an? |the |azure )*polic(?:y|ies)|because of policy violation",
            ),
            none=(r"network ?policy|admission webhook",),
            confidence=SURE,
        ),
    ),
    codes=("RequestDisallowedByPolicy", "PolicyViolation"),
)
