"""Does the Machine Learning extension of the cluster get a token?

Source: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, "Identity and authentication
errors".
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, Says, Symptom

SYMPTOM = Symptom(
    id="cluster-identity-broken",
    title="the cluster's extension gets no token from Microsoft Entra ID",
    looks_like="Deployments on Kubernetes end with TokenRefreshFailed or GetAADTokenFailed.",
    cause="The extension's identity is not set, or the cluster does not get through to Microsoft Entra ID or the workspace.",
    remedy="Let the cluster out to Microsoft Entra ID; install the extension anew where its identity is missing.",
    commands=(
        "az k8s-extension show --cluster-type managedClusters --cluster-name CLUSTER --resource-group RESOURCE_GROUP --name EXTENSION --query '{{state: provisioningState, identity: identity}}'",
        "kubectl logs --namespace azureml --selector app=gateway --tail 100",
    ),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#error-tokenrefreshfailed",
    says=(Says((r"extension identity\b.{0,40}(?:not set|missing|not found|not correctly)",), confidence=LIKELY),),
    codes=("TokenRefreshFailed", "GetAADTokenFailed", "RefreshExtensionIdentityNotSet"),
    explains=("image-pull-denied", "cluster-unreachable"),
)
