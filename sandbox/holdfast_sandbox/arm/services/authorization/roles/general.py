"""Which general roles are built in?

After learn.microsoft.com/azure/role-based-access-control/built-in-roles/privileged.
"""

from __future__ import annotations

from holdfast_sandbox.arm.services.authorization.roles.model import BuiltInRole

ROLES = (
    BuiltInRole("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner", "Everything, access included.", ("*",)),
    BuiltInRole(
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "Contributor",
        "Everything but the granting of access.",
        ("*",),
        (
            "Microsoft.Authorization/*/Delete",
            "Microsoft.Authorization/*/Write",
            "Microsoft.Authorization/elevateAccess/Action",
            "Microsoft.Blueprint/blueprintAssignments/write",
            "Microsoft.Blueprint/blueprintAssignments/delete",
            "Microsoft.Compute/galleries/share/action",
            "Microsoft.Purview/consents/write",
            "Microsoft.Purview/consents/delete",
            "Microsoft.Resources/deploymentStacks/manageDenySetting/action",
            "Microsoft.Subscription/cancel/action",
            "Microsoft.Subscription/enable/action",
        ),
    ),
    BuiltInRole("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader", "Sees everything, changes nothing.", ("*/read",)),
    BuiltInRole(
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        "User Access Administrator",
        "Grants and takes access.",
        ("*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"),
    ),
    BuiltInRole(
        "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
        "Role Based Access Control Administrator",
        "Grants and takes access by role assignments alone.",
        (
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            "*/read",
            "Microsoft.Support/*",
        ),
    ),
)
