"""Could Azure validate the scoring address of a deployment?

Source: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, ValidateScoringFailed.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import Says, Symptom

SYMPTOM = Symptom(
    id="scoring-validation-failed",
    title="the scoring address did not answer when Azure tried it",
    looks_like="A deployment on Kubernetes ends with ValidateScoringFailed.",
    cause="The container does not serve the scoring route at the port that the deployment names.",
    remedy="Compare the image's port and route with the deployment's, and deploy again.",
    commands=("holdfast service show {service}", "holdfast logs service {service}"),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#error-validatescoringfailed",
    says=(
        Says(
            (
                r"scoring (?:request )?(?:url|uri|address|route)\b.{0,40}validation\b.{0,20}failed|failed to validate (?:the )?scoring",
            )
        ),
    ),
    codes=("ValidateScoringFailed",),
)
