"""Is something in the deployment that Azure does not take?

Source: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, BadArgument and
InvalidDeploymentSpec.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, Says, Symptom

SYMPTOM = Symptom(
    id="deployment-argument-invalid",
    title="the deployment's specification is refused",
    looks_like="BadArgument or InvalidDeploymentSpec, most often with the property that is meant.",
    cause="A count, a limit or a name that can't be: more replicas at least than at most, a request above its limit, a model that is not in the workspace.",
    remedy="Correct what the message names.",
    commands=("holdfast settings check", "pulumi preview"),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#error-badargument",
    says=(
        Says((r"deployment spec\w*\b.{0,40}invalid|invalid (?:instance count|deployment spec)",), confidence=LIKELY),
        Says(
            (r"(?:resource )?requests?\b.{0,40}(?:must be|greater than|exceeds?)\b.{0,30}limits?",),
            near=(r"cpu|memory|deployment",),
            none=(r"number of",),
        ),
    ),
    codes=("InvalidDeploymentSpec", "BadArgument"),
    yields=(
        "scoring-fe-unhealthy",
        "image-pull-denied",
        "pod-unschedulable",
        "model-path-missing",
        "image-missing",
        "denied-by-policy",
        "quota-exceeded",
        "access-denied",
    ),
)
