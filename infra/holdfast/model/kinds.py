"""Which resources does Holdfast know, and what must be true of each kind?

One row a kind, so that a stage that treats all kinds alike (decide, read) loops over a table and not over copies.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A kind of resource; the value is its logical name in the state, and its key in the settings but for the group."""

    GROUP = "group"
    VAULT = "vault"
    STORAGE = "storage"
    LOGS = "logs"
    INSIGHTS = "insights"
    REGISTRY = "registry"
    CLUSTER = "cluster"
    WORKSPACE = "workspace"

    @property
    def setting(self) -> str:
        """Its key under `holdfast:environment`."""
        return "resourceGroup" if self is Kind.GROUP else self.value


@dataclass(frozen=True, slots=True)
class KindFacts:
    """What is fixed about a kind.

    `arm_type` is the type in ids and lists; `token` the Pulumi type; `noun` is what messages call it; `api_version` is
    the one that the read stage asks with; `retained` says that `destroy` leaves it (design: what holds data or keys
    outlives the stack); `whole_put` says that Azure changes one by a PUT of the whole body alone, not by a PATCH;
    `fixed` are paths that it does not change at all.
    """

    arm_type: str
    token: str
    noun: str
    api_version: str
    retained: bool
    whole_put: bool = False
    fixed: tuple[str, ...] = ()


KINDS: dict[Kind, KindFacts] = {
    Kind.GROUP: KindFacts(
        "Microsoft.Resources/resourceGroups",
        "azure-native:resources:ResourceGroup",
        "Resource group",
        "2024-03-01",
        True,
    ),
    Kind.VAULT: KindFacts("Microsoft.KeyVault/vaults", "azure-native:keyvault:Vault", "Key Vault", "2024-11-01", True),
    Kind.STORAGE: KindFacts(
        "Microsoft.Storage/storageAccounts",
        "azure-native:storage:StorageAccount",
        "Storage account",
        "2024-01-01",
        True,
    ),
    Kind.LOGS: KindFacts(
        "Microsoft.OperationalInsights/workspaces",
        "azure-native:operationalinsights:Workspace",
        "Log Analytics workspace",
        "2023-09-01",
        False,
    ),
    Kind.INSIGHTS: KindFacts(
        "Microsoft.Insights/components",
        "azure-native:applicationinsights:Component",
        "Application Insights component",
        "2020-02-02",
        False,
    ),
    Kind.REGISTRY: KindFacts(
        "Microsoft.ContainerRegistry/registries",
        "azure-native:containerregistry:Registry",
        "Container registry",
        "2023-01-01-preview",
        True,
    ),
    Kind.CLUSTER: KindFacts(
        "Microsoft.ContainerService/managedClusters",
        "azure-native:containerservice:ManagedCluster",
        "AKS cluster",
        "2025-09-01",
        False,
        whole_put=True,
        fixed=(
            # `az aks update --assign-kubelet-identity` can, and drains every node for it (Microsoft Learn).
            "properties.identityProfile",
            "properties.dnsPrefix",
            "properties.nodeResourceGroup",
            "properties.networkProfile.networkPlugin",
            "properties.networkProfile.networkPluginMode",
            "properties.networkProfile.networkPolicy",
            "properties.networkProfile.podCidr",
            "properties.networkProfile.serviceCidr",
            "properties.networkProfile.dnsServiceIP",
            "properties.networkProfile.outboundType",
        ),
    ),
    Kind.WORKSPACE: KindFacts(
        "Microsoft.MachineLearningServices/workspaces",
        "azure-native:machinelearningservices:Workspace",
        "Machine Learning workspace",
        "2025-12-01",
        True,
        fixed=(
            # Microsoft tells how to add an identity to one of the workspace's own, and no way back or across; what the
            # first one was let into, the second is not.
            "identity",
            "properties.primaryUserAssignedIdentity",
            "properties.hbiWorkspace",
            "properties.keyVault",
            "properties.storageAccount",
        ),
    ),
}

#: The tags that say whose a resource is (design, section 2); state decides first, these second.
TAG_PROJECT = "holdfast-project"
TAG_STACK = "holdfast-stack"
