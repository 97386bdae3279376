"""Microsoft.ContainerService: the objects that a managed cluster is made of (API 2025-09-01, as SDK 3.29)."""

CLUSTER_OBJECTS = {
    "AdvancedNetworking": {
        "enabled": "bool",
        "observability": "AdvancedNetworkingObservability",
        "security": "AdvancedNetworkingSecurity",
    },
    "AdvancedNetworkingObservability": {
        "enabled": "bool",
    },
    "AdvancedNetworkingSecurity": {
        "advancedNetworkPolicies": "str",
        "enabled": "bool",
    },
    "AzureKeyVaultKms": {
        "enabled": "bool",
        "keyId": "str",
        "keyVaultNetworkAccess": 'str default="Public"',
        "keyVaultResourceId": "str",
    },
    "ClusterUpgradeSettings": {
        "overrideSettings": "UpgradeOverrideSettings",
    },
    "ContainerServiceLinuxProfile": {
        "adminUsername": "str required",
        "ssh": "ContainerServiceSshConfiguration required",
    },
    "ContainerServiceNetworkProfile": {
        "advancedNetworking": "AdvancedNetworking",
        "dnsServiceIP": "str replace",
        "ipFamilies": "[str]",
        "loadBalancerProfile": "ManagedClusterLoadBalancerProfile",
        "loadBalancerSku": "str",
        "natGatewayProfile": "ManagedClusterNATGatewayProfile",
        "networkDataplane": "str",
        "networkMode": "str",
        "networkPlugin": "str replace",
        "networkPluginMode": "str replace",
        "networkPolicy": "str replace",
        "outboundType": 'str replace default="loadBalancer"',
        "podCidr": 'str replace default="10.244.0.0/16"',
        "podCidrs": "[str]",
        "serviceCidr": 'str replace default="10.0.0.0/16"',
        "serviceCidrs": "[str] replace",
        "staticEgressGatewayProfile": "ManagedClusterStaticEgressGatewayProfile",
    },
    "ContainerServiceSshConfiguration": {
        "publicKeys": "[ContainerServiceSshPublicKey] required",
    },
    "ContainerServiceSshPublicKey": {
        "keyData": "str required",
    },
    "DelegatedResource": {
        "location": "str",
        "referralResource": "str",
        "resourceId": "str",
        "tenantId": "str",
    },
    "ExtendedLocation": {
        "name": "str",
        "type": "str",
    },
    "IstioCertificateAuthority": {
        "plugin": "IstioPluginCertificateAuthority",
    },
    "IstioComponents": {
        "egressGateways": "[IstioEgressGateway]",
        "ingressGateways": "[IstioIngressGateway]",
    },
    "IstioEgressGateway": {
        "enabled": "bool required",
        "gatewayConfigurationName": "str",
        "name": "str required",
        "namespace": "str",
    },
    "IstioIngressGateway": {
        "enabled": "bool required",
        "mode": "str required",
    },
    "IstioPluginCertificateAuthority": {
        "certChainObjectName": "str",
        "certObjectName": "str",
        "keyObjectName": "str",
        "keyVaultId": "str",
        "rootCertObjectName": "str",
    },
    "IstioServiceMesh": {
        "certificateAuthority": "IstioCertificateAuthority",
        "components": "IstioComponents",
        "revisions": "[str]",
    },
    "ManagedClusterAADProfile": {
        "adminGroupObjectIDs": "[str]",
        "clientAppID": "str",
        "enableAzureRBAC": "bool",
        "managed": "bool",
        "serverAppID": "str",
        "serverAppSecret": "str",
        "tenantID": "str",
    },
    "ManagedClusterAIToolchainOperatorProfile": {
        "enabled": "bool",
    },
    "ManagedClusterAPIServerAccessProfile": {
        "authorizedIPRanges": "[str]",
        "disableRunCommand": "bool",
        "enablePrivateCluster": "bool",
        "enablePrivateClusterPublicFQDN": "bool",
        "enableVnetIntegration": "bool",
        "privateDNSZone": "str",
        "subnetId": "str",
    },
    "ManagedClusterAddonProfile": {
        "config": "{str}",
        "enabled": "bool required",
        "identity": "ManagedClusterAddonProfileResponseIdentity readonly",
    },
    "ManagedClusterAutoUpgradeProfile": {
        "nodeOSUpgradeChannel": "str",
        "upgradeChannel": "str",
    },
    "ManagedClusterAzureMonitorProfile": {
        "metrics": "ManagedClusterAzureMonitorProfileMetrics",
    },
    "ManagedClusterAzureMonitorProfileKubeStateMetrics": {
        "metricAnnotationsAllowList": "str",
        "metricLabelsAllowlist": "str",
    },
    "ManagedClusterAzureMonitorProfileMetrics": {
        "enabled": "bool required",
        "kubeStateMetrics": "ManagedClusterAzureMonitorProfileKubeStateMetrics",
    },
    "ManagedClusterBootstrapProfile": {
        "artifactSource": 'str default="Direct"',
        "containerRegistryId": "str",
    },
    "ManagedClusterCostAnalysis": {
        "enabled": "bool",
    },
    "ManagedClusterHTTPProxyConfig": {
        "httpProxy": "str",
        "httpsProxy": "str",
        "noProxy": "[str]",
        "trustedCa": "str",
    },
    "ManagedClusterIdentity": {
        "delegatedResources": "{DelegatedResource}",
        "principalId": "str readonly",
        "tenantId": "str readonly",
        "type": "str",
        "userAssignedIdentities": "ids:ManagedClusterIdentityResponseUserAssignedIdentities",
    },
    "ManagedClusterIngressProfile": {
        "webAppRouting": "ManagedClusterIngressProfileWebAppRouting",
    },
    "ManagedClusterIngressProfileNginx": {
        "defaultIngressControllerType": "str",
    },
    "ManagedClusterIngressProfileWebAppRouting": {
        "dnsZoneResourceIds": "[str]",
        "enabled": "bool",
        "identity": "UserAssignedIdentity readonly",
        "nginx": "ManagedClusterIngressProfileNginx",
    },
    "ManagedClusterLoadBalancerProfile": {
        "allocatedOutboundPorts": "int default=0",
        "backendPoolType": 'str default="NodeIPConfiguration"',
        "effectiveOutboundIPs": "[ResourceReference] readonly",
        "enableMultipleStandardLoadBalancers": "bool",
        "idleTimeoutInMinutes": "int default=30",
        "managedOutboundIPs": "ManagedClusterLoadBalancerProfileManagedOutboundIPs",
        "outboundIPPrefixes": "ManagedClusterLoadBalancerProfileOutboundIPPrefixes",
        "outboundIPs": "ManagedClusterLoadBalancerProfileOutboundIPs",
    },
    "ManagedClusterLoadBalancerProfileManagedOutboundIPs": {
        "count": "int default=1",
        "countIPv6": "int default=0",
    },
    "ManagedClusterLoadBalancerProfileOutboundIPPrefixes": {
        "publicIPPrefixes": "[ResourceReference]",
    },
    "ManagedClusterLoadBalancerProfileOutboundIPs": {
        "publicIPs": "[ResourceReference]",
    },
    "ManagedClusterManagedOutboundIPProfile": {
        "count": "int default=1",
    },
    "ManagedClusterMetricsProfile": {
        "costAnalysis": "ManagedClusterCostAnalysis",
    },
    "ManagedClusterNATGatewayProfile": {
        "effectiveOutboundIPs": "[ResourceReference] readonly",
        "idleTimeoutInMinutes": "int default=4",
        "managedOutboundIPProfile": "ManagedClusterManagedOutboundIPProfile",
    },
    "ManagedClusterNodeProvisioningProfile": {
        "defaultNodePools": 'str default="Auto"',
        "mode": "str",
    },
    "ManagedClusterNodeResourceGroupProfile": {
        "restrictionLevel": "str",
    },
    "ManagedClusterOIDCIssuerProfile": {
        "enabled": "bool",
        "issuerURL": "str readonly",
    },
    "ManagedClusterPodIdentity": {
        "bindingSelector": "str",
        "identity": "UserAssignedIdentity required",
        "name": "str required",
        "namespace": "str required",
        "provisioningInfo": "ManagedClusterPodIdentityResponseProvisioningInfo readonly",
        "provisioningState": "str readonly",
    },
    "ManagedClusterAddonProfileResponseIdentity": {
        "clientId": "str readonly",
        "objectId": "str readonly",
        "resourceId": "str readonly",
    },
    "ManagedClusterIdentityResponseUserAssignedIdentities": {
        "clientId": "str readonly",
        "principalId": "str readonly",
    },
    "ManagedClusterPodIdentityResponseProvisioningInfo": {
        "error": "ManagedClusterPodIdentityProvisioningError readonly",
    },
    "ManagedClusterPodIdentityProvisioningError": {
        "error": "ManagedClusterPodIdentityProvisioningErrorBody readonly",
    },
    "ManagedClusterPodIdentityProvisioningErrorBody": {
        "code": "str readonly",
        "details": "[ManagedClusterPodIdentityProvisioningErrorBody] readonly",
        "message": "str readonly",
        "target": "str readonly",
    },
    "ManagedClusterPodIdentityException": {
        "name": "str required",
        "namespace": "str required",
        "podLabels": "{str} required",
    },
    "ManagedClusterPodIdentityProfile": {
        "allowNetworkPluginKubenet": "bool",
        "enabled": "bool",
        "userAssignedIdentities": "[ManagedClusterPodIdentity]",
        "userAssignedIdentityExceptions": "[ManagedClusterPodIdentityException]",
    },
    "ManagedClusterPropertiesAutoScalerProfile": {
        "balanceSimilarNodeGroups": "str wire=balance-similar-node-groups",
        "daemonsetEvictionForEmptyNodes": "bool wire=daemonset-eviction-for-empty-nodes",
        "daemonsetEvictionForOccupiedNodes": "bool wire=daemonset-eviction-for-occupied-nodes",
        "expander": "str",
        "ignoreDaemonsetsUtilization": "bool wire=ignore-daemonsets-utilization",
        "maxEmptyBulkDelete": "str wire=max-empty-bulk-delete",
        "maxGracefulTerminationSec": "str wire=max-graceful-termination-sec",
        "maxNodeProvisionTime": "str wire=max-node-provision-time",
        "maxTotalUnreadyPercentage": "str wire=max-total-unready-percentage",
        "newPodScaleUpDelay": "str wire=new-pod-scale-up-delay",
        "okTotalUnreadyCount": "str wire=ok-total-unready-count",
        "scaleDownDelayAfterAdd": "str wire=scale-down-delay-after-add",
        "scaleDownDelayAfterDelete": "str wire=scale-down-delay-after-delete",
        "scaleDownDelayAfterFailure": "str wire=scale-down-delay-after-failure",
        "scaleDownUnneededTime": "str wire=scale-down-unneeded-time",
        "scaleDownUnreadyTime": "str wire=scale-down-unready-time",
        "scaleDownUtilizationThreshold": "str wire=scale-down-utilization-threshold",
        "scanInterval": "str wire=scan-interval",
        "skipNodesWithLocalStorage": "str wire=skip-nodes-with-local-storage",
        "skipNodesWithSystemPods": "str wire=skip-nodes-with-system-pods",
    },
    "ManagedClusterSKU": {
        "name": "str",
        "tier": "str",
    },
    "ManagedClusterSecurityProfile": {
        "azureKeyVaultKms": "AzureKeyVaultKms",
        "customCATrustCertificates": "[str]",
        "defender": "ManagedClusterSecurityProfileDefender",
        "imageCleaner": "ManagedClusterSecurityProfileImageCleaner",
        "workloadIdentity": "ManagedClusterSecurityProfileWorkloadIdentity",
    },
    "ManagedClusterSecurityProfileDefender": {
        "logAnalyticsWorkspaceResourceId": "str",
        "securityMonitoring": "ManagedClusterSecurityProfileDefenderSecurityMonitoring",
    },
    "ManagedClusterSecurityProfileDefenderSecurityMonitoring": {
        "enabled": "bool",
    },
    "ManagedClusterSecurityProfileImageCleaner": {
        "enabled": "bool",
        "intervalHours": "int",
    },
    "ManagedClusterSecurityProfileWorkloadIdentity": {
        "enabled": "bool",
    },
    "ManagedClusterServicePrincipalProfile": {
        "clientId": "str required",
        "secret": "str",
    },
    "ManagedClusterStaticEgressGatewayProfile": {
        "enabled": "bool",
    },
    "ManagedClusterStatus": {
        "provisioningError": "ErrorDetail readonly",
    },
    "ManagedClusterStorageProfile": {
        "blobCSIDriver": "ManagedClusterStorageProfileBlobCSIDriver",
        "diskCSIDriver": "ManagedClusterStorageProfileDiskCSIDriver",
        "fileCSIDriver": "ManagedClusterStorageProfileFileCSIDriver",
        "snapshotController": "ManagedClusterStorageProfileSnapshotController",
    },
    "ManagedClusterStorageProfileBlobCSIDriver": {
        "enabled": "bool",
    },
    "ManagedClusterStorageProfileDiskCSIDriver": {
        "enabled": "bool",
    },
    "ManagedClusterStorageProfileFileCSIDriver": {
        "enabled": "bool",
    },
    "ManagedClusterStorageProfileSnapshotController": {
        "enabled": "bool",
    },
    "ManagedClusterWindowsProfile": {
        "adminPassword": "str",
        "adminUsername": "str required",
        "enableCSIProxy": "bool",
        "gmsaProfile": "WindowsGmsaProfile",
        "licenseType": "str",
    },
    "ManagedClusterWorkloadAutoScalerProfile": {
        "keda": "ManagedClusterWorkloadAutoScalerProfileKeda",
        "verticalPodAutoscaler": "ManagedClusterWorkloadAutoScalerProfileVerticalPodAutoscaler",
    },
    "ManagedClusterWorkloadAutoScalerProfileKeda": {
        "enabled": "bool required",
    },
    "ManagedClusterWorkloadAutoScalerProfileVerticalPodAutoscaler": {
        "enabled": "bool required default=false",
    },
    "PrivateLinkResource": {
        "groupId": "str",
        "id": "str",
        "name": "str",
        "privateLinkServiceID": "str readonly",
        "requiredMembers": "[str]",
        "type": "str",
    },
    "ResourceReference": {
        "id": "str",
    },
    "ServiceMeshProfile": {
        "istio": "IstioServiceMesh",
        "mode": "str required",
    },
    "UpgradeOverrideSettings": {
        "forceUpgrade": "bool",
        "until": "str",
    },
    "UserAssignedIdentity": {"clientId": "str", "objectId": "str", "resourceId": "str"},
    "WindowsGmsaProfile": {
        "dnsServer": "str",
        "enabled": "bool",
        "rootDomainName": "str",
    },
}
