"""Which roles do clusters bring with them? Azure RBAC for Kubernetes, and what a control plane needs in a network.

After learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers (and networking). The roles for
clusters themselves are in platform.py.
"""

from __future__ import annotations

from holdfast_sandbox.arm.services.authorization.roles.model import USUAL, BuiltInRole

_CLUSTERS = "Microsoft.ContainerService/managedClusters"
_SEES = (
    "Microsoft.Authorization/*/read",
    "Microsoft.Insights/alertRules/*",
    "Microsoft.Resources/deployments/write",
    "Microsoft.Resources/subscriptions/operationresults/read",
    "Microsoft.Resources/subscriptions/read",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Support/*",
)
_LOGS_IN = (*_SEES, f"{_CLUSTERS}/listClusterUserCredential/action")

ROLES = (
    BuiltInRole(
        "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
        "Azure Kubernetes Service RBAC Cluster Admin",
        "All that is in a cluster.",
        _LOGS_IN,
        data_actions=(f"{_CLUSTERS}/*",),
    ),
    BuiltInRole(
        "3498e952-d568-435e-9b2c-8d77e338d7f7",
        "Azure Kubernetes Service RBAC Admin",
        "All that is in a cluster's namespaces, quotas and the namespaces themselves aside.",
        _LOGS_IN,
        data_actions=(f"{_CLUSTERS}/*",),
        not_data_actions=(
            f"{_CLUSTERS}/resourcequotas/write",
            f"{_CLUSTERS}/resourcequotas/delete",
            f"{_CLUSTERS}/namespaces/write",
            f"{_CLUSTERS}/namespaces/delete",
        ),
    ),
    BuiltInRole(
        "7f6c6a51-bcf8-42ba-9220-52d62157d7db",
        "Azure Kubernetes Service RBAC Reader",
        "Sees most of what is in a namespace, not its secrets.",
        _SEES,
        data_actions=tuple(f"{_CLUSTERS}/{what}/read" for what in ("apps/*", "batch/*", "pods", "services")),
    ),
    BuiltInRole(
        "a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb",
        "Azure Kubernetes Service RBAC Writer",
        "Changes most of what is in a namespace, not its roles.",
        _SEES,
        data_actions=tuple(f"{_CLUSTERS}/{what}/*" for what in ("apps", "batch", "pods", "services", "secrets")),
    ),
    BuiltInRole(
        "4d97b98b-1d4f-4787-a291-c67834d212e7",
        "Network Contributor",
        "Networks, their subnets included.",
        (*USUAL, "Microsoft.Network/*"),
    ),
)
