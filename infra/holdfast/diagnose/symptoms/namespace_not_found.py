"""Is the namespace that a compute was attached with in the cluster?

Source: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, NamespaceNotFound; the other text
is Kubernetes' own.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import SURE, Says, Symptom

SYMPTOM = Symptom(
    id="namespace-not-found",
    title="the compute's namespace is not in the cluster",
    looks_like='`namespaces "NAME" not found`, or an endpoint that ends with NamespaceNotFound.',
    cause="The namespace was deleted, or the cluster was made anew, after the compute was attached.",
    remedy="Make the namespace, or detach the compute and attach it again with one that exists.",
    commands=(
        "kubectl create namespace {namespace}",
        "az ml compute show --name COMPUTE --workspace-name WORKSPACE --resource-group RESOURCE_GROUP --query namespace",
        "pulumi up",
    ),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#error-namespacenotfound",
    says=(
        Says(
            (
                r"namespaces?[ :]+[\\\"'`]*(?P<namespace>[\w-]+)[\\\"'`]* (?:was |is |were )?(?:not found|does not exist|could not be found|doesn't exist|is unavailable|not available)",
            ),
            none=(r"kube-node-lease|python|xml|package",),
            confidence=SURE,
        ),
        Says(
            (r"namespace\b.{0,60}(?:not found|does not exist|doesn't exist|cannot be found|unavailable|terminating)",),
            near=(r"cluster|kube|aks|endpoint|compute|attach",),
            none=(r"python|xmlns|module",),
        ),
        Says((r"(?:no such|unknown|missing) namespace",), near=(r"cluster|kube|aks|endpoint|compute",)),
    ),
    codes=("NamespaceNotFound",),
    explains=("cluster-unreachable", "endpoint-not-found"),
)
