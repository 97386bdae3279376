"""What can a resource report? The log categories of each type, the groups that they are in, and its metrics.

After learn.microsoft.com/azure/azure-monitor/reference/supported-logs (one page a type). A type that is not here has
no diagnostic settings in the sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ALL_LOGS, AUDIT = "allLogs", "audit"


@dataclass(frozen=True)
class Categories:
    """`audited`: the logs that the group `audit` holds, none: there is no such group. `metrics` are the categories
    that are listed; `AllMetrics` is taken everywhere.
    """

    logs: Sequence[str] = ()
    audited: Sequence[str] = ()
    metrics: Sequence[str] = ("AllMetrics",)

    @property
    def groups(self) -> Mapping[str, Sequence[str]]:
        """The logs in each group."""
        found = {AUDIT: self.audited, ALL_LOGS: self.logs}
        return {name: logs for name, logs in found.items() if logs}


_STORED = ("StorageRead", "StorageWrite", "StorageDelete")
_STORAGE_METRICS = ("Transaction", "Capacity")
_STORAGE = Categories(_STORED, _STORED, _STORAGE_METRICS)
_REGISTRY = ("ContainerRegistryRepositoryEvents", "ContainerRegistryLoginEvents")
_MACHINE_LEARNING = (
    "AmlComputeClusterEvent",
    "AmlComputeClusterNodeEvent",
    "AmlComputeCpuGpuUtilization",
    "AmlComputeJobEvent",
    "AmlRunStatusChangedEvent",
    "ComputeInstanceEvent",
    "DataLabelChangeEvent",
    "DataLabelReadEvent",
    "DataSetChangeEvent",
    "DataSetReadEvent",
    "DataStoreChangeEvent",
    "DataStoreReadEvent",
    "DeploymentEventACI",
    "DeploymentEventAKS",
    "DeploymentReadEvent",
    "EnvironmentChangeEvent",
    "EnvironmentReadEvent",
    "InferencingOperationACI",
    "InferencingOperationAKS",
    "ModelsActionEvent",
    "ModelsChangeEvent",
    "ModelsReadEvent",
    "PipelineChangeEvent",
    "PipelineReadEvent",
    "RunEvent",
    "RunReadEvent",
)
_CLUSTER_AUDIT = ("kube-audit", "kube-audit-admin", "guard")
_CLUSTER = (
    "kube-apiserver",
    *_CLUSTER_AUDIT,
    "kube-controller-manager",
    "kube-scheduler",
    "cluster-autoscaler",
    "cloud-controller-manager",
    "csi-azuredisk-controller",
    "csi-azurefile-controller",
    "csi-snapshot-controller",
    "fleet-member-agent",
    "fleet-member-net-controller-manager",
    "fleet-mcs-controller-manager",
)
_COMPONENT = (
    "AppAvailabilityResults",
    "AppBrowserTimings",
    "AppDependencies",
    "AppEvents",
    "AppExceptions",
    "AppMetrics",
    "AppPageViews",
    "AppPerformanceCounters",
    "AppRequests",
    "AppSystemEvents",
    "AppTraces",
)

BY_TYPE: Mapping[str, Categories] = {
    "microsoft.keyvault/vaults": Categories(("AuditEvent", "AzurePolicyEvaluationDetails"), ("AuditEvent",)),
    "microsoft.storage/storageaccounts": Categories(metrics=_STORAGE_METRICS),
    "microsoft.storage/storageaccounts/blobservices": _STORAGE,
    "microsoft.storage/storageaccounts/fileservices": _STORAGE,
    "microsoft.storage/storageaccounts/queueservices": _STORAGE,
    "microsoft.storage/storageaccounts/tableservices": _STORAGE,
    "microsoft.containerregistry/registries": Categories(_REGISTRY, _REGISTRY),
    "microsoft.machinelearningservices/workspaces": Categories(_MACHINE_LEARNING, _MACHINE_LEARNING),
    "microsoft.containerservice/managedclusters": Categories(_CLUSTER, _CLUSTER_AUDIT),
    "microsoft.operationalinsights/workspaces": Categories(("Audit", "SummaryLogs"), ("Audit",)),
    "microsoft.insights/components": Categories(_COMPONENT),
    "microsoft.network/virtualnetworks": Categories(("VMProtectionAlerts",)),
}
