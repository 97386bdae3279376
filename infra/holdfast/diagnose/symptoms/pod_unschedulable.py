"""Is there a node that takes the pod?

Texts: the Kubernetes scheduler's; codes: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints,
PodUnschedulable and OutOfQuota.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import SURE, Says, Symptom

SYMPTOM = Symptom(
    id="pod-unschedulable",
    title="no node of the cluster takes the pod",
    looks_like="Pods stay Pending with FailedScheduling: `0/3 nodes are available: 3 Insufficient cpu`.",
    cause="What a replica asks for is free on no node, or no node has the labels that it selects or lacks the taints it does not bear.",
    remedy="Ask for less `cpu` or `memory`, add nodes or a pool of larger machines, or correct the selector.",
    commands=(
        "kubectl describe nodes | grep -A 8 'Allocated resources'",
        "holdfast settings check  # refuses what no node of the stack's cluster holds",
        "holdfast size {service} --profile load.csv  # how many replicas it needs, and whether the cluster holds them",
        "az aks nodepool scale --resource-group RESOURCE_GROUP --cluster-name CLUSTER --name POOL --node-count N",
    ),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#error-podunschedulable",
    says=(
        Says(
            (
                r"(?:service `(?P<service>[\w-]+)` asks|services together ask) for .{0,80}, more than the node pools can hold",
            ),
            confidence=SURE,
        ),
        Says((r"\b0/\d+ nodes are available",), confidence=SURE, plain=True),
        Says(
            (
                r"kubernetes unschedulable|pod (?:is |was )?unschedulable|no nodes? (?:are )?available (?:that match|to schedule)|failed to fit in any node",
            ),
            confidence=SURE,
        ),
        Says((r"\bFailedScheduling\b",), confidence=SURE, plain=True),
        Says((r"exceeded quota: \S+, requested: .{0,80}(?:used|limited):",), confidence=SURE),
        Says((r"reason: \"?Unschedulable\"?",), confidence=SURE, plain=True),
        Says(
            (
                r"(?:pod|replica)\b.{0,80}\b(?:Pending|not be scheduled|unschedulable)\b.{0,80}(?:insufficient|cpu|memory|node|taint|resource)",
            )
        ),
        Says(
            (r"(?:insufficient|not enough) (?:cpu|memory|nvidia\.com/gpu|ephemeral-storage|pods)\b",),
            near=(r"node|pod|cluster|schedul",),
        ),
    ),
    codes=("PodUnschedulable", "KubernetesUnschedulable", "FailedScheduling", "Unschedulable", "no-node-holds-it"),
    explains=("autoscale-503", "container-not-ready", "scoring-fe-unhealthy"),
    resolved=r"Successfully assigned|\bReason:\s*Scheduled\b|\bNormal\s+Scheduled\b|Started container|PodScheduled\W+True",
)
