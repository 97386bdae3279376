"""Which roles for machine learning are built in?

After learn.microsoft.com/azure/role-based-access-control/built-in-roles/ai-machine-learning.
"""

from __future__ import annotations

from holdfast_sandbox.arm.services.authorization.roles.model import USUAL, BuiltInRole

_ML = "Microsoft.MachineLearningServices"

ROLES = (
    BuiltInRole(
        "f6c7c914-8db3-469d-8ca1-694a8f32e121",
        "AzureML Data Scientist",
        "Works in a workspace, without its computes and settings.",
        (
            f"{_ML}/workspaces/*/read",
            f"{_ML}/workspaces/*/action",
            f"{_ML}/workspaces/*/delete",
            f"{_ML}/workspaces/*/write",
        ),
        (
            f"{_ML}/workspaces/delete",
            f"{_ML}/workspaces/write",
            f"{_ML}/workspaces/computes/*/write",
            f"{_ML}/workspaces/computes/*/delete",
            f"{_ML}/workspaces/computes/listKeys/action",
            f"{_ML}/workspaces/listKeys/action",
            f"{_ML}/workspaces/hubs/write",
            f"{_ML}/workspaces/hubs/delete",
            f"{_ML}/workspaces/featurestores/write",
            f"{_ML}/workspaces/featurestores/delete",
        ),
    ),
    BuiltInRole(
        "e503ece1-11d0-4e8e-8e2c-7a6c3bf38815",
        "AzureML Compute Operator",
        "The computes of a workspace.",
        (f"{_ML}/workspaces/computes/*", f"{_ML}/workspaces/notebooks/vm/*"),
    ),
    BuiltInRole(
        "1823dd4f-9b8c-4ab6-ab4e-7397a3684615",
        "AzureML Registry User",
        "The assets of a registry.",
        (f"{_ML}/registries/read", f"{_ML}/registries/assets/*"),
    ),
    BuiltInRole(
        "635dd51f-9968-44d3-b7fb-6d9a6bd613ae",
        "AzureML Metrics Writer (preview)",
        "Writes metrics.",
        (f"{_ML}/workspaces/metrics/*/write",),
    ),
    BuiltInRole(
        "b78c5d69-af96-48a3-bf8d-a8b4d589de94",
        "Azure AI Administrator",
        "Workspaces, hubs and what they depend on.",
        (*USUAL, f"{_ML}/workspaces/*", "Microsoft.KeyVault/*", "Microsoft.Storage/storageAccounts/*"),
    ),
    BuiltInRole(
        "64702f94-c441-49e6-a78b-ef80e0188fee",
        "Azure AI Developer",
        "Works in a hub or workspace.",
        (*USUAL, f"{_ML}/workspaces/*/read", f"{_ML}/workspaces/*/action", f"{_ML}/workspaces/*/write"),
        (f"{_ML}/workspaces/delete", f"{_ML}/workspaces/write"),
    ),
)
