"""What is the AKS cluster made with, and what of it do the settings ask for?

Source of the shapes: azure-rest-api-specs, containerservice 2025-09-01, ManagedCluster.
"""

from __future__ import annotations

from holdfast.model.bodies import Body
from holdfast.model.kinds import Kind
from holdfast.model.wanted import Wanted


def cluster_body(wanted: Wanted) -> Body:
    """One small system pool that grows, patches by themselves, local accounts on: the Machine Learning extension needs
    them (Microsoft Learn, "Attach a Kubernetes cluster")."""
    pool = {
        "name": "system",
        "mode": "System",
        "type": "VirtualMachineScaleSets",
        "osType": "Linux",
        "vmSize": "Standard_D4s_v3",
        "count": 1,
        "enableAutoScaling": True,
        "minCount": 1,
        "maxCount": 3,
    }
    secure = {
        "identity": {"type": "SystemAssigned"},
        "sku": {"name": "Base", "tier": "Free"},
        "properties": {
            "dnsPrefix": wanted.resources[Kind.CLUSTER].name,
            "enableRBAC": True,
            "disableLocalAccounts": False,
            "agentPoolProfiles": [pool],
            "autoUpgradeProfile": {"upgradeChannel": "patch"},
            "networkProfile": {"networkPlugin": "azure", "networkPluginMode": "overlay"},
        },
    }
    return Body(secure=secure)
