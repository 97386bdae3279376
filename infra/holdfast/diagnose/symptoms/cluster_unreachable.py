"""Does the workspace get through to the cluster?

Sources: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, KubernetesUnaccessible and
InferencingClientCallFailed; how-to-troubleshoot-kubernetes-compute, "Kubernetes cluster error".
"""

from __future__ import annotations

from holdfast.diagnose.symptom import SURE, Says, Symptom

SYMPTOM = Symptom(
    id="cluster-unreachable",
    title="the workspace does not reach the cluster",
    looks_like="KubernetesUnaccessible, InferencingClientCallFailed, or `The Kubernetes cluster is not reachable`.",
    cause="The cluster is stopped or gone, its certificate has expired, its API server lets only certain addresses in, or the extension's relay is down.",
    remedy="Start the cluster, rotate an expired certificate, let the workspace through; then detach and attach with the same name and namespace.",
    commands=(
        "az aks show --resource-group RESOURCE_GROUP --name CLUSTER --query '{{power: powerState.code, state: provisioningState}}'",
        "kubectl get pods --namespace azureml",
        "az aks rotate-certs --resource-group RESOURCE_GROUP --name CLUSTER  # only for InvalidCertificate: every node restarts",
    ),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-kubernetes-compute",
    says=(
        Says(
            (
                r"kubernetes (?:cluster|compute) is not (?:reachable|accessible)|failed to connect to kubernetes cluster|cannot fou?nd kubernetes (?:cluster|compute)|request to kubernetes cluster unauthorized",
            ),
            confidence=SURE,
        ),
        Says((r"kubernetes error: \w+Exception",), confidence=SURE),
        Says((r"failed to get compute information|compute (?:kubeconfig|information) is invalid",)),
    ),
    codes=(
        "KubernetesUnaccessible",
        "InferencingClientCallFailed",
        "ClusterNotReachable",
        "ClusterNotFound",
        "ComputeNotAccessible",
        "ComputeNotFound",
        "GenericClusterError",
        "GenericComputeError",
        "ClusterUnauthorized",
    ),
    explains=("container-not-ready",),
)
