"""Microsoft.ContainerService: managed clusters and agent pools (API 2025-09-01, as SDK 3.29).

What replaces is what the real provider lists by hand, for the specification does not say what is fixed.
"""

from holdfast_sandbox.provider.schema import ResourceType, getter, lister
from holdfast_sandbox.provider.types.containerservice_objects import CLUSTER_OBJECTS
from holdfast_sandbox.provider.types.containerservice_pools import POOL, POOL_OBJECTS
from holdfast_sandbox.provider.types.shared import GROUP_NAME, SYSTEM_DATA

_CLUSTERS = (
    "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ContainerService"
    "/managedClusters/{resourceName}"
)
_NAME = "str minlen=1 maxlen=63 pattern=^[a-zA-Z0-9]$|^[a-zA-Z0-9][-_a-zA-Z0-9]{0,61}[a-zA-Z0-9]$"

CLUSTER = ResourceType(
    "azure-native:containerservice:ManagedCluster",
    path=_CLUSTERS,
    api_version="2025-09-01",
    parameters={"resourceGroupName": GROUP_NAME, "resourceName": _NAME},
    root={
        "eTag": "str readonly",
        "extendedLocation": "ExtendedLocation",
        "identity": "ManagedClusterIdentity",
        "kind": "str",
        "location": "str required replace",
        "name": "str readonly",
        "sku": "ManagedClusterSKU",
        "systemData": "SystemData readonly",
        "tags": "{str}",
        "type": "str readonly",
    },
    flattened={
        "aadProfile": "ManagedClusterAADProfile",
        "addonProfiles": "{ManagedClusterAddonProfile}",
        "agentPoolProfiles": "[ManagedClusterAgentPoolProfile]",
        "aiToolchainOperatorProfile": "ManagedClusterAIToolchainOperatorProfile",
        "apiServerAccessProfile": "ManagedClusterAPIServerAccessProfile",
        "autoScalerProfile": "ManagedClusterPropertiesAutoScalerProfile",
        "autoUpgradeProfile": "ManagedClusterAutoUpgradeProfile",
        "azureMonitorProfile": "ManagedClusterAzureMonitorProfile",
        "azurePortalFQDN": "str readonly",
        "bootstrapProfile": "ManagedClusterBootstrapProfile",
        "currentKubernetesVersion": "str readonly",
        "disableLocalAccounts": "bool",
        "diskEncryptionSetID": "str replace",
        "dnsPrefix": "str replace",
        "enableRBAC": "bool",
        "fqdn": "str readonly",
        "fqdnSubdomain": "str replace",
        "httpProxyConfig": "ManagedClusterHTTPProxyConfig",
        "identityProfile": "{UserAssignedIdentity}",
        "ingressProfile": "ManagedClusterIngressProfile",
        "kubernetesVersion": "str",
        "linuxProfile": "ContainerServiceLinuxProfile replace",
        "maxAgentPools": "int readonly",
        "metricsProfile": "ManagedClusterMetricsProfile",
        "networkProfile": "ContainerServiceNetworkProfile",
        "nodeProvisioningProfile": "ManagedClusterNodeProvisioningProfile",
        "nodeResourceGroup": "str replace",
        "nodeResourceGroupProfile": "ManagedClusterNodeResourceGroupProfile",
        "oidcIssuerProfile": "ManagedClusterOIDCIssuerProfile",
        "podIdentityProfile": "ManagedClusterPodIdentityProfile",
        "powerState": "PowerState readonly",
        "privateFQDN": "str readonly",
        "privateLinkResources": "[PrivateLinkResource]",
        "provisioningState": "str readonly",
        "publicNetworkAccess": "str",
        "resourceUID": "str readonly",
        "securityProfile": "ManagedClusterSecurityProfile",
        "serviceMeshProfile": "ServiceMeshProfile",
        "servicePrincipalProfile": "ManagedClusterServicePrincipalProfile",
        "status": "ManagedClusterStatus readonly",
        "storageProfile": "ManagedClusterStorageProfile",
        "supportPlan": "str",
        "upgradeSettings": "ClusterUpgradeSettings",
        "windowsProfile": "ManagedClusterWindowsProfile replace",
        "workloadAutoScalerProfile": "ManagedClusterWorkloadAutoScalerProfile",
    },
    objects={
        **POOL_OBJECTS,
        **CLUSTER_OBJECTS,
        "ManagedClusterAgentPoolProfile": {**POOL, "name": "str required"},
        "SystemData": SYSTEM_DATA,
    },
    put_lro=True,
    delete_lro=True,
)

AGENT_POOL = ResourceType(
    "azure-native:containerservice:AgentPool",
    path=f"{_CLUSTERS}/agentPools/{{agentPoolName}}",
    api_version="2025-09-01",
    parameters={
        "resourceGroupName": GROUP_NAME,
        "resourceName": _NAME,
        "agentPoolName": "str minlen=1 maxlen=12 pattern=^[a-z][a-z0-9]{0,11}$",
    },
    root={"name": "str readonly"},
    flattened={**POOL, "gpuInstanceProfile": "str replace", "vmSize": "str replace"},
    objects={
        **POOL_OBJECTS,
        "AgentPoolNetworkProfile": {**POOL_OBJECTS["AgentPoolNetworkProfile"], "nodePublicIPTags": "[IPTag] replace"},
    },
    put_lro=True,
    delete_lro=True,
)

RESOURCES = {table.token: table for table in (CLUSTER, AGENT_POOL)}
_KUBECONFIGS = {"kubeconfigs": "[CredentialResult] readonly"}
_CREDENTIAL = {"CredentialResult": {"name": "str readonly", "value": "str readonly"}}
INVOKES = {
    table.token: table
    for table in (
        getter(CLUSTER, "azure-native:containerservice:getManagedCluster"),
        getter(AGENT_POOL, "azure-native:containerservice:getAgentPool"),
        lister(
            CLUSTER,
            "azure-native:containerservice:listManagedClusterUserCredentials",
            "listClusterUserCredential",
            _KUBECONFIGS,
            _CREDENTIAL,
            format="str",
            serverFqdn="str wire=server-fqdn",
        ),
        lister(
            CLUSTER,
            "azure-native:containerservice:listManagedClusterAdminCredentials",
            "listClusterAdminCredential",
            _KUBECONFIGS,
            _CREDENTIAL,
            serverFqdn="str wire=server-fqdn",
        ),
    )
}
