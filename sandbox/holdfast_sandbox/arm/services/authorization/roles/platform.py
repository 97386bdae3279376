"""Which roles for clusters, identities and monitoring are built in?

After learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers (and identity, monitor).
"""

from __future__ import annotations

from holdfast_sandbox.arm.services.authorization.roles.model import USUAL, BuiltInRole

ROLES = (
    BuiltInRole(
        "ed7f3fbd-7b88-4dd4-9017-9adb7ce333f8",
        "Azure Kubernetes Service Contributor Role",
        "Clusters themselves.",
        (*USUAL, "Microsoft.ContainerService/managedClusters/*"),
    ),
    BuiltInRole(
        "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
        "Azure Kubernetes Service Cluster User Role",
        "The credentials of a cluster's user.",
        (
            "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action",
            "Microsoft.ContainerService/managedClusters/read",
        ),
    ),
    BuiltInRole(
        "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8",
        "Azure Kubernetes Service Cluster Admin Role",
        "The credentials of a cluster's administrator.",
        (
            "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action",
            "Microsoft.ContainerService/managedClusters/accessProfiles/listCredential/action",
            "Microsoft.ContainerService/managedClusters/read",
        ),
    ),
    BuiltInRole(
        "f1a07417-d97a-45cb-824c-7a7467783830",
        "Managed Identity Operator",
        "Assigns user-assigned identities.",
        (
            *USUAL,
            "Microsoft.ManagedIdentity/userAssignedIdentities/*/read",
            "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
        ),
    ),
    BuiltInRole(
        "e40ec5ca-96e0-45a2-b4ff-59039f2c2b59",
        "Managed Identity Contributor",
        "User-assigned identities themselves.",
        (
            *USUAL,
            *(f"Microsoft.ManagedIdentity/userAssignedIdentities/{verb}" for verb in ("read", "write", "delete")),
        ),
    ),
    BuiltInRole(
        "43d0d8ad-25c7-4714-9337-8ba259a9fe05",
        "Monitoring Reader",
        "Sees what is monitored.",
        ("*/read", "Microsoft.OperationalInsights/workspaces/search/action", "Microsoft.Support/*"),
    ),
    BuiltInRole(
        "749f88d5-cbae-40b8-bcfc-e573ddc772fa",
        "Monitoring Contributor",
        "Sees what is monitored, and sets it.",
        ("*/read", "Microsoft.Insights/*", "Microsoft.OperationalInsights/workspaces/*", "Microsoft.Support/*"),
    ),
    BuiltInRole(
        "3913510d-42f4-4e42-8a64-420c390055eb",
        "Monitoring Metrics Publisher",
        "Writes metrics.",
        ("Microsoft.Insights/Register/Action", "Microsoft.Support/*"),
        data_actions=("Microsoft.Insights/Metrics/Write", "Microsoft.Insights/Telemetry/Write"),
    ),
    BuiltInRole(
        "73c42c96-874c-492b-b04d-ab87d138a893",
        "Log Analytics Reader",
        "Searches logs.",
        ("*/read", "Microsoft.OperationalInsights/workspaces/query/*/read", "Microsoft.Support/*"),
        ("Microsoft.OperationalInsights/workspaces/sharedKeys/read",),
    ),
    BuiltInRole(
        "92aaf0da-9dab-42b6-94a3-d43ce8d16293",
        "Log Analytics Contributor",
        "Searches logs, and sets what is collected.",
        ("*/read", "Microsoft.Insights/diagnosticSettings/*", "Microsoft.OperationalInsights/*", "Microsoft.Support/*"),
    ),
    BuiltInRole(
        "ae349356-3a1b-4a5e-921d-050484c6347e",
        "Application Insights Component Contributor",
        "Application Insights components.",
        (*USUAL, "Microsoft.Insights/components/*"),
    ),
)
