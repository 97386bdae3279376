"""Is the front end of the cluster's endpoints well?

Source: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, ScoringFeUnhealthy and "Azureml-fe
not ready".
"""

from __future__ import annotations

from holdfast.diagnose.symptom import SURE, Says, Symptom

_ILL = (
    r"(?:unhealthy|not healthy|not ready|isn'?t ready|not found|CrashLoop\w*|Pending|ImagePull\w*|ErrImagePull|0/\d+|\b0 of \d+"
    r"|no (?:healthy|ready)|unavailable|OOMKilled|Error\b|not running|failed|evicted|does not exist)"
)

SYMPTOM = Symptom(
    id="scoring-fe-unhealthy",
    title="the cluster's inference front end (azureml-fe) is not healthy",
    looks_like="Endpoints and deployments end with ScoringFeUnhealthy, or azureml-fe pods are not ready.",
    cause="The router that the Machine Learning extension installs has no healthy replica: too few nodes, a pull that fails, a broken extension.",
    remedy="Look at its pods; make room for them, or update the extension.",
    commands=(
        "kubectl get pods --namespace azureml --selector app=azureml-fe",
        "kubectl describe pods --namespace azureml --selector app=azureml-fe",
        "az k8s-extension show --cluster-type managedClusters --cluster-name CLUSTER --resource-group RESOURCE_GROUP --name EXTENSION",
    ),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#error-scoringfeunhealthy",
    says=(
        Says(
            (rf"azureml-fe\b.{{0,120}}{_ILL}|{_ILL}.{{0,80}}\bazureml-fe\b",),
            none=(r"\b(?:50[234]|404)\b|\"POST|server: azureml-fe|\b([1-9])/\1\s+Running",),
            confidence=SURE,
            plain=True,
        ),
        Says(
            (
                r"(?:AzureML|Machine Learning) extension service not found in cluster|azureml-ingress\S*\b.{0,60}(?:not ready|no backend|unhealthy)",
            ),
            confidence=SURE,
        ),
    ),
    codes=("ScoringFeUnhealthy",),
    explains=("autoscale-503", "crash-502", "container-not-ready"),
)
